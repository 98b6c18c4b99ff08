"""The acts by which people escalate, complain, answer and judge."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.desk import rules
from quarterdeck.desk.models import Escalation, Ticket
from quarterdeck.desk.queries import escalation_letters as letters
from quarterdeck.desk.queries.escalations import (
    ANSWER_HOURS,
    RESOLUTION_HOURS,
    Promise,
    is_complainant,
    owners_offered,
)
from quarterdeck.desk.queries.reporting_line import Found, line_of, line_of_team, reached
from quarterdeck.desk.verbs.escalation_work import Call, Complaint, EscalationWork
from quarterdeck.desk.vocabulary import (
    OPEN_ESCALATIONS,
    EscalationCause,
    EscalationDirection,
    EscalationEventKind,
    EscalationState,
    Verdict,
    VerdictProof,
)
from quarterdeck.office.queries import calendar_named, working_calendar
from quarterdeck.office.queries.periods import own_day

LONGEST_TIME = 2_000


@verb
def escalate_ticket(
    *,
    ticket: Ticket,
    direction: str,
    reason: str,
    to_team: Team | None = None,
    owner: Person | None = None,
    answer_hours: int = ANSWER_HOURS,
    resolution_hours: int = RESOLUTION_HOURS,
    actor: Account,
    at: datetime,
) -> Escalation:
    """Bring an open ticket before somebody who can do more: another team, or up the line.

    Without an owner it is the lead of the team that is asked, or the next post above whoever has
    the ticket and whoever escalates; vacant posts are passed over and named. The owner is told by
    mail. The ticket stays where it is: to hand it over is another act.
    """
    present = _locked(ticket, actor)
    if not rules.may_work(actor, present):
        raise Refused(f"{present.number} cannot be escalated by you: your roles do not reach it.")
    if not rules.can_escalate(present):
        state = present.get_state_display().lower()
        raise Refused(f"{present.number} cannot be escalated: it is {state}.")
    _check(direction, reason, to_team, answer_hours, resolution_hours)
    promise = Promise(calendar_named(""), answer_hours, resolution_hours)
    found = _owner(present, direction, to_team, owner, promise, actor, at)
    call = Call(
        cause=EscalationCause.HAND,
        direction=direction,
        reason=reason.strip(),
        owner=found,
        promise=promise,
        to_team=to_team if direction == EscalationDirection.FUNCTIONAL else None,
    )
    _refuse_twice(present, call)
    work = EscalationWork.raised(present, call, actor, at)
    work.mail(letters.for_owner(work.escalation, found.person))
    return work.escalation


@verb
def complain(
    *,
    ticket: Ticket,
    complaint: Complaint,
    owner: Person | None = None,
    answer_hours: int = ANSWER_HOURS,
    resolution_hours: int = RESOLUTION_HOURS,
    actor: Account,
    at: datetime,
) -> Escalation:
    """Write down that somebody complains about how a ticket is dealt with; it goes up the line.

    The complainant is told by mail that it was heard, and by when there will be an answer.
    """
    present = _locked(ticket, actor)
    if not rules.may_complain(actor, present):
        raise Refused(f"You may write down no complaint about {present.number}.")
    up = EscalationDirection.HIERARCHICAL
    _check(up, complaint.reason, None, answer_hours, resolution_hours)
    if complaint.complainant is None and not complaint.complainant_name.strip():
        raise Invalid({"complainant": ["Say who complains."]})
    promise = Promise(calendar_named(""), answer_hours, resolution_hours)
    call = Call(
        cause=EscalationCause.COMPLAINT,
        direction=up,
        reason=complaint.reason.strip(),
        owner=_owner(present, up, None, owner, promise, actor, at),
        promise=promise,
        complaint=complaint,
    )
    _refuse_twice(present, call)
    work = EscalationWork.raised(present, call, actor, at)
    work.mail(letters.for_owner(work.escalation, call.owner.person))
    work.mail(letters.acknowledgement(work.escalation))
    return work.escalation


@verb
def acknowledge_escalation(
    *, escalation: Escalation, version: int, actor: Account, at: datetime
) -> Escalation:
    """Take an escalation up; its answer stays due when it was promised."""
    may, can = rules.may_answer, rules.can_acknowledge
    work = EscalationWork.begin(escalation, version, actor, at, may, can, "taken up")
    work.save(state=EscalationState.ACKNOWLEDGED)
    work.note(EscalationEventKind.ACKNOWLEDGED)
    return work.escalation


@verb
def pass_on_escalation(
    *,
    escalation: Escalation,
    version: int,
    owner: Person,
    reason: str,
    actor: Account,
    at: datetime,
) -> Escalation:
    """Give an escalation to somebody else, and say why; what is promised stays promised."""
    may, can = rules.may_answer, rules.can_answer
    work = EscalationWork.begin(escalation, version, actor, at, may, can, "passed on")
    row = work.escalation
    _say(reason, "reason", "Say why somebody else shall answer.")
    if owner == row.owner:
        raise Refused(f"{row} is with {owner} already.")
    _ask_above(row.ticket, owner, row.to_team, at)
    work.save(owner=owner, state=EscalationState.RAISED)
    work.note(EscalationEventKind.PASSED_ON, reason.strip())
    work.mail(letters.for_owner(row, owner))
    return row


@verb
def answer_escalation(
    *, escalation: Escalation, version: int, answer: str, actor: Account, at: datetime
) -> Escalation:
    """Say what will be done; the complainant reads it, and so does whoever escalated."""
    may, can = rules.may_answer, rules.can_answer
    work = EscalationWork.begin(escalation, version, actor, at, may, can, "answered")
    row = work.escalation
    answer = _say(answer, "answer", "Say what will be done.")
    work.save(answer=answer, answered_at=at, state=EscalationState.ANSWERED)
    work.note(EscalationEventKind.ANSWERED, answer)
    work.mail(letters.answer_letter(row) if row.is_complaint else None)
    work.mail(letters.for_raiser(row))
    return row


@verb
def resolve_escalation(
    *,
    escalation: Escalation,
    version: int,
    resolution: str,
    place: str = "",
    actor: Account,
    at: datetime,
) -> Escalation:
    """Say what was done; a complainant is asked whether that solved it.

    What was never answered is answered by that. `place` is where our pages stand, for the link in
    the mail.
    """
    may, can = rules.may_answer, rules.can_answer
    work = EscalationWork.begin(escalation, version, actor, at, may, can, "resolved")
    row = work.escalation
    resolution = _say(resolution, "resolution", "Say what was done.")
    if row.answered_at is None:
        work.save(answer=resolution, answered_at=at)
    work.save(
        resolution=resolution, resolved_at=at, resolved_by=actor, state=EscalationState.RESOLVED
    )
    work.note(EscalationEventKind.RESOLVED, resolution)
    work.mail(letters.follow_up(row, place) if row.is_complaint else None)
    return row


@verb
def withdraw_escalation(
    *, escalation: Escalation, version: int, reason: str, actor: Account, at: datetime
) -> Escalation:
    """Take an escalation back, and say why it is not needed.

    Who complained is told by mail what was written down in their name.
    """
    may, can = rules.may_withdraw, rules.can_answer
    work = EscalationWork.begin(escalation, version, actor, at, may, can, "withdrawn")
    reason = _say(reason, "reason", "Say why it is not needed.")
    work.save(state=EscalationState.WITHDRAWN)
    work.note(EscalationEventKind.WITHDRAWN, reason)
    row = work.escalation
    if row.is_complaint and not is_complainant(actor, row):
        work.mail(letters.withdrawal(row, actor, reason))
    return row


@verb
def record_verdict(
    *,
    escalation: Escalation,
    version: int,
    verdict: str,
    remark: str = "",
    actor: Account,
    at: datetime,
) -> Escalation:
    """Write down what the complainant says of what was done.

    It is told to somebody who neither resolved it nor had to, or said by the complainant, signed
    in. *Not solved* takes the complaint up again, with another promised answer.
    """
    may, can = rules.may_judge, rules.can_judge
    work = EscalationWork.begin(escalation, version, actor, at, may, can, "judged")
    own = is_complainant(actor, work.escalation)
    return _judged(work, verdict, VerdictProof.SIGNED_IN if own else VerdictProof.RECORDED, remark)


@verb
def give_verdict(
    *, escalation: Escalation, verdict: str, remark: str = "", actor: Account, at: datetime
) -> Escalation:
    """Take in what a complainant says by their own signed link, which works once."""
    work = EscalationWork.locked(escalation, actor, at)
    same = work.escalation.round == escalation.round
    if not same or not rules.can_judge(work.escalation):
        raise Refused("Your verdict was taken in already, or the complaint is open again.")
    return _judged(work, verdict, VerdictProof.LINK, remark)


def _judged(work: EscalationWork, verdict: str, proof: VerdictProof, remark: str) -> Escalation:
    row = work.escalation
    if verdict not in {Verdict.SOLVED, Verdict.NOT_SOLVED}:
        raise Invalid({"verdict": ["Say whether it is solved."]})
    work.save(verdict=verdict, verdict_proof=proof, verdict_at=work.at)
    work.note(EscalationEventKind.VERDICT, remark.strip(), verdict)
    if verdict == Verdict.SOLVED:
        work.save(state=EscalationState.CONFIRMED)
        return row
    hours = working_calendar(row.calendar)
    work.save(
        state=EscalationState.RAISED,
        round=row.round + 1,
        answer_due_at=hours.add_business(work.at, row.answer_seconds),
        answered_at=None,
        resolved_at=None,
        resolved_by=None,
    )
    work.note(EscalationEventKind.REOPENED, "The complainant says that it is not solved.")
    work.mail(letters.for_owner(row, row.owner))
    return row


def _locked(ticket: Ticket, actor: Account) -> Ticket:
    """Return the ticket as it stands, locked, so that two never escalate the same at once."""
    rows = Ticket.objects.select_for_update(of=("self",)).select_related(
        "requester", "assignee__reports_to", "assignee__unit", "team__lead__reports_to"
    )
    present = rows.filter(pk=ticket.pk).first()
    if present is None or not Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists():
        raise Refused("There is no such ticket.")
    return present


def _check(
    direction: str, reason: str, to_team: Team | None, answer_hours: int, resolution_hours: int
) -> None:
    errors = {}
    if direction not in EscalationDirection.values:
        errors["direction"] = ["Say whether another team is asked, or the line above."]
    if direction == EscalationDirection.FUNCTIONAL and to_team is None:
        errors["to_team"] = ["Say which team is asked."]
    if not reason.strip():
        errors["reason"] = ["Say what the trouble is, and what you ask for."]
    if not 0 < answer_hours <= resolution_hours <= LONGEST_TIME:
        told = f"At least an hour for the answer, no less for the resolution, {LONGEST_TIME} h at"
        errors["answer_hours"] = [f"{told} most."]
    if errors:
        raise Invalid(errors)


def _owner(  # noqa: PLR0917 — what decides it, asked in two places
    ticket: Ticket,
    direction: str,
    to_team: Team | None,
    owner: Person | None,
    promise: Promise,
    actor: Account,
    at: datetime,
) -> Found:
    """Return who answers: whoever is named, if they are there, else the next filled post.

    Whoever is away until after the answer is due is passed over.
    """
    if owner is not None:
        if owner == ticket.assignee:
            raise Invalid({"owner": [f"{owner} has the ticket: choose somebody else."]})
        _ask_above(ticket, owner, to_team, at)
        return Found(owner)
    due, _ = promise.due(at)
    if direction == EscalationDirection.FUNCTIONAL and to_team is not None:
        return reached(line_of_team(to_team, at, due))
    below = set() if actor.person_id is None else {actor.person_id}
    return reached(line_of(ticket, at, due), below=below)


def _ask_above(ticket: Ticket, owner: Person, to_team: Team | None, at: datetime) -> None:
    """Refuse whoever is not there, or in no post above the ticket or of the team that is asked."""
    if owner.has_left_by(own_day(at)):
        raise Invalid({"owner": [f"{owner} left on {owner.ends_on:%Y-%m-%d}."]})
    offered = dict(owners_offered(ticket, at, to_team))
    if owner not in offered:
        known = ", ".join(post.in_words for post in offered.values()) or "nobody"
        asked = "" if to_team is None else f", and answers not for {to_team}"
        told = f"{owner} fills no post above {ticket.number}{asked}. There: {known}."
        raise Invalid({"owner": [told]})


def _refuse_twice(ticket: Ticket, call: Call) -> None:
    """Refuse what somebody has before them already: a second click, or a second caller."""
    standing = Escalation.objects.filter(
        ticket=ticket, state__in=OPEN_ESCALATIONS, cause=call.cause, owner=call.owner.person
    )
    if call.complaint is not None:
        who = call.complaint
        standing = standing.filter(
            complainant=who.complainant, complainant_name=who.complainant_name
        )
    if (known := standing.first()) is not None:
        raise Refused(f"{known} stands already, with {known.owner or 'nobody'}: look there.")


def _say(text: str, field: str, wanted: str) -> str:
    if not text.strip():
        raise Invalid({field: [wanted]})
    return text.strip()
