"""The acts of writing on a ticket: to the requester, or among ourselves."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.core.files import File

from quarterdeck.core.acts import Repeated, verb
from quarterdeck.core.database import single
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.desk import rules
from quarterdeck.desk.models import IncomingMail, Mention, Ticket, TicketMessage
from quarterdeck.desk.queries.letters import letter_to, with_files
from quarterdeck.desk.queries.links import counting_for
from quarterdeck.desk.queries.mail_kinds import ANSWERED, REPLY
from quarterdeck.desk.queries.mentions import Named, named_in
from quarterdeck.desk.verbs.clock_projection import ClockProjection
from quarterdeck.desk.verbs.message_files import MOST_FILES, MessageFiles
from quarterdeck.desk.verbs.rule_news import TicketNews
from quarterdeck.desk.verbs.watch_news import WatchNews
from quarterdeck.desk.verbs.watching import mention_readers, see_mentions
from quarterdeck.desk.vocabulary import MessageKind
from quarterdeck.desk.vocabulary.ticket_life import RuleTrigger
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.verbs.letters import write_letter


@verb
def reply_publicly(
    *,
    ticket: Ticket,
    text: str,
    files: Sequence[File[bytes]] = (),
    is_spoken: bool = False,
    entry_key: str = "",
    incoming: IncomingMail | None = None,
    actor: Account,
    at: datetime,
) -> TicketMessage:
    """Write what the requester reads, and send it by mail; the requester's own goes to the desk.

    What `is_spoken` was told by phone or in person: it is written down, answers the requester, and
    is not mailed. Its files stand on the ticket, and both sides get them with the words. It changes
    nothing of the ticket, so it needs no version: two people may write at once. The same
    `entry_key` twice writes one message.
    """
    present = _open_for(ticket, actor, rules.may_reply)
    if (known := _written_before(entry_key, present)) is not None:
        raise Repeated(known)
    to, kind = present.requester, REPLY
    if rules.is_requester(actor, present):
        to, kind = counting_for(present).assignee, ANSWERED
    letter = letter_to(to, kind, present, {"message": _checked(text), "by": str(actor)})
    adding = MessageFiles(present, actor, at)
    # A mail brings what its reader has let through.
    kept = adding.keep(files, most=MOST_FILES if incoming is None else len(files))
    if letter is not None:
        letter = with_files(letter, present, kept)
    mail = None if is_spoken and kind is REPLY else write_letter(letter=letter, actor=actor, at=at)
    told = {"mail": mail, "incoming": incoming, "is_spoken": is_spoken}
    written = _written(present, MessageKind.PUBLIC, text, entry_key, told, actor, at)
    adding.link(written, kept)
    ClockProjection([present], at).follow()
    WatchNews(present, actor, at).of_reply(written)
    _answer_mentions(present, actor, at)
    if rules.is_requester(actor, present):
        TicketNews(present, RuleTrigger.MESSAGE, at).tell()
    return written


@verb
def note_internally(
    *,
    ticket: Ticket,
    text: str,
    entry_key: str = "",
    incoming: IncomingMail | None = None,
    actor: Account,
    at: datetime,
) -> TicketMessage:
    """Write what only the desk reads; whom it names by `@` is told, and nobody else.

    A name that several people bear is refused; one that nobody bears tells nobody. What came by
    mail, or was written by itself, names nobody: its words may be a stranger's.
    """
    present = _open_for(ticket, actor, rules.may_work)
    if (known := _written_before(entry_key, present)) is not None:
        raise Repeated(known)
    is_typed = incoming is None and not actor.is_builtin
    named = named_in(text, present) if is_typed else Named()
    if named.several:
        raise Invalid({"text": [_several(named.several[0])]})
    sources = {"incoming": incoming}
    written = _written(present, MessageKind.INTERNAL, text, entry_key, sources, actor, at)
    if named.accounts:
        mention_readers(message=written, accounts=named.accounts, actor=actor, at=at)
    _answer_mentions(present, actor, at)
    return written


def _answer_mentions(ticket: Ticket, actor: Account, at: datetime) -> None:
    """Whoever writes on a ticket has seen the notes that name them there."""
    if Mention.objects.unseen().filter(ticket=ticket, account=actor).exists():
        see_mentions(ticket=ticket, actor=actor, at=at)


def _several(name: str) -> str:
    return f"Several people are called “@{name}”: write the name of the account instead."


def _open_for(ticket: Ticket, actor: Account, may: Callable[[User, Ticket], bool]) -> Ticket:
    """Return the ticket as it stands, locked, so that a second click waits for the first."""
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("requester", "assignee")
    present = single(rows.filter(pk=ticket.pk))
    if present is None or not Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists():
        raise Refused("There is no such ticket.")
    if not may(actor, present):
        raise Refused(f"You may not write this on {present.number}.")
    # What is said on a merged ticket is read on the one that counts for it, which is open or was
    # solved; its requester knows no other.
    is_own = present.merged_into_id is not None and rules.is_requester(actor, present)
    if not rules.can_write(counting_for(present) if is_own else present):
        raise Refused(f"{present.number} is cancelled: nobody would read it. Reopen it first.")
    return present


def _checked(text: str) -> str:
    if not text.strip():
        raise Invalid({"text": ["There is nothing in it."]})
    return text.strip()


def _written_before(entry_key: str, ticket: Ticket) -> TicketMessage | None:
    if not entry_key:
        return None
    known = TicketMessage.objects.filter(entry_key=entry_key).first()
    if known is not None and known.ticket_id != ticket.pk:
        raise Refused("This form was sent for another ticket already: open it anew.")
    return known


def _written(  # noqa: PLR0917 — the sides of one row, called in two places
    ticket: Ticket,
    kind: MessageKind,
    text: str,
    entry_key: str,
    sources: Mapping[str, OutgoingMail | IncomingMail | bool | None],
    actor: Account,
    at: datetime,
) -> TicketMessage:
    return TicketMessage.objects.create(
        ticket=ticket,
        kind=kind,
        text=_checked(text),
        entry_key=entry_key or None,
        author=actor,
        at=at,
        **sources,
    )
