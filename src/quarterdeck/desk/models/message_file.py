"""Which files go with which message on a ticket."""

from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Noun
from quarterdeck.core.permission import User
from quarterdeck.desk.models.message import TicketMessage
from quarterdeck.office.models import Attachment


class MessageFileQuerySet(models.QuerySet["MessageFile"]):
    """Which files of messages a reader may see."""

    def visible_to(self, user: User) -> Self:
        """Keep those of the messages that the reader may see."""
        return self.filter(message__in=TicketMessage.objects.visible_to(user))


class MessageFile(Noun):
    """A file of a ticket goes with a public message: whoever reads the message gets it.

    What is on the ticket and goes with no message stays among those who work on it.
    """

    message = models.ForeignKey(TicketMessage, on_delete=models.PROTECT, related_name="files")
    # Who takes the file away takes it out of the message too.
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="+")

    objects = MessageFileQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "attachment"], name="file_once_a_message"),
        ]

    def __str__(self) -> str:
        return self.attachment.name
