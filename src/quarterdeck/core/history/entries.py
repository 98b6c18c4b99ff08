"""Reading the history: of one record, or of one column at an instant."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.functions import Coalesce

from quarterdeck.core.models import HistoryEntry, Noun


def entries_of(noun: Noun) -> QuerySet[HistoryEntry]:
    """Return what happened to one record, newest first, each entry with its act if any."""
    table, row = noun._meta.db_table, str(noun.pk)
    return HistoryEntry.objects.filter(table=table, row=row).select_related("act").order_by("-id")


def held_before(model: type[Model], column: str, instant: datetime) -> dict[int, Any]:
    """Return what a database column held just before an instant, by the key of its row, where it
    has been changed since.

    A change counts from the instant of its act; one without an act from when it was recorded.
    """
    changes = HistoryEntry.objects.filter(table=model._meta.db_table, before__has_key=column)
    since = changes.alias(changed_at=Coalesce("act__at", "recorded_at"))
    rows = since.filter(changed_at__gte=instant).order_by("-id").values_list("row", "before")
    # The newest come first, so that the oldest of them, which knew what was before, has its way.
    return {int(row): before[column] for row, before in rows}


def held_ever(model: type[Model], column: str, keys: Iterable[int]) -> set[Any]:
    """Return the values that a database column of these rows held before any of its changes."""
    rows = [str(key) for key in keys]
    changes = HistoryEntry.objects.filter(
        table=model._meta.db_table, row__in=rows, before__has_key=column
    )
    return {before[column] for before in changes.values_list("before", flat=True)}


def rows_that_held(model: type[Model], column: str) -> dict[Any, set[int]]:
    """Return which rows, by their keys, held each value in a database column before a change."""
    changes = HistoryEntry.objects.filter(table=model._meta.db_table, before__has_key=column)
    found: dict[Any, set[int]] = {}
    for row, before in changes.values_list("row", "before"):
        found.setdefault(before[column], set()).add(int(row))
    return found
