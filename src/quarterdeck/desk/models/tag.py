"""Words by which people at the desk find tickets again."""

from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Account, Noun
from quarterdeck.core.permission import User
from quarterdeck.desk.models.desk_sight import read_at_desk
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.ticket import Ticket


class TicketTagQuerySet(models.QuerySet["TicketTag"]):
    """Which tags a reader may see."""

    def visible_to(self, user: User) -> Self:
        """Keep those on the tickets that the reader may see, for the desk alone.

        Whoever only reported a ticket does not read what the desk calls it.
        """
        return self.filter(read_at_desk(user), on_visible(user))


class TicketTag(Noun):
    """A word on a ticket, in small letters, that says something which no column says."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="tags", db_index=False
    )
    name = models.CharField(max_length=40, verbose_name="tag")
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = TicketTagQuerySet.as_manager()

    class Meta:
        verbose_name = "tag"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "name"], name="tag_once_a_ticket"),
        ]
        indexes: ClassVar = [models.Index(fields=["name", "-id"], name="ticket_tag_name")]

    def __str__(self) -> str:
        return self.name
