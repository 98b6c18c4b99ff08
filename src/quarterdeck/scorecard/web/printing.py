"""Scorecards on paper: asked for on the scorecard's page, watched, and fetched."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import has_worker
from quarterdeck.core.measures import Scope, Terms
from quarterdeck.core.permission import account_of
from quarterdeck.office.queries import period_named
from quarterdeck.scorecard.models import PrintedScorecard
from quarterdeck.scorecard.queries.board import reads_measures
from quarterdeck.scorecard.queries.printing import (
    MOST_LISTED,
    Print,
    Question,
    content_of,
    own_print,
    own_prints,
)
from quarterdeck.scorecard.verbs.printing import KEPT, ask_for_print
from quarterdeck.scorecard.web.asked import Asked, asked, asked_measures


@require_POST
def paper(request: HttpRequest) -> HttpResponse:
    """Have the scorecard of the address printed, and lead to the page that tells how far it is."""
    user, question = account_of(request), asked(request)
    measures = asked_measures(user, question)
    if not measures:
        raise Http404
    wanted = Question(question.period, question.scope, question.terms.calendar, measures)
    refusal = question.refusal
    if not refusal:
        try:
            row = ask_for_print(question=wanted, actor=user, at=clock.now())
            return redirect("scorecard.print", row.pk)
        except Refused as problem:
            refusal = str(problem)
    messages.error(request, refusal)
    return redirect(f"{reverse('scorecard')}?{question.query()}")


@require_safe
def prints(request: HttpRequest) -> HttpResponse:
    """List what the reader has had printed and may still read."""
    user = account_of(request)
    if not reads_measures(user):
        raise Http404
    context = {
        "prints": own_prints(user),
        "most": MOST_LISTED,
        "days": KEPT.days,
        "breadcrumbs": [("Scorecard", reverse("scorecard")), ("Printed scorecards", "")],
    }
    return render(request, "scorecard/prints.html", context)


def _own(request: HttpRequest, key: int) -> Print:
    """Return what the reader asked for; what others asked for is not here, nor is what the reader
    may read no longer."""
    found = own_print(account_of(request), key)
    if found is None:
        raise Http404
    return found


@require_safe
def show_print(request: HttpRequest, key: int) -> HttpResponse:
    """Tell how far a printed scorecard is, and lead to the file once it is there."""
    found = _own(request, key)
    context = {
        "print": found,
        "again": _address(found),
        "is_without_worker": found.is_unfinished and not has_worker(clock.now()),
        "days": KEPT.days,
        "breadcrumbs": _breadcrumbs(found),
    }
    part = request.headers.get("HX-Target", "").endswith("print")
    return render(request, f"scorecard/{'print_part' if part else 'print'}.html", context)


def _address(found: Print) -> str:
    """Return the end of the address at which the scorecard stands, and is asked for again."""
    row = found.row
    terms = Terms(clock.now(), row.calendar)
    return Asked(period_named(row.period), Scope.parse(row.scope), terms).query()


def _breadcrumbs(found: Print) -> list[tuple[str, Any]]:
    return [
        ("Scorecard", reverse("scorecard")),
        ("Printed scorecards", reverse("scorecard.prints")),
        (found.row.period, ""),
    ]


@require_safe
def print_file(request: HttpRequest, key: int) -> HttpResponse:
    """Hand the file over."""
    found = _own(request, key)
    if found.made is None:
        raise Http404
    return pdf_answer(found.row.period, found.made)


def pdf_answer(period: str, made: PrintedScorecard) -> HttpResponse:
    """Return a printed scorecard as the answer to a request."""
    answer = HttpResponse(content_of(made), content_type="application/pdf")
    name = f"scorecard-{period.replace('..', '-')}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
