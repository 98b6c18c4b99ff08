"""Tells webhooks what has happened to a ticket."""

from dataclasses import dataclass
from datetime import datetime

from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.webhook_subjects import TICKET
from quarterdeck.office.verbs.webhooks import WebhookNews
from quarterdeck.office.vocabulary import WebhookEvent


@dataclass(frozen=True)
class TicketTold:
    """What webhooks hear of a ticket, told in the transaction in which it happens."""

    ticket: Ticket
    at: datetime

    def of(self, event: WebhookEvent, about: str = "", other_team: int | None = None) -> None:
        """Tell an event of the ticket; `about` names what else knows the words."""
        ticket = self.ticket
        teams = (ticket.team_id, other_team)
        WebhookNews(
            event=event,
            about=about or f"{TICKET}:{ticket.pk}",
            at=self.at,
            teams=frozenset(each for each in teams if each is not None),
            service="" if ticket.service is None else ticket.service.name,
            priority=ticket.priority,
        ).tell()
