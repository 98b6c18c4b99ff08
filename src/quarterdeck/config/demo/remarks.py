"""What people of the demo add beside their work: comments, files, views, and the end of mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.core.files.base import ContentFile

from quarterdeck.config.demo import cast
from quarterdeck.core.models import Account, Team, Unit
from quarterdeck.desk.models import Ticket
from quarterdeck.office.models import ImportBatch, OutgoingMail
from quarterdeck.office.verbs.mail import begin_sending, note_refused, note_sent
from quarterdeck.office.verbs.remarks import attach_file, write_comment
from quarterdeck.office.verbs.saved_views import keep_view
from quarterdeck.office.vocabulary import BatchState
from quarterdeck.services.models import Service

TRUE_CAUSES = "What it truly was"
_TICKETS = "desk.ticket"
_REFUSED_PLACE = 2
_NO_SUCH_MAILBOX = "550 5.1.1 No such mailbox here"

_ON_SERVICES: tuple[tuple[str, str], ...] = (
    (
        "Printing",
        "Half of the devices are older than seven years. What each printed is in the file.",
    ),
    (
        "Finance system",
        "Agreed:\n\n- ledger: Catriona\n- invoices: Yusuf\n- else: **ask before you hand it on**",
    ),
    ("Network and Wi-Fi", "The reading rooms get new access points in the spring."),
)
_PAGES = b"device,site,pages\nP-017,Town hall,48210\nP-022,Library,61544\nP-031,Depot,9120\n"
_PLAN = b"Who takes calls for which application\n\nLedger: Catriona\nInvoices: Yusuf\n"


def keep_views(manager: Account, at: datetime) -> None:
    """Keep the manager's views of the ticket list: two for everybody, one for the manager alone."""
    team = Team.objects.get(name=cast.SERVERS)
    views = (
        (TRUE_CAUSES, {"columns": "number,title,category,true_category,state"}, True),
        (
            f"Open in {team}",
            {"view": "open", "team": team.pk, "columns": "number,state,priority,assignee_name"},
            True,
        ),
        ("Urgent and open", {"view": "open", "priority": [1, 2]}, False),
    )
    for name, parameters, is_shared in views:
        keep_view(
            record=_TICKETS,
            name=name,
            parameters=urlencode(parameters, doseq=True),
            is_shared=is_shared,
            actor=manager,
            at=at,
        )


def answer_mail(*, actor: Account) -> None:
    """Let a mail server have taken every mail but one, so that none waits for a real one."""
    for place, mail in enumerate(OutgoingMail.objects.order_by("queued_at", "pk")):
        at = mail.queued_at + timedelta(seconds=20)
        taken = begin_sending(mail=mail, actor=actor, at=at)
        if taken is None:
            continue
        if place == _REFUSED_PLACE:
            note_refused(mail=taken, reason=_NO_SUCH_MAILBOX, actor=actor, at=at)
        else:
            note_sent(mail=taken, actor=actor, at=at)


def remark(
    *, accounts: Mapping[str, Account], hands: Mapping[str, Sequence[Account]], at: datetime
) -> None:
    """Comment on services, a unit, a batch and a ticket, and add files."""
    manager, administrator = accounts[cast.IT_MANAGER], accounts[cast.ADMINISTRATOR]
    for name, text in _ON_SERVICES:
        write_comment(row=Service.objects.get(name=name), text=text, actor=manager, at=at)
    _attach(Service.objects.get(name="Printing"), "pages-printed.csv", _PAGES, manager, at)
    _attach(Service.objects.get(name="Finance system"), "who-takes-it.txt", _PLAN, manager, at)
    unit = Unit.objects.get(name=cast.DEPARTMENT)
    write_comment(row=unit, text="The plan for next year is due in May.", actor=manager, at=at)
    waiting = ImportBatch.objects.get(state=BatchState.EXAMINED)
    text = "The monitor has no priority 0; its team will mend the export."
    write_comment(row=waiting, text=text, actor=administrator, at=at)
    printing = Ticket.objects.filter(reopen_count__gt=1, batch=None).order_by("pk").first()
    if printing is not None:
        lead, *_ = hands[cast.WORKPLACE]
        write_comment(row=printing, text="Enough mending: order a new one.", actor=lead, at=at)


def _attach(row: Service, name: str, content: bytes, actor: Account, at: datetime) -> None:
    attach_file(row=row, name=name, content=ContentFile(content, name), actor=actor, at=at)
