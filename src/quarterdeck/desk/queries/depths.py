"""How much is known of the course of the tickets that a measure counts: all, or dates alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.db.models import Count, Q

from quarterdeck.core.measures import Exclusion
from quarterdeck.core.readings import Basis
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.vocabulary import HistoryDepth

# Why a shallow history does not tell what a measure asks.
NO_HISTORY = "Unknown: no history, its source gives its dates alone"
NO_TIME = "Unknown: its source gives days without the time of day"
NEEDS_HISTORY = {HistoryDepth.DATES.value: NO_HISTORY, HistoryDepth.DAYS.value: NO_HISTORY}
NEEDS_TIMES = {HistoryDepth.DAYS.value: NO_TIME}


class Counts(NamedTuple):
    """What of some rows is left out, and how many of those counted have each depth of history."""

    left_out: tuple[Exclusion, ...]
    depths: Mapping[str, int]


@dataclass(frozen=True)
class CountedBasis(Basis):
    """A basis that knows how many of its rows have each depth of history."""

    depths: Mapping[str, int] = field(default_factory=dict)


def counts_of(rows: TicketQuerySet, parts: Mapping[str, Q], counted: Q) -> Counts:
    """Count what is left out for each reason, and what is known of what is counted, in one pass."""
    if rows.query.is_empty():
        return Counts((), {})
    depths = {each.value: counted & Q(history_depth=each) for each in HistoryDepth}
    wanted = {**parts, **depths}
    places = {f"part_{place}": part for place, part in enumerate(wanted.values())}
    found = rows.aggregate(**{place: Count("pk", filter=part) for place, part in places.items()})
    counts = dict(zip(wanted, found.values(), strict=True))
    return Counts(
        tuple(
            Exclusion(reason, rows.filter(part), counts[reason])
            for reason, part in parts.items()
            if counts[reason]
        ),
        {depth: counts[depth] for depth in depths if counts[depth]},
    )


def told_by(basis: Basis, depths: Mapping[str, str]) -> Basis:
    """Return a basis without the rows whose known history is too shallow for what is asked.

    `depths` has the reason for each depth that does not tell; such rows are unknown, never nothing.
    """
    return _told_by(basis, depths, _depths(basis))


def with_depth(basis: Basis, depths: Mapping[str, str] | None = None) -> Basis:
    """Return what `told_by` does, and let the reading say which of its rows come with their dates
    alone, where there are any."""
    counts, too_shallow = _depths(basis), depths or {}
    basis, left = _told_by(basis, too_shallow, counts), counts.keys() - too_shallow.keys()
    if left <= {HistoryDepth.LOG.value}:
        return basis
    told = "of tickets that came without history, the date that their source gives"
    if HistoryDepth.DAYS.value in left:
        told = f"{told}; where that has no time of day, midnight"
    return replace(basis, parameters={**basis.parameters, "fix": told})


def _depths(basis: Basis) -> Mapping[str, int]:
    """Return how many rows have each depth of history."""
    if isinstance(basis, CountedBasis):
        return basis.depths
    rows = basis.included.order_by()
    return dict(rows.values_list("history_depth").annotate(Count("pk")))


def _told_by(basis: Basis, depths: Mapping[str, str], counts: Mapping[str, int]) -> Basis:
    rows = basis.included
    reasons: dict[str, list[str]] = {}
    for depth in depths.keys() & counts.keys():
        reasons.setdefault(depths[depth], []).append(depth)
    if not reasons:
        return basis
    left_out = tuple(
        Exclusion(reason, rows.filter(history_depth__in=found), sum(counts[d] for d in found), True)
        for reason, found in sorted(reasons.items())
    )
    return replace(
        basis,
        included=basis.included.exclude(history_depth__in=depths),
        excluded=(*basis.excluded, *left_out),
    )
