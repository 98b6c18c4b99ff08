"""What was changed in a row, when, by whom and in which act, as a page shows it."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone

from quarterdeck.core.history.entries import entries_of
from quarterdeck.core.models import Account, HistoryEntry, Noun
from quarterdeck.core.permission import User
from quarterdeck.core.records import is_declared, readable, record_of
from quarterdeck.core.redaction import may_redact, redactable
from quarterdeck.core.together import Asking, answer_of
from quarterdeck.kernels.erasing import REDACTED
from quarterdeck.ui.formats import NOTHING

HISTORY_LIMIT = 50
# That there was a change, and when, is said above its columns.
_SAYS_NOTHING = frozenset({"version", "changed_at"})


@dataclass(frozen=True)
class ColumnChange:
    """One column before and after."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class _Column:
    title: str
    meanings: dict[Any, str]
    is_instant: bool = False

    def text(self, value: Any) -> str:
        if value in (None, "", {}, []):
            return NOTHING
        if value == REDACTED:
            return REDACTED
        if self.is_instant:
            # Both databases write an instant as ISO 8601, with its offset.
            return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
        # Lists and other JSON have no meanings and are no keys of a dictionary.
        is_word = isinstance(value, str | int)
        return self.meanings.get(value, str(value)) if is_word else in_words(value)


def in_words(value: Any) -> str:
    """Say what a column of JSON holds: names with what stands under them, and lists."""
    if isinstance(value, dict):
        told = [(name, in_words(part), isinstance(part, dict)) for name, part in value.items()]
        return "; ".join(
            f"{name} ({text})" if is_nested else f"{name}: {text}"
            for name, text, is_nested in told
            if text
        )
    if isinstance(value, list):
        return ", ".join(map(in_words, value))
    return "" if value is None else str(value)


# How each database column is shown; None for one that is not told the reader.
Columns = dict[str, _Column | None]
# What the keys of a column lead to.
Targets = dict[str, models.QuerySet[Any]]


@dataclass(frozen=True)
class Change:
    """One change of a row: by whom, in which act and why, and its columns."""

    at: datetime
    actor: str
    act: str
    reason: str
    columns: list[ColumnChange]


class Changes(list[Change]):
    """The changes of one row, and where its content is taken out by those who may."""

    redact_address = ""


def changes_of(row: Noun, user: User, limit: int = HISTORY_LIMIT) -> Changes:
    """Return the newest changes of a row, the newest first."""
    return answer_of(asking_changes(row, user, limit))


def asking_changes(row: Noun, user: User, limit: int = HISTORY_LIMIT) -> Asking[Changes]:
    """Ask for the newest changes of a row beside what else a page asks for."""
    entries = entries_of(row)[:limit]
    yield [entries]
    found = list(entries)
    accounts = accounts_of({entry.actor for entry in found})
    targets = _targets_of(row, found, user)
    yield [accounts, *targets.values()]
    names = {account.label: str(account) for account in accounts}
    columns = _columns_of(row, found, targets)
    for name in _withheld(row, user):
        columns[name] = None
    changes = Changes(_change(entry, names, columns) for entry in found)
    if may_redact(user) and redactable(type(row)):
        changes.redact_address = reverse("redact", args=[row._meta.label_lower, row.pk])
    return changes


def _withheld(row: Noun, user: User) -> list[str]:
    """Return the columns of the row that are not told this reader."""
    model = type(row)
    names = record_of(model).withheld(user)(row) if is_declared(model) else ()
    fields = (model._meta.get_field(name) for name in names)
    return [field.column for field in fields if isinstance(field, models.Field) and field.column]


def _change(entry: HistoryEntry, names: dict[str, str], columns: Columns) -> Change:
    act = entry.act
    return Change(
        at=entry.recorded_at,
        actor=names.get(entry.actor, entry.actor),
        act=_sentence(act.verb) if act else entry.get_operation_display().capitalize(),
        reason=act.reason if act else "",
        columns=_columns(entry, columns),
    )


def _sentence(verb: str) -> str:
    """`desk.tickets.resolve_ticket` reads as “Resolve ticket”."""
    return verb.rpartition(".")[2].replace("_", " ").capitalize()


def _changed_in(entry: HistoryEntry) -> list[tuple[str, Any, Any]]:
    """Each changed column, its value before and after, without what says nothing to a reader."""
    before, after = entry.before or {}, entry.after or {}
    return [
        (name, before.get(name), value)
        for name, value in after.items()
        if name not in _SAYS_NOTHING and before.get(name) != value
    ]


def _columns(entry: HistoryEntry, columns: Columns) -> list[ColumnChange]:
    shown = []
    for name, before, after in _changed_in(entry):
        column = columns.get(name, _Column(name, {}))
        if column is None:
            continue
        shown.append(ColumnChange(column.title, column.text(before), column.text(after)))
    return shown


def _values(entries: list[HistoryEntry]) -> dict[str, set[Any]]:
    """Return what each column that the entries name held before and after."""
    values: dict[str, set[Any]] = {}
    for name, *both in (change for entry in entries for change in _changed_in(entry)):
        # A column of JSON holds what no set can: it has no choices, and leads nowhere.
        held = (value if isinstance(value, Hashable) else None for value in both)
        values.setdefault(name, set()).update(held)
    return values


def _targets_of(row: Noun, entries: list[HistoryEntry], user: User) -> Targets:
    """Return what the keys in the entries lead to, by column, if the reader may see it."""
    values = _values(entries)
    keys = [field for field in row._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    return {
        field.column: _seen(field, values[field.column] - {None}, user)
        for field in keys
        if field.column in values
    }


def _seen(field: Any, keys: set[Any], user: User) -> models.QuerySet[Any]:
    return readable(field.related_model, user).filter(pk__in=keys)


def _columns_of(row: Noun, entries: list[HistoryEntry], targets: Targets) -> Columns:
    """How each column that the entries name is called, and what its values mean."""
    values = _values(entries)
    columns: Columns = {}
    for field in row._meta.concrete_fields:
        if field.column in values:
            title = str(field.verbose_name)
            columns[field.column] = _Column(
                title[:1].upper() + title[1:],
                _meanings(field, targets),
                isinstance(field, models.DateTimeField),
            )
    return columns


def _meanings(field: "models.Field[Any, Any]", targets: Targets) -> dict[Any, str]:
    """The words of choices, and the names of what keys lead to."""
    if field.column in targets:
        return {each.pk: str(each) for each in targets[field.column]}
    return {value: str(text) for value, text in field.flatchoices or ()}


def names_of(actors: set[str]) -> dict[str, str]:
    """Return the names behind labels such as `account:17`; what is no account keeps its label."""
    return {account.label: str(account) for account in accounts_of(actors)}


def accounts_of(actors: set[str]) -> models.QuerySet[Account]:
    """Return the accounts that labels such as `account:17` name."""
    keys = [label.partition(":")[2] for label in actors if label.startswith("account:")]
    return Account.objects.filter(pk__in=keys).select_related("person")
