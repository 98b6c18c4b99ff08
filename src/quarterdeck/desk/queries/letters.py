"""What the desk writes by mail about a ticket: to whom, and in which thread."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from urllib.parse import urljoin

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from quarterdeck.core.models import Account, Person
from quarterdeck.desk import rules
from quarterdeck.desk.models import IncomingMail, Mailbox, Ticket, TicketMessage
from quarterdeck.desk.queries.mail_kinds import NOTE, TICKET
from quarterdeck.desk.queries.mailboxes import answering_mailbox
from quarterdeck.desk.queries.reply_signatures import signature_of
from quarterdeck.desk.vocabulary import IncomingState, ReplyBy
from quarterdeck.kernels.mail.addresses import reply_address
from quarterdeck.kernels.mail.subjects import tag_of
from quarterdeck.office.models import Attachment
from quarterdeck.office.queries.letters import Letter, is_reachable, letter
from quarterdeck.office.queries.mail_kinds import Fact, Facts, MailKind, MailSubject

# Encoded for a mail it is a third more; many servers take no mail beyond 20 MB.
MOST_BYTES = 10 * 1024 * 1024


def ticket_facts(ticket: Ticket) -> dict[str, Fact]:
    """Return what a wording may name of a ticket; what has to be looked up is looked up late."""
    return {
        "number": ticket.number,
        "title": ticket.heading,
        "description": ticket.description,
        "priority": f"Priority {ticket.priority}" if ticket.priority else "No priority",
        "state": str(ticket.get_state_display()),
        "service": lambda: str(ticket.service or ""),
        "requester": lambda: str(ticket.requester or ""),
        "assignee": lambda: str(ticket.assignee or ""),
        "team": lambda: str(ticket.team or ""),
        "resolution": ticket.resolution,
        "link": urljoin(settings.PUBLIC_URL, ticket_path(str(ticket.pk)))
        if settings.PUBLIC_URL
        else "",
        "reply": lambda: way_to_answer(ticket, answering_mailbox(ticket)),
    }


def way_to_answer(ticket: Ticket, mailbox: Mailbox | None) -> str:
    """Return how a requester answers, as the end of a sentence: by mail where a mailbox takes what
    they write, and on the ticket's page of the portal, where that is known; beside the mail it is
    named to those alone who can sign in."""
    place = urljoin(settings.PUBLIC_URL, reverse("portal.ticket", args=[ticket.pk]))
    if mailbox is not None:
        signs_in = settings.PUBLIC_URL and _may_sign_in(ticket.requester_id)
        return f"answer to this mail or at {place}" if signs_in else "answer to this mail"
    return f"answer at {place}" if settings.PUBLIC_URL else "tell the service desk"


def _may_sign_in(person: int | None) -> bool:
    return Account.objects.filter(person=person, person__isnull=False, is_active=True).exists()


def letter_to(
    person: Person | None, kind: MailKind, ticket: Ticket, more: Facts | None = None
) -> Letter | None:
    """Return a letter to a person about a ticket, or None where nobody could receive it.

    It stands in one thread with what was sent and received about the ticket before, and its answer
    comes back to a mailbox with a signature.
    """
    if person is None or not is_reachable(person):
        return None
    headers = {"X-Quarterdeck-Ticket": ticket.number, **_thread_headers(ticket)}
    mailbox, signature = answering_mailbox(ticket), signature_of(ticket.pk)
    address = reply_address(mailbox.address, ticket.pk, signature) if mailbox else ""
    is_in_subject = mailbox is not None and mailbox.reply_by == ReplyBy.SUBJECT
    if mailbox is not None:
        headers["Reply-To"] = mailbox.address if is_in_subject or not address else address
    tag = tag_of(ticket.number, signature if is_in_subject else "")
    facts = {"reply": way_to_answer(ticket, mailbox), **(more or {})}
    return _letter(person, kind, ticket, facts, tag, headers)


def notice_to(person: Person | None, kind: MailKind, ticket: Ticket, more: Facts) -> Letter | None:
    """Return a letter about a ticket that takes no answer back.

    What the desk answers by mail goes to the requester, and whoever is only told does not mean to
    write to them.
    """
    headers = {"X-Quarterdeck-Ticket": ticket.number}
    return _letter(person, kind, ticket, more, tag_of(ticket.number), headers)


def _letter(  # noqa: PLR0917 — the sides of one letter, called in two places
    person: Person | None,
    kind: MailKind,
    ticket: Ticket,
    more: Facts,
    tag: str,
    headers: Mapping[str, str],
) -> Letter | None:
    facts = {**ticket_facts(ticket), **more}
    about = f"{kind.about or TICKET}:{ticket.pk}"
    return letter(kind.key, person, facts, about=about, tag=tag, headers=headers)


def _thread_headers(ticket: Ticket) -> dict[str, str]:
    known = _thread_before(ticket)
    if not known:
        return {}
    # The first and the last keep the header short; RFC 5322 lets the middle be left out.
    references = dict.fromkeys((known[0], known[-1]))
    return {"In-Reply-To": known[-1], "References": " ".join(references)}


def with_files(letter: Letter, ticket: Ticket, files: Sequence[Attachment]) -> Letter:
    """Return a letter with files, and words of where those are that are too large together."""
    sent, left, size = list[int](), list[str](), 0
    for file in files:
        if size + file.size > MOST_BYTES:
            left.append(f"“{file.name}” ({filesizeformat(file.size)})")
        else:
            size += file.size
            sent.append(file.pk)
    if not left:
        return replace(letter, files=tuple(sent))
    address = f"{settings.PUBLIC_URL}{reverse('portal.ticket', args=[ticket.pk])}"
    where = address if settings.PUBLIC_URL else f"at {ticket.number}"
    told = f"Too large for a mail: {', '.join(left)}. You find it in the portal: {where}"
    return replace(letter, files=tuple(sent), text=f"{letter.text}\n\n{told}")


def _thread_before(ticket: Ticket) -> list[str]:
    """Return the keys of the mails on a ticket, sent and received, the oldest first."""
    sent = TicketMessage.objects.filter(ticket=ticket, mail__isnull=False)
    came = IncomingMail.objects.filter(ticket=ticket, state=IncomingState.ON_TICKET)
    known = [
        *sent.order_by("pk").values_list("at", "mail__message_id"),
        *came.exclude(message_id="").order_by("pk").values_list("received_at", "message_id"),
    ]
    # Of what happened in one moment, the order in which it was kept stays.
    return [key for _, key in sorted(known, key=itemgetter(0))]


def ticket_path(key: str) -> str:
    """Return the path of a ticket's page."""
    return reverse("desk.ticket.detail", args=[key])


def _found(account: Account, typed: str) -> Facts | None:
    """Return the facts of the ticket that bears a number, for whoever may see it."""
    ticket = Ticket.objects.visible_to(account).filter(number__iexact=typed.strip()).first()
    return None if ticket is None else ticket_facts(ticket)


def _seen(account: Account, keys: Collection[str]) -> set[str]:
    visible = Ticket.objects.visible_to(account).filter(pk__in=keys)
    return {str(key) for key in visible.values_list("pk", flat=True)}


def _with_notes(account: Account, keys: Collection[str]) -> set[str]:
    """Return the tickets whose notes an account reads too."""
    visible = Ticket.objects.visible_to(account).filter(pk__in=keys)
    return {str(ticket.pk) for ticket in visible if rules.sees_notes(account, ticket)}


LETTER_SUBJECTS = (
    MailSubject(TICKET, "A ticket", _seen, ticket_path, _found),
    MailSubject(NOTE, "A note on a ticket", _with_notes, ticket_path, _found),
)
