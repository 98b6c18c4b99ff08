"""Tells those who watch a ticket, or were named on it, that there is something to read."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from quarterdeck.core.models import Account
from quarterdeck.core.outbox import announce
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.desk.models import Ticket, TicketMessage, TicketWatcher

WATCH_NEWS = "desk.watch-news"
MENTION_NEWS = "desk.mention-news"


def _watched_by_others() -> QuerySet[TicketWatcher, tuple[int]]:
    others = TicketWatcher.objects.filter(~Q(account=Slot("actor")), ticket=Slot("ticket"))
    return others.values_list("pk")[:1]


_WATCHED = Prepared(_watched_by_others)


@dataclass(frozen=True)
class WatchNews:
    """News for the watchers of a ticket, told in the transaction in which it happens.

    Where nobody watches, nothing is written.
    """

    ticket: Ticket
    actor: Account
    at: datetime

    def of_reply(self, message: TicketMessage) -> None:
        """Let watchers read what was said in public."""
        self._tell(occasion=f"message {message.pk}", message=message.pk)

    def of_state(self) -> None:
        """Let watchers know the state that the ticket has come into."""
        ticket = self.ticket
        state = ticket.get_state_display().lower()
        reason = f" ({ticket.get_pause_reason_display().lower()})" if ticket.pause_reason else ""
        occasion = f"ticket {ticket.pk} version {ticket.version}"
        self._tell(occasion=occasion, told=f"{state}{reason}", state=ticket.state)

    def _tell(self, **news: object) -> None:
        if _WATCHED.finds(ticket=self.ticket.pk, actor=self.actor.pk):
            known = {"ticket": self.ticket.pk, "actor": self.actor.pk}
            announce(WATCH_NEWS, {**known, **news}, self.at)
