"""The scorecard page."""

from time import monotonic

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Measure, State
from quarterdeck.core.models import Account
from quarterdeck.office.queries import organisation
from quarterdeck.office.rules import may_import
from quarterdeck.scorecard.queries.board import (
    further_lines,
    readable_measures,
    sections,
    wanted_readings,
)
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Answers, Wanted, answers
from quarterdeck.scorecard.queries.targets import targets_in_force
from quarterdeck.scorecard.verbs.cached_readings import keep_readings
from quarterdeck.scorecard.web.asked import Asked, asked
from quarterdeck.scorecard.web.rows import board_rows, line_row

# A page that has to compute for longer shows what it has, and asks again for the rest.
PATIENCE_SECONDS = 0.8


def read(measures: tuple[Measure, ...], question: Asked, user: Account) -> Answers:
    """Return the readings that a page needs, computing what is missing while patience lasts."""
    until = monotonic() + PATIENCE_SECONDS
    found = answers(
        wanted_readings(measures, question.period),
        question.scope,
        question.terms,
        go_on=lambda: monotonic() < until,
    )
    if found.computed:
        keep_readings(computed=found.computed, actor=user, at=question.terms.as_of)
    return found


@require_safe
def scorecard(request: HttpRequest) -> HttpResponse:
    """Show every measure of success, computed or not, over one period and scope."""
    question = asked(request)
    user: Account = request.user  # type: ignore[assignment]  # pages are for the signed-in alone
    measures = readable_measures(user)
    try:
        found = read(measures, question, user)
    except Refused as refusal:
        found, question = (
            _nothing(),
            Asked(question.period, question.scope, question.terms, str(refusal)),
        )
    targets = targets_in_force(question.scope, question.period.last)
    board = board_rows(sections(measures, question.period, found, targets), question)
    further = further_lines(measures, question.period, found, targets)
    latest = _latest_evidence(measures, question, found)
    context = {
        "asked": question,
        "board": board,
        "further": [line_row(line, question) for line in further],
        "headlines": [c.lines[0] for s in board for c in s.criteria if c.lines],
        "computed": sum(section.computed for section in board),
        "total": sum(len(section.criteria) for section in board),
        "is_incomplete": bool(found.missing),
        "is_without_evidence": not found.missing and not any(map(_is_value, found.known.values())),
        "latest": latest,
        "may_import": may_import(user),
        "previous": question.query(period=question.period.previous().key),
        "following": question.query(period=question.period.following().key),
        "here": question.query(),
    }
    part = request.headers.get("HX-Target", "").endswith("board")
    template = "scorecard/board.html" if part else "scorecard/scorecard.html"
    return render(request, template, context, status=400 if question.refusal else 200)


def _is_value(figures: Figures) -> bool:
    return figures.state is State.VALUE


def _latest_evidence(
    measures: tuple[Measure, ...], question: Asked, found: Answers
) -> dict[str, str] | None:
    """Return the month of the latest evidence, where the period asked for has none."""
    here = [found.figures(Wanted(measure, question.period)) for measure in measures]
    known = [figures for figures in here if figures is not None]
    if not known or any(map(_is_value, known)):
        return None
    instants = [figures.freshest_at for figures in known if figures.freshest_at is not None]
    if not instants:
        return None
    month = f"{max(instants).astimezone(organisation().tzinfo):%Y-%m}"
    return {"period": month, "address": f"?{question.query(period=month)}"}


def _nothing() -> Answers:
    return Answers({}, [], [])
