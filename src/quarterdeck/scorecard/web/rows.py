"""Shapes readings into what the scorecard's templates show."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.urls import reverse
from django.utils.safestring import SafeString

from quarterdeck.core.measures import Measure
from quarterdeck.scorecard.queries.board import Line, Section
from quarterdeck.scorecard.queries.shown import TargetRow, points_of, target_row
from quarterdeck.scorecard.queries.wording import scale_of, value_text, why_silent
from quarterdeck.scorecard.web.asked import Asked
from quarterdeck.ui.charts import sparkline


@dataclass(frozen=True)
class LineRow:
    """One computed measure as a row of the board."""

    measure: Measure
    address: str
    text: str
    state: str
    why: str
    n: int
    left_out: int
    coverage: Fraction
    freshest_at: datetime | None
    p90: str
    trend: SafeString
    target: TargetRow | None
    is_closed: bool = False
    is_restated: bool = False
    is_restatement_due: bool = False


@dataclass(frozen=True)
class CriterionRow:
    """One measure of success: what computes it, or what it needs."""

    duty: str
    title: str
    needs: str
    lines: tuple[LineRow, ...]


@dataclass(frozen=True)
class SectionRows:
    """One result with its measures of success."""

    number: int
    title: str
    computed: int
    criteria: tuple[CriterionRow, ...]


def board_rows(sections: tuple[Section, ...], question: Asked) -> tuple[SectionRows, ...]:
    """Return the board as its template shows it."""
    return tuple(
        SectionRows(
            section.number,
            section.title,
            section.computed,
            tuple(
                CriterionRow(
                    criterion.success.duty,
                    criterion.success.title,
                    criterion.success.needs,
                    tuple(line_row(line, question) for line in criterion.lines),
                )
                for criterion in section.criteria
            ),
        )
        for section in sections
    )


def line_row(line: Line, question: Asked) -> LineRow:
    """Return one measure as a row."""
    measure, figures = line.measure, line.figures
    scale = scale_of(measure)
    address = f"{reverse('scorecard.measure', args=[measure.key])}?{question.query()}"
    trend = sparkline(points_of(line.trend), scale, f"{measure.title}, 24 months")
    target = target_row(measure, line.judgement)
    if figures is None:
        return LineRow(
            *(measure, address, "Computing …", "pending", "", 0, 0, Fraction(0), None, ""),
            trend=trend,
            target=target,
        )
    return LineRow(
        measure=measure,
        address=address,
        text=value_text(measure, figures),
        state=figures.state,
        why=why_silent(figures.state, figures.coverage, figures.left_out),
        n=figures.n,
        left_out=figures.left_out,
        coverage=figures.coverage,
        freshest_at=figures.freshest_at,
        p90="" if figures.p90 is None else scale.text(figures.p90),
        trend=trend,
        target=target,
        is_closed=line.closing is not None,
        is_restated=line.closing is not None and line.closing.is_restated,
        is_restatement_due=line.is_restatement_due,
    )
