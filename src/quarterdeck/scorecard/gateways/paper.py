"""The scorecard on paper: each figure with all that a reader needs to judge it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from quarterdeck.core.evidence import digest
from quarterdeck.core.measures import Measure, Scope, State, Terms
from quarterdeck.core.models import Seal
from quarterdeck.core.profiles import all_profiles
from quarterdeck.kernels.periods import Period
from quarterdeck.office.gateways.printing import LaidOut
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries import organisation
from quarterdeck.scorecard.models import StoredReading
from quarterdeck.scorecard.queries.board import Line, Section, further_lines, sections
from quarterdeck.scorecard.queries.closings import explained, seals_of
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Answers, Wanted
from quarterdeck.scorecard.queries.shown import TargetRow, points_of, target_row
from quarterdeck.scorecard.queries.targets import targets_in_force
from quarterdeck.scorecard.queries.wording import scale_of, value_text, why_silent
from quarterdeck.ui.charts import trend

# The style sheet of a page does not reach into a drawing, so each drawing brings its own.
_DRAWING = "scorecard/paper_drawing.css"
# So many batches are listed at most, in the table at the end and beside each figure; of more, the
# paper says how many.
MOST_BATCHES, MOST_BATCHES_OF_FIGURE = 100, 20


@dataclass(frozen=True)
class Settled:
    """How one figure of a closed month stands: closed or restated when, under which seal."""

    title: str
    at: datetime
    seal: Seal | None

    @property
    def seal_text(self) -> str:
        """The seal's number and digest, or that there is none yet."""
        if self.seal is None:
            return "not sealed yet"
        return f"seal {self.seal.number}, SHA-256 {self.seal.digest}"


@dataclass(frozen=True)
class FigureOnPaper:
    """One measure with its figure and all that explains it."""

    measure: Measure
    number: int
    text: str
    is_value: bool
    why: str
    figures: Figures | None
    version: int
    definition: Sequence[str]
    target: TargetRow | None
    owner: str
    settled: Settled | None
    is_restatement_due: bool
    p90: str
    batches: Sequence[ImportBatch]
    more_batches: int
    chart: SafeString


@dataclass(frozen=True)
class MissingOnPaper:
    """One measure of success that nothing computes yet."""

    duty: str
    title: str
    needs: str


@dataclass(frozen=True)
class SectionOnPaper:
    """One result: what is computed, and what is not."""

    title: str
    figures: Sequence[FigureOnPaper]
    missing: Sequence[MissingOnPaper]


def sheet_of(
    *, measures: Sequence[Measure], period: Period, scope: Scope, terms: Terms, found: Answers
) -> LaidOut:
    """Lay a scorecard out with the readings that are known; times are in the present zone.

    It is settled where every figure is closed and sealed.
    """
    targets = targets_in_force(scope, period.last)
    wanted = [Wanted(measure, period, scope) for measure in measures]
    printer = _Printer(period, scope, found)
    laid_out = sections(wanted, found, targets)
    further = further_lines(wanted, found, targets)
    lines = [*(line for each in laid_out for c in each.criteria for line in c.lines), *further]
    printer.look_up(lines)
    parts = [printer.section(each) for each in laid_out]
    if further:
        parts.append(SectionOnPaper("Also measured", printer.figures(further), ()))
    context = {
        "organisation": organisation().name,
        "zone": timezone.get_current_timezone_name(),
        "period": period,
        "scope": scope,
        "parts": parts,
        "batches": printer.batches[:MOST_BATCHES],
        "more_batches": max(0, len(printer.batches) - MOST_BATCHES),
        "computed": sum(each.computed for each in laid_out),
        "total": sum(len(each.criteria) for each in laid_out),
    }
    figures = render_to_string("scorecard/paper_figures.html", context)
    told = digest(context["organisation"], context["zone"], period.key, scope, figures)
    seals = [printer.seals.get(each.closing.standing) for each in lines if each.closing]
    return LaidOut(
        render_to_string(
            "scorecard/paper.html", {**context, "figures": figures, "as_of": terms.as_of}
        ),
        told,
        len(seals) == len(lines) and None not in seals,
        max((seal for seal in seals if seal), key=lambda seal: seal.number, default=None),
    )


class _Printer:
    """Lays lines out as figures, numbered through the whole paper."""

    def __init__(self, period: Period, scope: Scope, found: Answers) -> None:
        self.period, self.scope, self.found, self.number = period, scope, found, 0
        self.seals: dict[StoredReading, Seal] = {}
        self.batches: list[ImportBatch] = []
        self.nouns = {profile.key: profile.noun for profile in all_profiles()}

    def look_up(self, lines: Iterable[Line]) -> None:
        """Read what several figures need once: the seals, and the batches of the period."""
        closings = [line.closing for line in lines if line.closing is not None]
        self.seals = seals_of(closing.standing for closing in closings)
        span, scope = self.period.span, self.scope
        batches = ImportBatch.objects.standing().filter(
            covers_from__lt=span.end, covers_until__gt=span.start
        )
        if scope.kind == "source":
            batches = batches.filter(source=scope.name)
        self.batches = list(batches.order_by("pk"))

    def section(self, section: Section) -> SectionOnPaper:
        """Lay out one result."""
        missing = [
            MissingOnPaper(each.success.duty, each.success.title, each.success.needs)
            for each in section.criteria
            if not each.lines
        ]
        return SectionOnPaper(
            f"{section.number}. {section.title}", self.figures(section.lines), missing
        )

    def figures(self, lines: Iterable[Line]) -> list[FigureOnPaper]:
        """Lay out lines."""
        return [self._figure(line) for line in lines]

    def _figure(self, line: Line) -> FigureOnPaper:
        self.number += 1
        measure, figures = line.measure, line.figures
        version, definition = measure.version, measure.definition
        if line.closing is not None:
            stored = line.closing.standing
            version, definition = stored.version_of_definition, stored.definition
            figures = explained(line.closing)
        aim = None if line.judgement is None else line.judgement.target
        batches = self._batches_of(measure)
        p90 = None if figures is None else figures.p90
        return FigureOnPaper(
            measure=measure,
            number=self.number,
            text="Computing" if figures is None else value_text(measure, figures),
            is_value=figures is not None and figures.state is State.VALUE,
            why=""
            if figures is None
            else why_silent(figures.state, figures.coverage, figures.left_out),
            figures=figures,
            version=version,
            definition=definition.split("\n\n"),
            target=target_row(measure, line.judgement),
            owner="" if aim is None else str(aim.owner),
            settled=self._settled(line),
            is_restatement_due=line.is_restatement_due,
            p90="" if p90 is None else scale_of(measure).text(p90),
            batches=batches[:MOST_BATCHES_OF_FIGURE],
            more_batches=max(0, len(batches) - MOST_BATCHES_OF_FIGURE),
            chart=self._chart(line),
        )

    def _settled(self, line: Line) -> Settled | None:
        closing = line.closing
        if closing is None:
            return None
        seal = self.seals.get(closing.standing)
        if closing.is_restated:
            last = closing.restatements[-1]
            return Settled(f"Restated ({last.number})", last.issued_at, seal)
        return Settled("Closed", closing.row.closed_period.closed_at, seal)

    def _batches_of(self, measure: Measure) -> list[ImportBatch]:
        """Return the batches of the period that brought evidence of the measure's app."""
        app = measure.domain.partition(".")[0]
        return [
            batch
            for batch in self.batches
            if self.nouns.get(batch.profile, "").partition(".")[0] == app
        ]

    def _chart(self, line: Line) -> SafeString:
        """Return the drawing of the trend without the table that stands beside it on screen;
        none where no month has a value."""
        if all(point.value is None for point in points_of(line.trend)):
            return SafeString("")
        aim = None if line.judgement is None else Fraction(line.judgement.target.value)
        chart = trend(points_of(line.trend), scale_of(line.measure), "24 months", target=aim)
        drawing = chart[chart.index("<svg") : chart.index("</svg>") + len("</svg>")]
        start = drawing.index(">") + 1
        rules = f"<style>{render_to_string(_DRAWING)}</style>"
        return SafeString(f"{drawing[:start]}{rules}{drawing[start:]}")
