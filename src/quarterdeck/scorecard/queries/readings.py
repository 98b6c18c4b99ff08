"""Readings by way of the cache: what is kept and still true, and what has to be computed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from quarterdeck.core.database import read_only
from quarterdeck.core.evidence import digest, fingerprints, months_between
from quarterdeck.core.measures import ORGANISATION, Measure, Scope, Terms, take
from quarterdeck.core.memory import remembering
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import settings_digest
from quarterdeck.scorecard.models import CachedReading
from quarterdeck.scorecard.queries.closings import Closing, closings
from quarterdeck.scorecard.queries.figures import Figures

# While a period runs, a reading of it is at most this old; the page says as of when it is.
RUNNING_PERIOD_AGE = timedelta(minutes=5)
# What a kept reading says of itself; a reading that was kept in another form is read anew.
_FORM = 2
_INSTANT = timedelta(microseconds=1)

# The measure, the scope and the period of a reading.
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Wanted:
    """One measure over one period, at one scope."""

    measure: Measure
    period: Period
    scope: Scope = ORGANISATION

    @property
    def key(self) -> Key:
        """What tells it from the others of one calendar."""
        return self.measure.key, str(self.scope), self.period.key


@dataclass(frozen=True)
class Computed:
    """A fresh reading's figures with what makes them stale."""

    wanted: Wanted
    terms: Terms
    fingerprint: str
    figures: Figures


@dataclass
class Answers:
    """What is known by now, what was computed for it, and what is still missing.

    A closed month answers with its stored reading. Where its evidence has changed since, `live`
    holds what a computation says now; until that is known, the reading is missing too.
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
    fresh, marks = _fingerprints(wanted, terms)
    closed = {} if terms.calendar else _closed(wanted, marks)
    kept = _kept(wanted, terms, fresh)
    answered = {key for key, closing in closed.items() if not closing.has_moved}
    missing = [each for each in wanted if each.key not in kept and each.key not in answered]
    computed: list[Computed] = []
    if missing and go_on():
        # One snapshot for all of them, in which what they have in common is asked once.
        with read_only(), remembering():
            while missing and (not computed or go_on()):
                each = missing.pop(0)
                figures = Figures.of(take(each.measure, each.period.span, each.scope, terms))
                computed.append(Computed(each, terms, fresh[each.key], figures))
    kept |= {each.wanted.key: each.figures for each in computed}
    known = {**kept, **{key: closing.figures for key, closing in closed.items()}}
    live = {key: figures for key, figures in kept.items() if key in closed}
    return Answers(known, computed, missing, closed, live)


def _kept(wanted: Sequence[Wanted], terms: Terms, fresh: dict[Key, str]) -> dict[Key, Figures]:
    """Return the figures in the cache that are still true."""
    rows = CachedReading.objects.filter(
        scope__in={str(each.scope) for each in wanted},
        calendar=terms.calendar,
        measure__in={each.measure.key for each in wanted},
        period__in={each.period.key for each in wanted},
    )
    return {
        (row.measure, row.scope, row.period): Figures.restored(row.figures)
        for row in rows
        if fresh.get((row.measure, row.scope, row.period)) == row.fingerprint
    }


def _closed(wanted: Sequence[Wanted], marks: dict[str, dict[date, int]]) -> dict[Key, Closing]:
    """Return the closed readings among what is wanted, and whether their evidence has moved."""
    found = closings(each.key for each in wanted)
    return {
        each.key: replace(
            closing,
            has_moved=closing.standing.fingerprint
            != digest(*_marks_of(each, marks[each.measure.domain])),
        )
        for each in wanted
        if (closing := found.get(each.key)) is not None
    }


def marks_of(wanted: Wanted) -> list[int]:
    """Return how often the evidence of each month of one reading has changed."""
    span = wanted.period.span
    return _marks_of(wanted, fingerprints(wanted.measure.domain, span.start, span.end))


def _fingerprints(
    wanted: Iterable[Wanted], terms: Terms
) -> tuple[dict[Key, str], dict[str, dict[date, int]]]:
    """Return what each reading depends on (definition, settings, marked evidence, and now if it
    still runs), and the marks of each domain."""
    wanted = list(wanted)
    if not wanted:
        return {}, {}
    settings = settings_digest(terms.calendar)
    first = min(each.period.span.start for each in wanted)
    last = max(each.period.span.end for each in wanted)
    domains = {each.measure.domain for each in wanted}
    marks = {domain: fingerprints(domain, first, last) for domain in domains}
    fresh = {
        each.key: digest(
            _FORM,
            each.measure.key,
            each.measure.version,
            settings,
            *_marks_of(each, marks[each.measure.domain]),
            _age(each.period, terms),
        )
        for each in wanted
    }
    return fresh, marks


def _marks_of(wanted: Wanted, marks: dict[date, int]) -> list[int]:
    span = wanted.period.span
    return [marks.get(month, 0) for month in months_between(span.start, span.end - _INSTANT)]


def _age(period: Period, terms: Terms) -> int:
    """Return nothing for a period that is over, and a number that moves on while it runs."""
    if period.span.end <= terms.as_of:
        return 0
    return int(terms.as_of.timestamp() // RUNNING_PERIOD_AGE.total_seconds())
