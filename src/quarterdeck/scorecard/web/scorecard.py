"""The scorecard page."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from time import monotonic

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Measure, State, Terms
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of, only_asks
from quarterdeck.core.uncomputed import uncomputed_for
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.rules import may_import
from quarterdeck.scorecard.queries.board import (
    further_lines,
    sections,
    wanted_readings,
)
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Answers, Wanted
from quarterdeck.scorecard.queries.targets import targets_in_force
from quarterdeck.scorecard.verbs.cached_readings import leave_to_worker, take_readings
from quarterdeck.scorecard.web.asked import Asked, asked, asked_measures
from quarterdeck.scorecard.web.rows import board_rows, line_row

# Where no worker takes what is missing, the part that a page fetches takes it for so long, shows
# what it has, and asks again for the rest.
PATIENCE_SECONDS = 0.8
# Whoever asks for a file expects to wait for it a little.
FILE_PATIENCE_SECONDS = 10.0


def read(
    measures: tuple[Measure, ...],
    question: Asked,
    user: Account,
    patience: float = PATIENCE_SECONDS,
) -> Answers:
    """Return the readings of a scorecard page; see `read_wanted`."""
    wanted = wanted_readings(measures, question.period, question.scope)
    return read_wanted(wanted, question.terms, user, patience)


def patience_of(request: HttpRequest, part: str) -> float:
    """Return for how many seconds an answer may take readings where no worker does.

    A page comes at once with what is kept; its part, which it fetches when it is there, takes the
    rest. Whoever reads without scripts looks again, which is to wait so long.
    """
    is_part = request.headers.get("HX-Target", "").endswith(part)
    return PATIENCE_SECONDS if is_part or "wait" in request.GET else 0.0


def read_wanted(
    wanted: Sequence[Wanted], terms: Terms, user: Account, patience: float = PATIENCE_SECONDS
) -> Answers:
    """Return the readings that are kept, and let a worker take the others.

    Only where none does, they are taken here, for so many seconds.
    """
    until = monotonic() + patience

    @cache
    def is_left() -> bool:
        return leave_to_worker(wanted=wanted, terms=terms, actor=user, at=terms.as_of)

    return take_readings(
        wanted=wanted,
        go_on=lambda: not is_left() and monotonic() < until,
        terms=terms,
        actor=user,
        at=terms.as_of,
    )


@require_safe
def scorecard(request: HttpRequest) -> HttpResponse:
    """Show every measure of success, computed or not, over one period and scope."""
    question = asked(request)
    user = account_of(request)
    measures = asked_measures(user, question)
    try:
        found = read(measures, question, user, patience_of(request, "board"))
    except Refused as refusal:
        found = _nothing()
        question = Asked(question.period, question.scope, question.terms, str(refusal))
    targets = targets_in_force(question.scope, question.period.last)
    wanted = [Wanted(measure, question.period, question.scope) for measure in measures]
    board = board_rows(sections(wanted, found, targets), question)
    further = further_lines(wanted, found, targets)
    latest = _latest_evidence(wanted, question, found)
    context = {
        "asked": question,
        "board": board,
        "further": [line_row(line, question) for line in further],
        "headlines": [c.lines[0] for s in board for c in s.criteria if c.lines],
        "computed": sum(section.computed for section in board),
        "total": sum(len(section.criteria) for section in board),
        "is_incomplete": bool(found.missing),
        "done": found.done,
        "of": found.of,
        "is_without_evidence": not found.missing and not any(map(_is_value, found.known.values())),
        "latest": latest,
        "running": _leading_to(question, question.terms.as_of),
        "may_import": may_import(user),
        "uncomputed": uncomputed_for(user),
        "previous": question.query(period=question.period.previous().key),
        "following": question.query(period=question.period.following().key),
        "here": question.query(),
        "may_read": bool(measures),
        "only_asks": only_asks(user),
    }
    part = request.headers.get("HX-Target", "").endswith("board")
    template = "scorecard/board.html" if part else "scorecard/scorecard.html"
    return render(request, template, context, status=400 if question.refusal else 200)


def _is_value(figures: Figures) -> bool:
    return figures.state is State.VALUE


def _latest_evidence(
    wanted: Sequence[Wanted], question: Asked, found: Answers
) -> dict[str, str] | None:
    """Return the month of the latest evidence, where the period asked for has none."""
    here = [found.figures(each) for each in wanted]
    known = [figures for figures in here if figures is not None]
    if not known or any(map(_is_value, known)):
        return None
    instants = [figures.freshest_at for figures in known if figures.freshest_at is not None]
    if not instants:
        return None
    return _leading_to(question, max(instants))


def _leading_to(question: Asked, instant: datetime) -> dict[str, str]:
    """Return the month of an instant, and the address of the same question about it."""
    month = f"{own_day(instant):%Y-%m}"
    return {"period": month, "address": f"?{question.query(period=month)}"}


def _nothing() -> Answers:
    return Answers({}, [], [])
