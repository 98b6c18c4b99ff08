"""The page where a complainant says whether it is solved, by a signed link and no sign-in."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import worker_account
from quarterdeck.desk import rules
from quarterdeck.desk.queries.escalation_letters import signed_complaint
from quarterdeck.desk.verbs.escalations import give_verdict
from quarterdeck.office.queries import organisation

_LONGEST = 2_000


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verdict(request: HttpRequest, key: int, signature: str) -> HttpResponse:
    """Ask, and take the answer in; only a click counts, since mail programs open links by
    themselves."""
    complaint = signed_complaint(key, signature)
    if complaint is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            complaint = give_verdict(
                escalation=complaint,
                verdict=request.POST.get("verdict", ""),
                remark=request.POST.get("remark", "")[:_LONGEST],
                actor=worker_account(),
                at=clock.now(),
            )
        except Refused as problem:
            refusal = str(problem)
    context = {
        "complaint": complaint,
        "organisation": organisation(),
        "is_asked": rules.can_judge(complaint),
        "refusal": refusal,
        "is_taken_in": request.method == "POST" and not refusal,
    }
    return render(request, "desk/verdict.html", context, status=422 if refusal else 200)
