"""The acts on what tickets are to one another: link them, merge them, split one."""

from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.models import Ticket, TicketLink, TicketMessage
from quarterdeck.desk.queries.facts import effective_changes
from quarterdeck.desk.queries.letters import letter_to
from quarterdeck.desk.queries.links import leads_back, merged_into
from quarterdeck.desk.queries.mail_kinds import MERGED
from quarterdeck.desk.queries.worked import worked_on
from quarterdeck.desk.verbs.escalation_endings import end_escalations
from quarterdeck.desk.verbs.ticket_approvals import ask_for_request_again, release_approval
from quarterdeck.desk.verbs.ticket_mail import tell_end
from quarterdeck.desk.verbs.ticket_work import TicketWork
from quarterdeck.desk.verbs.tickets import Report, open_ticket
from quarterdeck.desk.vocabulary import FIXED_STATES, CancelledAs, Channel, MessageKind, TicketState
from quarterdeck.desk.vocabulary.ticket_life import LinkKind
from quarterdeck.office.verbs.letters import write_letter


@verb
def link_tickets(
    *, ticket: Ticket, kind: str, other: Ticket, actor: Account, at: datetime
) -> TicketLink:
    """Say what a ticket is to another one; the actor may work on both.

    Refused where it is so already, or the way from the other one leads back here.
    """
    if kind not in LinkKind.values:
        raise Invalid({"kind": ["Say what it is to the other ticket."]})
    here, there = _both(ticket, other, actor)
    if kind == LinkKind.RELATED and there.pk < here.pk:
        here, there = there, here
    if kind != LinkKind.RELATED and leads_back(here, LinkKind(kind), there):
        raise Refused(f"{there.number} leads back to {here.number} by such links: that is a ring.")
    known = TicketLink.objects.filter(ticket=here, kind=kind)
    if known.filter(other=there).exists():
        raise Refused(f"{here.number} and {there.number} are linked so already.")
    if kind == LinkKind.CHILD_OF and (parent := known.select_related("other").first()) is not None:
        raise Refused(f"{here.number} is part of {parent.other.number} already.")
    return TicketLink.objects.create(ticket=here, kind=kind, other=there, made_by=actor, made_at=at)


@verb
def unlink_tickets(
    *,
    link: TicketLink,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is written at this time
) -> None:
    """Take back what a ticket was said to be to another one."""
    _both(link.ticket, link.other, actor)
    TicketLink.objects.filter(pk=link.pk).delete()


def _both(ticket: Ticket, other: Ticket, actor: Account) -> tuple[Ticket, Ticket]:
    """Return two tickets, locked in the order of their keys, so that no two acts wait in a ring."""
    if ticket.pk == other.pk:
        raise Refused(f"{ticket.number} is the same ticket.")
    held = {each.pk: worked_on(each, actor) for each in sorted((ticket, other), key=_key)}
    return held[ticket.pk], held[other.pk]


def _key(ticket: Ticket) -> int:
    return ticket.pk


@verb
def merge_ticket(
    *,
    ticket: Ticket,
    version: int,
    into: Ticket,
    reason: str = "",  # noqa: ARG001 — stored with the act
    actor: Account,
    at: datetime,
) -> Ticket:
    """Let another ticket count for this one, which ends as merged, neither resolved nor lost.

    Its messages stay with it and are read on the other one; its requester is told, and hears how
    the other one ends, at once where it has been resolved. Its clocks are cancelled, nobody has to
    approve it any more, and its escalations end, but for complaints.
    """
    _, there = _both(ticket, into, actor)
    if there.merged_into_id is not None or not rules.can_take_merged(there):
        raise Refused(f"{there.number} counts for no ticket: it is cancelled or merged itself.")
    work = TicketWork.begin(ticket, version, actor, at, rules.can_merge, "merged")
    work.append(state=TicketState.CANCELLED, pause_reason="")
    work.set(cancelled_as=CancelledAs.MERGED, merged_into=there)
    merged = work.finish()
    why = f"{merged.number} was merged into another ticket."
    release_approval(ticket=merged, reason=why, actor=actor, at=at)
    end_escalations(ticket=merged, actor=actor, at=at)
    is_done = there.state in FIXED_STATES
    for each in (merged, *(merged_into(merged) if is_done else ())):
        if each.requester_id is None or each.requester_id == actor.person_id:
            continue
        if is_done:
            tell_end(merged=each, counting=there, actor=actor, at=at)
        else:
            _tell(each, actor, at)
    return merged


def _tell(merged: Ticket, actor: Account, at: datetime) -> None:
    letter = letter_to(merged.requester, MERGED, merged)
    if letter is not None:
        TicketMessage.objects.create(
            ticket=merged,
            kind=MessageKind.CONFIRMATION,
            author=actor,
            at=at,
            text=letter.text,
            mail=write_letter(letter=letter, actor=actor, at=at),
        )


@verb
def unmerge_ticket(
    *, ticket: Ticket, version: int, reason: str, actor: Account, at: datetime
) -> Ticket:
    """Let a merged ticket count for itself again, as it stood before; say why.

    What waited for an approval waits for one again.
    """
    if not reason.strip():
        raise Invalid({"reason": ["Say why they are not the same after all."]})
    work = TicketWork.begin(ticket, version, actor, at, rules.can_unmerge, "taken apart")
    before = effective_changes([ticket.pk])[ticket.pk][-2][1]
    work.append(state=before.state, pause_reason=before.pause_reason)
    work.set(cancelled_as="", merged_into=None)
    apart = work.finish()
    if rules.waits_for_approval(apart):
        ask_for_request_again(ticket=apart, actor=actor, at=at)
    return apart


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is split off from a ticket; `entry_key` tells one sending of the form from another."""

    title: str
    description: str = ""
    entry_key: str = ""


@verb
def split_ticket(*, ticket: Ticket, part: Part, actor: Account, at: datetime) -> Ticket:
    """Open another ticket for what is a matter of its own, for the same requester and team."""
    present = worked_on(ticket, actor)
    report = Report(
        title=part.title,
        description=part.description,
        kind=present.kind,
        requester=present.requester,
        requester_name=present.requester_name,
        service=present.service,
        channel=present.contact_channel or Channel.OWN_FINDING,
        impact=present.impact or Report.impact,
        urgency=present.urgency or Report.urgency,
        team=present.team,
        entry_key=part.entry_key,
        part_of=present,
    )
    opened = open_ticket(report=report, actor=actor, at=at)
    if not opened.links.filter(kind=LinkKind.SPLIT_FROM).exists():
        link_tickets(ticket=opened, kind=LinkKind.SPLIT_FROM, other=present, actor=actor, at=at)
    return opened
