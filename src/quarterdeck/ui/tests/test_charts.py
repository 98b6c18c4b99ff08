"""Charts: what they draw, what they leave out, and what they say to those who cannot see them."""

from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from quarterdeck.core.measures import Unit
from quarterdeck.kernels.statistics import Bin
from quarterdeck.kernels.statistics import histogram as count_bins
from quarterdeck.ui.charts import Point, Scale, histogram, sparkline, trend
from quarterdeck.ui.scales import edges, ticks

SHARE = Scale(Unit.SHARE)
HOUR = 3_600


def points(*values: float | None, partial: tuple[int, ...] = ()) -> list[Point]:
    return [
        Point(f"2016-{index + 1:02}", value, is_partial=index in partial)
        for index, value in enumerate(values)
    ]


def elements(markup: str, tag: str, style: str = "") -> list[ET.Element]:
    found = ET.fromstring(markup).iter(tag)  # noqa: S314 — our own markup
    return [each for each in found if style in each.get("class", "").split() or not style]


def test_a_month_without_evidence_breaks_the_line() -> None:
    lines = elements(sparkline(points(0.5, 0.6, None, 0.4, 0.3), SHARE, "Kept"), "polyline")

    assert [len(line.get("points", "").split()) for line in lines] == [2, 2]


def test_a_month_without_evidence_is_never_drawn_as_a_point() -> None:
    assert len(elements(trend(points(0.5, None, 0.4), SHARE, "Kept"), "circle")) == 2


def test_a_gap_of_a_trend_is_shaded() -> None:
    assert len(elements(trend(points(0.5, None, None, 0.4), SHARE, "Kept"), "rect", "q-gap")) == 2


def test_partial_coverage_is_a_hollow_mark() -> None:
    drawn = trend(points(0.5, 0.6, partial=(1,)), SHARE, "Kept")

    assert len(elements(drawn, "circle", "is-hollow")) == 1


def test_a_lonely_month_is_drawn_as_a_dot() -> None:
    assert len(elements(sparkline(points(None, 0.5, None, 0.2), SHARE, "Kept"), "circle")) == 2


def test_a_chart_without_any_evidence_says_so() -> None:
    drawn = elements(trend(points(None, None), SHARE, "Kept"), "desc")

    assert drawn[0].text == "No evidence in 2 periods."


def test_a_chart_says_its_newest_lowest_and_highest_value() -> None:
    drawn = elements(sparkline(points(0.5, 0.25, None, 0.75), SHARE, "Kept"), "desc")

    assert (drawn[0].text or "").replace("\u00a0", " ") == (
        "Newest 75.0 % in 2016-04; lowest 25.0 % in 2016-02, highest 75.0 % in 2016-04. "
        "1 of 4 periods without evidence."
    )


def test_a_trend_comes_with_its_table_of_figures() -> None:
    table = elements(trend(points(0.5, None), SHARE, "Kept"), "td")

    assert [(cell.text or "").replace("\u00a0", " ") for cell in table] == ["50.0 %", "no evidence"]


def test_a_target_is_drawn_only_where_there_is_one() -> None:
    assert elements(trend(points(0.5), SHARE, "Kept"), "path", "q-target") == []


def test_nothing_is_styled_inline() -> None:
    drawn = trend(points(0.5, None, 0.2, partial=(2,)), SHARE, "Kept", target=0.9)

    assert [each for each in ET.fromstring(drawn).iter() if each.get("style")] == []  # noqa: S314 — our own markup


def test_a_title_cannot_smuggle_markup_in() -> None:
    titles = elements(sparkline(points(0.5), SHARE, "<script>alert(1)</script>"), "title")

    assert titles[0].text == "<script>alert(1)</script>"


def test_the_median_stands_inside_its_bin() -> None:
    bins = [Bin(Fraction(0), Fraction(10), 3), Bin(Fraction(10), Fraction(20), 3)]

    marks = elements(
        histogram(bins, Scale(Unit.COUNT), "Spread", median=15, p90=None), "path", "q-mark"
    )

    # The plot runs from 72 to 704: three quarters of it is 546.
    assert [mark.get("d", "").split("V")[0] for mark in marks] == ["M546.0 4"]


@pytest.mark.parametrize(("p90", "anchor"), [(15, "start"), (19, "end")], ids=["room", "edge"])
def test_a_mark_is_named_on_its_right_where_the_name_has_room_there(p90: int, anchor: str) -> None:
    bins = [Bin(Fraction(0), Fraction(10), 3), Bin(Fraction(10), Fraction(20), 3)]

    texts = elements(
        histogram(bins, Scale(Unit.COUNT), "Spread", median=None, p90=p90), "text", "q-mark-text"
    )

    assert [text.get("text-anchor") for text in texts] == [anchor]


@pytest.mark.parametrize(
    ("highest", "unit", "expected"),
    [
        (0.93, Unit.SHARE, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (3, Unit.COUNT, [0, 1, 2, 3]),
        (812, Unit.COUNT, [0, 200, 400, 600, 800, 1000]),
        (0, Unit.COUNT, [0, 1]),
    ],
)
def test_ticks_are_round_and_reach_the_highest(
    highest: float, unit: Unit, expected: list[float]
) -> None:
    assert ticks(highest, unit) == pytest.approx(expected)


def test_durations_tick_in_hours_where_days_mean_nothing() -> None:
    assert ticks(90 * HOUR, Unit.DURATION, days=False) == [
        h * HOUR for h in (0, 20, 40, 60, 80, 100)
    ]


@pytest.mark.parametrize("days", [True, False])
def test_a_chart_of_durations_without_any_reaches_an_hour(days: bool) -> None:
    assert ticks(0, Unit.DURATION, days=days) == [0, HOUR]


def test_durations_tick_in_days_around_the_clock() -> None:
    assert ticks(90 * HOUR, Unit.DURATION) == [d * 24 * HOUR for d in (0, 1, 2, 3, 4)]


def test_bins_of_durations_double_and_hold_every_value() -> None:
    values = [60, 2_000, 5 * HOUR]

    bins = count_bins(values, edges(values[0], values[-1], Unit.DURATION, days=False))

    assert [(int(each.high), each.count) for each in bins or []] == [
        (900, 1),
        (1_800, 0),
        (3_600, 1),
        (7_200, 0),
        (14_400, 0),
        (28_800, 1),
    ]


def test_another_series_is_marked_with_both_its_names_and_no_line_joins_them() -> None:
    old, new = "Definition 1, from 2016-01-01", "Definition 2, from 2016-03-01"
    drawn = trend(
        [
            Point("2016-01", 0.5, series=old),
            Point("2016-02", 0.6, series=old),
            Point("2016-03", 0.2, series=new),
            Point("2016-04", 0.3, series=new),
        ],
        SHARE,
        "Kept",
    )

    lines = elements(drawn, "polyline")
    assert [len(line.get("points", "").split()) for line in lines] == [2, 2]
    assert [text.text for text in elements(drawn, "text", "q-mark-text")] == [
        f"to here: {old}",
        f"from here: {new}",
    ]
    assert len(elements(drawn, "path", "q-break")) == 1
    assert f"From 2016-03 on another series: {new} in place of {old}." in drawn


def test_one_series_has_no_break() -> None:
    drawn = trend([Point("2016-01", 0.5, series="A"), Point("2016-02", 0.6, series="A")], SHARE, "")

    assert elements(drawn, "path", "q-break") == []


def test_a_trend_marks_where_a_fiscal_year_begins_and_says_so() -> None:
    years = ["FY2016", "FY2016", "FY2016T", "FY2017"]
    told = [replace(each, year=year) for each, year in zip(points(1, 2, 3, 4), years, strict=True)]

    drawn = trend(told, SHARE, "Kept")

    names = [each.text for each in elements(drawn, "text")]
    assert [name for name in names if (name or "").startswith("FY")] == ["FY2016T", "FY2017"]
    said = elements(drawn, "desc")[0].text or ""
    assert said.endswith(" FY2016T begins in 2016-03. FY2017 begins in 2016-04.")


def test_a_trend_without_fiscal_years_marks_none() -> None:
    assert "begins in" not in trend(points(0.5, 0.6), SHARE, "Kept")
