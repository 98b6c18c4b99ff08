"""Tells webhooks what has happened to a ticket."""

from dataclasses import dataclass
from datetime import datetime

from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.webhook_subjects import TICKET, abouts_of, concern_of
from quarterdeck.office.verbs.webhooks import WaitingNews, WebhookNews
from quarterdeck.office.vocabulary import WebhookEvent


@dataclass(frozen=True)
class TicketTold:
    """What webhooks hear of a ticket, told in the transaction in which it happens."""

    ticket: Ticket
    at: datetime

    def of(self, event: WebhookEvent, about: str = "", other_team: int | None = None) -> None:
        """Tell an event of the ticket; `about` names what else knows the words."""
        WebhookNews(
            event=event,
            about=about or f"{TICKET}:{self.ticket.pk}",
            at=self.at,
            concern=concern_of(self.ticket, other_team),
        ).tell()

    def moved(self) -> None:
        """Let those hear what still waits whom the ticket concerns from now on."""
        WaitingNews(lambda: abouts_of(self.ticket)).pass_on()
