"""Scorecards on paper: asked for on the scorecard's page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.permission import account_of
from quarterdeck.office.verbs.printing import ask_for_print
from quarterdeck.scorecard.queries.printing import ScorecardAsked
from quarterdeck.scorecard.web.asked import asked, asked_measures


@require_POST
def paper(request: HttpRequest) -> HttpResponse:
    """Have the scorecard of the address printed, and lead to the page that tells how far it is."""
    user, question = account_of(request), asked(request)
    measures = asked_measures(user, question)
    if not measures:
        raise Http404
    calendar = question.terms.calendar
    wanted = ScorecardAsked(question.period, question.scope, calendar, measures).question
    refusal = question.refusal
    if not refusal:
        try:
            row = ask_for_print(question=wanted, actor=user, at=clock.now())
            return redirect("office.print", row.pk)
        except Refused as problem:
            refusal = str(problem)
    messages.error(request, refusal)
    return redirect(f"{reverse('scorecard')}?{question.query()}")
