"""Closed readings that say something else by later evidence: found, shown, and waiting."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.urls import reverse

from quarterdeck.core.database import read_only
from quarterdeck.core.measures import Measure, Scope, Terms, all_measures
from quarterdeck.core.memory import remembering
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.waiting import Consequence, Told, WaitingItem
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.periods import take_over
from quarterdeck.scorecard.models import (
    ClosedComparison,
    ClosedPeriod,
    ClosedReading,
    Restatement,
)
from quarterdeck.scorecard.queries.board import readable_measure, readable_measures
from quarterdeck.scorecard.queries.closings import Closing
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Wanted, evidence_now
from quarterdeck.scorecard.rules import may_close_periods

# So many readings are taken from one snapshot, in which what they have in common is asked once.
_AT_ONCE = 50


@dataclass(frozen=True)
class Compared:
    """A closed reading, what it would say now, and by which evidence."""

    row: ClosedReading
    fingerprint: str
    figures: Figures
    differs: bool


@dataclass(frozen=True)
class LateReading:
    """A closed reading whose restatement is due: what stands, and what later evidence says."""

    row: ClosedReading
    measure: Measure
    scope: Scope
    standing: Figures
    live: Figures
    compared_at: datetime

    @property
    def is_defined_anew(self) -> bool:
        """Whether the measure is defined otherwise than when the month was closed."""
        return self.row.version_of_definition != self.measure.version


def compared_anew(at: datetime) -> Iterator[list[Compared]]:
    """Take the closed readings again whose evidence has changed since they were stored or last
    compared, the newest months first and some at a time.

    Raises Unsettled where records are being brought in.
    """
    doubtful = _doubtful()
    for first in range(0, len(doubtful), _AT_ONCE):
        with read_only(), remembering():
            found = _taken(doubtful[first : first + _AT_ONCE], at)
        yield found


def _doubtful() -> list[tuple[int, Wanted]]:
    """Return the closed readings of known measures, by their keys, whose evidence is another."""
    known = {measure.key: measure for measure in all_measures()}
    last = Restatement.objects.filter(closed_reading=OuterRef("pk")).order_by("-number")
    rows = ClosedReading.objects.filter(measure__in=known).annotate(
        restated_by=Subquery(last.values("fingerprint")[:1])
    )
    columns = ("pk", "measure", "scope", "closed_period__period", "fingerprint", "restated_by")
    months: dict[str, Period] = {}
    seen: list[tuple[int, Wanted, set[str]]] = []
    for key, measure, scope, month, stored, restated, compared in rows.order_by(
        "-closed_period__period", "pk"
    ).values_list(*columns, "comparison__fingerprint"):
        if month not in months:
            months[month] = period_named(month)
        wanted = Wanted(known[measure], months[month], Scope.parse(scope))
        seen.append((key, wanted, {restated or stored, compared}))
    now = evidence_now([wanted for _, wanted, _ in seen])
    return [(key, wanted) for key, wanted, marks in seen if now[wanted.key] not in marks]


def _taken(some: Sequence[tuple[int, Wanted]], at: datetime) -> list[Compared]:
    rows = ClosedReading.objects.defer("evidence").in_bulk([key for key, _ in some])
    now = evidence_now([wanted for _, wanted in some])
    issued = _issued(rows)
    found = []
    for key, wanted in some:
        reading = take_over(wanted.measure, wanted.period, wanted.scope, Terms(at))
        live, closing = Figures.of(reading), Closing(rows[key], issued.get(key, ()))
        found.append(Compared(rows[key], now[wanted.key], live, closing.differs_from(live)))
    return found


def _issued(keys: Iterable[int]) -> dict[int, tuple[Restatement, ...]]:
    """Return the restatements of closed readings by their keys, in their order."""
    found: dict[int, tuple[Restatement, ...]] = {}
    rows = Restatement.objects.filter(closed_reading__in=list(keys)).defer("evidence")
    for row in rows.order_by("number"):
        found[row.closed_reading_id] = (*found.get(row.closed_reading_id, ()), row)
    return found


def _due(user: User) -> "QuerySet[ClosedComparison]":
    """Keep what is due of the measures that somebody may read at the organisation."""
    readable = [measure.key for measure in readable_measures(user)]
    return ClosedComparison.objects.filter(differs=True, closed_reading__measure__in=readable)


def due_by_month(user: User) -> dict[str, int]:
    """Return how many closed readings of each month wait for a restatement."""
    return dict(_counted(user))


def _counted(user: User) -> "QuerySet[ClosedComparison, tuple[str, int]]":
    month = "closed_reading__closed_period__period"
    return _due(user).order_by(month).values_list(month).annotate(Count("pk"))


def late_readings(user: User, closed: ClosedPeriod) -> list[LateReading]:
    """Return the closed readings of a month whose restatement is due, as far as somebody may read
    them; those of the organisation first."""
    due = _due(user).filter(closed_reading__closed_period=closed)
    rows = due.select_related("closed_reading__closed_period").defer("closed_reading__evidence")
    found = {row.closed_reading_id: row for row in rows}
    issued = _issued(found)
    shown = []
    for key, row in found.items():
        scope = Scope.parse(row.closed_reading.scope)
        measure = readable_measure(user, row.closed_reading.measure, scope)
        if measure is not None:
            standing = Closing(row.closed_reading, issued.get(key, ())).figures
            live = Figures.restored(row.figures)
            shown.append(
                LateReading(row.closed_reading, measure, scope, standing, live, row.compared_at)
            )
    return sorted(
        shown, key=lambda each: (each.measure.title, bool(each.scope.name), str(each.scope))
    )


def waiting_restatements(account: Account, _at: datetime) -> Told:
    """Ask those who may restate closed months for what later evidence says of them."""
    if not may_close_periods(account):
        return
    counted = _counted(account)
    yield [counted]
    for month, amount in counted:
        readings = "1 closed reading" if amount == 1 else f"{amount} closed readings"
        yield WaitingItem(
            title=f"{readings} of {month} to restate",
            address=reverse("scorecard.period.late", args=[month]),
            due_at=None,
            consequence=Consequence.SERIOUS - 1,
            kind="Closed period",
            detail="Later evidence says something else than what was closed.",
        )
