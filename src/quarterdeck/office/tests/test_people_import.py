"""People come in by a table: with mapping and dry run, again and again, and back out."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from quarterdeck.core.changes import change_record
from quarterdeck.core.directory import add_account, add_person, found_team, found_unit
from quarterdeck.core.mapping import ColumnMapping, propose
from quarterdeck.core.models import Account, Person, TeamMembership, Unit
from quarterdeck.office.gateways.delimited import digest_of
from quarterdeck.office.gateways.tables import sample_of
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.profiles.people import PEOPLE_TABLE
from quarterdeck.office.records import people
from quarterdeck.office.tests.ledger import counts, silent, told
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.import_run import apply_batch, examine_file
from quarterdeck.office.verbs.imports import begin_import

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEAD = "Employee ID,Name,E-mail,Department,Team,Manager,Start date,End date"
ADA = "1,Ada Lovelace,ada@example.org,IT,Desk,,2020-01-31,"
BOB = "2,Bob Noyce,bob@example.org,IT,Desk,1,2021-02-28,"

pytestmark = pytest.mark.django_db

Take = Callable[..., ImportBatch]


@pytest.fixture
def places(operator: Account) -> Unit:
    """A unit and a team that the tables name."""
    root = Unit.objects.get(parent=None)
    unit = found_unit(name="IT", parent=root, actor=operator, at=AT)
    found_team(name="Desk", unit=unit, actor=operator, at=AT)
    return unit


@pytest.fixture
def take_in(tmp_path: Path, operator: Account, places: Unit) -> Take:  # noqa: ARG001 — the places must be there
    """Take a table with these lines through all passes, or as far as it gets."""

    def take_in(
        *lines: str, head: str = HEAD, options: Mapping[str, str] | None = None, dry: bool = False
    ) -> ImportBatch:
        path = tmp_path / "people.csv"
        path.write_text("\n".join((head, *lines, "")), encoding="utf-8")
        proposed = propose(PEOPLE_TABLE, sample_of(path))
        batch = begin_import(
            profile=PEOPLE_TABLE.key,
            source="hr",
            file_name=path.name,
            file_digest=digest_of(path),
            zone="UTC",
            accept="valid",
            mapping=ColumnMapping(
                proposed.columns, proposed.forms, {}, "", {**proposed.options, **(options or {})}
            ),
            actor=operator,
            at=AT,
        )
        examine_file(batch=batch, path=path, report=silent, actor=operator, at=AT)
        if dry:
            return batch
        return apply_batch(batch=batch, report=silent, actor=operator, at=AT)

    return take_in


def person(external_id: str) -> Person:
    return Person.objects.get(source="hr", external_id=external_id)


def named() -> list[str]:
    return list(Person.objects.order_by("name").values_list("name", flat=True))


def test_people_come_in_with_unit_team_superior_and_days(take_in: Take, places: Unit) -> None:
    batch = take_in(BOB, ADA)

    bob = person("2")
    assert counts(batch) == (2, 0, 0, 0)
    assert (bob.name, bob.email, bob.unit, bob.reports_to, bob.starts_on, bob.ends_on) == (
        "Bob Noyce",
        "bob@example.org",
        places,
        person("1"),
        date(2021, 2, 28),
        None,
    )
    assert TeamMembership.objects.filter(person=bob, team__name="Desk").exists()


def test_no_account_is_made(take_in: Take) -> None:
    before = Account.objects.count()

    take_in(ADA, BOB)

    assert Account.objects.count() == before


def test_a_dry_run_changes_nobody(take_in: Take) -> None:
    batch = take_in(ADA, BOB, dry=True)

    assert (counts(batch), named()) == ((2, 0, 0, 0), [])


def test_the_same_table_again_changes_nothing(take_in: Take) -> None:
    take_in(ADA, BOB)

    assert counts(take_in(ADA, BOB)) == (0, 0, 2, 0)


def test_what_has_changed_is_told_field_by_field(take_in: Take) -> None:
    take_in(ADA, BOB)

    batch = take_in(ADA, BOB.replace("Bob Noyce", "Robert Noyce").replace("Desk,1", "Desk,"))

    assert (counts(batch), told(batch), person("2").reports_to) == (
        (0, 1, 1, 0),
        [
            (3, "2", "name", "Robert Noyce", "was Bob Noyce"),
            (3, "2", "manager", "nothing", "was 1"),
        ],
        None,
    )


def test_a_superior_is_named_by_mail_address_too(take_in: Take) -> None:
    take_in(BOB.replace("Desk,1,", "Desk,Ada@example.org,"), ADA)

    assert person("2").reports_to == person("1")


def test_a_ring_of_superiors_is_refused_for_all_of_it(take_in: Take) -> None:
    batch = take_in(ADA.replace("Desk,,", "Desk,2,"), BOB)

    expected = "a superior who does not report to them: "
    assert (counts(batch), told(batch)) == (
        (0, 0, 0, 2),
        [
            (2, "1", "Manager", "2", f"{expected}Ada Lovelace → Bob Noyce → Ada Lovelace"),
            (3, "2", "Manager", "1", f"{expected}Bob Noyce → Ada Lovelace → Bob Noyce"),
        ],
    )


def test_a_ring_that_closes_in_the_directory_is_refused(take_in: Take) -> None:
    take_in(ADA, BOB)

    batch = take_in(ADA.replace("Desk,,", "Desk,2,"), BOB)

    assert (counts(batch), person("1").reports_to) == ((0, 0, 0, 2), None)


@pytest.mark.parametrize(
    ("line", "column", "found", "expected"),
    [
        ("1,,ada@example.org,IT,Desk,,,", "Name", "", "a name"),
        (
            "1,Ada,ada,IT,Desk,,,",
            "E-mail",
            "ada",
            "a mail address such as ada@example.org",
        ),
        ("1,Ada,,Kitchen,Desk,,,", "Department", "Kitchen", "the name of a unit that there is"),
        ("1,Ada,,IT,Crew,,,", "Team", "Crew", "the name of a team that there is"),
        (
            "1,Ada,,IT,Desk,99,,",
            "Manager",
            "99",
            "the id or mail address of one person of this file or of the directory",
        ),
        (
            "1,Ada,,IT,Desk,,2020-01-31,2019-12-31",
            "End date",
            "2019-12-31",
            "a last day after the first one, 2020-01-31",
        ),
    ],
)
def test_a_line_that_cannot_come_in_says_why(
    take_in: Take, line: str, column: str, found: str, expected: str
) -> None:
    batch = take_in(line, "9,Somebody,,,,,2020-01-31,2030-01-31")

    assert (told(batch), named()) == ([(2, "1", column, found, expected)], ["Somebody"])


def test_one_mail_address_belongs_to_one_person(take_in: Take) -> None:
    batch = take_in(ADA, BOB.replace("bob@", "ADA@"))

    assert told(batch) == [
        (3, "2", "E-mail", "ada@example.org", "another address; line 2 has this one too")
    ]


def test_two_lines_of_one_person_are_refused(take_in: Take) -> None:
    batch = take_in(ADA, ADA)

    assert told(batch) == [
        (3, "1", "Employee ID", "1", "one line for each person; line 2 tells of them too")
    ]


def test_units_and_teams_are_founded_where_that_was_asked_for(take_in: Take) -> None:
    batch = take_in("1,Ada,,Harbour,Crew,,,2030-01-31", options={"unknown_places": "create"})

    ada = person("1")
    assert (ada.unit and ada.unit.name, told(batch)) == (
        "Harbour",
        [
            (2, "1", "unit", "Harbour", "will be founded"),
            (2, "1", "team", "Crew", "will be founded"),
        ],
    )


def test_whoever_was_typed_in_is_known_by_the_mail_address(
    take_in: Take, operator: Account
) -> None:
    typed = add_person(name="Ada L.", email="Ada@example.org", actor=operator, at=AT)

    batch = take_in(ADA)

    typed.refresh_from_db()
    assert (counts(batch), typed.external_id, typed.name, Person.objects.count()) == (
        (0, 1, 0, 0),
        "1",
        "Ada Lovelace",
        1,
    )


def test_whoever_has_left_stays_and_is_not_there_any_more(take_in: Take, operator: Account) -> None:
    take_in(ADA)
    add_account(username="ada", person=person("1"), actor=operator, at=AT)

    batch = take_in(ADA + "2026-02-27")

    assert (person("1").ends_on, list(Person.objects.here_on(AT.date()))) == (
        date(2026, 2, 27),
        [],
    )
    assert told(batch) == [
        (2, "1", "ends_on", "2026-02-27", "was "),
        (2, "1", "ends_on", "2026-02-27", "the account ada can still sign in; lock it"),
    ]


def test_undoing_puts_back_what_stood_before(
    take_in: Take, operator: Account, places: Unit
) -> None:
    take_in(ADA, BOB)
    batch = take_in(ADA, "2,Robert,rob@example.org,,,,2021-02-28,")

    withdraw_import(batch=batch, actor=operator, at=AT)

    bob = person("2")
    assert (bob.name, bob.email, bob.unit, bob.reports_to) == (
        "Bob Noyce",
        "bob@example.org",
        places,
        person("1"),
    )
    assert TeamMembership.objects.filter(person=bob, team__name="Desk").exists()


def test_undoing_leaves_what_was_changed_by_hand_since(take_in: Take, operator: Account) -> None:
    take_in(ADA)
    batch = take_in(ADA.replace("Ada Lovelace", "Ada King"))
    ada = person("1")

    change_record(
        record=people,
        row=ada,
        version=ada.version,
        values={"name": "Countess of Lovelace"},
        actor=operator,
        at=AT,
    )

    withdraw_import(batch=batch, actor=operator, at=AT)

    assert person("1").name == "Countess of Lovelace"


def test_whom_a_withdrawn_table_brought_has_left_and_comes_back_with_it(
    take_in: Take, operator: Account
) -> None:
    batch = take_in(ADA)

    withdraw_import(batch=batch, actor=operator, at=AT)
    gone = person("1").ends_on
    again = take_in(ADA)

    assert (gone, counts(again), person("1").ends_on) == (AT.date(), (0, 1, 0, 0), None)


def test_first_and_last_name_and_a_table_without_ids_will_do(take_in: Take) -> None:
    head = "First name,Last name,Mail"

    take_in("Ada,Lovelace,ada@example.org", head=head)
    batch = take_in("Ada,King,ada@example.org", head=head)

    assert (counts(batch), named()) == ((0, 1, 0, 0), ["Ada King"])
