"""Questions of use asked before and after a course, by those who took it and by those who did not.

A trained person is compared with everybody of the same unit who took no course for the service up
to the end of the time after it. For each of them the tickets of the same service are counted in the
same two windows of equal length, so that seasons and releases bear on both groups alike. Whoever is
seen in several windows, after several courses or beside those of several colleagues, is one person
with the mean of them: what one person does twice is not independent.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import reduce
from operator import or_

from django.db.models import Q

from quarterdeck.core.measures import Scope
from quarterdeck.core.models import Person, Unit
from quarterdeck.core.scopes import unit_named
from quarterdeck.desk.models import Category, Ticket
from quarterdeck.desk.models.category import SEPARATOR
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.kernels.spans import Span
from quarterdeck.office.queries.periods import own_day, own_start_of
from quarterdeck.people.models import Enrolment
from quarterdeck.services.models import ServiceCourse

WINDOW = timedelta(days=60)


@dataclass(frozen=True)
class Observed:
    """How many questions one person asked before and after a day, in the mean of their windows.

    `tickets` are those questions: -1 where one was asked before, +1 where after, summed over the
    windows.
    """

    before: Fraction
    after: Fraction
    tickets: Mapping[int, int] = field(default_factory=dict)

    @property
    def change(self) -> Fraction:
        """After less before: negative where fewer were asked."""
        return self.after - self.before


@dataclass(frozen=True)
class Effect:
    """Both groups, each person once and in one of them."""

    trained: list[Observed] = field(default_factory=list)
    untrained: list[Observed] = field(default_factory=list)


@dataclass(frozen=True)
class _Case:
    """A person of a unit has completed a course for a service on a day."""

    person: int
    unit: int | None
    service: int
    day: date


def how_to_tickets() -> TicketQuerySet:
    """Return the standing tickets whose true category, or else presenting one, is of use."""
    paths = list(Category.objects.filter(is_how_to=True).values_list("path", flat=True))
    if not paths:
        return Ticket.objects.none()
    true, presenting = (
        reduce(
            or_,
            (Q(**{name: path}) | Q(**{f"{name}__startswith": path + SEPARATOR}) for path in paths),
        )
        for name in ("true_category", "category")
    )
    return Ticket.objects.standing().filter(true | (Q(true_category="") & presenting))


def effect_in(period: Span, scope: Scope, as_of: datetime) -> Effect:
    """Return the two groups of the courses whose time afterwards ended in the period.

    Only a person's first course for a service counts. Reading by that end, nothing of a period that
    is over changes any more.
    """
    last = min(period.end, as_of)
    first_day, last_day = (own_day(each - WINDOW) for each in (period.start, last))
    firsts = _first_courses()
    cases = [
        case
        for case in firsts.values()
        if first_day <= case.day < last_day and _is_within(scope, case)
    ]
    if not cases:
        return Effect()
    taught = {(case.person, case.service, case.day) for case in cases}
    others = _untrained(cases, firsts)
    asked = _asked(
        {case.service for case in cases},
        {person for person, *_ in taught | others},
        min(case.day for case in cases),
        max(case.day for case in cases),
    )
    return Effect(_observed(taught, asked), _observed(others, asked))


def _observed(
    places: Iterable[tuple[int, int, date]],
    asked: Mapping[tuple[int, int], list[tuple[datetime, int]]],
) -> list[Observed]:
    """Return each person once, with the mean of the windows around their days."""
    windows: dict[int, list[tuple[list[int], list[int]]]] = defaultdict(list)
    for person, service, day in sorted(places):
        windows[person].append(_windows(asked.get((person, service), []), day))
    found = []
    for each in windows.values():
        tickets: Counter[int] = Counter()
        for before, after in each:
            tickets.subtract(before)
            tickets.update(after)
        sums = (sum(len(window[side]) for window in each) for side in (0, 1))
        before_mean, after_mean = (Fraction(amount, len(each)) for amount in sums)
        found.append(Observed(before_mean, after_mean, tickets))
    return found


def _first_courses() -> dict[tuple[int, int], _Case]:
    """Return by person and service the first completed course for it."""
    services: dict[int, list[int]] = defaultdict(list)
    for course, service in ServiceCourse.objects.values_list("course", "service"):
        services[course].append(service)
    completed = Enrolment.objects.attended().filter(session__course__in=services)
    rows = completed.order_by("completed_on", "pk").values_list(
        "person", "person__unit", "session__course", "completed_on"
    )
    found: dict[tuple[int, int], _Case] = {}
    for person, unit, course, day in rows:
        for service in services[course]:
            if day is not None:
                found.setdefault((person, service), _Case(person, unit, service, day))
    return found


def _is_within(scope: Scope, case: _Case) -> bool:
    """Say whether a case belongs to a scope; teams and sources have no users of their own."""
    if scope.kind == "service":
        return ServiceCourse.objects.filter(service=case.service, service__name=scope.name).exists()
    if scope.kind == "unit":
        below = Unit.objects.below(unit_named(scope.name))
        return case.unit is not None and below.filter(pk=case.unit).exists()
    return scope.kind == "organisation"


def _untrained(
    cases: Collection[_Case], firsts: Mapping[tuple[int, int], _Case]
) -> set[tuple[int, int, date]]:
    """Return who is compared, for which services and around which days.

    Whoever was trained in these cases is of that group alone.
    """
    trained = {case.person for case in cases}
    units = {case.unit for case in cases if case.unit is not None}
    colleagues: dict[int, list[Person]] = defaultdict(list)
    for person in Person.objects.filter(unit__in=units).exclude(pk__in=trained).order_by("pk"):
        colleagues[person.unit_id or 0].append(person)
    found = set()
    for case in cases:
        for person in colleagues[case.unit or 0]:
            own = firsts.get((person.pk, case.service))
            is_trained = own is not None and own.day <= case.day + WINDOW
            if not is_trained and _is_here(person, case.day):
                found.add((person.pk, case.service, case.day))
    return found


def _is_here(person: Person, day: date) -> bool:
    """Say whether a person was there throughout both windows, as far as is known."""
    starts, ends = person.starts_on, person.ends_on
    came = starts is None or starts <= day - WINDOW
    return came and (ends is None or ends >= day + WINDOW)


def _asked(
    services: set[int], people: set[int], first: date, last: date
) -> dict[tuple[int, int], list[tuple[datetime, int]]]:
    """Return the questions of people about services by both, in the order of their time."""
    rows = how_to_tickets().filter(
        service__in=services,
        requester__in=people,
        opened_at__gte=own_start_of(first - WINDOW),
        opened_at__lt=own_start_of(last + WINDOW + timedelta(days=1)),
    )
    found: dict[tuple[int, int], list[tuple[datetime, int]]] = defaultdict(list)
    known = rows.order_by("opened_at", "pk")
    for person, service, at, key in known.values_list("requester", "service", "opened_at", "pk"):
        found[person or 0, service or 0].append((at, key))
    return found


def _windows(asked: list[tuple[datetime, int]], day: date) -> tuple[list[int], list[int]]:
    """Cut out the tickets of the days before and after a day, which itself counts for neither."""
    edges = (
        day - WINDOW,
        day,
        day + timedelta(days=1),
        day + timedelta(days=1) + WINDOW,
    )
    cuts = [bisect_left(asked, (own_start_of(each), 0)) for each in edges]
    keys = [key for _, key in asked]
    return keys[cuts[0] : cuts[1]], keys[cuts[2] : cuts[3]]
