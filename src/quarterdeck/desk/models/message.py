"""What is written on a ticket: to the requester, or among ourselves."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Fact
from quarterdeck.core.permission import User
from quarterdeck.desk.models.desk_sight import read_at_desk
from quarterdeck.desk.models.incoming_mail import IncomingMail
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary import MessageKind
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.vocabulary import MailState

_PUBLIC = ~Q(kind=MessageKind.INTERNAL)
_BY_REQUESTER = Q(author__person=F("ticket__requester"), author__person__isnull=False) | Q(
    incoming__isnull=False, author__is_builtin=True
)
_REACHING = (
    Q(mail__state__in=(MailState.QUEUED, MailState.SENT))
    | Q(is_spoken=True)
    | Q(ticket__requester__account__isnull=False)
)


class TicketMessageQuerySet(models.QuerySet["TicketMessage"]):
    """Which messages a reader may see."""

    def visible_to(self, user: User) -> Self:
        """Keep what is public on the tickets that one may see, and for the desk its notes."""
        seen = self.filter(on_visible(user))
        return seen.filter(_PUBLIC | read_at_desk(user))

    def public(self) -> Self:
        """Keep what the requester may read."""
        return self.filter(_PUBLIC)

    def by_desk(self) -> Self:
        """Keep what somebody at the desk wrote to the requester.

        The requester's own words are none, also where they came by mail and a built-in account
        wrote them down; and what confirms a report by itself answers nothing. A reply that nobody
        could get is none either: one counts that was mailed and did not fail to arrive, that its
        requester can read in the portal, or that was told by word of mouth.
        """
        replies = Q(_REACHING, kind=MessageKind.PUBLIC)
        answers = self.filter(replies | Q(kind=MessageKind.RESOLUTION))
        return answers.exclude(_BY_REQUESTER)

    def reaching(self) -> Self:
        """Keep what the requester could get: by mail, in the portal or by word of mouth."""
        return self.filter(_REACHING)

    def by_requester(self) -> Self:
        """Keep the requester's own public words, from the portal or by mail."""
        return self.filter(_BY_REQUESTER, kind=MessageKind.PUBLIC)


class TicketMessage(Fact):
    """A confirmation, a public reply, an internal note or a resolution, as it was written.

    `mail` is what was sent of it, and None where it was for nobody outside or had no address. What
    `is_spoken` was told by phone or in person, and is not sent.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=16, choices=MessageKind.choices)
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    is_spoken = models.BooleanField(default=False)
    mail = models.ForeignKey(
        OutgoingMail, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The mail that it came in by; one mail is one message at most.
    incoming = models.OneToOneField(
        IncomingMail, on_delete=models.PROTECT, null=True, blank=True, related_name="message"
    )
    # As on a ticket: a second click writes no second message.
    entry_key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    objects = TicketMessageQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.ticket_id} at {self.at:%Y-%m-%d %H:%M}"
