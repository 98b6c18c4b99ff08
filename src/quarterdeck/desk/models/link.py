"""What tickets are to one another."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Noun
from quarterdeck.core.permission import User
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary.ticket_life import LinkKind


class TicketLinkQuerySet(models.QuerySet["TicketLink"]):
    """Which links a reader may see."""

    def visible_to(self, user: User) -> Self:
        """Keep those both of whose tickets the reader may see."""
        return self.filter(on_visible(user), on_visible(user, "other"))


class TicketLink(Noun):
    """What one ticket is to another one: its part, its cause, the same again.

    A kind that has a direction never leads back to where it began, however long the way; a ticket
    is part of one other ticket at most.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=16, choices=LinkKind.choices)
    other = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="linked_from")
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = TicketLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "link"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "kind", "other"], name="ticket_link_once"),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(kind=LinkKind.CHILD_OF),
                name="a_ticket_is_part_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(ticket=F("other")), name="no_ticket_is_linked_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket.number}: {self.get_kind_display().lower()} {self.other.number}"
