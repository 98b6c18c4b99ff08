"""A closed month stays as it was sealed where the zone of its days is corrected."""

from datetime import UTC, date, datetime

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.evidence import touch
from quarterdeck.core.measures import Terms, measure_of
from quarterdeck.core.models import Account
from quarterdeck.office.models import Organisation
from quarterdeck.office.queries import period_named
from quarterdeck.office.verbs.period_rules import correct_zone
from quarterdeck.scorecard.models import ClosedReading
from quarterdeck.scorecard.queries.board import TrendPoint
from quarterdeck.scorecard.queries.readings import Wanted, answers
from quarterdeck.scorecard.queries.series import series_of
from quarterdeck.scorecard.verbs.closings import close_period

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
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
