"""Periods where the zone or the fiscal year changes; the instants are worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.period_rules import PeriodRules
from quarterdeck.kernels.periods import period_by

EVER = date(1970, 1, 1)
HOUR = timedelta(hours=1)
LONDON, BERLIN, NEW_YORK = "Europe/London", "Europe/Berlin", "America/New_York"
TO_JANUARY = PeriodRules(((EVER, "UTC"),), ((EVER, 10), (date(2027, 1, 1), 1)))


def moved(old: str, new: str, day: date) -> PeriodRules:
    return PeriodRules(((EVER, old), (day, new)), ((EVER, 1),))


def hours(rules: PeriodRules, text: str) -> float:
    return period_by(rules, text).span.length / HOUR


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # mypy cannot count them


@pytest.mark.parametrize(
    ("old", "new", "october", "november"),
    [
        # 30 Sep 23:00 to 1 Nov 00:00 UTC, and from there to 1 Dec 00:00.
        (LONDON, LONDON, 745, 720),
        # November begins in Berlin at 23:00 UTC: October has one hour less.
        (LONDON, BERLIN, 744, 720),
        # October begins in Berlin at 22:00 UTC and ends at London's midnight: one hour more.
        (BERLIN, LONDON, 746, 720),
        # New York's November begins at 04:00 UTC, in summer time; its December at 05:00.
        (LONDON, NEW_YORK, 749, 721),
    ],
)
def test_the_month_before_a_move_is_longer_or_shorter(
    old: str, new: str, october: float, november: float
) -> None:
    day = date(2026, 11, 1)
    rules = moved(old, new, day) if old != new else PeriodRules.constant(old)

    assert [hours(rules, text) for text in ("2026-10", "2026-11")] == [october, november]


def test_a_move_on_the_night_in_which_clocks_change_leaves_no_gap() -> None:
    rules = moved(LONDON, BERLIN, date(2026, 10, 25))

    spans = [period_by(rules, f"{day}..{day}").span for day in ("2026-10-24", "2026-10-25")]

    # The 25th begins in Berlin at 22:00 UTC, still in summer time, and ends at 23:00 UTC.
    assert [(span.start, span.end) for span in spans] == [
        (utc(2026, 10, 23, 23), utc(2026, 10, 24, 22)),
        (utc(2026, 10, 24, 22), utc(2026, 10, 25, 23)),
    ]


def test_the_last_day_before_a_move_lasts_until_the_move() -> None:
    rules = moved(LONDON, NEW_YORK, date(2026, 3, 2))

    days = [rules.day_of(utc(2026, 3, 2, hour)) for hour in (0, 4, 5)]

    assert days == [date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 2)]


@given(
    st.sampled_from([LONDON, NEW_YORK, "Asia/Tokyo", "Pacific/Auckland"]),
    st.sampled_from([BERLIN, "Asia/Kolkata", "America/St_Johns"]),
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.integers(-3, 3),
)
def test_each_instant_is_in_the_day_that_it_is_said_to_be_in(
    old: str, new: str, day: date, off: int
) -> None:
    rules = moved(old, new, day)
    asked = day + timedelta(days=off)
    start, end = rules.start_of(asked), rules.start_of(asked + timedelta(days=1))

    instants = (start, start + (end - start) / 2, end - timedelta(microseconds=1), end)
    found = [rules.day_of(instant) for instant in instants]

    assert found == [asked, asked, asked, asked + timedelta(days=1)]


def test_fiscal_years_that_become_calendar_years_leave_a_short_year_between() -> None:
    periods = [period_by(TO_JANUARY, text) for text in ("FY2026", "FY2026T", "FY2027")]

    assert [(each.first, each.last) for each in periods] == [
        (date(2025, 10, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 12, 31)),
    ]
    assert [str(each.following()) for each in periods] == ["FY2026T", "FY2027", "FY2028"]
    assert [str(each.previous()) for each in periods] == ["FY2025", "FY2026", "FY2026T"]


def test_a_short_year_is_no_year_of_that_name() -> None:
    rules = PeriodRules(((EVER, "UTC"),), ((EVER, 1), (date(2026, 10, 1), 10)))

    with pytest.raises(ValueError, match="no fiscal year FY2026: FY2026T is 2026-01-01 to 2026-09"):
        period_by(rules, "FY2026")


def test_months_quarters_and_years_do_not_depend_on_the_fiscal_year() -> None:
    texts = ("2026-12", "2026-Q4", "2026")

    spans = [period_by(TO_JANUARY, text).span for text in texts]

    assert spans == [period_by(PeriodRules.constant(), text).span for text in texts]


@pytest.mark.parametrize(
    ("zones", "years", "match"),
    [
        (((EVER, "Mars/Olympus"),), ((EVER, 1),), "Unknown time zone"),
        (((EVER, "UTC"),), ((EVER, 13),), "cannot start in month 13"),
        (((EVER, "UTC"),), ((EVER, 1), (date(2026, 4, 2), 4)), "starts on 2026-04-02"),
        (
            ((EVER, "Pacific/Pago_Pago"), (date(2026, 3, 2), "Pacific/Kiritimati")),
            ((EVER, 1),),
            "begins before the day before it",
        ),
        (
            ((EVER, "UTC"),),
            ((EVER, 1), (date(2026, 4, 1), 4), (date(2026, 7, 1), 7)),
            "Two short fiscal years would end in 2026",
        ),
    ],
    ids=["zone", "month", "not its first day", "no time left", "two short years"],
)
def test_rules_that_cannot_be_are_refused(
    zones: tuple[tuple[date, str], ...], years: tuple[tuple[date, int], ...], match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        PeriodRules(zones, years)
