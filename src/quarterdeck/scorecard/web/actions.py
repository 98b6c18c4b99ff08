"""Answering a missed target from the page of its measure."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.kernels.periods import Grain
from quarterdeck.planning.queries.actions import action_about
from quarterdeck.planning.records import corrective_actions
from quarterdeck.planning.rules import may_open_actions
from quarterdeck.scorecard.queries.board import Line, line_of
from quarterdeck.scorecard.queries.readings import Wanted
from quarterdeck.scorecard.queries.targets import targets_in_force
from quarterdeck.scorecard.verbs.missed_targets import answer_missed_target
from quarterdeck.scorecard.vocabulary import Verdict
from quarterdeck.scorecard.web.asked import Asked, asked, asked_measure
from quarterdeck.scorecard.web.scorecard import read


def action_context(line: Line, question: Asked, user: Account) -> dict[str, Any]:
    """Return what the page of a measure says of the corrective action for its period."""
    period, key = question.period, line.measure.key
    action = action_about(key, str(question.scope), period.key)
    if action is not None:
        seen = corrective_actions.visible_to(user).filter(pk=action.pk).exists()
        address = reverse(corrective_actions.detail_address, args=[action.pk])
        return {"corrective_action": action, "corrective_action_address": address} if seen else {}
    missed = line.judgement is not None and line.judgement.verdict == Verdict.MISSED
    is_over = period.grain is Grain.MONTH and period.span.end <= question.terms.as_of
    address = reverse("scorecard.action", args=[key])
    return {
        "may_answer": missed and is_over and may_open_actions(user),
        "answer_address": f"{address}?{question.query()}",
    }


@require_POST
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Open a corrective action for the missed target of a month."""
    user = account_of(request)
    if not may_open_actions(user):
        raise Http404
    question = asked(request)
    measure = asked_measure(user, key, question)
    target = targets_in_force(question.scope, question.period.last).get(key)
    try:
        here = Wanted(measure, question.period, question.scope)
        line = line_of(here, read((measure,), question, user), target)
        action = answer_missed_target(
            line=line, period=question.period, scope=question.scope, actor=user, at=clock.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('scorecard.measure', args=[key])}?{question.query()}")
    return redirect(corrective_actions.detail_address, action.pk)
