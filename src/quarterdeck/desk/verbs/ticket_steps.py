"""Does the steps of macros and rules, each by the verb that a person would use for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.desk.models import CannedReply, Ticket
from quarterdeck.desk.queries.canned import written_for
from quarterdeck.desk.queries.letters import letter_to
from quarterdeck.desk.queries.mail_kinds import RULE
from quarterdeck.desk.queries.steps import Step, notified_of
from quarterdeck.desk.verbs import ticket_details, ticket_messages, ticket_tags
from quarterdeck.desk.verbs import tickets as acts
from quarterdeck.desk.vocabulary import Level, TicketState
from quarterdeck.desk.vocabulary.ticket_life import Notified, StepKind
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.services.models import Service

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Hand:
    """Who does the steps on a ticket, and when; `because` says to others why."""

    actor: Account
    at: datetime
    because: str = ""

    @property
    def words(self) -> dict[str, Any]:
        """What every verb is told."""
        return {"actor": self.actor, "at": self.at}

    def do(self, act: Callable[..., Ticket], ticket: Ticket, **given: Any) -> Ticket:
        """Run a verb on the ticket as it stands now."""
        return act(ticket=ticket, version=ticket.version, **given, **self.words)

    def run(self, ticket: Ticket, steps: Iterable[Step]) -> Ticket:
        """Do the steps in their order, inside the act of the caller; Refused names the step.

        A step that would change nothing is passed over.
        """
        for place, step in enumerate(steps, start=1):
            try:
                ticket = _STEPS[step.kind](ticket, step.value, self)
            except Refused as refusal:
                raise Refused(f"Step {place}, “{step.kind.label}”: {refusal}") from refusal
        return ticket


def _row(rows: "models.QuerySet[M]", value: str) -> M:
    found = rows.filter(pk=int(value)).first() if value.isdecimal() else None
    if found is None:
        name = rows.model._meta.verbose_name
        raise Refused(f"the {name} that it names is not to be found.")
    return found


def _take(ticket: Ticket, _value: str, hand: Hand) -> Ticket:
    if hand.actor.person_id is not None and ticket.assignee_id == hand.actor.person_id:
        return ticket
    return hand.do(acts.take_ticket, ticket)


def _team(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    team = _row(Team.objects.all(), value)
    return ticket if ticket.team_id == team.pk else hand.do(acts.assign_ticket, ticket, team=team)


def _person(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    person = _row(Person.objects.all(), value)
    if ticket.assignee_id == person.pk:
        return ticket
    return hand.do(acts.assign_ticket, ticket, team=ticket.team, assignee=person)


def _impact(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    return _prioritised(ticket, int(value), ticket.urgency or Level.MEDIUM, hand)


def _urgency(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    return _prioritised(ticket, ticket.impact or Level.LOW, int(value), hand)


def _prioritised(ticket: Ticket, impact: int, urgency: int, hand: Hand) -> Ticket:
    if (ticket.impact, ticket.urgency) == (impact, urgency):
        return ticket
    return hand.do(ticket_details.change_priority, ticket, impact=impact, urgency=urgency)


def _category(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    if ticket.category == value.strip():
        return ticket
    return hand.do(ticket_details.change_category, ticket, category=value)


def _service(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    service = _row(Service.objects.all(), value)
    if ticket.service_id == service.pk:
        return ticket
    return hand.do(ticket_details.set_service, ticket, service=service)


def _start(ticket: Ticket, _value: str, hand: Hand) -> Ticket:
    is_begun = ticket.state == TicketState.IN_PROGRESS
    return ticket if is_begun else hand.do(acts.start_ticket, ticket)


def _hold(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    if (ticket.state, ticket.pause_reason) == (TicketState.ON_HOLD, value):
        return ticket
    return hand.do(acts.hold_ticket, ticket, pause_reason=value)


def _resume(ticket: Ticket, _value: str, hand: Hand) -> Ticket:
    waits = ticket.state == TicketState.ON_HOLD
    return hand.do(acts.resume_ticket, ticket) if waits else ticket


def _tag(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    ticket_tags.tag_ticket(ticket=ticket, name=value, **hand.words)
    return ticket


def _untag(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    ticket_tags.untag_ticket(ticket=ticket, name=value, **hand.words)
    return ticket


def _text(ticket: Ticket, value: str, hand: Hand) -> str:
    # What is shared may name a text that is not: whoever may run the one may write the other.
    return written_for(_row(CannedReply.objects.in_use(), value), ticket, hand.actor)


def _note(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    text = _text(ticket, value, hand)
    ticket_messages.note_internally(ticket=ticket, text=text, **hand.words)
    return ticket


def _reply(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    text = _text(ticket, value, hand)
    ticket_messages.reply_publicly(ticket=ticket, text=text, **hand.words)
    return ticket


def _resolve(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    """What it truly was is what it looks like: whoever knows better resolves by hand."""
    if not ticket.category:
        raise Refused("the ticket has no category, so that nobody says what it truly was.")
    text = _text(ticket, value, hand)
    return hand.do(acts.resolve_ticket, ticket, resolution=text, true_category=ticket.category)


def _close(ticket: Ticket, _value: str, hand: Hand) -> Ticket:
    is_closed = ticket.state == TicketState.CLOSED
    return ticket if is_closed else hand.do(acts.close_ticket, ticket)


def _cancel(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    return hand.do(acts.cancel_ticket, ticket, cancelled_as=value)


def _notify(ticket: Ticket, value: str, hand: Hand) -> Ticket:
    for person in notified_of(ticket, Notified(value)):
        letter = letter_to(person, RULE, ticket, {"because": hand.because})
        write_letter(letter=letter, **hand.words)
    return ticket


_STEPS: Mapping[StepKind, Callable[[Ticket, str, Hand], Ticket]] = {
    StepKind.TAKE: _take,
    StepKind.TEAM: _team,
    StepKind.PERSON: _person,
    StepKind.IMPACT: _impact,
    StepKind.URGENCY: _urgency,
    StepKind.CATEGORY: _category,
    StepKind.SERVICE: _service,
    StepKind.START: _start,
    StepKind.HOLD: _hold,
    StepKind.RESUME: _resume,
    StepKind.TAG: _tag,
    StepKind.UNTAG: _untag,
    StepKind.NOTE: _note,
    StepKind.REPLY: _reply,
    StepKind.RESOLVE: _resolve,
    StepKind.CLOSE: _close,
    StepKind.CANCEL: _cancel,
    StepKind.NOTIFY: _notify,
}
