"""What is written to those who watch a ticket or were named on it, and who wants it."""

from django.urls import reverse

from quarterdeck.core.models import Account
from quarterdeck.desk.models import NotificationWish, Ticket, TicketMessage
from quarterdeck.desk.queries.letters import Letter

_LONGEST = 4_000


def wish_of(account: Account) -> NotificationWish:
    """Return what somebody wants to be told by mail; who never said wants all of it."""
    return NotificationWish.objects.filter(account=account).first() or NotificationWish(
        account=account
    )


def mention_letter(account: Account, message: TicketMessage, place: str) -> Letter | None:
    """Return the mail that brings somebody the note that names them."""
    ticket = message.ticket
    lines = [f"{message.author} names you in a note:", "", message.text[:_LONGEST]]
    return _letter(account, ticket, f"{message.author} has named you", lines, place)


def reply_letter(account: Account, message: TicketMessage, place: str) -> Letter | None:
    """Return the mail that brings a watcher what was said in public."""
    mail = message.incoming
    writer = str(message.author) if mail is None else mail.sender_name or mail.sender
    lines = [f"{writer} writes:", "", message.text[:_LONGEST]]
    return _letter(account, message.ticket, "a new reply", lines, place)


def state_letter(account: Account, ticket: Ticket, told: str, by: str, place: str) -> Letter | None:
    """Return the mail that tells a watcher into which state a ticket has come."""
    return _letter(account, ticket, told, [f"It is {told} now, by {by}."], place)


def _letter(
    account: Account, ticket: Ticket, subject: str, lines: list[str], place: str
) -> Letter | None:
    """Return a mail to an account, or None where nobody could receive it.

    It takes no answer back: what the desk answers by mail goes to the requester, and whoever only
    watches does not mean to write to them.
    """
    person = account.person
    if person is None or not person.email:
        return None
    title = ticket.title or ticket.get_kind_display()
    end = ["", f"{ticket.number} {title}"]
    if place:
        end.append(f"{place.rstrip('/')}{reverse('desk.ticket.detail', args=[ticket.pk])}")
    headers = {"X-Quarterdeck-Ticket": ticket.number}
    text = "\n".join([*lines, *end])
    return Letter(person.email, f"[{ticket.number}] {subject}: {title}", text, headers)
