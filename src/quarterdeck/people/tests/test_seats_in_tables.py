"""Tables of sessions and enrolments: each line is compared with what the same file says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from quarterdeck.office.models import ImportBatch, ImportFinding
from quarterdeck.office.tests.ledger import counts
from quarterdeck.people.models import Enrolment
from quarterdeck.people.tests.house import House, open_house
from quarterdeck.people.tests.tables import taken_in

SESSIONS = "Session,Course,Start,End,Capacity"
SEATS = "Session,Person,Status,Pre test,Max points"

pytestmark = pytest.mark.django_db
Take = Callable[..., ImportBatch]


@pytest.fixture(name="house")
def _house() -> House:
    return open_house()


@pytest.fixture(name="take_in")
def _take_in(tmp_path: Path, house: House) -> Take:
    """Give a way to take tables in; one course and three sessions of one hour stand already."""

    def take_in(profile: str, *lines: str) -> ImportBatch:
        return taken_in(tmp_path / "table.csv", profile, lines, actor=house.iris)

    take_in("course-table", "Code,Course name", "K,Knots")
    take_in("session-table", SESSIONS, at("a", 1, 9), at("b", 8, 9), at("c", 15, 9))
    return take_in


def at(session: str, day: int, hour: int) -> str:
    """Return the line of a session of one hour in September."""
    return f"{session},K,{day:02}.09.2026 {hour:02}:00,{day:02}.09.2026 {hour + 1:02}:00,8"


def refused_lines(batch: ImportBatch) -> list[int | None]:
    found = ImportFinding.objects.filter(batch=batch, kind="error")
    return list(found.order_by("line").values_list("line", flat=True))


def test_two_sessions_are_not_moved_to_one_time(take_in: Take) -> None:
    take_in("enrolment-table", SEATS, "a,Ben,Booked,,", "b,Ben,Booked,,")

    batch = take_in("session-table", SESSIONS, at("a", 22, 9), at("b", 22, 9))

    assert (refused_lines(batch), counts(batch)) == ([3], (0, 1, 0, 1))


def test_sessions_move_on_together(take_in: Take) -> None:
    take_in("enrolment-table", SEATS, "a,Ben,Booked,,", "b,Ben,Booked,,")

    batch = take_in("session-table", SESSIONS, at("a", 8, 9), at("b", 15, 9))

    assert (refused_lines(batch), counts(batch)) == ([], (0, 2, 0, 0))


def test_no_session_takes_the_time_of_one_that_cannot_leave_it(take_in: Take) -> None:
    """The third stays; so the second cannot move to its time, nor the first to the second's."""
    take_in("enrolment-table", SEATS, "a,Ben,Booked,,", "b,Ben,Booked,,", "c,Ben,Booked,,")

    batch = take_in("session-table", SESSIONS, at("a", 8, 9), at("b", 15, 9))

    assert (refused_lines(batch), counts(batch)) == ([2, 3], (0, 0, 0, 2))


@pytest.mark.parametrize("refused", ["x,Ben,Booked,,", "y,Ben,Booked,13,12"])
def test_a_line_that_is_itself_refused_takes_no_seat(take_in: Take, refused: str) -> None:
    """One overlaps with a seat that stands, the other tells of more points than there are."""
    standing, last = "x,K,01.09.2026 09:30,01.09.2026 10:30,8", "z,K,01.09.2026 10:00,{},8"
    middle = "y,K,01.09.2026 10:00,01.09.2026 11:00,8"
    take_in("session-table", SESSIONS, standing, middle, last.format("01.09.2026 11:00"))
    take_in("enrolment-table", SEATS, "a,Ben,Booked,,")

    batch = take_in("enrolment-table", SEATS, refused, "z,Ben,Booked,,")

    assert (refused_lines(batch), counts(batch)) == ([2], (1, 0, 0, 1))
    assert Enrolment.objects.filter(session__external_id="z", state="enrolled").exists()
