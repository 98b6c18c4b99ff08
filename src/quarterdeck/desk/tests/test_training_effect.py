"""Whether training makes questions of use fewer, worked out by hand for twenty people."""

import re
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
        Ticket.objects.update(true_category="Hardware")

    assert reading("desk.training_effect").value == 0


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
