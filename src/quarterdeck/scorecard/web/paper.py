"""The scorecard on paper: each figure with all that a reader needs to judge it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from quarterdeck.core.measures import Measure, State
from quarterdeck.core.models import Seal
from quarterdeck.core.permission import account_of
from quarterdeck.core.profiles import all_profiles
from quarterdeck.office.gateways.printing import pdf_of
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries import organisation
from quarterdeck.scorecard.models import StoredReading
from quarterdeck.scorecard.queries.board import Line, Section, further_lines, sections
from quarterdeck.scorecard.queries.closings import explained, seals_of
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Answers, Wanted
from quarterdeck.scorecard.queries.targets import targets_in_force
from quarterdeck.scorecard.queries.wording import scale_of, value_text, why_silent
from quarterdeck.scorecard.web.asked import Asked, asked, asked_measures
from quarterdeck.scorecard.web.rows import TargetRow, points_of, target_row
from quarterdeck.scorecard.web.scorecard import FILE_PATIENCE_SECONDS, read
from quarterdeck.ui.charts import trend

# The style sheet of a page does not reach into a drawing, so each drawing brings its own.
_DRAWING = "scorecard/paper_drawing.css"


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


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """Answer with the scorecard as PDF, or lead back while its figures are being computed."""
    user = account_of(request)
    question = asked(request)
    measures = asked_measures(user, question)
    if not measures:
        raise Http404
    found = read(measures, question, user, FILE_PATIENCE_SECONDS)
    back = f"{reverse('scorecard')}?{question.query()}"
    if found.missing:
        messages.info(request, "The figures are being computed; ask for the PDF when they stand.")
        return redirect(back)
    # Who asks for the head alone is told whether there is a paper; pressing it takes seconds.
    is_head = request.method == "HEAD"
    content = b"" if is_head else pdf_of(paper_html(measures, question, found, str(user)))
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"scorecard-{question.period.key.replace('..', '-')}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def paper_html(measures: Sequence[Measure], question: Asked, found: Answers, reader: str) -> str:
    """Return the page that is printed; `reader` is for whom."""
    period, scope = question.period, question.scope
    targets = targets_in_force(scope, period.last)
    wanted = [Wanted(measure, period, scope) for measure in measures]
    printer = _Printer(question, found)
    laid_out = sections(wanted, found, targets)
    further = further_lines(wanted, found, targets)
    printer.look_up(
        [*(line for each in laid_out for c in each.criteria for line in c.lines), *further]
    )
    parts = [printer.section(each) for each in laid_out]
    if further:
        parts.append(SectionOnPaper("Also measured", printer.figures(further), ()))
    context = {
        "organisation": organisation().name,
        "zone": timezone.get_current_timezone_name(),
        "asked": question,
        "reader": reader,
        "parts": parts,
        "batches": printer.batches,
        "computed": sum(each.computed for each in laid_out),
        "total": sum(len(each.criteria) for each in laid_out),
    }
    return render_to_string("scorecard/paper.html", context)


class _Printer:
    """Lays lines out as figures, numbered through the whole paper."""

    def __init__(self, question: Asked, found: Answers) -> None:
        self.question, self.found, self.number = question, found, 0
        self.seals: dict[StoredReading, Seal] = {}
        self.batches: list[ImportBatch] = []
        self.nouns = {profile.key: profile.noun for profile in all_profiles()}

    def look_up(self, lines: Iterable[Line]) -> None:
        """Read what several figures need once: the seals, and the batches of the period."""
        closings = [line.closing for line in lines if line.closing is not None]
        self.seals = seals_of(closing.standing for closing in closings)
        span, scope = self.question.period.span, self.question.scope
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
            batches=self._batches_of(measure),
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
