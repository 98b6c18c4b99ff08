"""The acts on requests from the service catalogue: ask for something, and follow its approval."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files import File

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.desk import rules
from quarterdeck.desk.models import CatalogueRequest, Ticket, TicketMessage
from quarterdeck.desk.queries.catalogue_requests import (
    Answer,
    answers_in_words,
    approval_of,
    items_on_offer_to,
    people_named,
    text_of,
    today,
)
from quarterdeck.desk.queries.letters import letter_to
from quarterdeck.desk.queries.mail_kinds import DECISION
from quarterdeck.desk.rules.own_tickets import may_report_for
from quarterdeck.desk.verbs.escalation_endings import end_escalations
from quarterdeck.desk.verbs.ticket_approvals import ask_for_request
from quarterdeck.desk.verbs.ticket_mail import tell_merged_requesters
from quarterdeck.desk.verbs.ticket_work import TicketWork
from quarterdeck.desk.verbs.tickets import Report, open_ticket
from quarterdeck.desk.vocabulary import (
    CancelledAs,
    Channel,
    MessageKind,
    PauseReason,
    TicketKind,
    TicketState,
)
from quarterdeck.kernels.questions import Question, QuestionType, judged
from quarterdeck.office.models import ApprovalRequest
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.office.verbs.remarks import drop_named_uploads, keep_file
from quarterdeck.office.vocabulary import ApprovalState
from quarterdeck.services.models import CatalogueForm, CatalogueItem

_NO_FILES: Mapping[str, File[bytes]] = {}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asks for: the item, the version of its form that they saw, and their answers.

    `answers` has texts by the keys of the questions, `files` what was added for questions that ask
    for a file. `requester` is for whom it is, the actor where nobody is named; `channel` is how it
    came to the desk, which asks for others. `entry_key` tells one sending of the form
    from another. `uploads` has the keys of what the actor sent ahead and `files` are read from: it
    goes once the ticket has them.
    """

    item: CatalogueItem
    form: CatalogueForm | None
    answers: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, File[bytes]] = field(default_factory=lambda: _NO_FILES)
    requester: Person | None = None
    channel: str = Channel.PORTAL
    entry_key: str = ""
    uploads: Collection[int] = ()


@verb
def request_from_catalogue(*, wish: Wish, actor: Account, at: datetime) -> Ticket:
    """Ask for something from the catalogue, as a ticket that keeps the answers.

    The desk asks for others too; what is approved is then approved for them. Where its policy wants
    an approval, the ticket waits for it on hold. Refused for what is not on
    offer to the requester, and where the form has changed since it was seen; Invalid says of each
    question what is wrong with its answer. The same sending twice is one request, although what
    it names may be gone by then.
    """
    ticket = _requested_before(wish, actor) or _requested(wish, actor, at)
    if wish.uploads:
        drop_named_uploads(keys=wish.uploads, actor=actor, at=at)
    return ticket


def _requested_before(wish: Wish, actor: Account) -> Ticket | None:
    if not wish.entry_key:
        return None
    known = Ticket.objects.filter(entry_key=wish.entry_key, opened_by=actor)
    return known.filter(catalogue_request__isnull=False).first()


def _requested(wish: Wish, actor: Account, at: datetime) -> Ticket:
    requester = wish.requester or actor.person
    if requester is None:
        raise Refused("Your account belongs to no person who could ask for something.")
    if not may_report_for(actor, requester):
        raise Refused("You may not ask for something for others.")
    offered = items_on_offer_to(requester, at)
    item = next((each for each in offered if each.pk == wish.item.pk), None)
    if item is None:
        whom = "you" if requester == actor.person else str(requester)
        raise Refused(f"This is not on offer to {whom}.")
    form = item.form
    if form != wish.form:
        raise Refused("What is asked here has changed meanwhile: please open the form anew.")
    answers = _judged(() if form is None else form.asked, wish, actor, at)
    ticket = open_ticket(report=_report(item, answers, requester, wish), actor=actor, at=at)
    if CatalogueRequest.objects.filter(ticket=ticket).exists():
        return ticket
    CatalogueRequest.objects.create(
        ticket=ticket,
        item=item,
        form=form,
        answers=[each.told() for each in answers],
        expected_hours=item.expected_hours,
    )
    for each in answers:
        if each.question.type is QuestionType.FILE:
            file = wish.files[each.question.key]
            keep_file(row=ticket, name=each.shown, content=file, actor=actor, at=at)
    return _waiting(ticket, item, actor, at) if item.approval_policy else ticket


def _judged(
    questions: Sequence[Question], wish: Wish, actor: Account, at: datetime
) -> list[Answer]:
    """Return the answers; Invalid where any is none, names nobody or a day that has passed where
    one ahead is asked for, or a file is not there."""
    kept, faults = judged(questions, wish.answers)
    of_type = {question.key: question.type for question in questions}
    ahead = {question.key for question in questions if question.is_ahead}
    named = {key: kept[key] for key in kept if of_type[key] is QuestionType.PERSON}
    people = people_named(named.values(), actor)
    faults |= {
        key: "Nobody is known by this." for key, value in named.items() if value not in people
    }
    for key in kept:
        if key in ahead and kept[key] < today(at).isoformat():
            faults[key] = "This day has passed: choose a later one."
        if of_type[key] is QuestionType.FILE and key not in wish.files:
            faults[key] = "Please add a file."
    if faults:
        raise Invalid({key: [text] for key, text in faults.items()})
    return answers_in_words(questions, kept, people)


def _report(
    item: CatalogueItem, answers: Sequence[Answer], requester: Person, wish: Wish
) -> Report:
    category = "" if rules.category_fault(item.category) else item.category
    return Report(
        title=item.title,
        kind=TicketKind.REQUEST,
        description=text_of(answers),
        requester=requester,
        service=item.service,
        category=category,
        channel=wish.channel,
        team=item.team,
        entry_key=wish.entry_key,
    )


def _waiting(ticket: Ticket, item: CatalogueItem, actor: Account, at: datetime) -> Ticket:
    """Put the ticket on hold, and ask those who approve."""
    work = TicketWork.begin(
        ticket, ticket.version, actor, at, rules.can_hold, "asked for", rules.may_reply
    )
    work.append(state=TicketState.ON_HOLD, pause_reason=PauseReason.APPROVAL)
    held = work.finish()
    ask_for_request(ticket=held, policy=item.approval_policy, actor=actor, at=at)
    return held


# How a ticket ends for which nothing was approved, and what its requester is told.
_ENDS = {
    ApprovalState.REJECTED: (CancelledAs.NOT_APPROVED, "Your request was not approved."),
    ApprovalState.EXPIRED: (
        CancelledAs.NOT_APPROVED,
        "Nobody has decided on your request in time, so it is closed. You may ask again.",
    ),
    ApprovalState.WITHDRAWN: (CancelledAs.WITHDRAWN, "Your request was withdrawn."),
}


@verb
def follow_approval(*, request: ApprovalRequest, actor: Account, at: datetime) -> Ticket | None:
    """Let a ticket go on once it is approved, else end it, and tell the requester what was decided.

    Nothing is done for a ticket that waits for no approval any more, so it may be told twice, nor
    by what came of an earlier request, where it was asked anew.
    """
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=request.row).first()
    if ticket is None or not rules.waits_for_approval(ticket) or approval_of(ticket) != request:
        return None
    work = TicketWork.begin(
        ticket, ticket.version, actor, at, rules.waits_for_approval, "followed up"
    )
    if request.state == ApprovalState.APPROVED:
        has_somebody = work.ticket.assignee_id is not None
        state = TicketState.ASSIGNED if has_somebody else TicketState.NEW
        work.append(state=state, pause_reason="")
        told = "Your request is approved, and work on it can begin."
    elif request.state in _ENDS:
        cancelled_as, told = _ENDS[ApprovalState(request.state)]
        work.append(state=TicketState.CANCELLED, pause_reason="")
        work.set(cancelled_as=cancelled_as)
    else:
        return None
    reason = request.reason if request.state == ApprovalState.REJECTED else ""
    followed = work.finish()
    _tell(followed, told, reason, actor, at)
    if followed.state == TicketState.CANCELLED:
        end_escalations(ticket=followed, actor=actor, at=at)
        tell_merged_requesters(ticket=followed, actor=actor, at=at)
    return followed


def _tell(ticket: Ticket, decision: str, reason: str, actor: Account, at: datetime) -> None:
    """Tell the requester; it answers nothing that they have asked the desk."""
    facts = {"decision": decision, "reason": reason}
    letter = letter_to(ticket.requester, DECISION, ticket, facts)
    mail = write_letter(letter=letter, actor=actor, at=at)
    text = f"{decision}\n\n{reason}".strip()
    TicketMessage.objects.create(
        ticket=ticket, kind=MessageKind.CONFIRMATION, author=actor, at=at, text=text, mail=mail
    )
