"""Figures are kept exact, and those that were kept before are read."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from quarterdeck.core.measures import Reading, State
from quarterdeck.scorecard.queries.figures import Figures

AT = datetime(2026, 5, 1, tzinfo=UTC)


def test_an_interval_is_kept_beside_the_value_and_earlier_figures_have_none() -> None:
    reading = Reading(
        state=State.VALUE,
        as_of=AT,
        coverage=Fraction(1),
        value=Fraction(-3, 2),
        n=10,
        interval=(-2.3, -0.7),
    )
    stored = json.loads(json.dumps(Figures.of(reading).stored()))
    earlier = {name: value for name, value in stored.items() if name != "interval"}
    now, before = Figures.restored(stored), Figures.restored(earlier)

    assert (now.value, now.interval) == (Fraction(-3, 2), (-2.3, -0.7))
    assert before.interval is None
    # An interval explains a value; late evidence that changes no value is no restatement.
    assert now == before


def test_figures_are_partial_as_long_as_any_of_the_period_was_not_recorded() -> None:
    whole = Figures.of(Reading(state=State.VALUE, as_of=AT, coverage=Fraction(1), n=1))
    part = replace(whole, coverage=Fraction(743, 744))

    assert (whole.is_partial, part.is_partial) == (False, True)
