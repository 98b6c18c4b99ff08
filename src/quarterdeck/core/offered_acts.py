"""Doing the acts that a record offers: on one row, or on many that each stand for themselves."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction

from quarterdeck.core.changes import Fate, Outcome
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Record

MOST_ACTS = 500


def do_act(
    *,
    record: Record,
    act: RecordAct,
    row: models.Model,
    version: int,
    values: Mapping[str, Any],
    actor: Account,
    at: datetime,
) -> models.Model:
    """Do one act on a row that the actor has seen at this version; return the row as it is then,
    or as it stood where the act takes it away, or the one that the act makes.

    `values` are what the act asks; for a row, its key does. Invalid where one leads nowhere, and
    whatever the act's own verb says otherwise.
    """
    words = _rows_named(record, act, values, actor)
    if act.takes_version:
        words["version"] = version
    key = row.pk
    try:
        with transaction.atomic():
            made = act.run(**{act.noun: row}, **words, actor=actor, at=at)
    except IntegrityError as problem:
        raise Refused("It could not be stored: try again.") from problem
    told: models.Model = row if act.makes is None else made
    present = type(told)._default_manager.filter(pk=key if told is row else told.pk).first()
    if present is not None:
        return present
    # What the act has taken away is told as it stood.
    row.pk = key
    return row


def do_act_on_many(
    *,
    record: Record,
    act: RecordAct,
    seen: Mapping[int, int],
    values: Mapping[str, Any],
    actor: Account,
    at: datetime,
) -> list[Outcome]:
    """Do one act on many rows; `seen` has the version of each row by its key.

    Each row is an act of its own: those that cannot be done are left as they are, and said so.
    """
    if len(seen) > MOST_ACTS:
        raise Refused(f"At most {MOST_ACTS:,} at once; {len(seen):,} were chosen.")
    rows = record.visible_to(actor).in_bulk(list(seen))
    outcomes = []
    for key, version in sorted(seen.items()):
        row = rows.get(key)
        title = f"{record.singular} {key}" if row is None else str(row)
        try:
            found = _permitted(record, act, row, actor)
            do_act(
                record=record,
                act=act,
                row=found,
                version=version,
                values=values,
                actor=actor,
                at=at,
            )
        except Conflict:
            told = "Somebody else has changed it meanwhile."
            outcomes.append(Outcome(key, title, Fate.CONFLICT, told))
        except Refused as refusal:
            outcomes.append(Outcome(key, title, Fate.REFUSED, str(refusal)))
        else:
            outcomes.append(Outcome(key, title, Fate.CHANGED))
    return outcomes


def _permitted(
    record: Record, act: RecordAct, row: models.Model | None, actor: Account
) -> models.Model:
    """Return the row, if the actor sees it and may do the act with it; else Refused."""
    if row is None:
        raise Refused(f"There is no such {record.singular.lower()}.")
    if not act.may(actor, row):
        raise Refused("This is not yours to do: your roles do not reach it.")
    return row


def _rows_named(
    record: Record, act: RecordAct, values: Mapping[str, Any], actor: Account
) -> dict[str, Any]:
    """Return what is asked as the verb takes it: rows in the place of their keys."""
    known = {each.name: each for each in act.asks}
    errors = {name: ["This is not asked here."] for name in values if name not in known}
    given: dict[str, Any] = {}
    for name in values.keys() & known.keys():
        asked, value = known[name], values[name]
        given[name] = value
        if not issubclass(asked.kind, models.Model) or value is None:
            continue
        reached = _reached(record, act, name, asked.kind, actor)
        found = _found(reached, value if asked.is_many else [value])
        if None in found:
            errors[name] = [f"There is no such {asked.kind._meta.verbose_name}."]
        given[name] = found if asked.is_many else found[0]
    if errors:
        raise Invalid(errors)
    return given


def _found(
    reached: models.QuerySet[Any], values: Iterable[models.Model | int]
) -> list[models.Model | None]:
    """Return the rows that are named, each once; None in the place of one that is not reached."""
    keys = [each.pk if isinstance(each, models.Model) else each for each in values]
    rows = {row.pk: row for row in reached.filter(pk__in=keys)}
    return [rows.get(key) for key in dict.fromkeys(keys)]


def _reached(
    record: Record, act: RecordAct, name: str, kind: type[models.Model], actor: Account
) -> models.QuerySet[Any]:
    """Return the rows that the actor may name: of a column, those that it may lead to."""
    if name not in act.says:
        return record.targets(name, actor)
    rows: models.QuerySet[Any] = kind._default_manager.all()
    visible: models.QuerySet[Any] = rows.visible_to(actor)  # type: ignore[attr-defined]  # the QuerySet of every noun that is named has it
    return visible
