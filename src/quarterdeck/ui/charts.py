"""Charts drawn on the server as SVG: the same on screen and on paper, without a script.

Colours come from classes, so that both themes and a strict content policy hold. Where there is no
evidence a line has a gap and never a zero; a hollow mark stands for a period that evidence covers
in part. Each larger chart comes with its table of figures.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import pairwise

from django.utils.safestring import SafeString

from quarterdeck.core.measures import Unit
from quarterdeck.kernels.statistics import Bin
from quarterdeck.ui.formats import Number, figure_text
from quarterdeck.ui.scales import ticks

# What is drawn, in units of the drawing: a chart's text has 11 of them.
_WIDTH, _HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 16, 20, 28
_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_EDGE = 144, 32, 4
_LABEL_WIDTH = 64
_LETTER_WIDTH = 6.5
_NOTE = '<span class="visually-hidden">Note</span>'


@dataclass(frozen=True)
class Point:
    """One period: its label, its value (None without evidence), and whether coverage is partial.

    Points of different `series` were counted by different definitions: no line joins them. `year`
    names the fiscal year, where that is worth a mark.
    """

    label: str
    value: Number | None
    is_partial: bool = False
    note: str = ""
    series: str = ""
    year: str = ""


@dataclass(frozen=True)
class Scale:
    """How values are written: the unit, and whether durations count days of 24 hours."""

    unit: Unit
    days: bool = True

    def text(self, value: Number | None) -> str:
        """Return a value in words."""
        return figure_text(value, self.unit, days=self.days)

    def tick(self, value: Number) -> str:
        """Return a value for an axis, where zero needs no unit."""
        return self.text(value) if value else "0"


@dataclass(frozen=True)
class _Mark:
    x: float
    y: float
    point: Point


Place = Callable[[Number], float]


def sparkline(points: Sequence[Point], scale: Scale, title: str) -> SafeString:
    """Return a small line of a measure's last periods, its newest value marked."""
    known = [float(point.value) for point in points if point.value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    inner = _SPARK_HEIGHT - 2 * _SPARK_EDGE

    def height(value: Number) -> float:
        share = (float(value) - low) / (high - low) if high > low else 0.5
        return _SPARK_HEIGHT - _SPARK_EDGE - share * inner

    step = (_SPARK_WIDTH - 2 * _SPARK_EDGE) / max(len(points) - 1, 1)
    runs = list(_runs(points, lambda index: _SPARK_EDGE + index * step, height))
    marks = [mark for run in runs for mark in run]
    dots = [mark for mark in marks if mark.point.is_partial] + marks[-1:]
    alone = [run[0] for run in runs if len(run) == 1]
    drawn = "".join(map(_line, runs)) + "".join(
        _dot(mark, 2.25) for mark in _distinct(dots + alone)
    )
    base = f'<path class="q-base" d="M0 {_SPARK_HEIGHT - 1}H{_SPARK_WIDTH}"/>'
    return SafeString(
        f'<svg class="q-spark" viewBox="0 0 {_SPARK_WIDTH} {_SPARK_HEIGHT}" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(_in_words(points, scale))}</desc>"
        f"{base}{drawn}</svg>"
    )


def trend(
    points: Sequence[Point], scale: Scale, title: str, *, target: Number | None = None
) -> SafeString:
    """Return a line over periods with axes, the target if there is one, and a table of figures."""
    known = [point.value for point in points if point.value is not None]
    heights = ticks(max([*known, target or 0], default=0), scale.unit, days=scale.days)
    top = heights[-1]
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(points), 1)

    def across(index: int) -> float:
        return _LEFT + (index + 0.5) * step

    def height(value: Number) -> float:
        return _HEIGHT - _BOTTOM - float(value) / float(top) * (_HEIGHT - _TOP - _BOTTOM)

    runs = list(_runs(points, across, height))
    drawing = [
        _gaps(points, step),
        _grid(heights, height, scale),
        _years(points, step),
        _period_labels([point.label for point in points], across, step),
        _target(target, height, scale),
        *map(_line, runs),
        *(_dot(mark, 3, _tip(mark.point, scale)) for run in runs for mark in run),
        _breaks(points, step),
    ]
    rows = [(point.label, _tip_value(point, scale), _row_note(point, points)) for point in points]
    return _figure(title, _in_words(points, scale), "".join(drawing), ("Period", "Value", ""), rows)


def histogram(
    bins: Sequence[Bin],
    scale: Scale,
    title: str,
    *,
    median: Number | None = None,
    p90: Number | None = None,
) -> SafeString:
    """Return the spread of single values in bins drawn equally wide, with median and p90 marked."""
    heights = ticks(max((each.count for each in bins), default=0), Unit.COUNT)
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(bins), 1)

    def height(value: Number) -> float:
        return _HEIGHT - _BOTTOM - float(value) / float(heights[-1]) * (_HEIGHT - _TOP - _BOTTOM)

    drawing = [
        _grid(heights, height, Scale(Unit.COUNT)),
        *(_bar(each, index, step, height, scale) for index, each in enumerate(bins)),
        _edge_labels(bins, step, scale),
        _mark(median, "median", bins, step, scale),
        _mark(p90, "90th percentile", bins, step, scale),
    ]
    total = sum(each.count for each in bins)
    words = f"{total:,} values; median {scale.text(median)}, 90th percentile {scale.text(p90)}."
    rows = [(_bin_label(each, scale), f"{each.count:,}", "") for each in bins]
    return _figure(title, words, "".join(drawing), ("From – to", "Number", ""), rows)


def _runs(
    points: Sequence[Point], across: Callable[[int], float], height: Place
) -> Iterator[list[_Mark]]:
    """Yield the unbroken stretches of points of one series with a value."""
    run: list[_Mark] = []
    for index, point in enumerate(points):
        if run and run[-1].point.series != point.series:
            yield run
            run = []
        if point.value is not None:
            run.append(_Mark(across(index), height(point.value), point))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _distinct(marks: Sequence[_Mark]) -> list[_Mark]:
    return list({mark.x: mark for mark in marks}.values())


def _line(run: Sequence[_Mark]) -> str:
    if len(run) == 1:
        return ""
    places = " ".join(f"{mark.x:.1f},{mark.y:.1f}" for mark in run)
    return f'<polyline class="q-line" points="{places}"/>'


def _dot(mark: _Mark, radius: float, tip: str = "") -> str:
    hollow = " is-hollow" if mark.point.is_partial else ""
    title = f"<title>{escape(tip)}</title>" if tip else ""
    place = f'cx="{mark.x:.1f}" cy="{mark.y:.1f}" r="{radius}"'
    return f'<circle class="q-dot{hollow}" {place}>{title}</circle>'


def _tip_value(point: Point, scale: Scale) -> str:
    if point.value is None:
        return "no evidence"
    return scale.text(point.value) + (" (part of the period)" if point.is_partial else "")


def _tip(point: Point, scale: Scale) -> str:
    note = f", {point.note}" if point.note else ""
    return f"{point.label}: {_tip_value(point, scale)}{note}"


def _in_words(points: Sequence[Point], scale: Scale) -> str:
    """Say what the line shows, for those who hear the page."""
    known = [point for point in points if point.value is not None]
    if not known:
        return f"No evidence in {len(points)} periods."
    low = min(known, key=lambda point: point.value or 0)
    high = max(known, key=lambda point: point.value or 0)
    missing = len(points) - len(known)
    gap = f" {missing} of {len(points)} periods without evidence." if missing else ""
    gap += "".join(
        f" From {new.label} on another series: {new.series} in place of {old.series}."
        for _, old, new in _changes(points)
    ) + "".join(f" {point.year} begins in {point.label}." for _, point in _year_starts(points))
    return (
        f"Newest {scale.text(known[-1].value)} in {known[-1].label}; "
        f"lowest {scale.text(low.value)} in {low.label}, "
        f"highest {scale.text(high.value)} in {high.label}.{gap}"
    )


def _changes(points: Sequence[Point]) -> list[tuple[int, Point, Point]]:
    """Return where another series begins: its place, the point before, and the first of it."""
    pairs = enumerate(pairwise(points), 1)
    return [(index, old, new) for index, (old, new) in pairs if old.series != new.series]


def _year_starts(points: Sequence[Point]) -> list[tuple[int, Point]]:
    """Return where another fiscal year begins: its place, and the first point of it."""
    return [(n, new) for n, (old, new) in enumerate(pairwise(points), 1) if old.year != new.year]


def _years(points: Sequence[Point], step: float) -> str:
    return "".join(
        f'<path class="q-axis" d="M{_LEFT + index * step:.1f} {_TOP}V{_HEIGHT - _BOTTOM}"/>'
        f'<text x="{_LEFT + index * step + 4:.1f}" y="{_HEIGHT - _BOTTOM - 5}">'
        f"{escape(first.year)}</text>"
        for index, first in _year_starts(points)
    )


def _breaks(points: Sequence[Point], step: float) -> str:
    """Mark where another series begins, with the names of both beside the line."""
    marks = []
    for index, old, new in _changes(points):
        x = _LEFT + index * step
        # Each name stands on its own side, as long as the drawing has room for it there.
        before = ("end", -4) if x > _WIDTH * 0.3 else ("start", 4)
        after = ("end", -4) if x > _WIDTH * 0.7 else ("start", 4)
        marks.append(f'<path class="q-mark q-break" d="M{x:.1f} 4V{_HEIGHT - _BOTTOM}"/>')
        marks += [
            f'<text class="q-mark-text" x="{x + shift:.1f}" y="{y}" text-anchor="{anchor}">'
            f"{escape(name)}</text>"
            for (anchor, shift), y, name in (
                (before, 12, f"to here: {old.series}"),
                (after, 24, f"from here: {new.series}"),
            )
        ]
    return "".join(marks)


def _row_note(point: Point, points: Sequence[Point]) -> str:
    """Return a point's note, and its series where there are several."""
    if not _changes(points):
        return point.note
    return "; ".join(text for text in (point.note, point.series) if text)


def _gaps(points: Sequence[Point], step: float) -> str:
    return "".join(
        f'<rect class="q-gap" x="{_LEFT + index * step:.1f}" y="{_TOP}" width="{step:.1f}" '
        f'height="{_HEIGHT - _TOP - _BOTTOM}"><title>{escape(point.label)}: no evidence</title>'
        "</rect>"
        for index, point in enumerate(points)
        if point.value is None
    )


def _grid(heights: Sequence[Number], height: Place, scale: Scale) -> str:
    lines = []
    for value in heights:
        y = height(value)
        style = "q-grid-line" if value else "q-axis"
        lines.append(
            f'<path class="{style}" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
            f"{escape(scale.tick(value))}</text>"
        )
    return "".join(lines)


def _period_labels(labels: Sequence[str], across: Callable[[int], float], step: float) -> str:
    """Label every so many periods, counted back from the newest, so that labels do not touch."""
    every = max(1, -(-_LABEL_WIDTH // max(int(step), 1)))
    last = len(labels) - 1
    return "".join(
        f'<text x="{across(index):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">'
        f"{escape(label)}</text>"
        for index, label in enumerate(labels)
        if (last - index) % every == 0
    )


def _target(target: Number | None, height: Place, scale: Scale) -> str:
    if target is None:
        return ""
    y = height(target)
    return (
        f'<path class="q-target" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
        f'<text class="q-target-text" x="{_WIDTH - _RIGHT}" y="{y - 5:.1f}" text-anchor="end">'
        f"target {escape(scale.text(target))}</text>"
    )


def _bar(each: Bin, index: int, step: float, height: Place, scale: Scale) -> str:
    y = height(each.count)
    tip = f"{_bin_label(each, scale)}: {each.count:,}"
    return (
        f'<rect class="q-bar" x="{_LEFT + index * step + 1:.1f}" y="{y:.1f}" '
        f'width="{step - 2:.1f}" height="{_HEIGHT - _BOTTOM - y:.1f}">'
        f"<title>{escape(tip)}</title></rect>"
    )


def _bin_label(each: Bin, scale: Scale) -> str:
    return f"{scale.text(each.low)} – {scale.text(each.high)}"


def _edge_labels(bins: Sequence[Bin], step: float, scale: Scale) -> str:
    if not bins:
        return ""
    edges = [each.low for each in bins] + [bins[-1].high]
    every = max(1, -(-_LABEL_WIDTH // max(int(step), 1)))
    return "".join(
        f'<text x="{_LEFT + index * step:.1f}" y="{_HEIGHT - 8}" text-anchor="middle">'
        f"{escape(scale.tick(edge))}</text>"
        for index, edge in enumerate(edges)
        if index % every == 0
    )


def _mark(value: Number | None, name: str, bins: Sequence[Bin], step: float, scale: Scale) -> str:
    """A line where the value lies inside its bin; its text stands left where there is no room
    on the right."""
    position = None if value is None else _position(Fraction(value), bins)
    if position is None:
        return ""
    x = _LEFT + position * step
    text = f"{name} {scale.text(value)}"
    has_room = x + 4 + len(text) * _LETTER_WIDTH <= _WIDTH
    anchor, shift = ("start", 4) if has_room else ("end", -4)
    # The two texts stand one above the other, since the two values may lie close together.
    y = _TOP - 8 if name == "median" else _TOP + 6
    return (
        f'<path class="q-mark" d="M{x:.1f} {_TOP - 16}V{_HEIGHT - _BOTTOM}"/>'
        f'<text class="q-mark-text" x="{x + shift:.1f}" y="{y}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _position(value: Fraction, bins: Sequence[Bin]) -> float | None:
    for index, each in enumerate(bins):
        if each.low <= value <= each.high:
            return index + float((value - each.low) / (each.high - each.low))
    return None


def _figure(
    title: str,
    words: str,
    drawing: str,
    heads: tuple[str, str, str],
    rows: Sequence[tuple[str, str, str]],
) -> SafeString:
    """Put the drawing and its table together; on narrow screens the drawing scrolls."""
    has_notes = any(note for _, _, note in rows)
    head = "".join(
        f'<th scope="col"{_right(index)}>{name or _NOTE}</th>'
        for index, name in enumerate(heads[: 3 if has_notes else 2])
    )
    body = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td class="q-number">{escape(value)}</td>'
        + (f'<td class="q-number">{escape(note)}</td>' if has_notes else "")
        + "</tr>"
        for label, value, note in rows
    )
    name = escape(title)
    return SafeString(
        f'<figure class="q-chart-box"><div class="q-chart-scroll" tabindex="0" role="region" '
        f'aria-label="{name}, chart"><svg class="q-chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'role="img"><title>{name}</title><desc>{escape(words)}</desc>{drawing}</svg></div>'
        f'<details class="q-chart-figures"><summary>Figures</summary><div class="q-table-box" '
        f'tabindex="0" role="region" aria-label="{name}, figures"><table class="q-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details></figure>"
    )


def _right(index: int) -> str:
    return ' class="q-number"' if index else ""
