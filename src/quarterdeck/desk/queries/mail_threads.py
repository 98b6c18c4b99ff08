"""To which ticket a mail belongs, how that is known, and which part its sender has in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from quarterdeck.core.models import Account, Person
from quarterdeck.desk.models import IncomingMail, Ticket, TicketMessage
from quarterdeck.desk.queries.reply_signatures import signed_ticket
from quarterdeck.desk.rules import may_work
from quarterdeck.desk.vocabulary import ThreadProof
from quarterdeck.kernels.mail.addresses import signed_tag, without_tag
from quarterdeck.kernels.mail.subjects import ticket_tags
from quarterdeck.office.models import OutgoingMail

# These nobody can make up who has not received a mail of ours on the ticket.
STRONG = frozenset({ThreadProof.SIGNED, ThreadProof.ANSWERED})
_MOST_TAGS = 5


class Part(Enum):
    """Who somebody is to a ticket."""

    REQUESTER = auto()
    DESK = auto()
    STRANGER = auto()


@dataclass(frozen=True)
class Thread:
    """The ticket of a mail, if it has one; a forged one bears a signature that is not ours."""

    ticket: Ticket | None = None
    proof: ThreadProof = ThreadProof.NONE
    is_forged: bool = False


def thread_of(
    *, recipients: Iterable[str], ours: set[str], subject: str, references: Sequence[str]
) -> Thread:
    """Return the thread that a mail belongs to, by what is hardest to forge first.

    `ours` are the addresses of the mailboxes; a tag on any other address says nothing to us.
    """
    signed = [signed_tag(each) for each in recipients if without_tag(each) in ours]
    tags = ticket_tags(subject)[:_MOST_TAGS]
    found = _signed(filter(None, signed), tags)
    if found is not None:
        return Thread(found, ThreadProof.SIGNED)
    answered = _answered(references)
    if answered is not None:
        return Thread(answered, ThreadProof.ANSWERED)
    if any(signed) or any(signature for _, signature in tags):
        return Thread(is_forged=True)
    if (earlier := _earlier(references)) is not None:
        return Thread(earlier, ThreadProof.THREAD)
    for number, _ in tags:
        if (named := _numbered(number)) is not None:
            return Thread(named, ThreadProof.SUBJECT)
    return Thread()


def _signed(by_address: Iterable[tuple[int, str]], tags: list[tuple[str, str]]) -> Ticket | None:
    for key, signature in by_address:
        if (ticket := signed_ticket(key, signature)) is not None:
            return ticket
    for number, signature in tags:
        if signature:
            for key in Ticket.objects.filter(number=number).values_list("pk", flat=True)[:20]:
                if (ticket := signed_ticket(key, signature)) is not None:
                    return ticket
    return None


def _answered(references: Sequence[str]) -> Ticket | None:
    """Find the nearest mail of ours: its key is as hard to guess as a signature."""
    sent = {
        mail.message_id: mail for mail in OutgoingMail.objects.filter(message_id__in=references)
    }
    for key in references:
        if key in sent and (ticket := ticket_of(sent[key])) is not None:
            return ticket
    return None


def ticket_of(mail: OutgoingMail) -> Ticket | None:
    """Return the ticket that a mail of ours was about."""
    message = TicketMessage.objects.filter(mail=mail).select_related("ticket").first()
    if message is not None:
        return Ticket.objects.standing().filter(pk=message.ticket_id).first()
    return _numbered(str(mail.headers.get("X-Quarterdeck-Ticket", "")))


def _numbered(number: str) -> Ticket | None:
    """Return the one standing ticket of a number; none where several sources have it."""
    found = list(Ticket.objects.standing().filter(number=number)[:2]) if number else []
    return found[0] if len(found) == 1 else None


def _earlier(references: Sequence[str]) -> Ticket | None:
    mails = IncomingMail.objects.filter(message_id__in=references, ticket__isnull=False)
    keys = dict(mails.order_by("-pk").values_list("message_id", "ticket"))
    for key in references:
        if key in keys:
            return Ticket.objects.standing().filter(pk=keys[key]).first()
    return None


def person_of(address: str, on: date) -> Person | None:
    """Return whose mail address it is: somebody who is still here before somebody who has left."""
    people = Person.objects.filter(email__iexact=address).order_by("pk")
    return people.here_on(on).first() or people.first()


def account_of(person: Person | None) -> Account | None:
    """Return the account of a person that may still sign in."""
    return Account.objects.filter(person=person, is_active=True).first() if person else None


def part_in(ticket: Ticket, person: Person | None, account: Account | None) -> Part:
    """Return who somebody is to a ticket."""
    if person is None:
        return Part.STRANGER
    if ticket.requester_id == person.pk:
        return Part.REQUESTER
    if account is not None and may_work(account, ticket):
        return Part.DESK
    return Part.STRANGER
