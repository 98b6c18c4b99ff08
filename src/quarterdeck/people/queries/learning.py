"""What was learnt: the results of tests before and after, and whose they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, F, Q, QuerySet

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Scope
from quarterdeck.core.models import Team, Unit
from quarterdeck.core.scopes import unit_named
from quarterdeck.kernels.statistics import mean_interval
from quarterdeck.people.models import Course, Enrolment, TestResult
from quarterdeck.people.models.training import EnrolmentQuerySet
from quarterdeck.people.vocabulary import EnrolmentState, TestMoment

# Figures of fewer participants tell of single people.
SMALLEST_GROUP = 5
# Whoever knows all afterwards has learnt all that could be learnt.
MOST_GAIN = 1


def gains(enrolments: QuerySet[Enrolment]) -> dict[int, Fraction]:
    """Return by enrolment the part of what could be learnt that was learnt.

    It is the normalised gain (post - pre) / (1 - pre) of Hake, "Interactive-engagement versus
    traditional methods", American Journal of Physics 66 (1998), with both results as shares of
    their most. Of several results of a moment the last counts, and one of a test that was sat here
    before any other. Who knew all before is left out,
    and so is who lacks one of the tests.
    """
    shares: dict[tuple[int, str], Fraction] = {}
    standing = TestResult.objects.standing().filter(enrolment__in=enrolments)
    results = standing.order_by(F("attempt").asc(nulls_first=True), "at", "pk")
    for key, moment, points, most in results.values_list("enrolment", "moment", "points", "most"):
        shares[key, moment] = Fraction(points, most)
    found = {}
    for key, moment in shares:
        before, after = shares.get((key, TestMoment.PRE)), shares.get((key, TestMoment.POST))
        if moment == TestMoment.PRE and before is not None and after is not None and before < 1:
            found[key] = (after - before) / (1 - before)
    return found


def sat_both(enrolments: Iterable[int]) -> int:
    """Return how many of these enrolments have both results from tests that were sat here."""
    sat = TestResult.objects.filter(attempt__isnull=False, enrolment__in=list(enrolments))
    counted = sat.values("enrolment").annotate(n=Count("pk"))
    return counted.filter(n=len(TestMoment)).count()


def participants_of(scope: Scope) -> EnrolmentQuerySet:
    """Return the enrolments of a scope's people; Refused for an unknown unit or team."""
    every = Enrolment.objects.all()
    if scope.kind == "organisation":
        return every
    if scope.kind == "unit":
        return every.filter(person__unit__in=Unit.objects.below(unit_named(scope.name)))
    if scope.kind == "team":
        team = Team.objects.filter(name=scope.name).first()
        if team is None:
            raise Refused(f"There is no team “{scope.name}”.")
        return every.filter(person__memberships__team=team)
    return every.none()


@dataclass(frozen=True)
class CourseResults:
    """What became of a course: places in its sessions, and what was learnt in `n` of them by so
    many people; in `sat` of them both tests were answered here."""

    attended: int
    absent: int
    enrolled: int
    waiting: int
    n: int
    people: int
    sat: int
    gain: Fraction | None
    interval: tuple[float, float] | None

    @property
    def smallest(self) -> int:
        """The fewest participants of whom a figure is shown."""
        return SMALLEST_GROUP


def course_results(course: Course) -> CourseResults:
    """Return the results of all sessions of a course; a gain of few is hidden."""
    rows = Enrolment.objects.filter(session__course=course, session__cancelled_at__isnull=True)
    found = gains(rows.filter(Q(state=EnrolmentState.ATTENDED)))
    learnt = list(found.values())
    places = {
        key: (state, person) for key, state, person in rows.values_list("pk", "state", "person")
    }
    people = len({places[key][1] for key in found})
    is_shown = people >= SMALLEST_GROUP
    states = [state for state, _ in places.values()]
    return CourseResults(
        attended=states.count(EnrolmentState.ATTENDED),
        absent=states.count(EnrolmentState.ABSENT),
        enrolled=states.count(EnrolmentState.ENROLLED),
        waiting=states.count(EnrolmentState.WAITING),
        n=len(learnt),
        people=people,
        sat=sat_both(found),
        gain=sum(learnt, Fraction()) / len(learnt) if is_shown else None,
        interval=mean_interval(learnt, most=MOST_GAIN) if is_shown else None,
    )
