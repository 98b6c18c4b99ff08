"""Escalations as pages and verbs need them: what stands, who is offered, when answers are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.permission import User
from quarterdeck.desk import rules
from quarterdeck.desk.models import Escalation, EscalationEvent, Ticket
from quarterdeck.desk.queries.reporting_line import Post, line_of, line_of_team
from quarterdeck.desk.vocabulary import OPEN_ESCALATIONS
from quarterdeck.office.models import Calendar
from quarterdeck.office.queries import working_calendar

DOMAIN = "desk.escalations"
ANSWER_HOURS, RESOLUTION_HOURS = 8, 40
_HOUR = 3_600


@dataclass(frozen=True)
class Promise:
    """The times that are promised for an escalation, in hours of a business calendar."""

    calendar: Calendar
    answer_hours: int = ANSWER_HOURS
    resolution_hours: int = RESOLUTION_HOURS

    @property
    def answer_seconds(self) -> int:
        """The time for the answer, in seconds of business time."""
        return self.answer_hours * _HOUR

    def due(self, at: datetime) -> tuple[datetime, datetime]:
        """Return when answer and resolution are due for what is raised at an instant."""
        hours = working_calendar(self.calendar)
        return (
            hours.add_business(at, self.answer_seconds),
            hours.add_business(at, self.resolution_hours * _HOUR),
        )


def owners_offered(
    ticket: Ticket, at: datetime, to_team: Team | None = None
) -> list[tuple[Person, Post]]:
    """Return who stands above a ticket or answers for the team that is asked, and can act; the
    nearest first, each once."""
    line = line_of(ticket, at) + ([] if to_team is None else line_of_team(to_team, at))
    found: dict[Person, Post] = {}
    for post in line:
        if post.person is not None and not post.vacancy:
            found.setdefault(post.person, post)
    return list(found.items())


def on_ticket(ticket: Ticket, user: User) -> Sequence[Escalation]:
    """Return the escalations of a ticket that the reader may see, the newest first."""
    seen = Escalation.objects.visible_to(user).filter(ticket=ticket)
    return list(seen.select_related("owner", "to_team").order_by("-pk")[:20])


def own_complaints(ticket: Ticket, user: Account) -> list[Escalation]:
    """Return what somebody has complained about a ticket themselves, the newest first."""
    own = Escalation.objects.complaints().filter(ticket=ticket, complainant=user.person_id)
    return list(own.filter(complainant__isnull=False).select_related("owner").order_by("-pk"))


def can_complain(ticket: Ticket, user: Account) -> bool:
    """Whether a requester is offered to complain: once, until that is resolved."""
    if not rules.is_requester(user, ticket) or ticket.merged_into_id is not None:
        return False
    return not any(row.state in OPEN_ESCALATIONS for row in own_complaints(ticket, user))


def events_of(escalation: Escalation) -> Sequence[EscalationEvent]:
    """Return what happened to an escalation, in order."""
    rows = EscalationEvent.objects.filter(escalation=escalation)
    return list(rows.select_related("by__person", "owner").order_by("pk"))


def legal_acts(user: User, escalation: Escalation) -> frozenset[str]:
    """Return what an account may do with an escalation as it stands."""
    answers, is_open = rules.may_answer(user, escalation), rules.can_answer(escalation)
    offered = {
        "acknowledge": answers and rules.can_acknowledge(escalation),
        "answer": answers and is_open,
        "resolve": answers and is_open,
        "pass-on": answers and is_open,
        "verdict": rules.may_judge(user, escalation) and rules.can_judge(escalation),
        "withdraw": rules.may_withdraw(user, escalation) and is_open,
    }
    return frozenset(act for act, is_legal in offered.items() if is_legal)


def is_complainant(user: User, escalation: Escalation) -> bool:
    """Whether the account is the complainant's own."""
    return (
        isinstance(user, Account)
        and user.person_id is not None
        and user.person_id == escalation.complainant_id
    )
