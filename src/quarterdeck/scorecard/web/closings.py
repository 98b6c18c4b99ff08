"""Closing months and restating what is closed."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import Watched, has_worker, watched
from quarterdeck.core.measures import Scope
from quarterdeck.core.models import Account, Seal
from quarterdeck.core.permission import account_of
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.rules import may_import
from quarterdeck.scorecard.models import ClosedPeriod, ClosedReading, ClosingSchedule, Restatement
from quarterdeck.scorecard.queries.board import (
    TREND_MONTHS,
    Line,
    readable_measure,
    reads_measures,
    trend_periods,
)
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.late_evidence import due_by_month
from quarterdeck.scorecard.queries.listed_months import first_month, listed_months
from quarterdeck.scorecard.queries.wording import value_text
from quarterdeck.scorecard.rules import may_close_periods
from quarterdeck.scorecard.verbs.closings import (
    CLOSE_MONTH,
    ask_for_closing,
    issue_restatement,
    schedule_closing,
)


@dataclass(frozen=True)
class MonthRow:
    """A month that is over, and its closing if it has one, or the job that is to close it."""

    key: str
    closed: ClosedPeriod | None
    job: Watched | None = None
    late: int = 0

    @property
    def is_being_closed(self) -> bool:
        """Whether somebody has asked for its closing, and it is not there yet."""
        return self.closed is None and self.job is not None and self.job.is_unfinished

    @property
    def failure(self) -> str:
        """Why the last try came to nothing."""
        failed = self.closed is None and self.job is not None and self.job.has_failed
        return self.job.refusal if failed and self.job else ""


@dataclass(frozen=True)
class ChangeRow:
    """One restatement with its two values in words."""

    row: Restatement
    before: str
    after: str


def closing_context(line: Line, user: Account) -> dict[str, Any]:
    """Return what the page of a measure says of the closing of its month."""
    if line.closing is None:
        return {}
    return {
        "closing": line.closing,
        "is_restatement_due": line.is_restatement_due,
        "live_text": "" if line.live is None else value_text(line.measure, line.live),
        "may_restate": may_close_periods(user),
        "changes": [
            ChangeRow(
                row,
                value_text(line.measure, Figures.restored(row.before)),
                value_text(line.measure, Figures.restored(row.figures)),
            )
            for row in line.closing.restatements
        ],
    }


@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """List the months of the last two years of which there is anything to say, closed or open."""
    user = account_of(request)
    if not reads_measures(user):
        raise Http404
    at = clock.now()
    today = own_day(at)
    closed = {
        row.period: row
        for row in ClosedPeriod.objects.select_related("closed_by__person").annotate(
            n_readings=Count("readings", distinct=True),
            n_restatements=Count("readings__restatements", distinct=True),
        )
    }
    since, last = first_month(at), period_named(f"{today:%Y-%m}").previous()
    jobs = watched(CLOSE_MONTH, *(month.key for month in trend_periods(last)))
    months = listed_months(last, since, {*closed, *jobs})
    late = due_by_month(user)
    rows = [
        MonthRow(month.key, closed.get(month.key), jobs.get(month.key), late.get(month.key, 0))
        for month in months
    ]
    is_working = any(row.is_being_closed for row in rows)
    context = {
        "months": rows,
        "since": since.key,
        "are_all_listed": len(rows) == TREND_MONTHS,
        "may_import": may_import(user),
        "is_working": is_working,
        "is_without_worker": is_working and not has_worker(at),
        "may_close": may_close_periods(user),
        "last_seal": Seal.objects.order_by("-number").defer("entries").first(),
        "is_scheduled": ClosingSchedule.objects.filter(is_on=True).exists(),
        "breadcrumbs": [("Scorecard", reverse("scorecard")), ("Closed periods", "")],
    }
    part = request.headers.get("HX-Target", "").endswith("months")
    return render(request, f"scorecard/{'months' if part else 'periods'}.html", context)


def steering(request: HttpRequest) -> Account:
    """Return who asks, if they may close; for everybody else there is nothing here."""
    user = account_of(request)
    if not may_close_periods(user):
        raise Http404
    return user


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Have a month closed; the list of months shows how far that is."""
    user = steering(request)
    try:
        period = period_named(request.POST.get("period", ""))
        if not ask_for_closing(period=period, actor=user, at=clock.now()):
            messages.info(request, f"{period.key} is being closed already.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("scorecard.periods")


@require_POST
def schedule(request: HttpRequest) -> HttpResponse:
    """Let months be closed by themselves, or no longer."""
    user = steering(request)
    schedule_closing(is_on=request.POST.get("is_on") == "yes", actor=user, at=clock.now())
    return redirect("scorecard.periods")


@require_POST
def restate(request: HttpRequest, key: int) -> HttpResponse:
    """Take late evidence into a closed reading."""
    user = steering(request)
    row = get_object_or_404(ClosedReading.objects.select_related("closed_period"), pk=key)
    if readable_measure(user, row.measure, Scope.parse(row.scope)) is None:
        raise Http404
    reason = request.POST.get("reason", "")
    try:
        issue_restatement(closed_reading=row, reason=reason, actor=user, at=clock.now())
        messages.success(request, "The closed reading is restated; what it said before stays.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    asked = urlencode({"period": row.closed_period.period, "scope": row.scope})
    return redirect(f"{reverse('scorecard.measure', args=[row.measure])}?{asked}")
