"""What requesters do with their own tickets: report, answer, confirm, reopen and withdraw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files import File

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.models import Ticket, TicketMessage
from quarterdeck.desk.queries.links import stands_for_others
from quarterdeck.desk.queries.own_tickets import can_be_taken_up, waits_for_requester
from quarterdeck.desk.verbs.assignment import take_up
from quarterdeck.desk.verbs.message_files import MessageFiles
from quarterdeck.desk.verbs.ticket_endings import follow_cancellation
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.verbs.ticket_work import TicketWork
from quarterdeck.desk.verbs.tickets import Report, open_ticket
from quarterdeck.desk.vocabulary import CancelledAs, Channel, Level, TicketState
from quarterdeck.office.models import Attachment
from quarterdeck.services.models import Service

_URGENT, _USUAL = Level.HIGH, Level.MEDIUM


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What somebody reports for themselves: what does not work, and how much it stops them."""

    title: str
    description: str = ""
    service: Service | None = None
    stops_work: bool = False
    hits_others: bool = False
    entry_key: str = ""


@verb
def report_trouble(
    *, trouble: Trouble, files: Sequence[File[bytes]] = (), actor: Account, at: datetime
) -> Ticket:
    """Report for oneself that something does not work; the same sending twice is one ticket."""
    if actor.person is None:
        raise Refused("Your account belongs to no person who could report something.")
    report = Report(
        title=trouble.title,
        description=trouble.description,
        requester=actor.person,
        service=trouble.service,
        channel=Channel.PORTAL,
        impact=Level.MEDIUM if trouble.hits_others else Level.LOW,
        urgency=_URGENT if trouble.stops_work else _USUAL,
        entry_key=trouble.entry_key,
    )
    ticket = open_ticket(report=report, actor=actor, at=at)
    if not Attachment.objects.about(ticket).exists():
        MessageFiles(ticket, actor, at).keep(files)
    return ticket


def _begun(
    ticket: Ticket, actor: Account, at: datetime, can: Callable[[Ticket], bool], done: str
) -> TicketWork:
    """Take one's own ticket up as it stands: what a requester says depends on no version."""
    present = Ticket.objects.select_for_update().filter(pk=ticket.pk).first()
    version = ticket.version if present is None else present.version
    return TicketWork.begin(ticket, version, actor, at, can, done, rules.is_requester)


@verb
def answer_desk(
    *,
    ticket: Ticket,
    text: str,
    files: Sequence[File[bytes]] = (),
    entry_key: str = "",
    actor: Account,
    at: datetime,
) -> TicketMessage:
    """Write to the desk on one's own ticket, with files; one that waited for it goes on."""
    if not rules.is_requester(actor, ticket):
        raise Refused("There is no such ticket of yours.")
    message = reply_publicly(
        ticket=ticket, text=text, files=files, entry_key=entry_key, actor=actor, at=at
    )
    work = _counting(ticket, actor, at)
    if waits_for_requester(work.ticket):
        work.append(state=rules.open_state(work.ticket), pause_reason="")
        work.finish()
    return message


def _counting(ticket: Ticket, actor: Account, at: datetime) -> TicketWork:
    """Take up the ticket that counts for one's own: itself, or the one that it was merged into.

    Whoever reported a merged ticket may not see the other one, and is heard there all the same, as
    by mail. Which one counts is asked of rows that are locked, one after the other: what is merged,
    taken apart or ended at this moment is read as it stands then.
    """
    rows = Ticket.objects.select_for_update(of=("self",)).select_related(
        "requester", "assignee", "team", "service"
    )
    held = rows.get(pk=ticket.pk)
    while held.merged_into_id is not None:
        held = rows.get(pk=held.merged_into_id)
    return TicketWork(held, actor, at)


@verb
def confirm_solved(*, ticket: Ticket, actor: Account, at: datetime) -> Ticket:
    """Say that one's own ticket is solved, which closes it."""
    work = _begun(ticket, actor, at, rules.can_close, "confirmed")
    work.append(state=TicketState.CLOSED)
    return work.finish()


@verb
def reopen_own_ticket(*, ticket: Ticket, reason: str, actor: Account, at: datetime) -> Ticket:
    """Say that one's own resolved ticket is not solved, as long as that is allowed.

    Where it was merged, the ticket that counts for it is taken up again.
    """
    if not reason.strip():
        raise Invalid({"reason": ["Say what does not work yet."]})
    present = Ticket.objects.get(pk=ticket.pk)
    if present.merged_into_id is None:
        work = _begun(ticket, actor, at, rules.can_reopen, "reopened")
    elif rules.is_requester(actor, present):
        work = _counting(present, actor, at)
    else:
        raise Refused("There is no such ticket of yours.")
    if not can_be_taken_up(work.ticket, at):
        raise Refused(f"{ticket.number} ended too long ago to be reopened: report it anew.")
    reopened = take_up(work=work, actor=actor, at=at)
    own = reopened if present.merged_into_id is None else present
    reply_publicly(ticket=own, text=reason, actor=actor, at=at)
    return own


@verb
def withdraw_own_ticket(
    *,
    ticket: Ticket,
    reason: str = "",
    actor: Account,
    at: datetime,
) -> Ticket:
    """Take back what one has reported or asked for, with the request for its approval.

    Refused where it counts for what somebody else has reported: they did not take that back.
    """
    work = _begun(ticket, actor, at, rules.can_cancel, "withdrawn")
    if stands_for_others(work.ticket):
        raise Refused(
            f"{ticket.number} is worked on for others too, who have reported the same: write to the"
            " service desk that you do not need it any more."
        )
    work.append(state=TicketState.CANCELLED, pause_reason="")
    work.set(cancelled_as=CancelledAs.WITHDRAWN)
    ended = work.finish()
    follow_cancellation(ticket=ended, reason=reason, actor=actor, at=at)
    return ended
