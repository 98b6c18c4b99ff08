"""Redaction: taking content out of a record and its history, because a law demands it.

What was sealed stays sealed: the chain covers keys and digests and no contents. A row that is
redacted is said to be, by a row that is sealed itself, and cannot be changed again unseen.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django.db import models
from django.db.models import F

from quarterdeck.core.acts import current_act, redacting, verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.history.tables import policy_of
from quarterdeck.core.models import Account, HistoryEntry, Noun, Redaction, Seal
from quarterdeck.core.permission import User, holds
from quarterdeck.core.sealing import digest_of, drop_salts, hold_chain
from quarterdeck.core.vocabulary import HistoryPolicy, Role
from quarterdeck.kernels.erasing import REDACTED

_UNTOUCHED = (Seal, Redaction)


def may_redact(user: User) -> bool:
    """Whether this account may take content out of records; nobody else may undo history."""
    return holds(user, Role.ADMINISTRATOR)


def redactable(model: type[models.Model]) -> tuple[str, ...]:
    """Return the fields of a model that hold what somebody wrote, and that nothing else rests on.

    Of a fact's field of JSON one text is named with a dot, such as `facts.requester`.
    """
    policy = policy_of(model)
    if policy == HistoryPolicy.SCRATCH or model in _UNTOUCHED:
        return ()
    texts: tuple[type[Any], ...] = (models.CharField, models.TextField)
    if policy == HistoryPolicy.APPEND_ONLY:
        texts = (*texts, models.JSONField)
    keys = {
        name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        for name in constraint.fields
    }
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, texts)
        and field.name not in keys
        and not (field.choices or field.unique or field.primary_key)
    )


@verb
def redact(
    *,
    row: models.Model,
    columns: Sequence[str],
    reason: str,
    actor: Account,
    at: datetime,
) -> int:
    """Empty fields of a row and of its history for good; return how many sealed rows that were.

    The reason, such as the article of a law, is kept; the content is nowhere any more, but in
    backups. A row that was removed is named by an object of its model with its key.
    """
    if not may_redact(actor):
        raise Refused("You may not redact anything.")
    _check(type(row), columns, reason)
    with redacting():
        hold_chain()
        if policy_of(type(row)) == HistoryPolicy.APPEND_ONLY:
            return _redact_facts(type(row), {row.pk: columns}, at)
        return _redact_noun(cast("Noun", row), columns, at)


def _check(model: type[models.Model], columns: Sequence[str], reason: str) -> None:
    errors: dict[str, list[str]] = {}
    known = redactable(model)
    strange = [name for name in columns if name.partition(".")[0] not in known]
    if strange or not columns:
        what = f"“{strange[0]}” cannot be redacted" if strange else "Nothing was chosen"
        errors["columns"] = [f"{what}; expected some of {', '.join(known) or 'none'}."]
    if not reason.strip():
        errors["reason"] = ["Say by which law or decision."]
    if errors:
        raise Invalid(errors)


def _redact_noun(row: Noun, columns: Sequence[str], at: datetime) -> int:
    """Empty the row as it stands, which adds an entry to the history, and then every entry."""
    model = type(row)
    names = [model._meta.get_field(name.partition(".")[0]) for name in columns]
    for present in model._base_manager.filter(pk=row.pk):
        values = _emptied(present, columns)
        model._base_manager.filter(pk=row.pk).update(version=F("version") + 1, **values)
    stored = {str(cast("models.Field[Any, Any]", field).column) for field in names}
    entries = HistoryEntry.objects.filter(table=model._meta.db_table, row=str(row.pk))
    wanted = {
        entry.pk: [
            f"{side}.{name}"
            for side in ("before", "after")
            for name in sorted(stored & (getattr(entry, side) or {}).keys())
        ]
        for entry in entries
    }
    return _redact_facts(HistoryEntry, {key: found for key, found in wanted.items() if found}, at)


def _redact_facts(
    model: type[models.Model], wanted: Mapping[int, Sequence[str]], at: datetime
) -> int:
    """Empty fields of append-only rows."""
    rows = model._base_manager.filter(pk__in=wanted).order_by("pk")
    rewritten = {each.pk: (wanted[each.pk], _emptied(each, wanted[each.pk])) for each in rows}
    rewrite_facts(model, rewritten, at)
    return len(rewritten)


def rewrite_facts(
    model: type[models.Model],
    rewritten: Mapping[int, tuple[Sequence[str], Mapping[str, Any]]],
    at: datetime,
) -> None:
    """Give append-only rows other values, and say of each which fields were redacted; their seals
    then no longer say what they held. Called where the running act may redact."""
    keys = sorted(rewritten)
    for key in keys:
        model._base_manager.filter(pk=key).update(**rewritten[key][1])
    drop_salts(model, keys)
    Redaction.objects.bulk_create(
        Redaction(
            noun=model._meta.label_lower,
            key=key,
            fields=list(rewritten[key][0]),
            act_id=int(current_act()),
            at=at,
            **digest_of(model, key),
        )
        for key in keys
    )


def _emptied(row: models.Model, columns: Iterable[str]) -> dict[str, Any]:
    """Return what the fields hold instead: nothing where they may be empty, else a word for it."""
    values: dict[str, Any] = {}
    for column in columns:
        name, _, inner = column.partition(".")
        field = cast("models.Field[Any, Any]", row._meta.get_field(name))
        if isinstance(field, models.JSONField):
            values[name] = _without(values.get(name, getattr(row, name)), inner)
        else:
            is_fact = policy_of(type(row)) == HistoryPolicy.APPEND_ONLY
            empty = "" if field.blank and not is_fact else REDACTED
            values[name] = empty[: field.max_length]
    return values


def _without(held: Any, inner: str) -> Any:
    """Return a JSON value with one of its texts redacted, or the whole of it."""
    if not inner or not isinstance(held, dict):
        return REDACTED
    return {**held, inner: REDACTED} if inner in held else held
