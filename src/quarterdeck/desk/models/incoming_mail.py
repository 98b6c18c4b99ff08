"""Mail that came in: each original as it was delivered, and what became of it."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Fact, Noun
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models.mailbox import Mailbox
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary import Door, IncomingState, SenderProof, ThreadProof
from quarterdeck.office.models import OutgoingMail

_READERS = (
    Role.TECHNICIAN,
    Role.TEAM_LEAD,
    Role.IT_MANAGER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)


class MailOriginal(Fact):
    """A mail byte for byte as it was delivered: a file of the storage, under its digest.

    It is written before anything is understood, and never changed. `envelope_sender` is `<>` where
    the mail came without a sender, and empty where nobody told. `full_size` is larger than `size`
    where only the header was taken.
    """

    digest = models.CharField(max_length=64, unique=True)
    stored_name = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    full_size = models.PositiveBigIntegerField()
    received_at = models.DateTimeField()
    door = models.CharField(max_length=8, choices=Door.choices)
    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    envelope_sender = models.CharField(max_length=254, blank=True)
    envelope_recipients = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"Original {self.digest[:12]}"


class IncomingMailQuerySet(models.QuerySet["IncomingMail"]):
    """Which mails wait for somebody, and who may read them."""

    def not_understood(self) -> Self:
        """Keep those that a person has to decide on."""
        return self.filter(state=IncomingState.NOT_UNDERSTOOD)

    def waiting(self) -> Self:
        """Keep those that nobody has read yet."""
        return self.filter(state=IncomingState.WAITING)

    def visible_to(self, user: User) -> Self:
        """Keep what came for the teams that the reader's work reaches, and for none in particular.

        A requester reads the ticket, never the originals: strangers' mail may be among them.
        """
        sight = sight_of(user, NounClass.ORDINARY, _READERS)
        if sight.everything:
            return self.filter()
        if not sight.team_keys:
            return self.none()
        by_ticket = Q(ticket__isnull=False) & _of_teams("ticket__team", sight.team_keys)
        by_mailbox = Q(ticket__isnull=True) & _of_teams("mailbox__team", sight.team_keys)
        return self.filter(by_ticket | by_mailbox)


def _of_teams(path: str, keys: Iterable[int]) -> Q:
    return Q(**{f"{path}__in": keys}) | Q(**{f"{path}__isnull": True})


class IncomingMail(Noun):
    """What a mail that came in says, and what became of it.

    `reason` says why it was stopped, not understood or discarded. `proof` is how its ticket was
    found. `likeness` is the same for a mail that came a second time by another way. `sender`,
    `subject` and `text` are what the mail claims: nothing vouches for them.
    """

    # What people have written to the desk is not copied into the history as well.
    history_masked: ClassVar[tuple[str, ...]] = ("text", "likeness")

    original = models.OneToOneField(MailOriginal, on_delete=models.PROTECT, related_name="mail")
    received_at = models.DateTimeField()
    state = models.CharField(
        max_length=16, choices=IncomingState.choices, default=IncomingState.WAITING
    )
    reason = models.TextField(blank=True)
    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=250, blank=True)
    likeness = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="incoming_mail"
    )
    proof = models.CharField(max_length=8, choices=ThreadProof.choices, blank=True)
    sender_proof = models.CharField(max_length=8, choices=SenderProof.choices, blank=True)
    reports_on = models.ForeignKey(
        OutgoingMail, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    repeats = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    handled_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = IncomingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "incoming mail"
        verbose_name_plural = "incoming mail"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state=IncomingState.ON_TICKET) | Q(ticket__isnull=False),
                name="mail_on_a_ticket_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["not_understood", "stopped", "discarded"]) | ~Q(reason=""),
                name="mail_that_went_nowhere_says_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-received_at", "-id"], name="incoming_newest"),
            models.Index(fields=["state", "-received_at", "-id"], name="incoming_state_newest"),
            models.Index(fields=["sender", "received_at"], name="incoming_of_sender"),
            models.Index(fields=["likeness"], condition=~Q(likeness=""), name="incoming_likeness"),
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="incoming_message_id"
            ),
        ]

    @property
    def is_unproven(self) -> bool:
        """Whether our own mail server does not vouch for the sender, where it is asked."""
        return self.sender_proof in {SenderProof.FAILED, SenderProof.MISSING}

    def __str__(self) -> str:
        return self.subject or f"Mail without a subject from {self.sender or 'nobody'}"
