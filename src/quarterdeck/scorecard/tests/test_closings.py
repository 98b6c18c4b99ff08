"""Closing a month, late evidence, and restating."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.jobs.declaration import load
from quarterdeck.core.measures import Scope, Terms, all_measures, measure_of
from quarterdeck.core.models import Account, Person
from quarterdeck.core.outbox import deliver_due
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import Period, parse_period
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.queries.actions import DOMAIN
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.scorecard.jobs import close_last_month
from quarterdeck.scorecard.models import ClosedPeriod, ClosedReading, Target
from quarterdeck.scorecard.queries.closings import evidence_of
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Answers, Wanted, answers
from quarterdeck.scorecard.tests.actions_of_may import actions_of_may
from quarterdeck.scorecard.verbs.closings import (
    close_period,
    issue_restatement,
    schedule_closing,
)
from quarterdeck.scorecard.verbs.targets import set_target

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
MAY = parse_period("2026-05")
KEY = "planning.actions_on_time"


@pytest.fixture
def owner(operator: Account) -> Person:
    return add_person(name="Nkechi Baptiste", actor=operator, at=AT)


@pytest.fixture
def register(owner: Person, given: Given) -> list[CorrectiveAction]:
    """Two actions were due in May: one was done in time, the other is still open."""
    return actions_of_may(owner, given)


def closed(actor: Account, period: Period = MAY) -> ClosedPeriod:
    return close_period(period=period, actor=actor, at=AT)


def reading_of(period: ClosedPeriod, key: str = KEY) -> ClosedReading:
    return period.readings.get(measure=key, scope="organisation")


def late(action: CorrectiveAction, given: Given) -> None:
    """Learn after the closing that an action was done in time."""
    with given():
        CorrectiveAction.objects.filter(pk=action.pk).update(
            state=ActionState.DONE, ended_on=action.due_on
        )
        touch(DOMAIN, MAY.span.start, MAY.span.end - timedelta(days=1))


def asked(at: datetime = AT) -> Answers:
    wanted = [Wanted(measure_of(KEY), MAY)]
    return answers(wanted, Terms(at), go_on=lambda: True)


def aim(actor: Account, owner: Person, scope: Scope = Scope()) -> Target:  # noqa: B008 — a frozen value
    return set_target(
        measure=KEY,
        scope=scope,
        value=Decimal("0.9"),
        owner=owner,
        valid_from=date(2026, 1, 1),
        actor=actor,
        at=AT,
    )


def page_of(account: Account) -> str:
    client = Client()
    client.force_login(account)
    address = reverse("scorecard.measure", args=[KEY])
    return client.get(address, {"period": "2026-05", "rows": "counted"}).content.decode()


@pytest.mark.usefixtures("register")
def test_a_closed_month_keeps_every_measure_of_the_organisation(operator: Account) -> None:
    kept = closed(operator).readings.values_list("measure", flat=True)

    assert sorted(kept) == sorted(measure.key for measure in all_measures())


def test_a_closed_reading_keeps_figures_and_what_each_row_contributed(
    register: list[CorrectiveAction], operator: Account
) -> None:
    row = reading_of(closed(operator))

    evidence = evidence_of(row)
    assert Figures.restored(row.figures).value == Fraction(1, 2)
    assert (evidence.noun, evidence.amounts) == (
        "planning.correctiveaction",
        {register[0].pk: 1, register[1].pk: 0},
    )


def test_a_scope_with_a_target_is_closed_too(operator: Account, owner: Person) -> None:
    target = aim(operator, owner, Scope("service", "Mail"))

    (row,) = closed(operator).readings.filter(scope="service:Mail")

    assert (row.measure, row.target) == (KEY, target)


def test_a_month_that_still_runs_cannot_be_closed(operator: Account) -> None:
    with pytest.raises(Refused, match="over"):
        closed(operator, parse_period("2026-06"))


def test_a_quarter_cannot_be_closed(operator: Account) -> None:
    with pytest.raises(Refused, match="month"):
        closed(operator, parse_period("2026-Q1"))


def test_no_month_is_closed_twice(operator: Account) -> None:
    closed(operator)

    with pytest.raises(Refused, match="closed already"):
        closed(operator)


def test_a_technician_closes_nothing(operator: Account) -> None:
    account = add_account(username="tech", actor=operator, at=AT)
    assign_role(account=account, role=Role.TECHNICIAN, actor=operator, at=AT)

    with pytest.raises(Refused, match="may not"):
        closed(account)


def test_the_database_lets_nobody_change_a_closed_reading(operator: Account, given: Given) -> None:
    row = reading_of(closed(operator))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), given():
        ClosedReading.objects.filter(pk=row.pk).update(scope="elsewhere")


@pytest.mark.usefixtures("register")
def test_a_closed_month_is_not_computed_again(operator: Account) -> None:
    closed(operator)

    found = asked(AT + timedelta(days=30))
    assert (found.computed, found.figures(Wanted(measure_of(KEY), MAY)).value) == (  # type: ignore[union-attr]  # it is known
        [],
        Fraction(1, 2),
    )


def test_late_evidence_leaves_a_closed_reading_and_shows_that_it_is_due(
    register: list[CorrectiveAction], operator: Account, given: Given
) -> None:
    closed(operator)
    late(register[1], given)

    found, wanted = asked(), Wanted(measure_of(KEY), MAY)
    assert (found.known[wanted.key].value, found.live[wanted.key].value) == (
        Fraction(1, 2),
        Fraction(1),
    )
    assert found.is_restatement_due(wanted)


@pytest.mark.usefixtures("register")
def test_evidence_that_moves_without_effect_makes_no_restatement_due(
    operator: Account, given: Given
) -> None:
    closed(operator)
    with given():
        touch(DOMAIN, MAY.span.start, MAY.span.end - timedelta(days=1))

    assert not asked().is_restatement_due(Wanted(measure_of(KEY), MAY))


def test_a_restatement_keeps_what_was_said_before(
    register: list[CorrectiveAction], operator: Account, given: Given
) -> None:
    row = reading_of(closed(operator))
    late(register[1], given)

    restated = issue_restatement(
        closed_reading=row, reason="The note came late.", actor=operator, at=AT
    )

    values = [Figures.restored(each).value for each in (restated.before, restated.figures)]
    assert values == [Fraction(1, 2), Fraction(1)]


def test_after_a_restatement_it_counts_and_nothing_is_due(
    register: list[CorrectiveAction], operator: Account, given: Given
) -> None:
    row = reading_of(closed(operator))
    late(register[1], given)
    issue_restatement(closed_reading=row, reason="Late.", actor=operator, at=AT)

    found, wanted = asked(), Wanted(measure_of(KEY), MAY)
    assert (found.known[wanted.key].value, found.is_restatement_due(wanted)) == (
        Fraction(1),
        False,
    )


def test_the_page_shows_both_values_of_a_restatement(
    register: list[CorrectiveAction], operator: Account, given: Given
) -> None:
    row = reading_of(closed(operator))
    late(register[1], given)
    issue_restatement(closed_reading=row, reason="The note came late.", actor=operator, at=AT)

    assert "50.0\u00a0% → 100.0\u00a0%, by operator. The note came late." in page_of(operator)


def test_the_page_of_a_closed_month_says_when_a_restatement_is_due(
    register: list[CorrectiveAction], operator: Account, given: Given
) -> None:
    closed(operator)
    late(register[1], given)

    assert "Restatement due: later evidence gives 100.0\u00a0%" in page_of(operator)


def test_the_page_of_a_closed_month_leads_to_the_rows_that_were_counted(
    register: list[CorrectiveAction], operator: Account
) -> None:
    closed(operator)

    page = page_of(operator)
    addresses = [
        reverse("planning.correctiveaction.detail", args=[action.pk]) for action in register
    ]
    assert [f'href="{address}"' in page for address in addresses] == [True, True]


@pytest.mark.usefixtures("register")
def test_nothing_is_restated_where_nothing_differs(operator: Account) -> None:
    row = reading_of(closed(operator))

    with pytest.raises(Refused, match="nothing to restate"):
        issue_restatement(closed_reading=row, reason="To be sure.", actor=operator, at=AT)


def test_a_restatement_needs_a_reason(operator: Account) -> None:
    row = reading_of(closed(operator))

    with pytest.raises(Refused, match="Say why"):
        issue_restatement(closed_reading=row, reason=" ", actor=operator, at=AT)


@pytest.mark.usefixtures("register")
def test_a_closed_month_is_judged_by_the_target_of_its_time(
    operator: Account, owner: Person
) -> None:
    first = aim(operator, owner)
    closed(operator)
    aim(operator, owner)

    closing = asked().closing(Wanted(measure_of(KEY), MAY))
    assert closing is not None
    assert closing.row.target == first


@pytest.mark.usefixtures("register")
def test_a_missed_target_of_a_closed_month_opens_one_action_however_often_news_comes(
    operator: Account, owner: Person
) -> None:
    load()
    aim(operator, owner)
    closed(operator)

    with time_machine.travel(AT, tick=False):
        for minutes in range(3):
            deliver_due(at=AT + timedelta(minutes=minutes))

    (action,) = CorrectiveAction.objects.filter(measure=KEY)
    assert (action.period, action.owner) == ("2026-05", owner)


@pytest.mark.parametrize(
    ("day", "is_on", "months"),
    [(5, True, ["2026-05"]), (4, True, []), (5, False, []), (9, True, ["2026-05"])],
)
def test_the_last_month_is_closed_from_the_fifth_on_if_that_is_wanted(
    operator: Account, day: int, is_on: bool, months: list[str]
) -> None:
    schedule_closing(is_on=is_on, actor=operator, at=AT)

    with time_machine.travel(datetime(2026, 6, day, 6, tzinfo=UTC), tick=False):
        close_last_month.func()
        run_worker(until_idle=True)

    assert list(ClosedPeriod.objects.values_list("period", flat=True)) == months
