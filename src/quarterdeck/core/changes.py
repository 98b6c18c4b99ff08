"""The generic verbs: adding and changing a row of any record that may be typed in.

They ask the record's rules, take the fields of its form and no other, check them by the model's
own fields and constraints, and let no save overwrite another one unseen.
"""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from quarterdeck.core.acts import acting, subject_of
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.evidence import touch_typed
from quarterdeck.core.models import Account, Noun
from quarterdeck.core.records import Record

MOST_AT_ONCE = 1_000

Field = models.Field[Any, Any]


def add_record(
    *, record: Record, values: Mapping[str, Any], actor: Account, at: datetime
) -> models.Model:
    """Add a row with these values of the record's form; a foreign key takes a row or its key.

    Refused where the actor may not add such rows, Invalid where the values cannot be stored.
    """
    if not record.may_add(actor):
        raise Refused(f"You may not add {record.title.lower()}.")
    with transaction.atomic():
        _hold_together(record)
        if record.writing is not None:
            return _added_by_verb(record, values, actor, at)
        row = record.model()
        _set(record, row, values, actor)
        _check(row, {field.name for field in _form_fields(record)})
        _ask_whether_storable(record, row, actor)
        with acting(actor=actor, verb_name=_act_name("add", record), at=at):
            _store(row, force_insert=True)
            touch_typed(row, at)
    return row


def _added_by_verb(
    record: Record, values: Mapping[str, Any], actor: Account, at: datetime
) -> models.Model:
    """Let the noun's own verb add the row."""
    writing = record.writing
    if writing is None or writing.add is None:
        raise Refused(f"{record.title} are not added so.")
    errors = {
        name: ["This is needed."] for name in writing.needed if values.get(name) in {None, ""}
    }
    if errors:
        raise Invalid(errors)
    given = _rows_named(record, values, writing.added, actor)
    return cast("models.Model", _run(writing.add, **given, actor=actor, at=at))


def _changed_by_verb(
    record: Record, row: Noun, values: Mapping[str, Any], actor: Account, at: datetime
) -> Noun:
    """Let the noun's own verb change the row, which is locked; nothing where nothing differs."""
    writing = record.writing
    if writing is None or writing.change is None:
        raise Refused(f"“{row}” is not changed so.")
    given = _rows_named(record, values, writing.changed, actor)
    present = {name: getattr(row, name) for name in writing.changed}
    if present | given != present:
        named = {record.model._meta.model_name or "row": row}
        _run(writing.change, **named, **(present | given), actor=actor, at=at)
        row.refresh_from_db()
    return row


def _run(run: Callable[..., object], **words: Any) -> object:
    try:
        return run(**words)
    except IntegrityError as problem:
        raise Refused("It could not be stored: try again.") from problem


def _rows_named(
    record: Record,
    values: Mapping[str, Any],
    names: tuple[str, ...],
    actor: Account,
) -> dict[str, Any]:
    """Return the values as a verb takes them: rows in the place of their keys."""
    errors = {name: ["This cannot be set."] for name in values if name not in names}
    given: dict[str, Any] = {}
    for name in values.keys() - errors.keys():
        field = record.model._meta.get_field(name)
        given[name] = values[name]
        if isinstance(field, models.ForeignKey) and values[name] is not None:
            key = _plain(field, values[name])
            given[name] = record.targets(name, actor).filter(pk=key).first()
            if given[name] is None:
                errors[name] = [f"There is no such {field.related_model._meta.verbose_name}."]
    if errors:
        raise Invalid(errors)
    return given


def change_record(
    *,
    record: Record,
    row: models.Model,
    version: int,
    values: Mapping[str, Any],
    actor: Account,
    at: datetime,
) -> models.Model:
    """Change fields of the record's form in a row that the actor has seen at this version.

    Returns the row as it is stored then; where nothing differs, nothing is written. Refused where
    the actor may not change it, Conflict where it has been saved since that version, Invalid where
    the values cannot be stored.
    """
    with transaction.atomic():
        present = _locked(record, row.pk, actor)
        _ask_whether_seen(record, present, version, actor)
        if record.writing is not None:
            return _changed_by_verb(record, present, values, actor, at)
        changed, names = _changed(record, present, values, actor)
        if not names:
            return present
        name, subject = _act_name("change", record), subject_of(present)
        with acting(actor=actor, verb_name=name, at=at, subject=subject):
            _store(changed, update_fields=names)
            _touch_both(present, changed, at)
    return changed


class Fate(StrEnum):
    """What became of one row of many."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one row, and why."""

    key: int
    title: str
    fate: Fate
    text: str = ""


def change_records(
    *,
    record: Record,
    seen: Mapping[int, int],
    values: Mapping[str, Any],
    actor: Account,
    at: datetime,
) -> list[Outcome]:
    """Give many rows the same values in one act; `seen` has the version of each row by its key.

    Each row stands for itself: those that cannot be changed are left as they are, and said so.
    """
    if len(seen) > MOST_AT_ONCE:
        raise Refused(f"At most {MOST_AT_ONCE:,} at once; {len(seen):,} were chosen.")
    with acting(actor=actor, verb_name=_act_name("change", record, together=True), at=at):
        return [
            _outcome(record, key, version, values=values, actor=actor, at=at)
            for key, version in sorted(seen.items())
        ]


def _outcome(
    record: Record,
    key: int,
    version: int,
    *,
    values: Mapping[str, Any],
    actor: Account,
    at: datetime,
) -> Outcome:
    title = f"{record.singular} {key}"
    try:
        with transaction.atomic():
            present = _locked(record, key, actor)
            title = str(present)
            _ask_whether_seen(record, present, version, actor)
            changed, names = _changed(record, present, values, actor)
            if names:
                _store(changed, update_fields=names)
                _touch_both(present, changed, at)
    except Conflict:
        return Outcome(key, title, Fate.CONFLICT, "Somebody else has changed it meanwhile.")
    except Refused as refusal:
        return Outcome(key, title, Fate.REFUSED, str(refusal))
    return Outcome(key, title, Fate.CHANGED if names else Fate.UNCHANGED)


def _touch_both(before: Noun, after: Noun, at: datetime) -> None:
    """Mark what the row said before and what it says now."""
    touch_typed(before, at)
    touch_typed(after, at)


def _ask_whether_seen(record: Record, present: Noun, version: int, actor: Account) -> None:
    if not record.may_change(actor, present):
        raise Refused(f"You may not change “{present}”.")
    if present.version != version:
        raise Conflict(present)


def _ask_whether_storable(record: Record, row: models.Model, actor: Account) -> None:
    if not record.may_store(actor, row):
        raise Refused(f"You may not keep “{row}” there: it would be out of your reach.")


def _changed(
    record: Record, present: Noun, values: Mapping[str, Any], actor: Account
) -> tuple[Noun, list[str]]:
    """Return the row with the values in it, and the columns that differ: none where none does."""
    changed = copy(present)
    _set(record, changed, values, actor)
    _check(changed, set(values))
    _ask_whether_storable(record, changed, actor)
    names = [name for name in values if _value(present, name) != _value(changed, name)]
    changed.version = present.version + bool(names)
    return changed, [*names, "version"] if names else []


def _act_name(act: str, record: Record, *, together: bool = False) -> str:
    """`services.change_service`: what the history calls it."""
    noun = record.title if together else record.singular
    return f"{record.model._meta.app_label}.{act}_{noun.lower().replace(' ', '_')}"


def _locked(record: Record, key: Any, actor: Account) -> Noun:
    """Return the row as it stands, held until the end of the transaction."""
    if not record.visible_to(actor).filter(pk=key).exists():
        raise Refused(f"There is no such {record.singular.lower()}.")
    _hold_together(record)
    present = record.model._default_manager.select_for_update().get(pk=key)
    return cast("Noun", present)


def _hold_together(record: Record) -> None:
    """Lock the rows that depend on one another, always in one order."""
    if record.held_together:
        rows = record.model._default_manager.select_for_update().order_by("pk")
        list(rows.values_list("pk"))


def _form_fields(record: Record) -> list[Field]:
    fields = (record.model._meta.get_field(name) for name in record.form)
    return [field for field in fields if isinstance(field, models.Field)]


def _set(record: Record, row: models.Model, values: Mapping[str, Any], actor: Account) -> None:
    """Put the values into the row as they are given; whether they fit is asked afterwards."""
    fields = {field.name: field for field in _form_fields(record)}
    errors = {name: ["This cannot be set."] for name in values if name not in fields}
    for name in values.keys() & fields.keys():
        field = fields[name]
        value = _plain(field, values[name])
        if name in record.named and isinstance(value, str):
            value = _key_named(record, name, value, actor)
        if isinstance(field, models.ForeignKey) and not _may_point(record, name, value, actor):
            errors[name] = [f"There is no such {field.related_model._meta.verbose_name}."]
        setattr(row, field.attname, value)
    if errors:
        raise Invalid(errors)


def _key_named(record: Record, name: str, text: str, actor: Account) -> int:
    """Return the key of the row of that name; that of no row, where there is none."""
    found: int | None = (
        record.targets(name, actor).filter(name=text).values_list("pk", flat=True).first()
    )
    return found or 0


def _plain(field: Field, value: Any) -> Any:
    """A row becomes its key, and nothing becomes what the column holds for it."""
    if isinstance(value, models.Model):
        return value.pk
    if value is None or value == "":
        holds_text = isinstance(field, models.CharField | models.TextField)
        return "" if holds_text and not field.null else None
    return value


def _may_point(record: Record, name: str, key: Any, actor: Account) -> bool:
    """Say whether the key leads to a row that the actor may choose there."""
    if key is None:
        return True
    try:
        return record.targets(name, actor).filter(pk=key).exists()
    except (ValueError, TypeError, OverflowError):
        return False


def _check(row: models.Model, names: set[str]) -> None:
    """Let the model judge these fields, and what it holds of all of them together."""
    others = {field.name for field in row._meta.concrete_fields} - names
    try:
        row.full_clean(exclude=others, validate_unique=False, validate_constraints=False)
        row.validate_unique()
        row.validate_constraints()
    except ValidationError as problem:
        raise Invalid(problem.message_dict) from problem


def _value(row: models.Model, name: str) -> Any:
    field = row._meta.get_field(name)
    return getattr(row, field.attname) if isinstance(field, models.Field) else None


def _store(row: models.Model, **how: Any) -> None:
    try:
        row.save(**how)
    except IntegrityError as problem:
        # Between the check and the save somebody else may have taken a name, or removed a target.
        raise Refused(f"“{row}” could not be stored: try again.") from problem
