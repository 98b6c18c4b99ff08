"""Whether training makes questions of use fewer, worked out by hand for twenty people."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
import time_machine
from django.db.models import F
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.measures import ORGANISATION, Reading, Scope, State, Terms, measure_of, take
from quarterdeck.core.models import Account, Person, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Category, Ticket
from quarterdeck.kernels.periods import parse_period
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.vocabulary import EnrolmentState
from quarterdeck.services.models import Service, ServiceCourse

COURSE_ON = datetime(2026, 1, 20, 9, tzinfo=UTC)
BEFORE, AFTER = COURSE_ON - timedelta(days=20), COURSE_ON + timedelta(days=20)
MARCH = parse_period("2026-03").span
TERMS = Terms(datetime(2026, 5, 1, tzinfo=UTC))
# Questions before and after: half of the trained ask two fewer, half of the others one more.
TRAINED = [(2, 0)] * 5 + [(0, 0)] * 5
UNTRAINED = [(0, 1)] * 5 + [(1, 1)] * 5

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(operator: Account) -> Account:
    """A unit of twenty, of whom ten took a course for the service that all of them use."""
    with acting(actor=operator, verb_name="tests.house", at=COURSE_ON):
        unit = Unit.objects.create(name="Harbour", path="1.")
        service = Service.objects.create(name="Berths")
        course = Course.objects.create(title="Berths for everybody")
        ServiceCourse.objects.create(service=service, course=course)
        Category.objects.create(name="How to", is_how_to=True)
        session = CourseSession.objects.create(
            course=course,
            starts_at=COURSE_ON,
            ends_at=COURSE_ON + timedelta(hours=2),
            zone="UTC",
            seats=20,
        )
        for number, asked in enumerate((*TRAINED, *UNTRAINED)):
            person = Person.objects.create(name=f"User {number}", unit=unit)
            if number < len(TRAINED):
                Enrolment.objects.create(
                    session=session,
                    person=person,
                    state=EnrolmentState.ATTENDED,
                    asked_at=COURSE_ON,
                    completed_on=COURSE_ON.date(),
                )
            for amount, at in zip(asked, (BEFORE, AFTER), strict=True):
                for turn in range(amount):
                    ask(person, service, at + timedelta(hours=turn))
    return operator


def ask(person: Person, service: Service, at: datetime, category: str = "How to / Print") -> Ticket:
    return Ticket.objects.create(
        number=f"Q{Ticket.objects.count()}",
        kind="request",
        source="desk",
        opened_at=at,
        changed_at=at,
        requester=person,
        service=service,
        category=category,
    )


def reading(key: str, scope: Scope = ORGANISATION) -> Reading:
    return take(measure_of(key), MARCH, scope, TERMS)


@pytest.mark.usefixtures("house")
def test_the_effect_is_what_the_trained_changed_more_than_the_others() -> None:
    found = reading("desk.training_effect")

    # The trained change by -1 in the mean, the others by +1/2.
    assert (found.value, found.n) == (Fraction(-3, 2), 10)
    # Welch by hand: variances 10/9 and 5/18, standard error 0.372678, 13.235 degrees of freedom.
    assert found.interval == pytest.approx((-2.30364, -0.69636), abs=0.0005)
    assert found.parameters["trained"] == "10 people, 1.00 questions each before and 0.00 after"


def test_its_page_shows_the_interval(house: Account) -> None:
    manager = add_account(username="manager", actor=house, at=COURSE_ON)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=house, at=COURSE_ON)
    client = Client()
    client.force_login(manager)
    address = reverse("scorecard.measure", args=["desk.training_effect"])

    with time_machine.travel(TERMS.as_of, tick=False):
        page = client.get(address, {"period": "2026-03", "wait": "yes"}).content.decode()

    found = re.search(r"95 % interval</dt>\s*<dd[^>]*>([^<]*)</dd>", page)
    assert found is not None
    assert found[1].strip() == "-2.30 to -0.70"
    assert "Welch" in page


@pytest.mark.usefixtures("house")
def test_behaviour_is_told_of_those_who_had_asked() -> None:
    found = reading("desk.training_behaviour")

    assert (found.value, found.n) == (Fraction(1), 5)


def test_other_tickets_and_other_times_do_not_count(house: Account) -> None:
    service, trained = Service.objects.get(), Person.objects.get(name="User 0")
    with acting(actor=house, verb_name="tests.ask", at=COURSE_ON):
        other = Service.objects.create(name="Cranes")
        ask(trained, service, AFTER, category="Hardware")
        ask(trained, other, AFTER)
        ask(trained, service, COURSE_ON)
        ask(trained, service, COURSE_ON + timedelta(days=61, hours=16))
        Ticket.objects.filter(category="Hardware").update(true_category="Hardware")

    assert reading("desk.training_effect").value == Fraction(-3, 2)


def test_the_true_category_outdoes_the_presenting_one(house: Account) -> None:
    with acting(actor=house, verb_name="tests.resolve", at=COURSE_ON):
        Ticket.objects.filter(opened_at=AFTER).update(true_category="Hardware")

    # What was asked afterwards is none of use: the others change by -1/2 in the mean.
    assert reading("desk.training_effect").value == Fraction(-1, 2)


def test_where_all_changed_alike_there_is_not_enough_evidence(house: Account) -> None:
    with acting(actor=house, verb_name="tests.resolve", at=COURSE_ON):
        Ticket.objects.update(true_category="Hardware")

    found = reading("desk.training_effect")

    # Twenty people who ask nothing before and after show no chance to compare an effect with.
    assert (found.state, found.value, found.interval) == (State.NOT_ENOUGH_EVIDENCE, None, None)
    assert {each.reason: each.n for each in found.excluded} == {
        "All changed alike, which shows nothing of chance": 20
    }


def test_two_colleagues_stay_two_however_many_courses_there_are(house: Account) -> None:
    with acting(actor=house, verb_name="tests.days", at=COURSE_ON):
        for number, enrolment in enumerate(Enrolment.objects.order_by("pk")):
            day = (COURSE_ON + timedelta(days=number)).date()
            Enrolment.objects.filter(pk=enrolment.pk).update(completed_on=day)
        others = Person.objects.exclude(enrolments__isnull=False).order_by("pk")
        for person in list(others)[2:]:
            Person.objects.filter(pk=person.pk).update(unit=None)

    found = reading("desk.training_effect")

    # Ten days with two colleagues each are twenty windows, and two people.
    assert found.state == State.NOT_ENOUGH_EVIDENCE
    assert [each.n for each in found.excluded] == [2]


def test_who_is_compared_with_two_sessions_counts_once(house: Account) -> None:
    later = Enrolment.objects.order_by("pk").values_list("pk", flat=True)[5:]
    with acting(actor=house, verb_name="tests.days", at=COURSE_ON):
        day = (COURSE_ON + timedelta(days=5)).date()
        Enrolment.objects.filter(pk__in=list(later)).update(completed_on=day)

    found = reading("desk.training_effect")

    # The same tickets lie in the windows of both days: each person has the mean of two alike, and
    # the figure and its interval are those of one day.
    assert (found.value, found.n) == (Fraction(-3, 2), 10)
    assert found.interval == pytest.approx((-2.30364, -0.69636), abs=0.0005)
    assert found.parameters["without the course"].startswith("10 people,")


def test_who_takes_two_courses_counts_once_with_the_mean_of_both(house: Account) -> None:
    with acting(actor=house, verb_name="tests.second", at=COURSE_ON):
        cranes = Service.objects.create(name="Cranes")
        course = Course.objects.create(title="Cranes for everybody")
        ServiceCourse.objects.create(service=cranes, course=course)
        session = CourseSession.objects.create(
            course=course,
            starts_at=COURSE_ON,
            ends_at=COURSE_ON + timedelta(hours=2),
            zone="UTC",
            seats=20,
        )
        Enrolment.objects.create(
            session=session,
            person=Person.objects.get(name="User 0"),
            state=EnrolmentState.ATTENDED,
            asked_at=COURSE_ON,
            completed_on=COURSE_ON.date(),
        )

    found = reading("desk.training_effect")

    # User 0 changes by -2 and 0, so by -1; four others by -2, five by 0: -9/10. Each of those
    # without a course is seen on both services, and asks of one: half of 1/2. Together -23/20.
    assert (found.value, found.n) == (Fraction(-23, 20), 10)


@pytest.mark.usefixtures("house")
def test_the_rows_below_a_figure_are_those_that_it_counts() -> None:
    effect, behaviour = (reading(f"desk.training_{name}") for name in ("effect", "behaviour"))

    for found in (effect, behaviour):
        assert found.included is not None
        assert set(found.included.values_list("pk", flat=True)) == set(found.amounts)
    # The effect: 10 questions of the trained before lower it, as do 10 of the others afterwards;
    # 5 of the others before raise it. Behaviour: the 10 of those who had asked.
    assert Counter(effect.amounts.values()) == {-1: 20, 1: 5}
    assert Counter(behaviour.amounts.values()) == {-1: 10}


def test_behaviour_has_no_rows_of_people_who_had_asked_nothing(house: Account) -> None:
    with acting(actor=house, verb_name="tests.ask", at=COURSE_ON):
        ask(Person.objects.get(name="User 9"), Service.objects.get(), AFTER)

    found = reading("desk.training_behaviour")

    assert Counter(found.amounts.values()) == {-1: 10}


def test_few_people_are_no_evidence(house: Account) -> None:
    one = Enrolment.objects.order_by("pk")[:1]
    with acting(actor=house, verb_name="tests.absent", at=COURSE_ON):
        Enrolment.objects.filter(pk__in=list(one.values_list("pk", flat=True))).update(
            state=EnrolmentState.ABSENT, completed_on=None
        )

    found = reading("desk.training_effect")

    assert (found.state, found.value) == (State.NOT_ENOUGH_EVIDENCE, None)


def test_who_takes_the_course_within_the_time_after_is_not_compared(house: Account) -> None:
    late = Person.objects.get(name="User 19")
    with acting(actor=house, verb_name="tests.late", at=COURSE_ON):
        Enrolment.objects.create(
            session=CourseSession.objects.get(),
            person=late,
            state=EnrolmentState.ATTENDED,
            asked_at=COURSE_ON,
            completed_on=(COURSE_ON + timedelta(days=30)).date(),
        )

    # Nine are left to compare with, one short of what is needed.
    assert reading("desk.training_effect").state == State.NOT_ENOUGH_EVIDENCE


@pytest.mark.usefixtures("house")
def test_the_same_people_count_for_their_unit_and_for_the_service() -> None:
    values = [
        reading("desk.training_effect", scope).value
        for scope in (Scope("unit", "Harbour"), Scope("service", "Berths"))
    ]

    assert values == [Fraction(-3, 2)] * 2


def test_applications_can_be_learnt_by_a_session_soon_or_by_oneself(house: Account) -> None:
    with acting(actor=house, verb_name="tests.services", at=COURSE_ON):
        Service.objects.create(name="Racks", is_application=False)
        alone = Service.objects.create(name="Tides")
        Service.objects.create(name="Nobody teaches it")
        study = Course.objects.create(title="Tides", self_study="https://example.org/tides")
        ServiceCourse.objects.create(service=alone, course=study)
    key = "services.training_availability"

    with_session = take(measure_of(key), parse_period("2026-01").span, ORGANISATION, TERMS)
    with acting(actor=house, verb_name="tests.move", at=COURSE_ON):
        soon = timedelta(days=40)
        CourseSession.objects.update(starts_at=F("starts_at") + soon, ends_at=F("ends_at") + soon)
    moved = take(measure_of(key), parse_period("2026-01").span, ORGANISATION, TERMS)

    assert (with_session.value, moved.value) == (Fraction(1, 3), Fraction(2, 3))
