"""Tables of training: in by a mapping, again, back out, and the real ones of an open course."""

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Person
from quarterdeck.office.models import ImportBatch, ImportFinding
from quarterdeck.office.tests.ledger import counts, silent
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.import_run import apply_batch
from quarterdeck.people.models import (
    Course,
    CourseSession,
    CourseTestReminder,
    Enrolment,
    TestResult,
)
from quarterdeck.people.queries.learning import gains
from quarterdeck.people.tests.house import AT, House, open_house
from quarterdeck.people.tests.tables import file_taken_in, taken_in
from quarterdeck.people.verbs.course_tests import publish_course_test
from quarterdeck.people.verbs.training import take_attendance

DAY = date(2026, 2, 3)
COURSES = ("Code,Course name,Description,Duration", "K1,Knots,How to tie them,90", "K2,Maps,,")
SESSIONS = (
    "Session,Course,Start,End,Capacity,Location,Trainer",
    "s1,Knots,03.02.2026 09:00,03.02.2026 10:30,8,Quay 1,Hal",
    "s2,K2,15.09.2026 09:00,15.09.2026 12:00,4,,",
)
TAKING_PART = (
    "Session,Person,Status,Pre test,Post test,Max points",
    "s1,Ben,Attended,3,9,12",
    "s1,Cyd,No show,,,",
    "s2,Ben,Registered,,,",
)

pytestmark = pytest.mark.django_db
Take = Callable[..., ImportBatch]


@pytest.fixture(name="house")
def _house() -> House:
    return open_house()


@pytest.fixture(name="take_in")
def _take_in(tmp_path: Path, house: House) -> Take:
    def take_in(profile: str, *lines: str, applies: bool = True, **options: str) -> ImportBatch:
        table = tmp_path / "table.csv"
        return taken_in(table, profile, lines, actor=house.iris, applies=applies, **options)

    return take_in


@pytest.fixture(name="taught")
def _taught(take_in: Take) -> list[ImportBatch]:
    """Take all three tables in."""
    return [
        take_in("course-table", *COURSES),
        take_in("session-table", *SESSIONS),
        take_in("enrolment-table", *TAKING_PART),
    ]


def enrol_by_hand(house: House, at: datetime) -> Enrolment:
    """Let Hal have a seat in the session of February, as if typed in before it began."""
    session = CourseSession.objects.get(external_id="s1")
    assert house.hal.person is not None
    with acting(actor=house.iris, verb_name="tests.seat", at=at):
        return Enrolment.objects.create(
            session=session, person=house.hal.person, state="enrolled", asked_at=at
        )


def enrolments() -> list[tuple[object, ...]]:
    rows = Enrolment.objects.order_by("session__starts_at", "person__name")
    return list(rows.values_list("person__name", "state", "completed_on"))


def test_courses_sessions_and_who_took_part_come_in(taught: list[ImportBatch]) -> None:
    knots = CourseSession.objects.order_by("starts_at")[0]

    assert [counts(batch) for batch in taught] == [(2, 0, 0, 0), (2, 0, 0, 0), (3, 0, 0, 0)]
    assert (str(knots), knots.course.minutes, str(knots.trainer)) == (
        "Knots, 2026-02-03 09:00",
        90,
        "Hal",
    )
    assert enrolments() == [
        ("Ben", "attended", knots.ends_at.date()),
        ("Cyd", "absent", None),
        ("Ben", "enrolled", None),
    ]
    assert list(gains(Enrolment.objects.all()).values()) == [Fraction(2, 3)]


def test_the_same_tables_again_change_nothing(taught: list[ImportBatch], take_in: Take) -> None:
    tables = {"course-table": COURSES, "session-table": SESSIONS, "enrolment-table": TAKING_PART}

    again = [counts(take_in(profile, *lines)) for profile, lines in tables.items()]

    assert again == [(0, 0, len(lines) - 1, 0) for lines in tables.values()]
    assert (len(taught), TestResult.objects.count()) == (3, 2)


def test_a_course_that_was_typed_in_is_known_by_its_title(house: House, take_in: Take) -> None:
    with acting(actor=house.iris, verb_name="tests.course", at=AT):
        course = Course.objects.create(title="Knots")

    batch = take_in("course-table", *COURSES)

    course.refresh_from_db()
    assert (counts(batch), course.summary) == ((1, 1, 0, 0), "How to tie them")


def test_a_later_result_counts_until_its_import_is_withdrawn(
    taught: list[ImportBatch], take_in: Take
) -> None:
    better = take_in("enrolment-table", TAKING_PART[0], "s1,Ben,Attended,3,12,12")
    found = [list(gains(Enrolment.objects.all()).values())]

    for batch in (better, taught[2]):
        withdraw_import(batch=batch, actor=batch.begun_by, at=AT)
        found.append(list(gains(Enrolment.objects.all()).values()))

    assert (counts(better), found) == ((0, 1, 0, 0), [[1], [Fraction(2, 3)], []])


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("Session,Person,Post test,Max points", "s1,Ben,12,12"),
        ("Session,Person,Status,Post test,Max points", "s1,Ben,,12,12"),
    ],
)
@pytest.mark.usefixtures("taught")
def test_a_line_without_a_state_leaves_who_was_there(take_in: Take, head: str, line: str) -> None:
    before = enrolments()

    batch = take_in("enrolment-table", head, line)

    found = [enrolments(), list(gains(Enrolment.objects.all()).values())]
    withdraw_import(batch=batch, actor=batch.begun_by, at=AT)
    assert (counts(batch), found) == ((0, 1, 0, 0), [before, [1]])
    assert enrolments() == before


@pytest.mark.usefixtures("taught")
def test_a_list_of_attendance_says_that_the_enrolled_were_there_and_no_absence_is_undone(
    house: House, take_in: Take
) -> None:
    """Of s1 the table said that Ben was there and Cyd was not; Hal enrolled here by hand."""
    enrol_by_hand(house, AT)

    batch = take_in(
        "enrolment-table", "Session,Person", "s1,Ben", "s1,Cyd", "s1,Hal", named="present"
    )

    assert (counts(batch), enrolments()[:3]) == (
        (0, 1, 1, 1),
        [("Ben", "attended", DAY), ("Cyd", "absent", None), ("Hal", "attended", DAY)],
    )
    withdraw_import(batch=batch, actor=batch.begun_by, at=AT)
    assert enrolments()[2] == ("Hal", "enrolled", None)


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.usefixtures("taught")
def test_what_was_entered_since_the_file_was_given_in_stays_and_is_told(
    house: House, take_in: Take, *, is_known: bool
) -> None:
    """Judged anew when it is applied, a line that would overwrite newer work is refused."""
    row = enrol_by_hand(house, AT) if is_known else None
    waiting = take_in("enrolment-table", TAKING_PART[0], "s1,Hal,Attended,,,", applies=False)
    assert (waiting.created, waiting.updated) == (not is_known, is_known)
    later = AT + timedelta(minutes=5)
    row = row or enrol_by_hand(house, later)
    take_attendance(session=row.session, attended={row.pk: False}, actor=house.iris, at=later)

    apply_batch(batch=waiting, report=silent, actor=house.iris, at=later)

    (finding,) = ImportFinding.objects.filter(batch=waiting, kind="error")
    row.refresh_from_db()
    assert (counts(waiting), row.state, finding.column) == ((0, 0, 0, 1), "absent", "Status")
    assert "entered here since the file was given in" in finding.expected


@pytest.mark.usefixtures("taught")
def test_what_is_entered_while_an_import_comes_in_stops_it(house: House, take_in: Take) -> None:
    waiting = take_in("enrolment-table", TAKING_PART[0], "s1,Hal,Attended,,,", applies=False)

    def somebody_else(_what: str, _done: int, _of: int) -> None:
        """The worker tells how far it is when lines are judged, and before they count."""
        enrol_by_hand(house, AT)

    with pytest.raises(Refused, match=r"Hal: Knots.* was entered or changed by somebody meanwhile"):
        apply_batch(batch=waiting, report=somebody_else, actor=house.iris, at=AT)

    row = Enrolment.objects.get(person=house.hal.person)
    assert row.state == "enrolled"


@pytest.mark.usefixtures("taught")
def test_points_need_a_seat_that_stands_where_the_line_says_no_state(take_in: Take) -> None:
    take_in("enrolment-table", TAKING_PART[0], "s2,Hal,Cancelled,,,")

    batch = take_in("enrolment-table", "Session,Person,Pre test,Max points", "s2,Hal,3,12")

    (finding,) = ImportFinding.objects.filter(batch=batch, kind="error")
    assert (counts(batch), finding.column) == ((0, 0, 0, 1), "Pre test")


def test_courses_with_a_test_are_not_withdrawn(house: House, take_in: Take) -> None:
    batch = take_in("course-table", *COURSES)
    knots = Course.objects.get(title="Knots")
    publish_course_test(course=knots, text="Port is\n* left\n- right", actor=house.iris, at=AT)

    with pytest.raises(Refused, match="Something else rests on “Knots”"):
        withdraw_import(batch=batch, actor=batch.begun_by, at=AT)

    assert Course.objects.count() == 2


def test_withdrawal_takes_all_back_and_results_stay_on_record(taught: list[ImportBatch]) -> None:
    courses, sessions, taking_part = taught

    withdraw_import(batch=taking_part, actor=taking_part.begun_by, at=AT)

    assert enrolments() == [("Ben", "withdrawn", None)]
    with pytest.raises(Refused, match="Something else rests on"):
        withdraw_import(batch=sessions, actor=courses.begun_by, at=AT)


def test_withdrawal_leaves_as_withdrawn_who_was_reminded_of_a_test(take_in: Take) -> None:
    take_in("course-table", *COURSES)
    take_in("session-table", *SESSIONS)
    batch = take_in("enrolment-table", TAKING_PART[0], "s1,Ben,Attended,,,", "s1,Hal,Attended,,,")
    row = Enrolment.objects.get(person__name="Ben")
    with acting(actor=batch.begun_by, verb_name="tests.reminder", at=AT):
        CourseTestReminder.objects.create(enrolment=row, moment="post", at=AT)

    withdraw_import(batch=batch, actor=batch.begun_by, at=AT)

    connection.check_constraints()
    assert enrolments() == [("Ben", "withdrawn", None)]


def test_without_enrolments_nothing_of_courses_and_sessions_is_left(take_in: Take) -> None:
    batches = [take_in("course-table", *COURSES), take_in("session-table", *SESSIONS)]

    for batch in reversed(batches):
        withdraw_import(batch=batch, actor=batch.begun_by, at=AT)

    assert (CourseSession.objects.count(), Course.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("table", "line", "column", "found"),
    [
        (("course-table", "Title,Link"), "Maps,javascript:x", "Link", "javascript:x"),
        (("session-table", SESSIONS[0]), "s3,Knats,2026-02-03,2026-02-04,8,,", "Course", "Knats"),
        (("session-table", SESSIONS[0]), "s3,Knots,2026-02-03,2026-02-03,8,,", "End", None),
        (("session-table", SESSIONS[0]), "s3,Knots,2026-02-03,2026-02-04,0,,", "Capacity", "0"),
        (
            ("session-table", SESSIONS[0]),
            "s3,Knots,2026-02-03,2026-02-04,1,,Nobody",
            "Trainer",
            None,
        ),
        (("enrolment-table", TAKING_PART[0]), "s9,Ben,Attended,,,", "Session", None),
        (("enrolment-table", TAKING_PART[0]), "s1,Nobody,Attended,,,", "Person", None),
        (("enrolment-table", TAKING_PART[0]), "s2,Hal,Attended,,,", "Status", None),
        (("enrolment-table", TAKING_PART[0]), "s1,Hal,Attended,13,,12", "Pre test", None),
        (("enrolment-table", TAKING_PART[0]), "s1,Hal,Cancelled,3,,12", "Pre test", None),
    ],
)
@pytest.mark.usefixtures("taught")
def test_what_cannot_be_is_refused_by_line_and_column(
    take_in: Take, table: tuple[str, str], line: str, column: str, found: str | None
) -> None:
    batch = take_in(*table, line)

    (finding,) = ImportFinding.objects.filter(batch=batch, kind="error")
    assert (counts(batch), finding.line, finding.column) == ((0, 0, 0, 1), 2, column)
    assert found is None or finding.found == found


def test_findings_about_people_name_nobody(taught: list[ImportBatch], take_in: Take) -> None:
    batch = take_in("enrolment-table", TAKING_PART[0], "s1,ben@elsewhere.example,Attended,,,")

    (finding,) = ImportFinding.objects.filter(batch=batch)
    told = f"{finding.found} {finding.external_id}"
    assert (len(taught), "ben@" in told, finding.found) == (3, False, "(not shown here)")


OVERLAPPING = "s3,Knots,15.09.2026 11:00,15.09.2026 13:00,8,,"


def errors_of(batch: ImportBatch) -> list[tuple[object, ...]]:
    found = ImportFinding.objects.filter(batch=batch, kind="error").order_by("line")
    return [(each.line, each.column, each.expected.partition(": ")[2]) for each in found]


@pytest.mark.usefixtures("taught")
def test_nobody_is_given_two_seats_at_one_time_by_a_table(take_in: Take) -> None:
    """Ben has a seat in the second session, with which the third overlaps."""
    take_in("session-table", SESSIONS[0], OVERLAPPING)
    head = TAKING_PART[0]

    both = take_in("enrolment-table", head, "s3,Ben,Booked,,,", "s3,Hal,Booked,,,", "s2,Hal,,,,")
    instead = take_in("enrolment-table", head, "s3,Ben,Booked,,,", "s2,Ben,Cancelled,,,")

    assert errors_of(both) == [
        (2, "Session", "one stands here already"),
        (4, "Session", "line 3 gives one"),
    ]
    assert (counts(both), counts(instead)) == ((1, 0, 0, 2), (1, 1, 0, 0))


@pytest.mark.usefixtures("taught")
def test_a_table_moves_no_session_to_where_somebody_sits_elsewhere(take_in: Take) -> None:
    later = "s4,K2,15.09.2026 13:00,15.09.2026 14:00,8,,"
    take_in("session-table", SESSIONS[0], later)
    take_in("enrolment-table", TAKING_PART[0], "s4,Ben,Booked,,,")

    moved = take_in("session-table", SESSIONS[0], later.replace("13:00", "11:30"))
    free = take_in("session-table", SESSIONS[0], later.replace("13:00", "12:00"))

    (finding,) = ImportFinding.objects.filter(batch=moved, kind="error")
    assert "has another one, in “Maps, 2026-09-15 09:00”" in finding.expected
    assert (counts(moved), counts(free)) == ((0, 0, 0, 1), (0, 1, 0, 0))


@pytest.mark.shared
def test_an_open_course_comes_in_with_all_who_took_part(
    shared: Path, tmp_path: Path, house: House, take_in: Take
) -> None:
    """The table names no course, no length of sessions and no seats: those are said here. Each
    person is known by a pseudonym; what the file counts is counted independently."""
    with gzip.open(shared / "training" / "ds4owd_course_participation.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    days = sorted({(int(row["session"]), row["date"]) for row in rows})
    with acting(actor=house.iris, verb_name="tests.participants", at=AT):
        names = sorted({row["anonymized_name"] for row in rows})
        Person.objects.bulk_create(Person(name=name, external_id=name) for name in names)
    head, lines = (
        "Session,Course,Start,Minutes,Seats",
        [f"{n},Data,{day},150,200" for n, day in days],
    )
    take_in("course-table", "Title", "Data")
    take_in("session-table", head, *lines)
    table = tmp_path / "participation.csv"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    batch = file_taken_in(table, "enrolment-table", {}, actor=house.iris, named="attended")

    there = Enrolment.objects.attended().values_list("session__external_id", flat=True)
    assert (counts(batch), Counter(there)) == (
        (len(rows), 0, 0, 0),
        Counter(row["session"] for row in rows),
    )
