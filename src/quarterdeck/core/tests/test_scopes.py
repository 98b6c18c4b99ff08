"""Scopes within reach, and units that share a name."""

from datetime import UTC, datetime

import pytest

from quarterdeck.core.directory import add_account, assign_role, found_team, found_unit
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import (
    READERS,
    Better,
    Measure,
    Reading,
    Scope,
    Terms,
    all_measures,
)
from quarterdeck.core.measures import Unit as UnitOfMeasure
from quarterdeck.core.models import Account, Unit
from quarterdeck.core.permission import Reach
from quarterdeck.core.scopes import may_read, reached_scopes, unit_named
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.spans import Span

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def tree(operator: Account) -> dict[str, Unit]:
    """North and South stand under the root, and each has a unit called Support."""
    root = Unit.objects.get(parent=None)
    north = found_unit(name="North", parent=root, actor=operator, at=AT)
    south = found_unit(name="South", parent=root, actor=operator, at=AT)
    return {
        "root": root,
        "north": north,
        "south": south,
        "north support": found_unit(name="Support", parent=north, actor=operator, at=AT),
        "south support": found_unit(name="Support", parent=south, actor=operator, at=AT),
    }


def reader(operator: Account, role: Role, unit: Unit | None = None) -> Account:
    account = add_account(username=f"a-{role}", actor=operator, at=AT)
    assign_role(account=account, role=role, unit=unit, actor=operator, at=AT)
    return Account.objects.get(pk=account.pk)


def never(_period: Span, _scope: Scope, _terms: Terms) -> Reading:
    """Is not read here."""
    raise AssertionError


def measure(**declared: object) -> Measure:
    return Measure(
        *("core.example", "Example", UnitOfMeasure.COUNT, Better.LOWER, "J3.4.m1", never),
        **declared,  # type: ignore[arg-type]  # the two declarations that tests vary
    )


def test_a_unit_is_found_by_its_name(tree: dict[str, Unit]) -> None:
    assert unit_named("North") == tree["north"]


def test_of_two_units_with_one_name_each_is_told_by_those_above_it(tree: dict[str, Unit]) -> None:
    assert unit_named(f"{tree['root']} / South / Support") == tree["south support"]


@pytest.mark.usefixtures("tree")
def test_a_name_that_two_units_bear_is_refused_with_both() -> None:
    with pytest.raises(Refused, match=r"North / Support, .*South / Support"):
        unit_named("Support")


@pytest.mark.usefixtures("tree")
def test_whoever_reaches_one_of_two_units_with_one_name_cannot_read_by_the_bare_name(
    tree: dict[str, Unit], operator: Account
) -> None:
    director = reader(operator, Role.DIRECTOR, tree["north"])

    told = {
        scope: may_read(director, measure(), Scope("unit", scope))
        for scope in ("Support", f"{tree['root']} / North / Support", "North", "South")
    }

    assert told == {
        "Support": False,
        f"{tree['root']} / North / Support": True,
        "North": True,
        "South": False,
    }


def test_a_new_team_of_a_unit_in_reach_is_a_scope_in_reach(
    tree: dict[str, Unit], operator: Account
) -> None:
    found_team(name="Cabling", unit=tree["north support"], actor=operator, at=AT)
    found_team(name="Printing", unit=tree["south support"], actor=operator, at=AT)
    director = reader(operator, Role.DIRECTOR, tree["north"])

    assert reached_scopes(director, "team", READERS) == (Scope("team", "Cabling"),)


def test_a_measure_may_keep_the_organisation_from_roles_that_read_its_parts(
    tree: dict[str, Unit], operator: Account
) -> None:
    director = reader(operator, Role.DIRECTOR, tree["north"])
    closed = measure(at_organisation=frozenset({Role.AUDITOR}))

    scopes = (Scope(), Scope("unit", "North"))
    assert [may_read(director, closed, scope) for scope in scopes] == [False, True]


def test_a_measure_may_be_read_by_fewer_roles(operator: Account) -> None:
    director = reader(operator, Role.DIRECTOR)
    personnel = measure(
        readers={Role.HR_PARTNER: Reach.SUBTREE}, at_organisation=frozenset({Role.HR_PARTNER})
    )

    assert not may_read(director, personnel, Scope())


@pytest.mark.parametrize("each", all_measures(), ids=lambda each: each.key)
def test_a_requester_reads_no_measure(each: Measure, operator: Account) -> None:
    assert not may_read(reader(operator, Role.REQUESTER), each, Scope())
