"""Tells cached readings that the evidence beneath them has changed."""

import hashlib
from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import Protocol, runtime_checkable

from django.db import connection
from django.db.models import F, QuerySet, Sum

from quarterdeck.core.models import EvidenceMark

_MONTHS = 12
# In the order of the months, so that of two such calls one waits for the other, and never both.
_MARK = (
    "INSERT INTO core_evidencemark (domain, month, changes) VALUES (%s, %s, 1) "
    "ON CONFLICT (domain, month) DO UPDATE SET changes = core_evidencemark.changes + 1"
)


def months_between(start: datetime, end: datetime) -> list[date]:
    """Return the first days of the months (UTC) that the two instants and all between touch."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    numbers = range(first.year * _MONTHS + first.month - 1, last.year * _MONTHS + last.month)
    return [date(number // _MONTHS, number % _MONTHS + 1, 1) for number in numbers]


def touch(domain: str, start: datetime, end: datetime) -> None:
    """Mark the months between two instants as changed in one domain; called inside a verb."""
    adapt = connection.ops.adapt_datefield_value
    rows = [(domain, adapt(month)) for month in months_between(start, end)]
    with connection.cursor() as cursor:
        cursor.executemany(_MARK, rows)


def months_marked(domain: str = "") -> QuerySet[EvidenceMark]:
    """Return the marks of the months of which anything is recorded, in one domain or in any."""
    marks = EvidenceMark.objects.filter(changes__gt=0).order_by("month")
    return marks.filter(domain=domain) if domain else marks


def touch_recorded(since: date) -> None:
    """Mark every recorded month since a day, in each domain, so that its figures are taken anew;
    of which nothing is recorded, that stays so."""
    months_marked().filter(month__gte=since.replace(day=1)).update(changes=F("changes") + 1)


@runtime_checkable
class Evidence(Protocol):
    """A noun that measures read: where it may be typed in, its readings have to be taken anew."""

    evidence_domain: str

    def evidence_since(self) -> date:
        """Return the first day on which the row says something."""


def touch_typed(row: object, at: datetime) -> None:
    """Mark what a row that was typed in bears on, from its first day to the instant `at`."""
    if isinstance(row, Evidence):
        since = datetime.combine(row.evidence_since(), time.min, UTC)
        touch(row.evidence_domain, min(since, at), at)


def fingerprints(
    domains: Collection[str], start: datetime, end: datetime
) -> dict[str, dict[date, int]]:
    """Return for each domain how often each month between two instants has changed."""
    marks = EvidenceMark.objects.filter(domain__in=domains, month__in=months_between(start, end))
    found: dict[str, dict[date, int]] = {domain: {} for domain in domains}
    for domain, month, changes in marks.values_list("domain", "month").annotate(Sum("changes")):
        found[domain][month] = changes
    return found


def digest(*parts: object) -> str:
    """Return the SHA-256 of the parts' texts, in hexadecimal."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
