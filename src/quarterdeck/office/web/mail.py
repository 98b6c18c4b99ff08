"""The mails that were refused or given up, and how they are sent again."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock, waiting
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import Record
from quarterdeck.office.gateways import smtp
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.records.mail import outgoing_mail
from quarterdeck.office.rules import can_send_again, may_send_again
from quarterdeck.office.verbs.mail import send_again
from quarterdeck.ui.paging import COUNT_LIMIT, counted
from quarterdeck.ui.panels import Panel, provide

MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
def failed_mail(request: HttpRequest) -> HttpResponse:
    """Show what did not reach anybody, the newest first, and send what is chosen again."""
    user = account_of(request)
    if not may_send_again(user):
        raise Http404
    failed = OutgoingMail.objects.failed().order_by("-pk")
    if request.method == "POST":
        keys = [key for key in request.POST.getlist("mail") if key.isascii() and key.isdigit()]
        _send(request, list(failed.filter(pk__in=keys[:MOST])), user)
        return redirect("office.mail.failed")
    rows = list(failed[: MOST + 1])
    context = {
        "mails": [(mail, can_send_again(mail)) for mail in rows[:MOST]],
        "is_cut": len(rows) > MOST,
        "most": MOST,
        "mail_fault": smtp.fault(),
        "all_mail": reverse(outgoing_mail.list_address),
        "breadcrumbs": [(outgoing_mail.title, reverse(outgoing_mail.list_address)), ("Failed", "")],
    }
    return render(request, "office/failed_mail.html", context)


def _send(request: HttpRequest, mails: list[OutgoingMail], user: Account) -> None:
    """Queue each for itself: one that cannot be sent keeps none of the others back."""
    sent = 0
    for mail in mails:
        try:
            send_again(mail=mail, actor=user, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            sent += 1
    if sent:
        messages.success(request, f"{sent} queued: a worker sends what is queued.")
    elif not mails:
        messages.error(request, "Nothing was chosen that failed.")


def mail_panel(record: Record, row: object, user: User) -> Panel | None:
    """Offer on the page of a failed mail to send it again."""
    if record is not outgoing_mail or not isinstance(row, OutgoingMail):
        return None
    return Panel("office/send_again.html", row) if row.has_failed and may_send_again(user) else None


def waiting_mail(account: Account, _at: datetime) -> waiting.Told:
    """Tell an administrator how many mails nobody got."""
    if not may_send_again(account):
        return
    failed = OutgoingMail.objects.failed().order_by().values_list("pk")[: COUNT_LIMIT + 1]
    yield [failed]
    count = counted(failed)
    if count.amount:
        yield waiting.WaitingItem(
            title="1 mail was not delivered"
            if count.amount == 1
            else f"{count} mails were not delivered",
            address=reverse("office.mail.failed"),
            due_at=None,
            consequence=waiting.Consequence.SLIGHT,
            kind="Mail",
            detail="Mend the address or the mail server, and send again.",
        )


provide(mail_panel)
waiting.register(waiting_mail)
