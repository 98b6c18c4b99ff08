"""Effect of training at the first two of Kirkpatrick's levels: reaction and learning.

Kirkpatrick & Kirkpatrick, "Evaluating Training Programs", 3rd edition (2006). What training does to
the work of the desk is read there.
"""

from fractions import Fraction

from django.db.models import Min

from quarterdeck.core.measures import (
    Better,
    Exclusion,
    Reading,
    Scope,
    Terms,
    Unit,
    measure,
)
from quarterdeck.core.readings import Basis, excluded
from quarterdeck.kernels.small_groups import is_shown
from quarterdeck.kernels.spans import Span, coverage
from quarterdeck.kernels.statistics import mean_interval
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.queries.survey_readings import satisfaction_after
from quarterdeck.office.queries.surveys import DOMAIN as SURVEYS
from quarterdeck.people.models import CourseSession
from quarterdeck.people.models.training import TRAINING, EnrolmentQuerySet
from quarterdeck.people.queries.learning import (
    MOST_GAIN,
    SMALLEST_GROUP,
    gains,
    participants_of,
    sat_both,
)
from quarterdeck.people.queries.training import TRAINING_ATTENDED

_DUTY = "J3.4.m2"


@measure(
    "people.course_reaction",
    title="Training, level 1: satisfied with the course",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=_DUTY,
    domain=SURVEYS,
)
def course_reaction(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of those who answered in the period how their course was, the share satisfied.

    It is the reaction, the first of Kirkpatrick's four levels, and says nothing of what was learnt.
    Satisfied is who answers the first question with 4 or 5 of 5, or with yes. Whoever was asked and
    did not answer is told as the response rate. Answers of too few people are hidden.
    """
    return satisfaction_after(TRAINING_ATTENDED, period, scope, terms)


@measure(
    "people.learning_gain",
    title="Training, level 2: learning gain",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=_DUTY,
    domain=TRAINING,
)
def learning_gain(period: Span, scope: Scope, terms: Terms) -> Reading:
    """The mean part of what a course could still teach its participants that they learnt, for
    courses completed in the period and tested before and after.

    For each participant it is (after - before) / (1 - before), with both results as shares of
    their most: the normalised gain of Hake (1998), and the second of Kirkpatrick's levels. Tests
    that were sat here are scored by their key; other results were typed in or imported. The
    interval is Student's, at 95 %, and ends at 1, above which no gain can lie (Mandelkern,
    Statistical Science 17, 2002). Left out are those without both tests, and those who knew all
    before. Fewer than five people are no evidence, however many courses they took, and neither are
    so many that the rest of the organisation's would be fewer. Training counts as recorded from the
    first session on.
    """
    first, end = own_day(period.start), own_day(period.end)
    every = participants_of(Scope()).attended()
    every = every.filter(completed_on__gte=first, completed_on__lt=end)
    rows = every.filter(pk__in=participants_of(scope).values("pk"))
    all_gains, people = gains(every), dict(every.values_list("pk", "person"))
    mine = set(rows.values_list("pk", flat=True))
    found = {key: gain for key, gain in all_gains.items() if key in mine}
    n, of_all = (len({people[key] for key in some}) for some in (found, all_gains))
    counted = rows.filter(pk__in=found)
    basis = Basis(
        as_of=terms.as_of,
        coverage=_coverage(period, terms),
        included=counted,
        excluded=excluded(
            "Not tested before and after, or nothing was left to learn",
            rows.exclude(pk__in=found),
            is_unknown=True,
        ),
        freshest_at=terms.as_of if CourseSession.objects.exists() else None,
        parameters={
            "smallest group": str(SMALLEST_GROUP),
            "interval": "Student's t, 95 %, at most 1",
            "both tests sat and scored here": _told(found, n),
        },
    )
    return _mean(basis, rows, found, (n, of_all))


def _told(found: dict[int, Fraction], people: int) -> str:
    # How few answered would tell of single people.
    return f"{sat_both(found)} of {len(found)}" if people >= SMALLEST_GROUP else "not shown"


def _mean(
    basis: Basis, rows: EnrolmentQuerySet, found: dict[int, Fraction], people: tuple[int, int]
) -> Reading:
    """Return the mean gain; of so few people, here or in the rest of all, none."""
    n, of_all = people
    if found and not is_shown(n, (of_all,), SMALLEST_GROUP):
        few = Exclusion("Too few participants", rows.none(), n, is_unknown=True)
        hidden = Basis(
            as_of=basis.as_of,
            coverage=basis.coverage,
            included=rows.none(),
            excluded=(*basis.excluded, few),
            freshest_at=basis.freshest_at,
            parameters=basis.parameters,
        )
        return hidden.silence()
    if not found:
        return basis.silence()
    total = sum(found.values(), Fraction())
    return basis.reading(
        value=total / len(found),
        n=len(found),
        numerator=total,
        denominator=Fraction(len(found)),
        interval=mean_interval(list(found.values()), most=MOST_GAIN),
        # In hundredths, which is what a row shows of its gain.
        amounts={key: round(gain * 100) for key, gain in found.items()},
    )


def _coverage(period: Span, terms: Terms) -> Fraction:
    """Return the share of the period, up to now, since the first session."""
    elapsed = period.clip(Span(min(period.start, terms.as_of), terms.as_of))
    first = CourseSession.objects.aggregate(first=Min("starts_at"))["first"]
    if elapsed is None or first is None or first >= terms.as_of:
        return Fraction(0)
    return coverage([Span(first, terms.as_of)], elapsed)
