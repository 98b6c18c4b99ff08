"""The share of employees with a current, results-focused description, against classes by hand."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.directory import assign_role
from quarterdeck.core.evidence import fingerprints
from quarterdeck.core.measures import Reading, Scope, State, Terms, measure_of, take
from quarterdeck.core.models import Account, Person, Team, Unit
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import parse_period
from quarterdeck.people.models import (
    ClassVersion,
    Incumbency,
    JobClass,
    JobDraft,
    JobFamily,
    Position,
    ResultsArea,
    SuccessMeasure,
)
from quarterdeck.people.records import incumbencies
from quarterdeck.people.vocabulary import DraftKind, Evidence

pytestmark = pytest.mark.django_db

APPROVED = datetime(2026, 1, 15, 12, tzinfo=UTC)
JULY = datetime(2026, 7, 1, 12, tzinfo=UTC)


def described(title: str, *measured: bool, approved: datetime = APPROVED) -> JobClass:
    """A class with an approved version that has a results area for each truth, measured or not."""
    family, _ = JobFamily.objects.get_or_create(name="Information technology")
    job_class = JobClass.objects.create(title=title, family=family)
    version(job_class, *measured, approved=approved)
    return job_class


def version(
    job_class: JobClass, *measured: bool, approved: datetime = APPROVED, number: int = 1
) -> ClassVersion:
    approver, _ = Account.objects.get_or_create(username="approver")
    draft = JobDraft.objects.create(
        title=job_class.title, kind=DraftKind.CLASS, begun_by=approver, begun_at=approved
    )
    made = ClassVersion.objects.create(
        job_class=job_class,
        number=number,
        effective_on=approved.date(),
        change_note="Approved",
        draft=draft,
        approved_by=approver,
        approved_at=approved,
        reviewed_on=approved.date(),
    )
    for order, is_measured in enumerate(measured):
        area = ResultsArea.objects.create(
            class_version=made, order=order, text=f"Result {order}", is_confirmed=True
        )
        if is_measured:
            SuccessMeasure.objects.create(
                class_version=made,
                order=order,
                text="Uptime",
                is_confirmed=True,
                results_area=area,
                evidence=Evidence.NUMBER,
            )
    return made


def held(job_class: JobClass, name: str, **ended: date) -> Incumbency:
    position = Position.objects.create(
        title=f"{job_class.title} {name}",
        unit=Unit.objects.get(parent=None),
        job_class=job_class,
        valid_from=date(2026, 1, 1),
        valid_to=ended.get("position"),
    )
    return Incumbency.objects.create(
        position=position,
        person=Person.objects.create(name=name),
        valid_from=date(2026, 1, 1),
        valid_to=ended.get("holder"),
    )


def read(period: str = "2026-06", at: datetime = JULY, scope: str = "organisation") -> Reading:
    wanted = measure_of("people.current_descriptions")
    return take(wanted, parse_period(period).span, Scope.parse(scope), Terms(at))


def test_every_result_needs_a_measure_and_there_must_be_a_result(given: Given) -> None:
    with given():
        held(described("Measured", True, True), "Ada")
        held(described("Half measured", True, False), "Bo")
        held(described("Without results"), "Chi")
        job_class = JobClass.objects.create(
            title="Without a description", family=JobFamily.objects.get()
        )
        held(job_class, "Dee")

    reading = read()

    assert (reading.value, reading.n, dict(reading.parameters)) == (
        Fraction(1, 4),
        4,
        {
            "on": "2026-06-30",
            "no description was approved": "1",
            "the description names no result": "1",
            "a result has no measure of success": "1",
        },
    )


@pytest.mark.parametrize(("period", "share"), [("2027-01-01..2027-01-15", 1), ("2027-01", 0)])
def test_a_description_is_current_for_twelve_months(period: str, share: int, given: Given) -> None:
    with given():
        held(described("Measured", True), "Ada")

    assert read(period, datetime(2027, 3, 1, tzinfo=UTC)).value == share


def test_a_review_makes_it_current_again_from_its_day_on(given: Given) -> None:
    with given():
        job_class = described("Measured", True)
        held(job_class, "Ada")
        ClassVersion.objects.filter(job_class=job_class).update(reviewed_on=date(2027, 2, 10))

    values = [
        read(month, datetime(2027, 3, 1, tzinfo=UTC)).value for month in ("2027-01", "2027-02")
    ]

    assert values == [0, 1]


def test_the_version_in_force_on_the_day_counts(given: Given) -> None:
    with given():
        job_class = described("Measured later")
        held(job_class, "Ada")
        version(job_class, True, approved=datetime(2026, 6, 10, tzinfo=UTC), number=2)

    assert [read("2026-05").value, read("2026-06").value] == [0, 1]


def test_a_version_approved_after_the_instant_asked_for_is_not_known_then(given: Given) -> None:
    with given():
        held(described("Measured", True, approved=datetime(2026, 6, 10, tzinfo=UTC)), "Ada")

    assert read(at=datetime(2026, 6, 9, tzinfo=UTC)).value == 0


def test_holders_of_a_position_that_has_ended_are_left_out(given: Given) -> None:
    with given():
        job_class = described("Measured", True)
        held(job_class, "Ada", position=date(2026, 3, 31))
        held(job_class, "Bo")
        held(job_class, "Chi", holder=date(2026, 3, 31))

    reading = read()

    assert (reading.n, {each.reason: each.n for each in reading.excluded}) == (
        1,
        {"Their position has ended": 1},
    )


def test_without_positions_there_is_no_evidence() -> None:
    assert read().state is State.NOT_ENOUGH_EVIDENCE


def test_before_anybody_held_a_position_nothing_was_recorded(given: Given) -> None:
    with given():
        held(described("Measured", True), "Ada")

    assert read("2025-12").state is State.NOT_ENOUGH_EVIDENCE


def test_a_unit_is_read_by_its_positions_and_a_team_by_its_people(given: Given) -> None:
    with given():
        held(described("Measured", True), "Ada")
        root = Unit.objects.get(parent=None)
        Team.objects.create(name="Network", unit=root)

    readings = [read(scope=f"unit:{root.name}"), read(scope="team:Network")]

    assert [reading.n for reading in readings] == [1, 0]


def test_a_holder_that_is_typed_in_or_ended_makes_the_readings_since_then_stale(
    given: Given,
) -> None:
    operator = Account.objects.get(username="operator")
    with given():
        keeper = Account.objects.create(username="keeper")
        job_class = described("Measured", True)
        ada = held(job_class, "Ada")
        bo = Person.objects.create(name="Bo")
    assign_role(account=keeper, role=Role.IT_MANAGER, actor=operator, at=APPROVED)
    typed: dict[str, Any] = {"record": incumbencies, "actor": keeper, "at": JULY}

    added = {"position": ada.position, "person": bo, "valid_from": date(2026, 5, 5)}
    add_record(values=added, **typed)
    change_record(row=ada, version=1, values={"valid_to": date(2026, 6, 30)}, **typed)

    found = fingerprints(["people.descriptions"], datetime(2026, 1, 1, tzinfo=UTC), JULY)
    marks = found["people.descriptions"]
    # Ada's months are marked for what she was and for what she is; Bo's from May on.
    assert [marks.get(date(2026, month, 1), 0) for month in range(1, 8)] == [2, 2, 2, 2, 3, 3, 3]
