"""Targets and trends in the form in which pages and paper show them."""

from dataclasses import dataclass

from quarterdeck.core.measures import Measure
from quarterdeck.core.records import Tone
from quarterdeck.scorecard.queries.board import TrendPoint
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.targets import Judgement
from quarterdeck.scorecard.queries.wording import WORDS, limit_text
from quarterdeck.scorecard.vocabulary import Verdict
from quarterdeck.ui.charts import Point

TONES = {
    Verdict.MET: Tone.GOOD,
    Verdict.NEAR: Tone.WARNING,
    Verdict.MISSED: Tone.BAD,
    Verdict.NOT_JUDGED: Tone.NEUTRAL,
}


@dataclass(frozen=True)
class TargetRow:
    """A target in words, with what the reading says of it."""

    text: str
    verdict: str
    tone: Tone
    is_partial: bool


def target_row(measure: Measure, judgement: Judgement | None) -> TargetRow | None:
    """Return a judgement as pages show it."""
    if judgement is None:
        return None
    return TargetRow(
        limit_text(measure, judgement.target.value),
        judgement.verdict.label,
        TONES[judgement.verdict],
        judgement.is_partial,
    )


def points_of(trend: tuple[TrendPoint, ...]) -> list[Point]:
    """Return a trend as a chart draws it."""
    return [
        Point(
            point.period.key,
            None if point.figures is None else point.figures.value,
            is_partial=point.figures is not None and point.figures.is_partial,
            note=_note(point.figures),
        )
        for point in trend
    ]


def _note(figures: Figures | None) -> str:
    if figures is None:
        return "not computed yet"
    if figures.value is None:
        return WORDS[figures.state].lower()
    return f"n {figures.n:,}"
