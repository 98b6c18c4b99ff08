"""The tree of units and the reporting line never tie into a ring."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from quarterdeck.core.directory import (
    add_account,
    add_person,
    found_team,
    found_unit,
    join_team,
    leave_team,
    move_unit,
)
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person, TeamMembership, Unit

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(operator: Account) -> Unit:  # noqa: ARG001 — the database must be open
    return Unit.objects.get(parent=None)


@pytest.fixture
def tree(operator: Account, root: Unit) -> dict[str, Unit]:
    """IT with Desk in it, and in that First line; and Library beside IT."""
    units = {"": root}
    for name, parent in (("IT", ""), ("Desk", "IT"), ("First line", "Desk"), ("Library", "")):
        units[name] = found_unit(name=name, parent=units[parent], actor=operator, at=AT)
    return units


def names_below(unit: Unit) -> list[str]:
    present = Unit.objects.get(pk=unit.pk)
    return sorted(Unit.objects.below(present).values_list("name", flat=True))


def test_a_unit_moves_with_everything_below_it(operator: Account, tree: dict[str, Unit]) -> None:
    move_unit(unit=tree["Desk"], parent=tree["Library"], actor=operator, at=AT)

    assert (names_below(tree["Library"]), names_below(tree["IT"])) == (
        ["Desk", "First line", "Library"],
        ["IT"],
    )


@pytest.mark.parametrize("target", ["IT", "Desk", "First line"])
def test_a_unit_does_not_move_into_itself(
    operator: Account, tree: dict[str, Unit], target: str
) -> None:
    with pytest.raises(Refused, match="would then lie inside itself"):
        move_unit(unit=tree["IT"], parent=tree[target], actor=operator, at=AT)


def test_the_organisation_itself_stays_where_it_is(
    operator: Account, tree: dict[str, Unit]
) -> None:
    with pytest.raises(Refused, match="has no place inside of it"):
        move_unit(unit=tree[""], parent=tree["IT"], actor=operator, at=AT)


def test_a_unit_does_not_move_beside_one_of_its_name(
    operator: Account, tree: dict[str, Unit]
) -> None:
    found_unit(name="Desk", parent=tree["Library"], actor=operator, at=AT)

    with pytest.raises(Refused, match="has a unit “Desk” already"):
        move_unit(unit=tree["Desk"], parent=tree["Library"], actor=operator, at=AT)


def test_others_move_no_unit(operator: Account, tree: dict[str, Unit]) -> None:
    other = add_account(username="ada", actor=operator, at=AT)

    with pytest.raises(Refused, match="You may not change the directory"):
        move_unit(unit=tree["Desk"], parent=tree["Library"], actor=other, at=AT)


def test_a_reporting_line_that_comes_back_is_refused(operator: Account) -> None:
    first = add_person(name="Ada", actor=operator, at=AT)
    second = add_person(name="Bilal", reports_to=first, actor=operator, at=AT)
    third = add_person(name="Cleo", reports_to=second, actor=operator, at=AT)
    present = Person.objects.get(pk=first.pk)
    present.reports_to = third

    with pytest.raises(ValidationError, match="Cleo reports to Ada, directly or through others"):
        present.full_clean()


def test_whoever_leaves_a_team_is_not_in_it(operator: Account, root: Unit) -> None:
    person = add_person(name="Ada", actor=operator, at=AT)
    team = found_team(name="Network", unit=root, actor=operator, at=AT)
    membership = join_team(person=person, team=team, actor=operator, at=AT)

    leave_team(membership=membership, actor=operator, at=AT)

    assert not TeamMembership.objects.exists()
