"""What was changed in a row, when, by whom and in which act, as a page shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from quarterdeck.core.models import Account, HistoryEntry
from quarterdeck.ui.formats import NOTHING

HISTORY_LIMIT = 50


@dataclass(frozen=True)
class ColumnChange:
    """One column before and after."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One change of a row: by whom, in which act and why, and its columns."""

    at: datetime
    actor: str
    act: str
    reason: str
    columns: list[ColumnChange]


def changes_of(row: models.Model, limit: int = HISTORY_LIMIT) -> list[Change]:
    """Return the newest changes of a row, the newest first."""
    entries = HistoryEntry.objects.filter(table=row._meta.db_table, row=str(row.pk))
    found = list(entries.select_related("act").order_by("-id")[:limit])
    names = _names_of({entry.actor for entry in found})
    fields = {field.attname: field for field in row._meta.concrete_fields}
    return [_change(entry, names, fields) for entry in found]


def _change(
    entry: HistoryEntry, names: dict[str, str], fields: "dict[str, models.Field[Any, Any]]"
) -> Change:
    act = entry.act
    return Change(
        at=entry.recorded_at,
        actor=names.get(entry.actor, entry.actor),
        act=_sentence(act.verb) if act else entry.get_operation_display().capitalize(),
        reason=act.reason if act else "",
        columns=_columns(entry, fields),
    )


def _sentence(verb: str) -> str:
    """`desk.tickets.resolve_ticket` reads as “Resolve ticket”."""
    return verb.rpartition(".")[2].replace("_", " ").capitalize()


def _columns(
    entry: HistoryEntry, fields: "dict[str, models.Field[Any, Any]]"
) -> list[ColumnChange]:
    after: dict[str, Any] = entry.after or {}
    before: dict[str, Any] = entry.before or {}
    changed = [name for name in after if name != "version" and before.get(name) != after[name]]
    return [
        ColumnChange(_title(name, fields), _shown(before.get(name), name, fields), _shown(after[name], name, fields))
        for name in changed
    ]


def _title(name: str, fields: "dict[str, models.Field[Any, Any]]") -> str:
    text = str(fields[name].verbose_name) if name in fields else name.replace("_", " ")
    return text[:1].upper() + text[1:]


def _shown(value: Any, name: str, fields: "dict[str, models.Field[Any, Any]]") -> str:
    if value in (None, ""):
        return NOTHING
    choices: dict[Any, Any] = dict(fields[name].flatchoices) if name in fields else {}
    return str(choices.get(value, value))


def _names_of(actors: set[str]) -> dict[str, str]:
    """The names behind labels such as `account:17`; what is no account keeps its label."""
    keys = {label.partition(":")[2]: label for label in actors if label.startswith("account:")}
    accounts = Account.objects.filter(pk__in=keys).select_related("person") if keys else ()
    return {account.label: str(account) for account in accounts}
