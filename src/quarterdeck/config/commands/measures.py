"""Commands that read measures."""

import argparse

from quarterdeck.config.commands.output import say, say_json, say_table
from quarterdeck.config.readings import definition_of, reading_of, scorecard_of, worded
from quarterdeck.core import clock
from quarterdeck.core.measures import Scope, Terms, all_measures, measure_of, take
from quarterdeck.office.queries import period_named


def list_measures(chosen: argparse.Namespace) -> int:
    """List every measure with its definition."""
    known = all_measures()
    if chosen.json:
        say_json([definition_of(measure) for measure in known])
        return 0
    for measure in known:
        say(
            f"{measure.key} — {measure.title} "
            f"[{measure.unit}, {measure.better} is better, {measure.duty}]"
        )
        say(f"    {measure.definition}\n".replace("\n", "\n    ").rstrip() + "\n")
    return 0


def read_measure(chosen: argparse.Namespace) -> int:
    """Read one measure over one period and scope."""
    measure, period = measure_of(chosen.key), period_named(chosen.period)
    terms = Terms(clock.now(), chosen.calendar)
    reading = take(measure, period.span, Scope.parse(chosen.scope), terms)
    if chosen.json:
        say_json(reading_of(measure, period, reading))
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


def read_scorecard(chosen: argparse.Namespace) -> int:
    """Read every measure over one period, by the four results."""
    period, scope = period_named(chosen.period), Scope.parse(chosen.scope)
    terms = Terms(clock.now())
    card = scorecard_of(all_measures(), period, scope, terms)
    if chosen.json:
        say_json(card)
        return 0
    say_table(
        ("duty", "measure of success", "reading"),
        [
            (
                row["duty"],
                row["title"],
                "; ".join(row["words"]) or f"not computed yet: {row['needs']}",
            )
            for row in card["measures"]
        ],
    )
    return 0
