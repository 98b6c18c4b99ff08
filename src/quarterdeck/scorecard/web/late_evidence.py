"""The closed readings of a month of which later evidence says something else."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import Watched, has_worker, watched
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.scorecard.models import ClosedPeriod
from quarterdeck.scorecard.queries.board import reads_measures
from quarterdeck.scorecard.queries.late_evidence import LateReading, late_readings
from quarterdeck.scorecard.queries.wording import value_text
from quarterdeck.scorecard.rules import may_close_periods
from quarterdeck.scorecard.verbs.late_evidence import (
    RESTATE,
    ask_for_comparison,
    ask_for_restatement,
)
from quarterdeck.scorecard.web.closings import steering


@dataclass(frozen=True)
class LateRow:
    """A closed reading with what stands and what later evidence says, in words."""

    late: LateReading
    address: str
    before: str
    now: str


@require_safe
def late(request: HttpRequest, period: str) -> HttpResponse:
    """Show which closed readings of a month are to be restated, before and after side by side."""
    user = account_of(request)
    if not reads_measures(user):
        raise Http404
    closed = get_object_or_404(ClosedPeriod, period=period)
    job = watched(RESTATE, closed.period).get(closed.period)
    is_working = job is not None and job.is_unfinished
    return _page(request, closed, user, job if is_working else None)


def _page(
    request: HttpRequest, closed: ClosedPeriod, user: Account, job: Watched | None
) -> HttpResponse:
    context = {
        "closed": closed,
        "rows": [_row(each) for each in late_readings(user, closed)],
        "may_restate": may_close_periods(user),
        "is_working": job is not None,
        "is_without_worker": job is not None and not has_worker(clock.now()),
        "breadcrumbs": [
            ("Scorecard", reverse("scorecard")),
            ("Closed periods", reverse("scorecard.periods")),
            (closed.period, ""),
        ],
    }
    return render(request, "scorecard/late.html", context)


def _row(each: LateReading) -> LateRow:
    asked = urlencode({"period": each.row.closed_period.period, "scope": str(each.scope)})
    return LateRow(
        each,
        f"{reverse('scorecard.measure', args=[each.measure.key])}?{asked}",
        value_text(each.measure, each.standing),
        value_text(each.measure, each.live),
    )


@require_POST
def restate_month(request: HttpRequest, period: str) -> HttpResponse:
    """Have the chosen readings of a month restated by a worker."""
    user = steering(request)
    closed = get_object_or_404(ClosedPeriod, period=period)
    shown = {each.row.pk for each in late_readings(user, closed)}
    chosen = [key for key in shown if str(key) in request.POST.getlist("reading")]
    reason = request.POST.get("reason", "")
    try:
        ask_for_restatement(
            closed=closed, readings=chosen, reason=reason, actor=user, at=clock.now()
        )
        messages.success(request, "A worker restates what was chosen; what it said before stays.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("scorecard.period.late", closed.period)


@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """Have closed readings compared with later evidence now."""
    user = steering(request)
    ask_for_comparison(actor=user, at=clock.now())
    messages.success(request, "A worker compares the closed months with later evidence.")
    return redirect("scorecard.periods")
