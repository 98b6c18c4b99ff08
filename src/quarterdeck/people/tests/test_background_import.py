"""Tables of what people bring: in by a mapping, again, back out, and nothing shown to others."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from quarterdeck.core.models import Account
from quarterdeck.office.models import ImportBatch, ImportFinding
from quarterdeck.office.tests.ledger import counts
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.people.models import Certificate, Education, Experience
from quarterdeck.people.tests.house import AT, House, open_house
from quarterdeck.people.tests.tables import taken_in
from quarterdeck.people.verbs.background import verify_background

WORK = "Id,Person,Job title,Employer,Start date,End date,Current,FTE"
STUDY = "Id,Person,Degree,Major,University,Graduated,Years"
PILOT = "7,Ben,Pilot,Port Authority,2020-01-31,2022-02-28,,50"
MATE = "8,Ben,Mate,,2023-03-13,,yes,"

pytestmark = pytest.mark.django_db

Take = Callable[..., ImportBatch]


@pytest.fixture(name="house")
def _house() -> House:
    return open_house()


@pytest.fixture
def take_in(tmp_path: Path, house: House) -> Take:
    """Take a table through all passes, as the operator or somebody else."""

    def take_in(
        profile: str, head: str, *lines: str, actor: Account = house.operator
    ) -> ImportBatch:
        return taken_in(tmp_path / "table.csv", profile, (head, *lines), actor=actor)

    return take_in


def test_work_comes_in_with_what_is_not_known_left_open(take_in: Take) -> None:
    batch = take_in("experience-table", WORK, PILOT, MATE)

    rows = Experience.objects.order_by("external_id").values_list(
        "person__name", "title", "begins_on", "ends_on", "is_ongoing", "percent_of_full_time"
    )
    assert counts(batch) == (2, 0, 0, 0)
    assert list(rows) == [
        ("Ben", "Pilot", date(2020, 1, 31), date(2022, 2, 28), False, Decimal(50)),
        ("Ben", "Mate", date(2023, 3, 13), None, True, None),
    ]


def test_studies_and_certificates_come_in_too(take_in: Take) -> None:
    take_in("education-table", STUDY, "1,Ben,BSc,Navigation,Port School,2015-06-30,4")
    take_in("certificate-table", "Id,Person,Certificate,Issue date", "1,Ben,Radio,2016-01-31")

    study, radio = Education.objects.get(), Certificate.objects.get()
    assert (str(study), study.awarded_on, study.years) == (
        "Bachelor’s degree in Navigation",
        date(2015, 6, 30),
        Decimal(4),
    )
    assert (str(radio), radio.issued_on) == ("Radio", date(2016, 1, 31))


def test_the_next_file_changes_the_row_and_a_withdrawal_puts_it_back(take_in: Take) -> None:
    first = take_in("experience-table", WORK, PILOT)
    second = take_in("experience-table", WORK, PILOT.replace("Pilot", "Chief pilot"))
    titles = [Experience.objects.get().title]

    for batch in (second, first):
        withdraw_import(batch=batch, actor=batch.begun_by, at=AT)
        titles += Experience.objects.values_list("title", flat=True)

    assert (counts(second), titles) == ((0, 1, 0, 0), ["Chief pilot", "Pilot"])


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("7,Nobody,Pilot,,2020-01-31,,,", "Person"),
        ("7,Ben,Pilot,,2020-02-02,2020-02-01,,", "Id"),
        ("7,Ben,Pilot,,2020-01-31,,,250", "FTE"),
    ],
)
def test_what_cannot_be_is_refused_by_line_and_column_without_the_personal_data(
    take_in: Take, line: str, column: str
) -> None:
    batch = take_in("experience-table", WORK, line, MATE)

    found = ImportFinding.objects.filter(batch=batch, kind="error")
    assert counts(batch) == (1, 0, 0, 1)
    assert [(each.line, each.column, each.found) for each in found] == [
        (2, column, "(not shown here)")
    ]


def test_nobody_imports_what_tells_of_people_out_of_reach(take_in: Take, house: House) -> None:
    """Iris manages the office and answers for Ben, and not for Cyd."""
    batch = take_in("experience-table", WORK, PILOT, MATE.replace("Ben", "Cyd"), actor=house.iris)

    assert counts(batch) == (1, 0, 0, 1)
    assert [row.person for row in Experience.objects.all()] == [house.ben.person]


def test_what_is_verified_is_not_changed_by_a_file(take_in: Take, house: House) -> None:
    take_in("experience-table", WORK, PILOT)
    row = Experience.objects.get()
    verify_background(item=row, version=1, evidence="A letter", actor=house.iris, at=AT)

    batch = take_in("experience-table", WORK, PILOT.replace("Pilot", "Admiral"))

    assert (counts(batch), Experience.objects.get().title) == ((0, 0, 0, 1), "Pilot")
