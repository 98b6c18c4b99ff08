"""The acts of watching a ticket, of naming somebody in a note, and of telling both by mail."""

from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.outbox import announce
from quarterdeck.desk.models import (
    Mention,
    Ticket,
    TicketMessage,
    TicketNotice,
    TicketWatcher,
)
from quarterdeck.desk.queries.notices import mention_letter, reply_letter, state_letter
from quarterdeck.desk.rules.watching import may_add_watchers, reads_notes, sees_ticket
from quarterdeck.desk.verbs.watch_news import MENTION_NEWS
from quarterdeck.desk.vocabulary import TicketState
from quarterdeck.office.queries.letters import Letter
from quarterdeck.office.verbs.letters import write_letter

MOST_WATCHERS = 100


@verb
def watch_ticket(
    *, ticket: Ticket, account: Account | None = None, actor: Account, at: datetime
) -> TicketWatcher:
    """Begin to watch a ticket that one may see, or let somebody else watch it, who may see it too.

    Whoever watches it already stays as they are.
    """
    whose = account or actor
    if not sees_ticket(actor, ticket):
        raise Refused("There is no such ticket.")
    if whose.pk != actor.pk and not may_add_watchers(actor, ticket):
        raise Refused(f"Whoever leads the team lets others watch {ticket.number}.")
    if not sees_ticket(whose, ticket):
        raise Refused(f"{whose} may not see {ticket.number}, and so cannot watch it.")
    return _watched(ticket, whose, actor, at)


@verb
def unwatch_ticket(
    *,
    ticket: Ticket,
    account: Account | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Stop to watch a ticket; whoever leads the team may take others away too."""
    whose = account or actor
    if whose.pk != actor.pk and not may_add_watchers(actor, ticket):
        raise Refused(f"Whoever leads the team takes watchers of {ticket.number} away.")
    ticket.watchers.filter(account=whose).delete()


def _watched(ticket: Ticket, account: Account, by: Account, at: datetime) -> TicketWatcher:
    if not _has_room(ticket, account):
        raise Refused(f"{ticket.number} has {MOST_WATCHERS} watchers already.")
    watcher, _ = TicketWatcher.objects.get_or_create(
        ticket=ticket, account=account, defaults={"added_by": by, "added_at": at}
    )
    return watcher


def _has_room(ticket: Ticket, account: Account) -> bool:
    return ticket.watchers.exclude(account=account).count() < MOST_WATCHERS


@verb
def mention_readers(
    *, message: TicketMessage, accounts: tuple[Account, ...], actor: Account, at: datetime
) -> list[Mention]:
    """Let those whom a note names know of it; each watches the ticket from then on, where it does
    not have as many watchers as it may.

    Whoever names themselves, or somebody who may not read the note, tells nobody.
    """
    made = []
    for account in accounts:
        if account.pk == actor.pk or not reads_notes(account, message.ticket):
            continue
        mention, is_new = Mention.objects.get_or_create(
            message=message, account=account, defaults={"ticket": message.ticket, "at": at}
        )
        if _has_room(message.ticket, account):
            _watched(message.ticket, account, actor, at)
        if is_new:
            announce(MENTION_NEWS, {"mention": mention.pk}, at)
            made.append(mention)
    return made


@verb
def see_mentions(*, ticket: Ticket, actor: Account, at: datetime) -> int:
    """Say that one has seen the notes on a ticket that name one; how many they were."""
    unseen = Mention.objects.unseen().filter(ticket=ticket, account=actor)
    seen = list(unseen.select_for_update())
    for mention in seen:
        mention.seen_at = at
        mention.version += 1
        mention.save(update_fields=["seen_at", "version"])
    return len(seen)


@verb
def mail_mention(*, mention: Mention, actor: Account, at: datetime) -> bool:
    """Mail a note to somebody whom it names: once, if they want that and may still read it."""
    account, ticket = mention.account, mention.ticket
    if not reads_notes(account, ticket):
        return False
    letter = mention_letter(account, mention.message)
    return _noticed(ticket, account, f"mention {mention.pk}", letter, actor, at)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What happened on a watched ticket: a reply in public, or `told`, a state it came into.

    `by` did it, and is told nothing; `occasion` names it once for all.
    """

    occasion: str
    by: Account
    message: TicketMessage | None = None
    told: str = ""
    state: str = ""


@verb
def mail_watchers(*, ticket: Ticket, news: Watched, actor: Account, at: datetime) -> int:
    """Mail what happened to those who watch a ticket, want that, and may see it; how many.

    Whoever did it knows it, and whoever was written to anyway is not written to twice.
    """
    told = 0
    rows = ticket.watchers.select_related("account__person").order_by("pk")
    for watcher in rows.exclude(account=news.by):
        account = watcher.account
        if _knows(account, ticket, news) or not sees_ticket(account, ticket):
            continue
        letter = (
            state_letter(account, ticket, news.told, str(news.by))
            if news.message is None
            else reply_letter(account, news.message)
        )
        told += _noticed(ticket, account, news.occasion, letter, actor, at)
    return told


def _knows(account: Account, ticket: Ticket, news: Watched) -> bool:
    """Whether a mail of the act itself has told the account already."""
    person = account.person
    if person is None:
        return False
    if news.message is not None:
        mail = news.message.mail
        return mail is not None and mail.recipient == person.email
    if news.state == TicketState.RESOLVED:
        return ticket.requester_id == person.pk
    return news.state == TicketState.ASSIGNED and ticket.assignee_id == person.pk


def _noticed(  # noqa: PLR0917 — the sides of one row, called in two places
    ticket: Ticket,
    account: Account,
    occasion: str,
    letter: Letter | None,
    actor: Account,
    at: datetime,
) -> bool:
    """Write what nobody has been told of this occasion yet, as they wish to hear of it."""
    known = TicketNotice.objects.filter(account=account, occasion=occasion)
    if letter is None or known.exists():
        return False
    mail = write_letter(letter=letter, actor=actor, at=at)
    TicketNotice.objects.create(account=account, ticket=ticket, occasion=occasion, mail=mail)
    return True
