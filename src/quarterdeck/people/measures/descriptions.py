"""Whether employees have a current, results-focused job description."""

from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import F, Min

from quarterdeck.core.measures import Better, Reading, Scope, Terms, Unit, measure
from quarterdeck.core.readings import Basis, excluded, of_shares
from quarterdeck.kernels.spans import Span
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people.models import Incumbency
from quarterdeck.people.models.base import DESCRIPTIONS
from quarterdeck.people.queries.currency import Flaw, flaws_of, holders_on

_INSTANT = timedelta(microseconds=1)


@measure(
    "people.current_descriptions",
    title="Employees with a current, results-focused job description",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty="J3.2.m1",
    domain=DESCRIPTIONS,
    leads=True,
)
def current_descriptions(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of those who hold a position on the last day of the period, the share whose class has a
    current and results-focused description.

    That is one in force on the day, with at least one result, a measure of success for every
    result, and a review within the twelve months before; its approval is its first review. While
    the period runs, the day is today. Whoever holds two positions counts for each. A holder whose
    position itself has ended is left out. Positions count as recorded from the first day on which
    somebody holds one; people without a position are not known to be employees.
    """
    day = own_day(min(period.end - _INSTANT, terms.as_of))
    held = holders_on(day, scope)
    ended = held.filter(position__valid_to__lt=day)
    counted = held.exclude(pk__in=ended.values("pk"))
    flaws = flaws_of(day, terms.as_of)
    rows = counted.values_list("pk", F("position__job_class"))
    found = {key: flaws.get(job_class, Flaw.NONE_APPROVED) for key, job_class in rows}
    amounts = Counter(flaw for flaw in found.values() if flaw)
    basis = Basis(
        as_of=terms.as_of,
        coverage=_coverage(period, terms.as_of),
        included=counted,
        excluded=excluded("Their position has ended", ended),
        freshest_at=terms.as_of if _first_held() else None,
        parameters={
            "on": day.isoformat(),
            **{flaw.value: str(amounts[flaw]) for flaw in Flaw if amounts[flaw]},
        },
    )
    return of_shares(basis, {key: flaw is None for key, flaw in found.items()})


def _first_held() -> date | None:
    first: date | None = Incumbency.objects.aggregate(first=Min("valid_from"))["first"]
    return first


def _coverage(period: Span, as_of: datetime) -> Fraction:
    """Return 1 where positions were recorded by the day that is asked for, else 0."""
    first = _first_held()
    if first is None or as_of <= period.start:
        return Fraction(0)
    last = own_day(min(period.end - _INSTANT, as_of))
    return Fraction(int(first <= last))
