"""People come in by a table: with mapping and dry run, again and again, and back out."""

from datetime import date

import pytest

from quarterdeck.core.changes import change_record
from quarterdeck.core.directory import add_account, add_person
from quarterdeck.core.models import Account, Person, TeamMembership, Unit
from quarterdeck.office.records import people
from quarterdeck.office.tests.ledger import counts, silent, told
from quarterdeck.office.tests.people_tables import ADA, AT, BOB, Take, person
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.import_run import apply_batch

pytestmark = pytest.mark.django_db


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


def test_case_and_blanks_make_no_second_unit_or_team(take_in: Take, places: Unit) -> None:
    batch = take_in(
        ADA.replace("IT,Desk", " it ,DESK"),
        "2,Bob,,Harbour  Works,Crew,,,",
        "3,Cy,,harbour works,crew ,,,",
        options={"unknown_places": "create"},
    )

    units = [person(key).unit for key in "123"]
    teams = TeamMembership.objects.order_by("person__external_id").values_list("team__name")
    assert (counts(batch), units[0], units[1] == units[2], [name for (name,) in teams]) == (
        (3, 0, 0, 0),
        places,
        True,
        ["Desk", "Crew", "Crew"],
    )


def test_ids_that_differ_in_case_alone_are_pointed_at(take_in: Take) -> None:
    take_in("X1,Ada,,,,,,")

    batch = take_in("x1,Ada,,,,,,", "y2,Bob,,,,,,", "Y2,Bob,,,,,,")

    assert told(batch) == [
        (4, "Y2", "Employee ID", "Y2", "line 3 has y2: is it the same person?"),
        (2, "x1", "Employee ID", "x1", "X1 stands in the directory: is it the same person?"),
    ]


def test_the_same_person_in_the_files_of_two_sources_is_refused_in_the_second(
    take_in: Take,
) -> None:
    take_in(ADA)

    batch = take_in(ADA.replace("1,Ada", "900,Ada"), source="agency")

    expected = "another address; this is the address of “Ada Lovelace” (hr)"
    assert (told(batch), named()) == (
        [(2, "900", "E-mail", "ada@example.org", expected)],
        ["Ada Lovelace"],
    )


@pytest.mark.parametrize(
    ("accept", "outcome"), [("all", ("rejected", 2)), ("valid", ("applied", 1))]
)
def test_what_was_taken_by_another_source_meanwhile_is_told_at_the_application(
    take_in: Take, operator: Account, accept: str, outcome: tuple[str, int]
) -> None:
    waiting = take_in(ADA, "7,Cy,cy@example.org,,,,,", dry=True, source="agency", accept=accept)
    take_in(ADA)

    apply_batch(batch=waiting, report=silent, actor=operator, at=AT)

    people = Person.objects.filter(source="agency").count()
    expected = "another address; this is the address of “Ada Lovelace” (hr)"
    assert (waiting.state, waiting.created, told(waiting), people) == (
        *outcome,
        [(2, "1", "E-mail", "ada@example.org", expected)],
        outcome[1] % 2,
    )


def test_a_ring_that_a_refused_line_would_leave_standing_is_refused_too(take_in: Take) -> None:
    take_in(ADA, BOB, "3,Cy,,,,,,")

    # Without its error the second line would end the ring that the first one closes.
    batch = take_in(ADA.replace("Desk,,", "Desk,2,"), BOB.replace("Desk,1", "Nowhere,3"))

    assert (counts(batch), person("1").reports_to, person("2").reports_to) == (
        (0, 0, 0, 2),
        None,
        person("1"),
    )


def test_a_superior_who_is_refused_is_told_and_comes_in_later(take_in: Take) -> None:
    batch = take_in(BOB, ADA.replace("ada@", "ada"))

    found = [each for each in told(batch) if each[1] == "2"]
    expected = "has an error of their own: nobody, until that one comes in"
    assert (found, person("2").reports_to) == ([(2, "2", "manager", "1", expected)], None)

    take_in(BOB, ADA)
    assert person("2").reports_to == person("1")


def test_of_a_long_ring_some_names_are_told(take_in: Take) -> None:
    lines = [f"{number},P{number},,,,{(number + 1) % 40},," for number in range(40)]

    batch = take_in(*lines)

    expected = "a superior who does not report to them: "
    ring = "P0 → P1 → P2 → P3 → P4 → P5 → (34 more) → P0"
    assert (batch.rejected, told(batch)[0]) == (40, (2, "0", "Manager", "1", expected + ring))
