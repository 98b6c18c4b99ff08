"""What stands on the page of an education, an experience or a certificate: who has seen the proof.

The page of a person leads from here to how the person stands against a level.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from quarterdeck.core import clock
from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import Record
from quarterdeck.people import rules
from quarterdeck.people.records.background import RECORDS
from quarterdeck.people.verbs.background import verify_background, withdraw_verification
from quarterdeck.ui.details import find_visible
from quarterdeck.ui.panels import Panel, provide

_BY_NAME = {str(record.model._meta.model_name): record for record in RECORDS}
_VERSION_DIGITS = 9


def verification_panel(record: Record, row: Any, user: User) -> Panel | None:
    """Say on a row's page whether its proof was seen, and let those who may say so."""
    if record not in RECORDS:
        return None
    addresses = [
        reverse(f"people.background.{act}", args=[row._meta.model_name, row.pk])
        for act in ("verify", "withdraw")
    ]
    context = {
        "row": row,
        "may": rules.may_judge(user, row.person_id),
        "verify": addresses[0],
        "withdraw": addresses[1],
        "qualification": reverse("people.qualification.person", args=[row.person_id]),
    }
    return Panel("people/qualification/verification.html", context)


def qualification_panel(record: Record, row: Any, user: User) -> Panel | None:
    """Lead from a person's page to how the person stands, where the reader may see that."""
    if record.model is not Person or not rules.within_reach(user).filter(pk=row.pk).exists():
        return None
    address = reverse("people.qualification.person", args=[row.pk])
    return Panel("people/qualification/link.html", {"address": address, "person": row})


@require_POST
def verify(request: HttpRequest, noun: str, key: int) -> HttpResponse:
    """Say that the proof of a row was seen."""
    row, user = _asked(request, noun, key)
    evidence = request.POST.get("evidence", "")
    verify_background(
        item=row, version=_version(request), evidence=evidence, actor=user, at=clock.now()
    )
    messages.success(request, f"“{row}” is verified.")
    return redirect(row.detail_address, key)


@require_POST
def withdraw(request: HttpRequest, noun: str, key: int) -> HttpResponse:
    """Take back that the proof of a row was seen."""
    row, user = _asked(request, noun, key)
    reason = request.POST.get("reason", "")
    withdraw_verification(
        item=row, version=_version(request), reason=reason, actor=user, at=clock.now()
    )
    messages.success(request, f"“{row}” is no longer verified, and can be changed.")
    return redirect(row.detail_address, key)


def _asked(request: HttpRequest, noun: str, key: int) -> tuple[Any, Account]:
    """Return the row, if the reader answers for its person; for others there is nothing here."""
    user = account_of(request)
    if noun not in _BY_NAME:
        raise Http404
    row = find_visible(_BY_NAME[noun], key, user)
    if not rules.may_judge(user, row.person_id):
        raise Http404
    return row, user


def _version(request: HttpRequest) -> int:
    told = request.POST.get("version", "")
    if not (told.isascii() and told.isdigit() and len(told) <= _VERSION_DIGITS):
        raise SuspiciousOperation("The form says no version.")
    return int(told)


provide(verification_panel)
provide(qualification_panel)
