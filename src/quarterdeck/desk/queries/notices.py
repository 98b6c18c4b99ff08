"""What is written to those who watch a ticket or were named on it."""

from quarterdeck.core.models import Account
from quarterdeck.desk.models import Ticket, TicketMessage
from quarterdeck.desk.queries.letters import notice_to
from quarterdeck.desk.queries.mail_kinds import MENTION, WATCHED_REPLY, WATCHED_STATE
from quarterdeck.office.queries.letters import Letter

_LONGEST = 4_000


def mention_letter(account: Account, message: TicketMessage) -> Letter | None:
    """Return the mail that brings somebody the note that names them."""
    facts = {"by": str(message.author), "message": message.text[:_LONGEST]}
    return notice_to(account.person, MENTION, message.ticket, facts)


def reply_letter(account: Account, message: TicketMessage) -> Letter | None:
    """Return the mail that brings a watcher what was said in public."""
    mail = message.incoming
    writer = str(message.author) if mail is None else mail.sender_name or mail.sender
    facts = {"by": writer, "message": message.text[:_LONGEST]}
    return notice_to(account.person, WATCHED_REPLY, message.ticket, facts)


def state_letter(account: Account, ticket: Ticket, told: str, by: str) -> Letter | None:
    """Return the mail that tells a watcher into which state a ticket has come."""
    return notice_to(account.person, WATCHED_STATE, ticket, {"into": told, "by": by})
