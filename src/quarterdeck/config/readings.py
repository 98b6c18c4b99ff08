"""Measures and readings as data: what the command line prints and the API answers.

Durations are in seconds, shares between 0 and 1, instants in ISO 8601. Fractions are exact inside
and become integers or floating-point numbers here.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from quarterdeck.core.measures import Measure, Reading, Scope, State, Terms, take
from quarterdeck.kernels.periods import Period
from quarterdeck.scorecard.queries.catalogue import RESULTS
from quarterdeck.ui.formats import figure_text


def definition_of(measure: Measure) -> dict[str, Any]:
    """Return what a reader must know of a measure."""
    return {
        "key": measure.key,
        "title": measure.title,
        "unit": measure.unit,
        "better": measure.better,
        "duty": measure.duty,
        "definition": measure.definition,
        "definition_version": measure.version,
    }


def reading_of(measure: Measure, period: Period, reading: Reading) -> dict[str, Any]:
    """Return a reading with its definition, its period and all that it was computed by."""
    return {
        **definition_of(measure),
        "period": {
            "key": period.key,
            "start": period.span.start.isoformat(),
            "end": period.span.end.isoformat(),
        },
        "state": reading.state,
        "value": number(reading.value),
        "n": reading.n,
        "numerator": number(reading.numerator),
        "denominator": number(reading.denominator),
        "median": number(reading.median),
        "p90": number(reading.p90),
        "interval": reading.interval,
        "coverage": number(reading.coverage),
        "parameters": dict(reading.parameters),
        "excluded": [{"reason": each.reason, "n": each.n} for each in reading.excluded],
        "freshest_at": reading.freshest_at,
        "as_of": reading.as_of,
    }


def number(value: Fraction | None) -> int | float | None:
    """Return an exact number as JSON can hold it: an integer where it is one."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def worded(measure: Measure, reading: Reading) -> str:
    """Return a reading's value in words, or why there is none."""
    if reading.state is not State.VALUE or reading.value is None:
        return reading.state.replace("_", " ")
    # Business time has hours and no days: a day of it is as long as the calendar says.
    return figure_text(reading.value, measure.unit, days=not measure.takes_calendar)


def scorecard_of(
    measures: Iterable[Measure], period: Period, scope: Scope, terms: Terms
) -> dict[str, Any]:
    """Read these measures, and lay them beside the measures of success that they serve."""
    readings = {measure: take(measure, period.span, scope, terms) for measure in measures}
    rows = [
        _row(success.duty, success.title, success.needs, readings, period)
        for result in RESULTS
        for success in result.measures
    ]
    return {"period": period.key, "scope": str(scope), "measures": rows}


def _row(
    duty: str, title: str, needs: str, readings: Mapping[Measure, Reading], period: Period
) -> dict[str, Any]:
    """Return one measure of success with every reading that serves it."""
    serving = {m: reading for m, reading in readings.items() if m.duty == duty}
    return {
        "duty": duty,
        "title": title,
        "needs": "" if serving else needs,
        "words": [f"{m.title}: {worded(m, reading)}" for m, reading in serving.items()],
        "readings": [reading_of(m, period, reading) for m, reading in serving.items()],
    }
