"""What somebody else saved while a form was open, field by field beside what was typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.safestring import SafeString

from quarterdeck.core.history.entries import entries_of
from quarterdeck.core.models import HistoryEntry, Noun
from quarterdeck.core.records import Record
from quarterdeck.ui.forms import VERSION, RecordForm
from quarterdeck.ui.history import names_of
from quarterdeck.ui.list_cells import columns_of
from quarterdeck.ui.markup import NOTHING

MINE, THEIRS = "mine", "theirs"
_CHOICE = "keep-"


@dataclass(frozen=True)
class Disputed:
    """One field that differs: what one typed, what stands now, and who changed it when."""

    name: str
    title: str
    mine: SafeString
    theirs: SafeString
    by: str
    at: datetime | None
    keeps: str

    @property
    def choice(self) -> str:
        """The name of the input that says which of both is kept."""
        return f"{_CHOICE}{self.name}"


@dataclass(frozen=True)
class _LastChange:
    before: Any
    by: str
    at: datetime


def disputed_fields(
    record: Record, present: Noun, form: RecordForm, version: int
) -> list[Disputed]:
    """Return the fields in which the form differs from the row that was saved meanwhile.

    A field that one has not touched oneself is to be kept as the other person left it.
    """
    changes = _changes_since(present, version)
    return list(_disputed(record, present, form, changes))


def _disputed(
    record: Record, present: Noun, form: RecordForm, changes: dict[str, _LastChange]
) -> Iterator[Disputed]:
    for column in columns_of(record, tuple(form.fields)):
        field = record.model._meta.get_field(column.name)
        if not isinstance(field, models.Field):
            continue
        mine, theirs = form.cleaned_data[column.name], getattr(present, column.name)
        if mine == theirs or (mine in (None, "") and theirs in (None, "")):
            continue
        change = changes.get(field.column or "")
        untouched = change is not None and _same(change.before, mine)
        yield Disputed(
            name=column.name,
            title=column.title,
            mine=SafeString(column.show(mine) or NOTHING),
            theirs=SafeString(column.show(theirs) or NOTHING),
            by=change.by if change else "",
            at=change.at if change else None,
            keeps=THEIRS if untouched else MINE,
        )


def _same(stored: Any, typed: Any) -> bool:
    """Compare a value of the history with one of a form."""
    plain = typed.pk if isinstance(typed, models.Model) else typed
    return (stored in (None, "") and plain in (None, "")) or str(stored) == str(plain)


def _changes_since(row: Noun, version: int) -> dict[str, _LastChange]:
    """For each column changed after that version: what it held then, and who changed it last."""
    later = [entry for entry in entries_of(row) if _version_after(entry) > version]
    names = names_of({entry.actor for entry in later})
    changes: dict[str, _LastChange] = {}
    for entry in later:
        for column, value in (entry.before or {}).items():
            if column not in (entry.after or {}):
                continue
            last = changes.get(column)
            by, at = (last.by, last.at) if last else _by_and_at(entry, names)
            changes[column] = _LastChange(value, by, at)
    return changes


def _by_and_at(entry: HistoryEntry, names: dict[str, str]) -> tuple[str, datetime]:
    return names.get(entry.actor, entry.actor), entry.recorded_at


def _version_after(entry: HistoryEntry) -> int:
    return int((entry.after or {}).get(VERSION, 0))


def settled(data: QueryDict, form: RecordForm) -> QueryDict:
    """Return what was typed, with what stands now in each field for which theirs was chosen.

    `form` is the form of the row as it stands, unbound.
    """
    merged = data.copy()
    for name in form.fields:
        if data.get(f"{_CHOICE}{name}") != THEIRS:
            continue
        bound = form[name]
        value = bound.field.widget.format_value(bound.value())
        texts = value if isinstance(value, list) else [value]
        merged.setlist(name, [str(text) for text in texts if text not in (None, "")])
    return merged
