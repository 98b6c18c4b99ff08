"""Mail that the product sends, kept with what became of it."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Noun
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.vocabulary import MailState


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Which mails wait, and who may read them."""

    def due(self, at: datetime) -> Self:
        """Keep the mails whose next attempt is due, the longest waiting first."""
        waiting = self.filter(state=MailState.QUEUED, next_attempt_at__lte=at)
        return waiting.order_by("next_attempt_at", "pk")

    def unsent(self) -> Self:
        """Keep what has not reached a mail server."""
        return self.exclude(state__in=(MailState.SENT, MailState.BOUNCED))

    def failed(self) -> Self:
        """Keep what a mail server refused, or what was given up."""
        return self.filter(state__in=(MailState.REFUSED, MailState.FAILED))

    def visible_to(self, user: User) -> Self:
        """Mails hold what was written to single people; who runs the installation may see them."""
        return self.filter() if holds(user, Role.ADMINISTRATOR) else self.none()


class OutgoingMail(Noun):
    """One mail to one recipient, in plain text, from its queueing to its end.

    `message_id` stands between angle brackets, as in the header, so that answers can be threaded. A
    mail that does not keep its text (one with a password link) loses it as soon as it has ended.
    `files` has the keys of the attachments that go with it; one that is taken away before goes not.
    """

    # What was written to somebody is not copied into the history as well.
    history_masked: ClassVar[tuple[str, ...]] = ("text",)

    kind = models.CharField(max_length=60, blank=True)
    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=500)
    text = models.TextField(blank=True)
    keeps_text = models.BooleanField(default=True)
    headers = models.JSONField(default=dict, blank=True)
    files = models.JSONField(default=list, blank=True)
    message_id = models.CharField(max_length=255, unique=True)
    state = models.CharField(max_length=16, choices=MailState.choices, default=MailState.QUEUED)
    queued_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "outgoing mail"
        verbose_name_plural = "outgoing mail"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state=MailState.SENT) | models.Q(sent_at__isnull=False),
                name="sent_mail_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state=MailState.QUEUED),
                name="mail_due",
            ),
        ]

    @property
    def has_failed(self) -> bool:
        """Whether nobody tries any more to hand it over."""
        return self.state in {MailState.REFUSED, MailState.FAILED}

    @property
    def is_emptied(self) -> bool:
        """Whether there is no text any more that could be sent."""
        return not self.keeps_text and not self.text

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"
