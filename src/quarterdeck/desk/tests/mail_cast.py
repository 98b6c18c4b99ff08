"""A desk to which people write: a mailbox, and short ways from the bytes of a mail to its end."""

from datetime import datetime

from quarterdeck.core.acts import acting
from quarterdeck.core.jobs import worker_account
from quarterdeck.desk.models import IncomingMail, Mailbox, Ticket
from quarterdeck.desk.queries.reply_signatures import signature_of
from quarterdeck.desk.tests.web_cast import NOON, Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, staffed_desk
from quarterdeck.desk.verbs.incoming_mail import Delivered, receive_mail
from quarterdeck.desk.verbs.mail_understanding import understand_mail
from quarterdeck.desk.verbs.tickets import resolve_ticket
from quarterdeck.desk.vocabulary import Door
from quarterdeck.office.models import OutgoingMail

DESK = "help@example.org"


def mailed_desk(**given: object) -> Desk:
    """The desk at work, with one mailbox to which a mail server hands mail over."""
    desk = staffed_desk()
    settings = {"name": "help", "address": DESK, "team": desk.network, **given}
    with acting(actor=desk.operator, verb_name="test.mailbox", at=NOON):
        Mailbox.objects.create(**settings)
    return desk


def written(
    text: str = "It eats paper.",
    *,
    sender: str = "Mona <mona@example.org>",
    to: str = DESK,
    subject: str = "The printer",
    key: str = "one@example.org",
    **headers: str,
) -> bytes:
    """A plain mail; a header is given by its name with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Message-ID": f"<{key}>",
        "Date": "Mon, 04 Apr 2016 10:55:00 +0200",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        **named,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{head}\r\n{text}\r\n".encode()


def delivered(content: bytes, at: datetime = MONDAY, **given: object) -> IncomingMail:
    """Have a mail handed over, and nobody read it yet."""
    told = {"door": Door.LMTP, "recipients": (DESK,), **given}
    worker = worker_account()
    return receive_mail(
        delivered=Delivered(content=content, **told),  # type: ignore[arg-type]  # the words fit
        actor=worker,
        at=at,
    )


def taken(content: bytes, at: datetime = MONDAY, **given: object) -> IncomingMail:
    """Have a mail handed over and read."""
    mail = delivered(content, at, **given)
    return understand_mail(mail=mail, actor=worker_account(), at=at)


def ticket_of(mail: IncomingMail) -> Ticket:
    """The ticket that a mail has come to, as it stands."""
    assert mail.ticket is not None, mail.reason
    return Ticket.objects.select_related("requester", "assignee").get(pk=mail.ticket.pk)


def reply_to(ticket: Ticket, signature: str = "") -> str:
    """The signed address to which people answer on a ticket."""
    local, _, domain = DESK.partition("@")
    return f"{local}+t-{ticket.pk}-{signature or signature_of(ticket.pk)}@{domain}"


def said(ticket: Ticket) -> list[tuple[str, str]]:
    """What stands on a ticket besides the confirmation, each with its kind."""
    written = ticket.messages.exclude(kind="confirmation")
    return list(written.order_by("pk").values_list("kind", "text"))


def last_sent() -> OutgoingMail:
    """The last mail of ours."""
    return OutgoingMail.objects.order_by("-pk")[0]


def resolved(ticket: Ticket) -> Ticket:
    """The ticket, resolved by Nils that Monday."""
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="New roller.",
        true_category="Hardware",
        actor=account("nils"),
        at=MONDAY,
    )
