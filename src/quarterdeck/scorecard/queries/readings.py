"""Readings by way of the cache: what is kept and still true, and what has to be computed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quarterdeck.core.evidence import digest, fingerprints, months_between
from quarterdeck.core.measures import Measure, Scope, Terms, take
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import settings_digest
from quarterdeck.scorecard.models import CachedReading
from quarterdeck.scorecard.queries.figures import Figures

# While a period runs, a reading of it is at most this old; the page says as of when it is.
RUNNING_PERIOD_AGE = timedelta(minutes=5)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Wanted:
    """One measure over one period."""

    measure: Measure
    period: Period

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others of one scope and calendar."""
        return self.measure.key, self.period.key


@dataclass(frozen=True)
class Computed:
    """A fresh reading's figures with what makes them stale."""

    wanted: Wanted
    scope: Scope
    terms: Terms
    fingerprint: str
    figures: Figures


@dataclass
class Answers:
    """What is known by now, what was computed for it, and what is still missing."""

    known: dict[tuple[str, str], Figures]
    computed: list[Computed]
    missing: list[Wanted]

    def figures(self, wanted: Wanted) -> Figures | None:
        """Return the figures of one reading, or None while they are not computed."""
        return self.known.get(wanted.key)


def answers(
    wanted: Sequence[Wanted], scope: Scope, terms: Terms, *, go_on: Callable[[], bool]
) -> Answers:
    """Return readings from the cache, and compute the others in order for as long as `go_on`
    says."""
    fresh = _fingerprints(wanted, terms)
    kept = CachedReading.objects.filter(
        scope=str(scope),
        calendar=terms.calendar,
        measure__in={each.measure.key for each in wanted},
        period__in={each.period.key for each in wanted},
    )
    known = {
        (row.measure, row.period): Figures.restored(row.figures)
        for row in kept
        if fresh.get((row.measure, row.period)) == row.fingerprint
    }
    missing = [each for each in wanted if each.key not in known]
    computed = []
    while missing and go_on():
        each = missing.pop(0)
        figures = Figures.of(take(each.measure, each.period.span, scope, terms))
        computed.append(Computed(each, scope, terms, fresh[each.key], figures))
        known[each.key] = figures
    return Answers(known, computed, missing)


def _fingerprints(wanted: Iterable[Wanted], terms: Terms) -> dict[tuple[str, str], str]:
    """Return what each reading depends on: definition, settings, marked evidence, and now if it
    still runs."""
    wanted = list(wanted)
    if not wanted:
        return {}
    settings = settings_digest(terms.calendar)
    first = min(each.period.span.start for each in wanted)
    last = max(each.period.span.end for each in wanted)
    domains = {each.measure.domain for each in wanted}
    marks = {domain: fingerprints(domain, first, last) for domain in domains}
    return {
        each.key: digest(
            each.measure.key,
            each.measure.version,
            settings,
            *_marks_of(each, marks[each.measure.domain]),
            _age(each.period, terms),
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
