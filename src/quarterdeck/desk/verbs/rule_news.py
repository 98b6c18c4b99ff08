"""Tells the rules what has happened to a ticket."""

from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.outbox import announce
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.desk.models import Ticket, TicketRule
from quarterdeck.desk.queries.rule_chains import current_chain
from quarterdeck.desk.vocabulary.ticket_life import RuleTrigger

TICKET_NEWS = "desk.ticket-news"
_WAITING = Prepared(lambda: TicketRule.objects.on(Slot("trigger")).values_list("pk")[:1])


@dataclass(frozen=True)
class TicketNews:
    """That something has happened to a ticket, told in the transaction in which it does.

    Where no rule waits for such a thing, nothing is written.
    """

    ticket: Ticket
    trigger: RuleTrigger
    at: datetime

    def tell(self) -> None:
        """Let a worker look at the rules once this is committed."""
        if _WAITING.finds(trigger=self.trigger):
            chain = list(current_chain())
            news = {"ticket": self.ticket.pk, "trigger": self.trigger.value, "chain": chain}
            announce(TICKET_NEWS, news, self.at)
