"""The page behind the link in a survey's mail: to look at it answers nothing, to send it does."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import worker_account
from quarterdeck.office.models import SurveyInvitation, SurveyQuestion
from quarterdeck.office.queries.occasions import occasion_named
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.queries.surveys import invitation_by, is_open
from quarterdeck.office.verbs.survey_responses import NUMBERS, answer_survey
from quarterdeck.office.verbs.surveys import opt_in_to_surveys, opt_out_of_surveys
from quarterdeck.office.vocabulary import QuestionKind

_GONE = 410


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions to whoever has the link, and take the answers once.

    Programs that open links in mails send no form, so they answer nothing; and nothing in the
    address chooses an answer beforehand.
    """
    invitation = invitation_by(token)
    if invitation is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            _act(request, invitation)
        except Refused as problem:
            refusal = str(problem)
            invitation = invitation_by(token) or invitation
        else:
            return redirect("survey", token)
    at = clock.now()
    has_opted_out = hasattr(invitation.person, "survey_opt_out")
    context: dict[str, Any] = {
        "invitation": invitation,
        "has_opted_out": has_opted_out,
        "is_open": is_open(invitation, at) and not has_opted_out,
        "asks": occasion_named(invitation.survey.occasion).asks,
        "until": own_day(invitation.expires_at),
        "refusal": refusal,
    }
    if context["is_open"]:
        context["questions"] = [
            _shown(each, request.POST.get(f"answer_{each.order}", ""))
            for each in invitation.survey_version.questions.order_by("order")
        ]
    status = 422 if refusal else 200
    is_over = not invitation.is_answered and not is_open(invitation, at)
    return render(request, "office/answer.html", context, status=_GONE if is_over else status)


def _act(request: HttpRequest, invitation: SurveyInvitation) -> None:
    """Do what the button that was pressed says, in the name of no account: nobody signed in."""
    at, actor = clock.now(), worker_account()
    act = request.POST.get("act")
    if act == "opt-out":
        opt_out_of_surveys(person=invitation.person, actor=actor, at=at)
    elif act == "opt-in":
        opt_in_to_surveys(person=invitation.person, actor=actor, at=at)
    else:
        answers: dict[int, int | str] = {
            question.order: _read(question, request.POST.get(f"answer_{question.order}", ""))
            for question in invitation.survey_version.questions.all()
        }
        answer_survey(invitation=invitation, answers=answers, actor=actor, at=at)


def _read(question: SurveyQuestion, text: str) -> int | str:
    is_number = question.kind != QuestionKind.TEXT and text.isascii() and text.isdigit()
    return int(text[:9]) if is_number else text


def _shown(question: SurveyQuestion, typed: str) -> dict[str, Any]:
    """Return a question with the steps to choose from; only what was sent just now is chosen."""
    names = {QuestionKind.YES_NO: ("No", "Yes")}
    steps = NUMBERS.get(QuestionKind(question.kind), ())
    labels = names.get(QuestionKind(question.kind))
    return {
        "asked": question,
        "name": f"answer_{question.order}",
        "typed": typed,
        "steps": [(str(step), labels[step] if labels else str(step)) for step in steps],
    }
