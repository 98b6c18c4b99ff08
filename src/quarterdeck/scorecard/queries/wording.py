"""Figures and targets in words, the same on pages, on paper and in findings."""

from decimal import Decimal
from fractions import Fraction

from quarterdeck.core.measures import Better, Measure, State, Unit
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.ui.charts import Scale
from quarterdeck.ui.formats import SPACE, share_text

WORDS = {
    State.NOT_ENOUGH_EVIDENCE: "Not enough evidence",
    State.NOT_APPLICABLE: "Nothing to measure",
}
_ALL_RECORDED = "All of it was recorded, and no row of this kind falls in it."


def scale_of(measure: Measure) -> Scale:
    """Return how the measure's values are written; business time has hours and no days."""
    return Scale(measure.unit, days=not measure.takes_calendar)


def why_silent(state: State, coverage: Fraction, left_out: int) -> str:
    """Say why there is no value, by how much of the period was recorded and how many rows are left
    out of it; empty where there is a value."""
    if state is State.NOT_APPLICABLE:
        return _ALL_RECORDED
    if state is not State.NOT_ENOUGH_EVIDENCE:
        return ""
    if coverage < 1:
        return f"Not all of the time was recorded by a source: {share_text(coverage)} of it."
    rows = "1 row is" if left_out == 1 else f"{left_out:,} rows are"
    return (
        "All of the time was recorded, but what was recorded does not tell this: "
        f"{rows} left out, each with its reason."
    )


def value_text(measure: Measure, figures: Figures) -> str:
    """Return a value in words, or why there is none."""
    if figures.state is State.VALUE:
        return scale_of(measure).text(figures.value)
    return WORDS[figures.state]


def limit_text(measure: Measure, limit: Decimal) -> str:
    """Return a target in words, with its side and with every digit that it was given."""
    side = "≤" if measure.better is Better.LOWER else "≥"
    if measure.unit is Unit.SHARE:
        return f"{side}{SPACE}{(limit * 100).normalize():f}{SPACE}%"
    return f"{side}{SPACE}{scale_of(measure).text(Fraction(limit))}"
