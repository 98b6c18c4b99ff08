"""What was changed in a row, as the interface tells it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import SuspiciousOperation
from ninja import Schema
from pydantic import Field

from quarterdeck.config.api.fields import columns_of, instant_text
from quarterdeck.core.history import entries_of
from quarterdeck.core.models import Account, HistoryEntry, Noun
from quarterdeck.core.permission import User
from quarterdeck.core.records import Record


class ColumnChange(Schema):
    """One column before and after, as the database kept it; references are keys."""

    column: str = Field(description="The name of the column.", examples=["name"])
    before: Any = Field(description="What it held before.")
    after: Any = Field(description="What it held after.")


class Change(Schema):
    """One change of a row: when, by whom, in which act, and why."""

    at: datetime = Field(description="When it was written.", examples=["2016-03-29T12:00:00Z"])
    actor: str = Field(description="The label of the actor.", examples=["account:17"])
    actor_name: str = Field(description="How the actor is called today.", examples=["Ada"])
    act: str = Field(description="The act; empty where there was none.", examples=["undo"])
    reason: str = Field(description="Why, where the actor said so.")
    columns: list[ColumnChange] = Field(description="What changed, by column.")


class History(Schema):
    """The changes of a row, the newest first."""

    items: list[Change] = Field(description="The changes.")
    next: str | None = Field(description="`after` of the next page; null at the end.")


def history_of(
    record: Record, row: Noun, reader: User, *, after: str, limit: int
) -> dict[str, Any]:
    """Return one page of the changes of a row, of the columns that the interface shows."""
    entries = entries_of(row)
    if after:
        entries = entries.filter(pk__lt=_key(after))
    found = list(entries[: limit + 1])
    page = found[:limit]
    names = _names_of({entry.actor for entry in page})
    silent = {"version", *record.withheld(reader)(row)}
    columns = {each.column: each.name for each in columns_of(record) if each.name not in silent}
    columns |= {name: name for name in former_columns(page, record)}
    return {
        "items": [_change(entry, names, columns) for entry in page],
        "next": str(page[-1].pk) if len(found) > limit else None,
    }


def former_columns(entries: list[HistoryEntry], record: Record) -> list[str]:
    """Return the columns that the entries name and that the record no longer has."""
    present = {each.column for each in record.model._meta.concrete_fields}
    return sorted({name for entry in entries for name in entry.after or {}} - present)


def _key(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < len(str(2**63))):
        raise SuspiciousOperation("The cursor of this page is malformed.")
    return int(cursor)


def _change(
    entry: HistoryEntry, names: dict[str, str], columns: dict[str | None, str]
) -> dict[str, Any]:
    before, after = entry.before or {}, entry.after or {}
    return {
        "at": instant_text(entry.recorded_at),
        "actor": entry.actor,
        "actor_name": names.get(entry.actor, entry.actor),
        "act": entry.act.verb if entry.act else "",
        "reason": entry.act.reason if entry.act else "",
        "columns": [
            {"column": name, "before": before.get(column), "after": after[column]}
            for column, name in columns.items()
            if column in after and before.get(column) != after[column]
        ],
    }


def _names_of(actors: set[str]) -> dict[str, str]:
    keys = [label.partition(":")[2] for label in actors if label.startswith("account:")]
    accounts = Account.objects.filter(pk__in=keys).select_related("person") if keys else ()
    return {account.label: str(account) for account in accounts}
