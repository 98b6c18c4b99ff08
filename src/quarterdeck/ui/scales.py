"""Axes: from the greatest value to a few round ticks, in the steps that people count a unit in."""

from collections.abc import Sequence
from itertools import takewhile

from quarterdeck.core.measures import Unit
from quarterdeck.ui.formats import Number

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_TICKS = 5
_DURATION_STEPS = (
    *(1, 5, 10, 30),
    *(m * _MINUTE for m in (1, 2, 5, 10, 15, 30)),
    *(h * _HOUR for h in (1, 2, 4, 6, 12)),
    *(d * _DAY for d in (1, 2, 5, 7, 10, 20, 50, 100, 200, 500, 1_000)),
)
_HOUR_STEPS = (
    *(s for s in _DURATION_STEPS if s < _HOUR),
    *(h * _HOUR for h in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)),
)
_QUARTER_HOUR = 15 * _MINUTE
_DURATION_EDGES = (
    *(_QUARTER_HOUR * 2**power for power in range(7)),
    *(_DAY * 2**power for power in range(13)),
)
_HOUR_EDGES = tuple(_QUARTER_HOUR * 2**power for power in range(20))


def ticks(highest: Number, unit: Unit, *, days: bool = True) -> list[Number]:
    """Return about five round ticks from zero to at least the highest value."""
    top = float(highest)
    if top <= 0:
        return [0, _HOUR if unit is Unit.DURATION else 1]
    step = _step(top, unit, days=days)
    amount = -(-top // step)
    return [index * step for index in range(int(amount) + 1)]


def _step(top: float, unit: Unit, *, days: bool) -> Number:
    if unit is Unit.DURATION:
        steps = _DURATION_STEPS if days else _HOUR_STEPS
        return next((step for step in steps if top / step <= _TICKS), steps[-1])
    if unit is Unit.COUNT and top <= _TICKS:
        return 1
    return _round_step(top / _TICKS)


def _round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is no less."""
    power = 10.0 ** (len(f"{int(least)}") - 1) if least >= 1 else 1.0
    while power > least:
        power /= 10
    return next((power * m for m in (1, 2, 5) if power * m >= least), power * 10)


def edges(lowest: Number, highest: Number, unit: Unit, *, days: bool = True) -> list[Number]:
    """Return edges of the bins of a spread: durations double, anything else runs in equal steps.

    Values must not be negative; the last edge is no less than the highest.
    """
    if unit is not Unit.DURATION:
        return ticks(highest, unit)
    known: Sequence[Number] = _DURATION_EDGES if days else _HOUR_EDGES
    inner = list(takewhile(lambda edge: edge < highest, known))
    below = [edge for edge in inner if edge <= lowest]
    first = below[-1] if below else 0
    return [first, *(edge for edge in inner if edge > first), max(highest, known[len(inner)])]
