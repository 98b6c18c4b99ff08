"""A closed month stays as it was sealed where the zone of its days is corrected."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.measures import ORGANISATION, Terms, measure_of
from quarterdeck.core.models import Account, Person
from quarterdeck.office.jobs import follow_zones
from quarterdeck.office.models import Organisation
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.periods import take_over
from quarterdeck.office.verbs.period_rules import change_zone, correct_zone
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.scorecard.models import ClosedReading
from quarterdeck.scorecard.queries.board import TrendPoint
from quarterdeck.scorecard.queries.readings import Wanted, answers
from quarterdeck.scorecard.queries.series import series_of
from quarterdeck.scorecard.verbs.closings import close_period, issue_restatement

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
MOVED_AT = datetime(2026, 10, 20, 12, tzinfo=UTC)
KEY = "planning.actions_on_time"
MONTHS = ("2026-03", "2026-04", "2026-05")

pytestmark = pytest.mark.django_db


def test_a_closed_month_stays_of_the_series_that_it_was_sealed_in(operator: Account) -> None:
    with acting(actor=operator, verb_name="test.record", at=AT):
        touch("desk.tickets", datetime(2026, 1, 1, tzinfo=UTC), AT)
    closed = close_period(period=period_named("2026-05"), actor=operator, at=AT)
    sealed = list(ClosedReading.objects.order_by("pk").values("pk", "figures", "parameters"))

    correct_zone(
        organisation=Organisation.objects.get(),
        zone="Asia/Tokyo",
        valid_from=date(2026, 4, 1),
        reason="We moved in April",
        actor=operator,
        at=AT,
    )

    measure, periods = measure_of(KEY), [period_named(month) for month in MONTHS]
    found = answers([Wanted(measure, each) for each in periods], Terms(AT), go_on=lambda: True)
    trend = [TrendPoint(each, found.figures(Wanted(measure, each))) for each in periods]
    tokyo = "Zone 2, Asia/Tokyo from 2026-04-01: We moved in April"
    assert series_of(measure, trend) == ["Zone 1", tokyo, "Zone 1"]
    assert list(ClosedReading.objects.order_by("pk").values("pk", "figures", "parameters")) == (
        sealed
    )
    assert (closed.zone, period_named("2026-05").zone) == ("UTC", "Asia/Tokyo")


def _due(day: date, owner: Person, finished: date) -> None:
    CorrectiveAction.objects.create(
        title=f"Due on {day}",
        owner=owner,
        due_on=day,
        opened_at=datetime(2026, 7, 1, tzinfo=UTC),
        state=ActionState.DONE,
        ended_on=finished,
    )


def _moved(day: date, zone: str, operator: Account) -> None:
    """Plan a move, and let the job of the day after carry it out."""
    change_zone(
        organisation=Organisation.objects.get(),
        zone=zone,
        valid_from=day,
        reason="We moved",
        actor=operator,
        at=MOVED_AT,
    )
    with time_machine.travel(datetime(day.year, day.month, day.day + 1, tzinfo=UTC), tick=False):
        follow_zones.call()


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Tokyo"])
def test_a_move_leaves_the_days_of_a_month_that_is_over(zone: str, operator: Account) -> None:
    change_zone(
        organisation=Organisation.objects.get(), zone="Europe/Berlin", actor=operator, at=MOVED_AT
    )
    with acting(actor=operator, verb_name="test.record", at=MOVED_AT):
        touch("planning.actions", datetime(2026, 7, 1, tzinfo=UTC), MOVED_AT)
        owner = Person.objects.create(name="Ben")
        for day in (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 1)):
            _due(day, owner, finished=date(2026, 9, 30))
    close_period(period=period_named("2026-09"), actor=operator, at=MOVED_AT)
    sealed = ClosedReading.objects.get(measure=KEY, scope=str(ORGANISATION))
    september, terms = period_named("2026-09"), Terms(datetime(2026, 11, 10, tzinfo=UTC))
    before = take_over(measure_of(KEY), september, ORGANISATION, terms)

    _moved(date(2026, 11, 1), zone, operator)

    after = take_over(measure_of(KEY), september, ORGANISATION, terms)
    assert Organisation.objects.get().zone == zone
    assert after.included is not None
    assert [str(each) for each in after.included] == ["Due on 2026-09-30"]
    assert (after.n, after.value, after.parameters) == (before.n, before.value, before.parameters)
    with pytest.raises(Refused, match="nothing to restate"):
        issue_restatement(
            closed_reading=sealed,
            reason="Look again",
            actor=operator,
            at=datetime(2026, 11, 10, tzinfo=UTC),
        )
