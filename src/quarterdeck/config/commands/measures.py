"""Commands that read measures."""

import argparse
from typing import Any

from quarterdeck.config.commands.output import number, say, say_json, say_table
from quarterdeck.core import clock
from quarterdeck.core.measures import (
    Measure,
    Reading,
    Scope,
    State,
    Terms,
    all_measures,
    measure_of,
    take,
)
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import period_named
from quarterdeck.scorecard.queries.catalogue import RESULTS
from quarterdeck.ui.formats import figure_text


def list_measures(chosen: argparse.Namespace) -> int:
    """List every measure with its definition."""
    known = all_measures()
    if chosen.json:
        say_json([_definition(measure) for measure in known])
        return 0
    for measure in known:
        say(
            f"{measure.key} — {measure.title} "
            f"[{measure.unit}, {measure.better} is better, {measure.duty}]"
        )
        say(f"    {measure.definition}\n".replace("\n", "\n    ").rstrip() + "\n")
    return 0


def _definition(measure: Measure) -> dict[str, Any]:
    return {
        "key": measure.key,
        "title": measure.title,
        "unit": measure.unit,
        "better": measure.better,
        "duty": measure.duty,
        "definition": measure.definition,
        "definition_version": measure.version,
    }


def read_measure(chosen: argparse.Namespace) -> int:
    """Read one measure over one period and scope."""
    measure, period = measure_of(chosen.key), period_named(chosen.period)
    terms = Terms(clock.now(), chosen.calendar)
    reading = take(measure, period.span, Scope.parse(chosen.scope), terms)
    if chosen.json:
        say_json(as_json(measure, period, reading))
        return 0
    say(f"{measure.title}, {period.key}: {worded(measure, reading)}")
    say(
        f"    n {reading.n}, coverage {float(reading.coverage):.1%}, "
        f"as of {reading.as_of:%Y-%m-%d %H:%M %Z}"
    )
    for exclusion in reading.excluded:
        say(f"    left out {exclusion.n}: {exclusion.reason}")
    for name, value in reading.parameters.items():
        say(f"    {name}: {value}")
    return 0


def as_json(measure: Measure, period: Period, reading: Reading) -> dict[str, Any]:
    """Return a reading as JSON can hold it; durations are in seconds."""
    return {
        **_definition(measure),
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


def worded(measure: Measure, reading: Reading) -> str:
    """Return a reading's value in words, or why there is none."""
    if reading.state is not State.VALUE or reading.value is None:
        return reading.state.replace("_", " ")
    # Business time has hours and no days: a day of it is as long as the calendar says.
    return figure_text(reading.value, measure.unit, days=not measure.takes_calendar)


def read_scorecard(chosen: argparse.Namespace) -> int:
    """Read every measure over one period, by the four results."""
    period, scope = period_named(chosen.period), Scope.parse(chosen.scope)
    terms = Terms(clock.now())
    readings = {measure: take(measure, period.span, scope, terms) for measure in all_measures()}
    rows = [_row(duty, title, needs, readings, period) for duty, title, needs in _catalogue()]
    if chosen.json:
        say_json({"period": period.key, "scope": str(scope), "measures": rows})
        return 0
    say_table(
        ("duty", "measure of success", "reading"),
        [
            (
                row["duty"],
                row["title"],
                "; ".join(row["words"]) or f"not computed yet: {row['needs']}",
            )
            for row in rows
        ],
    )
    return 0


def _catalogue() -> list[tuple[str, str, str]]:
    return [(m.duty, m.title, m.needs) for result in RESULTS for m in result.measures]


def _row(
    duty: str, title: str, needs: str, readings: dict[Measure, Reading], period: Period
) -> dict[str, Any]:
    """Return one measure of success with every reading that serves it."""
    serving = {m: reading for m, reading in readings.items() if m.duty == duty}
    return {
        "duty": duty,
        "title": title,
        "needs": "" if serving else needs,
        "words": [f"{m.title}: {worded(m, reading)}" for m, reading in serving.items()],
        "readings": [as_json(m, period, reading) for m, reading in serving.items()],
    }
