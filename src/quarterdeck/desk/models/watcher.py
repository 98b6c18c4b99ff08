"""Who wants to hear of a ticket, whom a note has named, and what was written to them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Fact, Noun
from quarterdeck.core.permission import User
from quarterdeck.desk.models.desk_sight import read_at_desk
from quarterdeck.desk.models.message import TicketMessage
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.office.models import OutgoingMail


class TicketWatcherQuerySet(models.QuerySet["TicketWatcher"]):
    """Which watchers a reader may see."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own, and for the desk those on the tickets that one did not only report."""
        if not isinstance(user, Account):
            return self.none()
        seen = self.filter(on_visible(user))
        return seen.filter(read_at_desk(user) | Q(account=user))


class TicketWatcher(Noun):
    """Somebody who wants to hear of a ticket as long as they may see it."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="watchers", db_index=False
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="watched", verbose_name="watcher"
    )
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = TicketWatcherQuerySet.as_manager()

    class Meta:
        verbose_name = "watcher"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "account"], name="watches_a_ticket_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} watches {self.ticket.number}"


class MentionQuerySet(models.QuerySet["Mention"]):
    """Which mentions a reader may see, and which wait."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own, in the notes that one may still read."""
        if not isinstance(user, Account):
            return self.none()
        return self.filter(account=user, message__in=TicketMessage.objects.visible_to(user))

    def unseen(self) -> Self:
        """Keep those that nobody has said to have seen."""
        return self.filter(seen_at__isnull=True)


class Mention(Noun):
    """That an internal note names somebody, who is to read it."""

    message = models.ForeignKey(
        TicketMessage, on_delete=models.PROTECT, related_name="mentions", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="mentions")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="mentions", db_index=False
    )
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "account"], name="mentioned_once_a_note"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account", "-at"], condition=Q(seen_at__isnull=True), name="mention_unseen"
            ),
            models.Index(fields=["account", "-id"], name="mention_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.account} on {self.ticket.number}"


class TicketNotice(Fact):
    """That somebody who watches a ticket or was named on it was told of what happened.

    `occasion` says what happened; whoever is told of the same thing twice was told once. There is
    no mail where they did not want one, or read it in their digest.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="notices")
    occasion = models.CharField(max_length=60)
    mail = models.OneToOneField(
        OutgoingMail, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "occasion"], name="told_once_of_a_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.occasion}"
