"""From a missed target to one corrective action."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from quarterdeck.core.directory import add_person
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Reading, Scope, State, measure_of
from quarterdeck.core.models import Account, Person
from quarterdeck.kernels.periods import parse_period
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.scorecard.models import Target
from quarterdeck.scorecard.queries.board import Line
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.targets import judged
from quarterdeck.scorecard.verbs.missed_targets import answer_missed_target
from quarterdeck.scorecard.verbs.targets import set_target

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
KEY, HOUR = "desk.cycle_time", 3_600


@pytest.fixture
def target(operator: Account) -> Target:
    return set_target(
        measure=KEY,
        scope=Scope(),
        value=Decimal(8 * HOUR),
        owner=add_person(name="Nkechi Baptiste", actor=operator, at=AT),
        valid_from=date(2026, 1, 1),
        actor=operator,
        at=AT,
    )


def line(target: Target, hours: int | None, coverage: Fraction = Fraction(1)) -> Line:
    state = State.NOT_ENOUGH_EVIDENCE if hours is None else State.VALUE
    value = None if hours is None else Fraction(hours * HOUR)
    figures = Figures.of(Reading(state, AT, coverage, value=value, n=3))
    return Line(measure_of(KEY), figures, (), judged(measure_of(KEY), target, figures))


def answered(line: Line, actor: Account, period: str = "2026-05") -> CorrectiveAction:
    return answer_missed_target(
        line=line, period=parse_period(period), scope=Scope(), actor=actor, at=AT
    )


def test_the_owner_of_the_target_gets_the_action_due_in_thirty_days(
    target: Target, operator: Account
) -> None:
    action = answered(line(target, 9), operator)

    owner = Person.objects.get(name="Nkechi Baptiste")
    assert (action.owner, action.due_on) == (owner, date(2026, 7, 15))


def test_the_finding_says_what_was_and_what_should_have_been(
    target: Target, operator: Account
) -> None:
    action = answered(line(target, 9), operator)

    assert action.finding == (
        f"{measure_of(KEY).title} was 9\u00a0h in 2026-05; the target is ≤\u00a08\u00a0h."
    )


def test_a_finding_over_a_part_of_the_month_says_so(target: Target, operator: Account) -> None:
    action = answered(line(target, 9, Fraction(1, 2)), operator)

    assert action.finding.endswith("Only a part of the month was recorded.")


def test_two_missed_months_have_one_open_action(target: Target, operator: Account) -> None:
    first = answered(line(target, 9), operator)
    second = answered(line(target, 9), operator, "2026-04")

    assert (second, list(first.notes.values_list("period", flat=True))) == (first, ["2026-04"])


def test_a_target_that_is_met_needs_no_action(target: Target, operator: Account) -> None:
    with pytest.raises(Refused, match="did not miss"):
        answered(line(target, 8), operator)


def test_without_evidence_nothing_is_missed(target: Target, operator: Account) -> None:
    with pytest.raises(Refused, match="did not miss"):
        answered(line(target, None), operator)


def test_a_month_that_still_runs_is_not_answered(target: Target, operator: Account) -> None:
    with pytest.raises(Refused, match="is over"):
        answered(line(target, 9), operator, "2026-06")
