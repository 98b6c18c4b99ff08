"""Readings by way of the cache: what is kept and still true, and what has to be computed."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.db.models import TextField
from django.db.models.functions import Cast

from quarterdeck.core.database import read_only
from quarterdeck.core.errors import Unsettled
from quarterdeck.core.evidence import digest, fingerprints, months_between
from quarterdeck.core.measures import ORGANISATION, Measure, Scope, Terms
from quarterdeck.core.memory import remembering
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import settings_digest
from quarterdeck.office.queries.periods import take_over
from quarterdeck.scorecard.models import CachedReading
from quarterdeck.scorecard.queries.closings import (
    Closing,
    Evidence,
    Key,
    closings,
    packed,
    standing_figures,
    unpacked,
)
from quarterdeck.scorecard.queries.figures import Figures, figures_in

# While a period runs, a reading of it is at most this old; the page says as of when it is.
RUNNING_PERIOD_AGE = timedelta(minutes=5)
# What a kept reading says of itself; a reading that was kept in another form is read anew.
_FORM = 4
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Wanted:
    """One measure over one period, at one scope."""

    measure: Measure
    period: Period
    scope: Scope = ORGANISATION

    @cached_property
    def key(self) -> Key:
        """What tells it from the others of one calendar."""
        return self.measure.key, str(self.scope), self.period.key


@dataclass(frozen=True)
class Computed:
    """A fresh reading's figures and rows with what makes them stale."""

    wanted: Wanted
    terms: Terms
    fingerprint: str
    figures: Figures
    evidence: bytes


@dataclass
class Answers:
    """What is known by now, what was computed for it, and what is still missing.

    A closed month answers with its stored reading. Where the evidence of one in `closed` has
    changed since, `live` holds what a computation says now; until then it is missing too.
    """

    known: dict[Key, Figures]
    computed: list[Computed]
    missing: list[Wanted]
    closed: dict[Key, Closing] = field(default_factory=dict)
    live: dict[Key, Figures] = field(default_factory=dict)

    @property
    def of(self) -> int:
        """How many readings were asked for."""
        return len(self.known.keys() | {each.key for each in self.missing})

    @property
    def done(self) -> int:
        """How many of them have nothing left to compute."""
        return self.of - len(self.missing)

    def figures(self, wanted: Wanted) -> Figures | None:
        """Return the figures of one reading, or None while they are not computed."""
        return self.known.get(wanted.key)

    def over(
        self, measure: Measure, scope: Scope, periods: Sequence[Period]
    ) -> list[Figures | None]:
        """Return the figures of one measure over several periods, as far as they are computed."""
        place = str(scope)
        return [self.known.get((measure.key, place, period.key)) for period in periods]

    def closing(self, wanted: Wanted) -> Closing | None:
        """Return the closed reading, if the month is closed at this scope."""
        return self.closed.get(wanted.key)

    def is_restatement_due(self, wanted: Wanted) -> bool:
        """Whether late evidence says something else than the closed reading does."""
        closing, live = self.closed.get(wanted.key), self.live.get(wanted.key)
        return closing is not None and live is not None and closing.differs_from(live)


def answers(wanted: Sequence[Wanted], terms: Terms, *, go_on: Callable[[], bool]) -> Answers:
    """Return closed readings as they stand, others from the cache, and compute what is left, in
    order, for as long as `go_on` says."""
    marks = _marks(wanted)
    # A reading on another calendar than the usual one is never closed.
    standing = {} if terms.calendar else standing_figures(each.key for each in wanted)
    closed = _closed(wanted, standing)
    asked = [each for each in wanted if _is_asked(each, standing, closed, marks)]
    fresh = _fingerprints(asked, terms, marks)
    kept = _kept(asked, terms, fresh)
    missing = [each for each in asked if each.key not in kept]
    computed: list[Computed] = []
    if missing and go_on():
        # One snapshot for all of them, in which what they have in common is asked once.
        # While a batch is brought in they stay missing: kept ones tell what stood before it.
        with suppress(Unsettled), read_only(), remembering():
            while missing and (not computed or go_on()):
                each = missing[0]
                reading = take_over(each.measure, each.period, each.scope, terms)
                kept_so = fresh[each.key], Figures.of(reading), packed(reading)
                computed.append(Computed(missing.pop(0), terms, *kept_so))
    kept |= {each.wanted.key: each.figures for each in computed}
    known = kept | standing
    live = {key: figures for key, figures in kept.items() if key in closed}
    return Answers(known, computed, missing, closed, live)


def _is_asked(
    wanted: Wanted,
    standing: Mapping[Key, Figures],
    closed: Mapping[Key, Closing],
    marks: Mapping[str, dict[date, int]],
) -> bool:
    """Say whether a reading has to be known as it is now: it is not closed, or late evidence may
    have changed it, and the page tells that."""
    closing = closed.get(wanted.key)
    if closing is None:
        return wanted.key not in standing
    now = digest(*_marks_of(wanted, marks[wanted.measure.domain]))
    return closing.standing.fingerprint != now


def _kept(wanted: Sequence[Wanted], terms: Terms, fresh: dict[Key, str]) -> dict[Key, Figures]:
    """Return the figures in the cache that are still true."""
    if not wanted:
        return {}
    rows = CachedReading.objects.filter(
        scope__in={str(each.scope) for each in wanted},
        calendar=terms.calendar,
        measure__in={each.measure.key for each in wanted},
        period__in={each.period.key for each in wanted},
    ).values_list("measure", "scope", "period", "fingerprint", Cast("figures", TextField()))
    return {
        (measure, scope, period): figures_in(figures)
        for measure, scope, period, fingerprint, figures in rows
        if fresh.get((measure, scope, period)) == fingerprint
    }


def kept_rows(wanted: Wanted, terms: Terms) -> tuple[Figures, Evidence] | None:
    """Return the figures of an open reading with the rows behind them, if they are kept and still
    true."""
    (fingerprint,) = _fingerprints([wanted], terms, _marks([wanted])).values()
    row = CachedReading.objects.filter(
        scope=str(wanted.scope),
        calendar=terms.calendar,
        measure=wanted.measure.key,
        period=wanted.period.key,
        fingerprint=fingerprint,
    ).first()
    return None if row is None else (Figures.restored(row.figures), unpacked(bytes(row.evidence)))


def _closed(wanted: Sequence[Wanted], standing: Mapping[Key, Figures]) -> dict[Key, Closing]:
    """Return the closed readings of the period that is asked for, which is the first; the months of
    a trend beside it show no more than their figures."""
    keys = [each.key for each in wanted if each.period.key == wanted[0].period.key]
    found = [key for key in keys if key in standing]
    return closings(found) if found else {}


def evidence_now(wanted: Sequence[Wanted]) -> dict[Key, str]:
    """Return the fingerprint of the evidence of each reading as it is now, as closings keep it."""
    marks = _marks(wanted)
    return {each.key: digest(*_marks_of(each, marks[each.measure.domain])) for each in wanted}


def marks_of(wanted: Wanted) -> list[int]:
    """Return how often the evidence of each month of one reading has changed."""
    span = wanted.period.span
    domain = wanted.measure.domain
    return _marks_of(wanted, fingerprints([domain], span.start, span.end)[domain])


def _marks(wanted: Sequence[Wanted]) -> dict[str, dict[date, int]]:
    """Return the marks of each domain over all months that are wanted."""
    if not wanted:
        return {}
    spans = [each.period.span for each in wanted]
    domains = sorted({each.measure.domain for each in wanted})
    return fingerprints(domains, min(s.start for s in spans), max(s.end for s in spans))


def _fingerprints(
    wanted: Sequence[Wanted], terms: Terms, marks: Mapping[str, dict[date, int]]
) -> dict[Key, str]:
    """Return what each reading depends on: definition, settings, marked evidence, and now if it
    still runs."""
    if not wanted:
        return {}
    settings = settings_digest(terms.calendar)
    # The measures of a domain share the marks of a month.
    shared: dict[tuple[str, str], tuple[int, ...]] = {}
    for each in wanted:
        place = each.measure.domain, each.period.key
        if place not in shared:
            shared[place] = *_marks_of(each, marks[each.measure.domain]), _age(each.period, terms)
    return {
        each.key: digest(
            _FORM,
            each.measure.key,
            each.measure.version,
            settings,
            *shared[each.measure.domain, each.period.key],
        )
        for each in wanted
    }


def _marks_of(wanted: Wanted, marks: dict[date, int]) -> list[int]:
    span = wanted.period.span
    return [marks.get(month, 0) for month in months_between(span.start, span.end - _INSTANT)]


def _age(period: Period, terms: Terms) -> int:
    """Return nothing for a period that is over, and a number that moves on while it runs."""
    if period.span.end <= terms.as_of:
        return 0
    return int(terms.as_of.timestamp() // RUNNING_PERIOD_AGE.total_seconds())
