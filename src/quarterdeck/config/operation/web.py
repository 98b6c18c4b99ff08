"""Pages and answers by which an installation is watched."""

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from quarterdeck.config.operation.figures import figures
from quarterdeck.config.operation.manifest import present_version
from quarterdeck.config.operation.metrics import CONTENT_TYPE, metrics_text
from quarterdeck.config.operation.standing import is_ready, readiness
from quarterdeck.core import clock
from quarterdeck.core.jobs import failed_jobs
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role

_FAILED_SHOWN = 10


def may_see_health(user: User) -> bool:
    """Those who run the installation, and those who audit it."""
    return holds(user, Role.ADMINISTRATOR, Role.AUDITOR)


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Say whether the installation can do its work, and to strangers no more than that."""
    well = is_ready(readiness(clock.now()))
    return HttpResponse(
        "ready" if well else "not ready", content_type="text/plain", status=200 if well else 503
    )


@require_safe
def details(request: HttpRequest) -> HttpResponse:
    """Show what was looked at, the queue, and the jobs that were given up."""
    if not may_see_health(request.user):
        raise Http404
    at = clock.now()
    present = figures(at)
    facts = [
        ("Version", present_version()),
        *((f"Jobs {state}", f"{count:,}") for state, count in present.jobs.items()),
        ("Oldest waiting job", f"{present.oldest_waiting_seconds:,.0f} s"),
        ("News not delivered", f"{present.undelivered:,}"),
        ("Oldest news not delivered", f"{present.outbox_lag_seconds:,.0f} s"),
        ("Database", f"{present.database_bytes / 1024 / 1024:,.1f} MB"),
    ]
    context = {
        "findings": readiness(at),
        "facts": facts,
        "failed": [(each, _reason(each.error)) for each in failed_jobs(limit=_FAILED_SHOWN)],
    }
    return render(request, "operation/health.html", context)


def _reason(traceback: str) -> str:
    """The last line says what was wrong; the others name files of this machine."""
    return traceback.strip().rpartition("\n")[2]


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus, if it asks from this machine or knows the token."""
    if not (_knows_token(request) or _is_of_this_machine(request)):
        raise Http404
    return HttpResponse(metrics_text(clock.now()), content_type=CONTENT_TYPE)


def _knows_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and constant_time_compare(given, f"Bearer {wanted}")


def _is_of_this_machine(request: HttpRequest) -> bool:
    """Behind a proxy everybody comes from this machine, so that there the token alone counts."""
    told = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & request.headers.keys()
    if settings.BEHIND_PROXY or told:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


operation_urls: list[URLPattern] = [
    path("health/ready", ready, name="health.ready"),
    path("health/details", details, name="health.details"),
    path("metrics", metrics, name="metrics"),
]
