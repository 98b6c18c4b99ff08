"""Measures and readings as data: what the command line prints and the API answers.

Durations are in seconds, shares between 0 and 1, instants in ISO 8601. Fractions are exact inside
and become integers or floating-point numbers here.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from quarterdeck.core.measures import Measure, Reading, Scope, State, Terms
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries.periods import take_over
from quarterdeck.scorecard.queries.catalogue import RESULTS
from quarterdeck.scorecard.queries.closings import explained
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Answers, Wanted
from quarterdeck.ui.formats import figure_text

# The state of a reading that nobody has computed yet.
BEING_COMPUTED = "being_computed"
_FIGURES = (
    *("value", "n", "numerator", "denominator", "median", "p90", "interval", "coverage"),
    *("freshest_at", "as_of"),
)

# A reading in words, and as data.
Told = tuple[str, dict[str, Any]]


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
    return {**_said(measure, period, Figures.of(reading)), "is_closed": False}


def kept_reading_of(wanted: Wanted, found: Answers) -> dict[str, Any]:
    """Return what is kept of a reading; where nothing is yet, it says that it is being computed.

    A closed month answers as it was closed and restated, with the definition of then.
    """
    figures, closing = found.figures(wanted), found.closing(wanted)
    if closing is not None:
        figures = explained(closing)
    if figures is None:
        unknown: dict[str, Any] = dict.fromkeys(_FIGURES)
        told = {**unknown, "state": BEING_COMPUTED, "parameters": {}, "excluded": []}
        return {**_asked(wanted.measure, wanted.period), **told, "is_closed": False}
    told = _said(wanted.measure, wanted.period, figures)
    if closing is None:
        return {**told, "is_closed": False}
    stored = closing.standing
    then = {"definition": stored.definition, "definition_version": stored.version_of_definition}
    return {**told, **then, "is_closed": True}


def _asked(measure: Measure, period: Period) -> dict[str, Any]:
    return {
        **definition_of(measure),
        "period": {
            "key": period.key,
            "start": period.span.start.isoformat(),
            "end": period.span.end.isoformat(),
        },
    }


def _said(measure: Measure, period: Period, figures: Figures) -> dict[str, Any]:
    """Return what figures say, with the measure and the period of which they say it."""
    return {
        **_asked(measure, period),
        "state": figures.state,
        "value": number(figures.value),
        "n": figures.n,
        "numerator": number(figures.numerator),
        "denominator": number(figures.denominator),
        "median": number(figures.median),
        "p90": number(figures.p90),
        "interval": figures.interval,
        "coverage": number(figures.coverage),
        "parameters": dict(figures.parameters),
        "excluded": [{"reason": reason, "n": n} for reason, n in figures.exclusions],
        "freshest_at": figures.freshest_at,
        "as_of": figures.as_of,
    }


def number(value: Fraction | None) -> int | float | None:
    """Return an exact number as JSON can hold it: an integer where it is one."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def worded(measure: Measure, reading: Reading | Figures | None) -> str:
    """Return a reading's value in words, or why there is none."""
    if reading is None:
        return BEING_COMPUTED.replace("_", " ")
    if reading.state is not State.VALUE or reading.value is None:
        return reading.state.replace("_", " ")
    # Business time has hours and no days: a day of it is as long as the calendar says.
    return figure_text(reading.value, measure.unit, days=not measure.takes_calendar)


def scorecard_of(
    measures: Iterable[Measure], period: Period, scope: Scope, terms: Terms
) -> dict[str, Any]:
    """Read these measures, and lay them beside the measures of success that they serve."""
    readings = {measure: take_over(measure, period, scope, terms) for measure in measures}
    told = {
        measure: (worded(measure, reading), reading_of(measure, period, reading))
        for measure, reading in readings.items()
    }
    return _card(period, scope, told)


def kept_scorecard_of(
    wanted: Sequence[Wanted], period: Period, scope: Scope, found: Answers
) -> dict[str, Any]:
    """Lay what is kept of these readings beside the measures of success that they serve."""
    told = {
        each.measure: (worded(each.measure, found.figures(each)), kept_reading_of(each, found))
        for each in wanted
    }
    return _card(period, scope, told)


def _card(period: Period, scope: Scope, told: Mapping[Measure, Told]) -> dict[str, Any]:
    rows = [
        _row(success.duty, success.title, success.needs, told)
        for result in RESULTS
        for success in result.measures
    ]
    return {"period": period.key, "scope": str(scope), "measures": rows}


def _row(duty: str, title: str, needs: str, told: Mapping[Measure, Told]) -> dict[str, Any]:
    """Return one measure of success with every reading that serves it."""
    serving = {measure: each for measure, each in told.items() if measure.duty == duty}
    return {
        "duty": duty,
        "title": title,
        "needs": "" if serving else needs,
        "words": [f"{measure.title}: {words}" for measure, (words, _) in serving.items()],
        "readings": [reading for _, reading in serving.values()],
    }
