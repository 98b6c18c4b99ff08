"""The acts that set right what is known of a ticket: its words, priority, category,
service and requester."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.desk import rules
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.priorities import matrix_at
from quarterdeck.desk.queries.routing import team_for
from quarterdeck.desk.rules.wording import title_fault
from quarterdeck.desk.verbs.ticket_work import TicketWork
from quarterdeck.desk.verbs.tickets import LONGEST_TITLE, assign_ticket
from quarterdeck.desk.vocabulary import Level
from quarterdeck.services.models import Service


@verb
def change_priority(
    *, ticket: Ticket, version: int, impact: int, urgency: int, actor: Account, at: datetime
) -> Ticket:
    """Judge impact and urgency anew; the priority follows from both."""
    if not {impact, urgency} <= set(Level.values):
        raise Invalid({"impact": ["Impact and urgency are 1 (high), 2 (medium) or 3 (low)."]})
    work = TicketWork.begin(ticket, version, actor, at, rules.can_prioritise, "prioritised")
    if (work.ticket.impact, work.ticket.urgency) == (impact, urgency):
        raise Refused(f"{work.ticket.number} has this impact and urgency already.")
    work.set(impact=impact, urgency=urgency, is_header=True)
    work.append(priority=matrix_at(at).priorities[impact, urgency])
    return work.finish()


@verb
def change_category(
    *, ticket: Ticket, version: int, category: str, actor: Account, at: datetime
) -> Ticket:
    """Set right what the problem looks like; what it truly was is said when it is resolved."""
    work = TicketWork.begin(ticket, version, actor, at, rules.can_describe, "described")
    if work.ticket.category == category.strip():
        raise Refused(f"{work.ticket.number} has this category already.")
    if fault := rules.category_fault(category):
        raise Invalid({"category": [fault]})
    work.set(category=category.strip(), is_header=True)
    return work.finish()


@verb
def reword_ticket(
    *, ticket: Ticket, version: int, title: str, description: str, actor: Account, at: datetime
) -> Ticket:
    """Set right how a ticket is called and described; its history keeps the words of before."""
    work = TicketWork.begin(ticket, version, actor, at, rules.can_describe, "described")
    words = {"title": _plain(title), "description": _plain(description)}
    changed = {
        name: text for name, text in words.items() if text != _plain(getattr(work.ticket, name))
    }
    if not changed:
        raise Refused(f"{work.ticket.number} is called and described so already.")
    if fault := title_fault(title, LONGEST_TITLE):
        raise Invalid({"title": [fault]})
    work.set(**changed, is_header=True)
    return work.finish()


def _plain(text: str) -> str:
    """Return a text without what a form does to it: browsers end lines in their own way."""
    return text.replace("\r\n", "\n").strip()


@verb
def set_requester(
    *, ticket: Ticket, version: int, requester: Person, actor: Account, at: datetime
) -> Ticket:
    """Say for whom the ticket was reported; what a source recorded of it stays."""
    work = TicketWork.begin(ticket, version, actor, at, rules.can_describe, "described")
    if work.ticket.requester_id == requester.pk:
        raise Refused(f"{work.ticket.number} is {requester}'s already.")
    work.set(requester=requester, is_header=True)
    return work.finish()


@verb
def set_service(
    *, ticket: Ticket, version: int, service: Service | None, actor: Account, at: datetime
) -> Ticket:
    """Say which service the ticket is about, from now on; the log keeps which one it was.

    A ticket that nobody has, in the team where its service alone had brought it, goes to the team
    of the other service, as if it were opened now. One that somebody took, or gave to a team of
    their choice, stays there.
    """
    work = TicketWork.begin(ticket, version, actor, at, rules.can_describe, "described")
    before = work.ticket.service
    if before == service:
        raise Refused(f"{work.ticket.number} is about {service or 'no service'} already.")
    work.append(service=service, service_name="" if service is None else service.name)
    described = work.finish()
    team = team_for(service)
    if team is None or not _is_where_it_came(described, before) or team == described.team:
        return described
    return assign_ticket(ticket=described, version=described.version, team=team, actor=actor, at=at)


def _is_where_it_came(ticket: Ticket, service: Service | None) -> bool:
    """Whether nobody has the ticket, and no team but that to which the service had brought it."""
    is_untouched = ticket.assignee is None and not ticket.assignee_name and not ticket.batch_id
    return is_untouched and rules.can_assign(ticket) and ticket.team in {None, team_for(service)}
