"""The pages of candidate problems: the search, one candidate, and the decision on it."""

import math
from datetime import datetime
from fractions import Fraction

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.permission import account_of
from quarterdeck.desk import rules
from quarterdeck.desk.models import CandidateProblem, CandidateSearch, Problem
from quarterdeck.desk.queries.candidates import membership_of
from quarterdeck.desk.queries.routing import people_of_the_desk
from quarterdeck.desk.records.problems import CANDIDATE_BADGES, candidate_problems, problems
from quarterdeck.desk.verbs import candidates as verbs
from quarterdeck.desk.vocabulary import CandidateState
from quarterdeck.ui.details import breadcrumbs, find_visible, panels_and_changes
from quarterdeck.ui.paging import cut

_MINUTE = 60


class AcceptForm(forms.Form):
    """What the problem is called, and who looks into it."""

    title = forms.CharField(max_length=300)
    owner = forms.ModelChoiceField(
        people_of_the_desk(),
        required=False,
        empty_label="—",
    )


class MergeForm(forms.Form):
    """Which problem it is more of."""

    problem = forms.ModelChoiceField(Problem.objects.open().order_by("-pk"), empty_label=None)


class RejectForm(forms.Form):
    """Why it is no problem."""

    reason = forms.CharField(label="Why they have no cause in common", max_length=500)


_FORMS: dict[str, type[forms.Form]] = {
    "accept": AcceptForm,
    "merge": MergeForm,
    "reject": RejectForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Say what the last searches have looked at, and begin another one."""
    user = account_of(request)
    if not rules.may_decide_on_candidates(user):
        raise Http404
    if request.method == "POST":
        at: datetime = clock.now()
        verbs.begin_candidate_search(actor=user, at=at)
        enqueue("desk.search_candidates", not_before=at)
        messages.success(request, "A worker is searching; reload this page to see how far it is.")
        return redirect("desk.candidates")
    context = {
        "searches": CandidateSearch.objects.order_by("-pk")[:10],
        "breadcrumbs": breadcrumbs(candidate_problems, "Search"),
    }
    return render(request, "desk/candidate_search.html", context)


@require_safe
def show_candidate(request: HttpRequest, key: int) -> HttpResponse:
    """Show one candidate: its words, its incidents, what they cost, and what may be decided."""
    return _page(request, find_visible(candidate_problems, key, request.user))


def _page(
    request: HttpRequest,
    candidate: CandidateProblem,
    name: str = "",
    form: forms.Form | None = None,
) -> HttpResponse:
    user = account_of(request)
    may = rules.may_decide_on_candidates(user) and rules.can_decide_on_candidate(candidate)
    start = {"title": candidate.title, "problem": candidate.resembles_id}
    membership = membership_of(candidate, user)
    offers = [
        (
            act.name,
            act.title,
            form
            if form and act.name == name
            else _FORMS[act.name](initial=start, auto_id=f"{act.name}_%s"),
        )
        for act in candidate_problems.acts
        if may and (act.name != "merge" or Problem.objects.open().exists())
    ]
    context = {
        "candidate": candidate,
        "badge": CANDIDATE_BADGES[CandidateState(candidate.state)],
        "words": [(word, round(part * 100)) for word, part in candidate.words],
        "burst": _burst_told(candidate),
        "costs": _costs_told(candidate),
        "membership": membership,
        "members": cut(membership.members, ("id",), after=request.GET.get("after", "")),
        "offers": offers,
        "refused": name,
        **panels_and_changes(candidate_problems, candidate, user),
        "breadcrumbs": breadcrumbs(candidate_problems, candidate.title),
    }
    return render(request, "desk/candidate.html", context, status=422 if form else 200)


def _burst_told(candidate: CandidateProblem) -> dict[str, object]:
    """Give the counts of a burst as its page says them; empty of candidates found by words."""
    burst = candidate.burst
    if not burst:
        return {}
    return {
        **burst,
        "start": datetime.fromisoformat(burst["from"]),
        "until": datetime.fromisoformat(burst["until"]),
        "usual": Fraction(burst["elsewhere"], burst["weeks"]),
        "odds": _odds(burst["chance"]),
    }


def _odds(chance: float) -> str:
    """Say a small chance as one of a round number of spans, never as more than it is."""
    digits = min(9, math.floor(-math.log10(chance))) if chance > 0 else 9
    return f"1 of {10**digits:,} such spans"


def _costs_told(candidate: CandidateProblem) -> dict[str, int]:
    """Give the minutes worked and lost in seconds, of which pages make hours."""
    return {
        "worked": (candidate.worked_minutes or 0) * _MINUTE,
        "lost": candidate.lost_minutes * _MINUTE,
    }


@require_POST
def decide(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Accept, merge or reject a candidate."""
    user = account_of(request)
    candidate: CandidateProblem = find_visible(candidate_problems, key, user)
    act = candidate_problems.act_named(name)
    if act is None or not act.may(user, candidate):
        raise Http404
    form = _FORMS[name](request.POST, auto_id=f"{name}_%s")
    told = request.POST.get("version", "")
    version = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0  # noqa: PLR2004 — versions are small
    if not form.is_valid():
        return _page(request, candidate, name, form)
    try:
        made = act.run(
            candidate=candidate, version=version, **form.cleaned_data, actor=user, at=clock.now()
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, find_visible(candidate_problems, key, user), name, form)
    if isinstance(made, Problem):
        messages.success(request, f"{made.number} explains {candidate.size} incidents.")
        return redirect(problems.detail_address, made.pk)
    messages.success(request, f"“{candidate}” is rejected.")
    return redirect(reverse(candidate_problems.list_address))
