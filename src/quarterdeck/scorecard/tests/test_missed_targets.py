"""From a missed target to one corrective action."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from quarterdeck.core.directory import add_person
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Reading, Scope, State, measure_of
from quarterdeck.core.models import Account, Person, Team, Unit
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.kernels.periods import parse_period
from quarterdeck.office.models import Webhook, WebhookPost
from quarterdeck.office.queries.webhook_subjects import notice_of
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.verbs.corrective_actions import complete_corrective_action
from quarterdeck.scorecard.models import ClosedPeriod, ClosedReading, Target
from quarterdeck.scorecard.queries.board import Line
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.targets import judged
from quarterdeck.scorecard.verbs.missed_targets import answer_closed_period, answer_missed_target
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


def settled(target: Target, period: str, hours: int, operator: Account) -> None:
    """A month that was closed with one reading."""
    month = ClosedPeriod.objects.create(period=period, zone="UTC", closed_at=AT, closed_by=operator)
    figures = line(target, hours).figures
    assert figures is not None
    ClosedReading.objects.create(
        closed_period=month,
        measure=KEY,
        scope="organisation",
        target=target,
        version_of_definition=1,
        figures=figures.stored(),
        parameters={},
        exclusions={},
        evidence=b"",
    )


def test_webhooks_hear_of_each_closed_month_once_with_its_own_figures(
    target: Target, operator: Account, given: Given
) -> None:
    with given():
        Webhook.objects.create(
            name="all", format="event", owner=operator, tells_missed_targets=True
        )
        settled(target, "2026-04", 10, operator)
        settled(target, "2026-05", 11, operator)
    action = answered(line(target, 9), operator, "2026-03")

    for period in ("2026-04", "2026-05", "2026-05"):
        answer_closed_period(period=period, actor=operator, at=AT)
    action.refresh_from_db()
    complete_corrective_action(
        action=action, version=action.version, what_was_done="More hands", actor=operator, at=AT
    )
    answer_closed_period(period="2026-05", actor=operator, at=AT)

    with given():
        Webhook.objects.update(tells_missed_targets=False)
    silenced = [notice_of(post) for post in WebhookPost.objects.all()]
    with given():
        unit = Unit.objects.create(name="IT", path="1.")
        team = Team.objects.create(name="Network", unit=unit)
        Webhook.objects.update(tells_missed_targets=True, team=team)
    narrowed = [notice_of(post) for post in WebhookPost.objects.all()]
    with given():
        Webhook.objects.update(team=None)
    assert (silenced, narrowed) == ([None, None], [None, None])
    notices = [notice_of(post) for post in WebhookPost.objects.order_by("pk")]
    assert [notice and dict(notice.facts) for notice in notices] == [
        {
            "Month": month,
            "Of": "The organisation",
            "Was": f"{hours}\u00a0h",
            "Target": "≤\u00a08\u00a0h",
        }
        for month, hours in (("2026-04", 10), ("2026-05", 11))
    ]
