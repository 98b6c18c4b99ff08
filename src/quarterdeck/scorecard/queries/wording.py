"""Figures and targets in words, the same on pages, on paper and in findings."""

from decimal import Decimal
from fractions import Fraction

from quarterdeck.core.measures import Better, Measure, State, Unit
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.ui.charts import Scale
from quarterdeck.ui.formats import SPACE

WORDS = {
    State.NOT_ENOUGH_EVIDENCE: "Not enough evidence",
    State.NOT_APPLICABLE: "Nothing to measure",
}
WHY = {
    State.NOT_ENOUGH_EVIDENCE: "No source recorded the whole of it, or what was recorded "
    "does not tell; the rows that are left out say why.",
    State.NOT_APPLICABLE: "All of it was recorded, and no row of this kind falls in it.",
}


def scale_of(measure: Measure) -> Scale:
    """Return how the measure's values are written; business time has hours and no days."""
    return Scale(measure.unit, days=not measure.takes_calendar)


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
