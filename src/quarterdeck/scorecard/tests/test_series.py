"""Months that were counted by different hours of a calendar are different series."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from quarterdeck.core.measures import Reading, State, measure_of
from quarterdeck.core.models import Account
from quarterdeck.kernels.periods import parse_period
from quarterdeck.office.models import Organisation
from quarterdeck.office.verbs.period_rules import change_fiscal_year
from quarterdeck.scorecard.queries.board import TrendPoint
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.series import series_of, years_of

NEW = "Hours 2, from 2016-03-01: Fewer people"


def month(number: int, hours: str | None) -> TrendPoint:
    reading = Reading(State.VALUE, datetime(2016, 6, 1, tzinfo=UTC), Fraction(1))
    named = replace(reading, parameters={"hours": hours} if hours else {})
    return TrendPoint(parse_period(f"2016-{number:02}"), Figures.of(named))


def series(*trend: TrendPoint) -> list[str]:
    # It counts business time, and no definition of its own changes.
    return series_of(measure_of("desk.backlog_age"), trend)


def test_a_month_stays_with_the_hours_that_its_reading_names() -> None:
    # March was closed before the hours were corrected from its first day on.
    trend = [month(2, "Hours 1"), month(3, "Hours 1"), month(4, NEW)]

    assert series(*trend) == ["Hours 1", "Hours 1", NEW]


def test_what_was_closed_before_hours_had_days_was_counted_by_the_first_ones() -> None:
    assert series(month(2, None), month(3, "Hours 1"), month(4, NEW)) == ["Hours 1", "Hours 1", NEW]


def test_a_month_that_is_not_computed_is_of_the_series_before_it() -> None:
    unknown = TrendPoint(parse_period("2016-03"), None)

    assert series(month(2, NEW), unknown, month(4, "Hours 3")) == [NEW, NEW, "Hours 3"]


@pytest.mark.parametrize("key", ["desk.backlog_age", "desk.cycle_time_calendar"])
def test_where_hours_never_changed_or_do_not_count_they_are_not_named(key: str) -> None:
    measure = replace(measure_of(key), series=None)

    assert series_of(measure, [month(2, "Hours 1"), month(3, None)]) == ["", ""]


@pytest.mark.django_db
def test_months_are_told_their_fiscal_years_where_those_are_not_calendar_years(
    operator: Account,
) -> None:
    trend = [month(number, "Hours 1") for number in (9, 10)]
    before = years_of(trend)

    change_fiscal_year(
        organisation=Organisation.objects.get(),
        month=10,
        actor=operator,
        at=datetime(2016, 1, 1, tzinfo=UTC),
    )

    assert (before, years_of(trend)) == (["", ""], ["FY2016", "FY2017"])
