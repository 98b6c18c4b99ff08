"""The acts that open a ticket, hand it on, and move it from state to state by hand."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from quarterdeck.core.acts import Repeated, verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.desk import rules
from quarterdeck.desk.models import NumberSeries, Ticket, TicketMessage
from quarterdeck.desk.queries.facts import whole_second
from quarterdeck.desk.queries.letters import letter_to
from quarterdeck.desk.queries.mail_kinds import ASSIGNMENT
from quarterdeck.desk.queries.own_tickets import waits_for_answer
from quarterdeck.desk.queries.priorities import matrix_at
from quarterdeck.desk.queries.routing import only_team, team_for, works_in
from quarterdeck.desk.rules.own_tickets import may_report_for
from quarterdeck.desk.rules.wording import title_fault
from quarterdeck.desk.verbs.assignment import assign_by_strategy, take_up
from quarterdeck.desk.verbs.ticket_endings import follow_cancellation, follow_resolution
from quarterdeck.desk.verbs.ticket_mail import confirm_opening
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.verbs.ticket_work import TicketWork
from quarterdeck.desk.vocabulary import (
    CANCELLED_BY_OTHER_ACTS,
    CancelledAs,
    Channel,
    Level,
    PauseReason,
    TicketKind,
    TicketState,
)
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.services.models import Service

SOURCE = "desk"
LONGEST_TITLE = 300
_UNREACHED = (
    "The requester has neither address nor account to read it: ask by phone or in person, and "
    "write that down as a reply that was told so."
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What somebody reports, as the desk writes it down.

    A requester who is not in the directory is a name alone. `entry_key` tells one sending of a form
    from another: the same key twice opens one ticket.
    A mail was `reported_at` the time when it came in, whenever it was read.
    """

    title: str
    kind: str = TicketKind.INCIDENT
    description: str = ""
    requester: Person | None = None
    requester_name: str = ""
    service: Service | None = None
    category: str = ""
    channel: str = Channel.PHONE
    impact: int = Level.LOW
    urgency: int = Level.MEDIUM
    team: Team | None = None
    entry_key: str = ""
    reported_at: datetime | None = None
    follows: Ticket | None = None
    part_of: Ticket | None = None


@verb
def open_ticket(
    *, report: Report, assignee: Person | None = None, actor: Account, at: datetime
) -> Ticket:
    """Open a ticket under the next number, assigned at once or as its team assigns.

    Where no team was chosen, the service's team gets it, else the desk's default team. The
    requester gets the number by mail, unless they open the ticket themselves.
    A report that was sent twice opens one ticket: the first one is returned.
    """
    report = _routed(report, assignee)
    ticket, is_new = _opened(report, actor, at)
    if not is_new:
        raise Repeated(ticket)
    confirm_opening(ticket=ticket, part_of=report.part_of, actor=actor, at=at)
    if assignee is None:
        return assign_by_strategy(ticket=ticket, actor=actor, at=at)
    return _give(ticket, report.team, assignee, actor, at)


def _routed(report: Report, taker: Person | None) -> Report:
    return report if report.team else replace(report, team=team_for(report.service, taker))


def _opened(report: Report, actor: Account, at: datetime) -> tuple[Ticket, bool]:
    """Open a ticket, or return the one that the same sending has opened before."""
    if not may_report_for(actor, report.requester):
        raise Refused("You may not open tickets for others.")
    _check(report)
    series = NumberSeries.locked(SOURCE)
    if (known := _opened_before(report, actor)) is not None:
        return known, False
    series.last += 1
    series.save(update_fields=["last"])
    stored = _stored(report, f"T-{series.last:06}", actor, at)
    work = TicketWork(stored, actor, at, is_new=True)
    work.append(priority=matrix_at(at).priorities[report.impact, report.urgency])
    return work.finish(), True


def _stored(report: Report, number: str, actor: Account, at: datetime) -> Ticket:
    opened_at = whole_second(report.reported_at or at)
    return Ticket.objects.create(
        number=number,
        source=SOURCE,
        kind=report.kind,
        title=report.title.strip(),
        description=report.description.strip(),
        requester=report.requester,
        requester_name="" if report.requester else report.requester_name.strip(),
        service=report.service,
        service_name="" if report.service is None else report.service.name,
        category=report.category.strip(),
        contact_channel=report.channel,
        impact=report.impact,
        urgency=report.urgency,
        team=report.team,
        entry_key=report.entry_key or None,
        opened_by=actor,
        opened_at=opened_at,
        changed_at=opened_at,
        follows=report.follows,
    )


def _check(report: Report) -> None:
    errors: dict[str, list[str]] = {}
    if fault := title_fault(report.title, LONGEST_TITLE):
        errors["title"] = [fault]
    if report.kind not in TicketKind.values:
        errors["kind"] = [f"There is no kind “{report.kind}”."]
    if not {report.impact, report.urgency} <= set(Level.values):
        errors["impact"] = ["Impact and urgency are 1 (high), 2 (medium) or 3 (low)."]
    if fault := rules.category_fault(report.category):
        errors["category"] = [fault]
    if errors:
        raise Invalid(errors)


def _opened_before(report: Report, actor: Account) -> Ticket | None:
    if not report.entry_key:
        return None
    known = Ticket.objects.filter(entry_key=report.entry_key).first()
    if known is not None and known.opened_by_id != actor.pk:
        raise Refused("This form was sent by somebody else already: open it anew.")
    return known


@verb
def resolve_at_once(
    *, report: Report, resolution: str, true_category: str, actor: Account, at: datetime
) -> Ticket:
    """Open a ticket, take it and resolve it in one act, while the requester is on the phone.

    One mail tells the number and what was done.
    """
    ticket, _ = _opened(_routed(report, actor.person), actor, at)
    if not rules.can_resolve(ticket):
        raise Repeated(ticket)
    if actor.person is not None:
        ticket = take_ticket(ticket=ticket, version=ticket.version, actor=actor, at=at)
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution=resolution,
        true_category=true_category,
        actor=actor,
        at=at,
    )


@verb
def take_ticket(*, ticket: Ticket, version: int, actor: Account, at: datetime) -> Ticket:
    """Assign a ticket to oneself; what has no team comes into one's only team."""
    if actor.person is None:
        raise Refused("Your account belongs to no person who could take a ticket.")
    work = TicketWork.begin(ticket, version, actor, at, rules.can_assign, "taken")
    if work.ticket.assignee_id == actor.person_id:
        raise Refused(f"{work.ticket.number} is yours already.")
    team = work.ticket.team or only_team(actor.person)
    _hand_over(work, team, actor.person)
    return work.finish()


@verb
def assign_ticket(
    *,
    ticket: Ticket,
    version: int,
    team: Team | None = None,
    assignee: Person | None = None,
    actor: Account,
    at: datetime,
) -> Ticket:
    """Hand a ticket to a team, to a person, or to a person of a team; the person is told by mail.

    A team may have a strategy that gives what comes into it to somebody at once.

    With neither, it goes back into the queue of its team. Refused where the person does not work
    in the team, where nothing would change, and where only its own team is named: that takes it
    from nobody.
    """
    work = TicketWork.begin(ticket, version, actor, at, rules.can_assign, "assigned")
    if assignee is None and team is not None and team == work.ticket.team:
        raise Refused(f"{work.ticket.number} is with {team} already.")
    team = team or work.ticket.team
    if assignee is not None and team is None:
        team = only_team(assignee)
    if (team, assignee) == (work.ticket.team, work.ticket.assignee):
        held = assignee or team or "nobody"
        raise Refused(f"{work.ticket.number} is with {held} already.")
    if assignee is not None and team is not None and not works_in(assignee, team):
        raise Refused(f"{assignee} does not work in {team}: choose one of that person's teams.")
    is_brought = assignee is None and team != work.ticket.team
    _hand_over(work, team, assignee)
    assigned = work.finish()
    if is_brought:
        return assign_by_strategy(ticket=assigned, actor=actor, at=at)
    if assignee is not None and assignee.pk != actor.person_id:
        letter = letter_to(assignee, ASSIGNMENT, assigned, {"by": str(actor)})
        write_letter(letter=letter, actor=actor, at=at)
    return assigned


def _give(
    ticket: Ticket, team: Team | None, assignee: Person, actor: Account, at: datetime
) -> Ticket:
    if assignee.pk == actor.person_id:
        return take_ticket(ticket=ticket, version=ticket.version, actor=actor, at=at)
    return assign_ticket(
        ticket=ticket, version=ticket.version, team=team, assignee=assignee, actor=actor, at=at
    )


def _hand_over(work: TicketWork, team: Team | None, assignee: Person | None) -> None:
    """Whoever gets a ticket has not begun; a ticket that waits goes on waiting."""
    state = TicketState.NEW if assignee is None else TicketState.ASSIGNED
    if work.ticket.state == TicketState.ON_HOLD:
        state = TicketState.ON_HOLD
    name = "" if assignee is None else assignee.name
    work.append(state=state, team=team, assignee=assignee, assignee_name=name)


@verb
def start_ticket(*, ticket: Ticket, version: int, actor: Account, at: datetime) -> Ticket:
    """Begin to work on a ticket; one that nobody has becomes one's own."""
    work = TicketWork.begin(ticket, version, actor, at, rules.can_start, "started")
    held: dict[str, Any] = {}
    if work.ticket.assignee is None and actor.person is not None:
        held = {"assignee": actor.person, "assignee_name": actor.person.name}
        held["team"] = work.ticket.team or only_team(actor.person)
    work.append(state=TicketState.IN_PROGRESS, **held)
    return work.finish()


@verb
def hold_ticket(
    *,
    ticket: Ticket,
    version: int,
    pause_reason: str,
    reason: str = "",  # noqa: ARG001 — stored with the act
    question: str = "",
    actor: Account,
    at: datetime,
) -> Ticket:
    """Put a ticket on hold while somebody else has to act, and say who or what that is.

    Where it is the requester, the question goes to them as a reply; it may be left out while the
    desk's last reply in this state still waits for an answer. Whom no reply reaches is asked by
    phone or in person, which a spoken reply says.
    """
    if pause_reason not in PauseReason.values or pause_reason in {"", PauseReason.APPROVAL}:
        raise Invalid({"pause_reason": ["Say for whom or what the ticket waits."]})
    is_asked = pause_reason == PauseReason.REQUESTER
    if question.strip() and not is_asked:
        raise Invalid({"question": ["Only what waits for the requester asks them something."]})
    if question.strip():
        asked = reply_publicly(ticket=ticket, text=question, actor=actor, at=at)
        if not TicketMessage.objects.reaching().filter(pk=asked.pk).exists():
            raise Invalid({"question": [_UNREACHED]})
    elif is_asked and not waits_for_answer(ticket):
        raise Invalid({"question": ["Say what the requester is asked: they read it."]})
    work = TicketWork.begin(ticket, version, actor, at, rules.can_hold, "put on hold")
    work.append(state=TicketState.ON_HOLD, pause_reason=pause_reason)
    return work.finish()


@verb
def resume_ticket(*, ticket: Ticket, version: int, actor: Account, at: datetime) -> Ticket:
    """Go on with a ticket that was on hold."""
    work = TicketWork.begin(ticket, version, actor, at, rules.can_resume, "resumed")
    work.append(state=rules.open_state(work.ticket), pause_reason="")
    return work.finish()


@verb
def resolve_ticket(
    *,
    ticket: Ticket,
    version: int,
    resolution: str,
    true_category: str,
    actor: Account,
    at: datetime,
) -> Ticket:
    """Say that the work is done, what was done, and what the problem truly was.

    The requester gets the resolution by mail.
    """
    work = TicketWork.begin(ticket, version, actor, at, rules.can_resolve, "resolved")
    errors = {}
    if not resolution.strip():
        errors["resolution"] = ["Say what was done."]
    if not true_category.strip():
        errors["true_category"] = ["Say what it truly was, even if it is what was reported."]
    elif fault := rules.category_fault(true_category):
        errors["true_category"] = [fault]
    if errors:
        raise Invalid(errors)
    work.append(state=TicketState.RESOLVED, pause_reason="")
    work.set(resolution=resolution.strip(), true_category=true_category.strip())
    resolved = work.finish()
    follow_resolution(ticket=resolved, actor=actor, at=at)
    return resolved


@verb
def close_ticket(*, ticket: Ticket, version: int, actor: Account, at: datetime) -> Ticket:
    """End a resolved ticket for good; its fix stays where it was."""
    work = TicketWork.begin(ticket, version, actor, at, rules.can_close, "closed")
    work.append(state=TicketState.CLOSED)
    return work.finish()


@verb
def reopen_ticket(
    *, ticket: Ticket, version: int, reason: str, actor: Account, at: datetime
) -> Ticket:
    """Take an ended ticket up again, and say why; it has no resolution any more.

    Whoever had it keeps it, unless the team's strategy has to find somebody who is there.
    """
    work = TicketWork.begin(
        ticket, version, actor, at, rules.can_reopen, "reopened", rules.may_reopen
    )
    if not reason.strip():
        raise Invalid({"reason": ["Say why it has to be taken up again."]})
    taken_up: Ticket = take_up(work=work, actor=actor, at=at)
    return taken_up


@verb
def cancel_ticket(
    *,
    ticket: Ticket,
    version: int,
    cancelled_as: str,
    reason: str = "",
    actor: Account,
    at: datetime,
) -> Ticket:
    """End a ticket that was no work for the desk, and say why not; its requester is told."""
    if cancelled_as not in CancelledAs.values or cancelled_as in CANCELLED_BY_OTHER_ACTS:
        raise Invalid({"cancelled_as": ["Say why there is nothing to do."]})
    work = TicketWork.begin(ticket, version, actor, at, rules.can_cancel, "cancelled")
    work.append(state=TicketState.CANCELLED, pause_reason="")
    work.set(cancelled_as=cancelled_as)
    ended = work.finish()
    follow_cancellation(ticket=ended, reason=reason, actor=actor, at=at)
    return ended


@verb
def mark_spam(*, ticket: Ticket, version: int, actor: Account, at: datetime) -> Ticket:
    """End a ticket that nobody reported in earnest; nothing is written to whoever sent it."""
    return cancel_ticket(
        ticket=ticket, version=version, cancelled_as=CancelledAs.SPAM, actor=actor, at=at
    )
