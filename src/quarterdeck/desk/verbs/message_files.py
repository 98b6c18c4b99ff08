"""The files of messages: kept on the ticket, and sent with the words."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files import File

from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Account
from quarterdeck.desk.models import MessageFile, Ticket, TicketMessage
from quarterdeck.office.models import Attachment
from quarterdeck.office.verbs.remarks import keep_file

MOST_FILES = 10


@dataclass(frozen=True)
class MessageFiles:
    """What somebody adds to a ticket while writing on it, for acts that have asked whether they
    may."""

    ticket: Ticket
    actor: Account
    at: datetime

    def keep(self, files: Sequence[File[bytes]], most: int = MOST_FILES) -> list[Attachment]:
        """Add files to the ticket; one that is there under the same name is not kept twice."""
        if len(files) > most:
            raise Invalid({"files": [f"At most {most} files at once."]})
        return [self._known(file) or self._kept(file) for file in files]

    def _known(self, file: File[bytes]) -> Attachment | None:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        same = Attachment.objects.about(self.ticket).filter(digest=digest.hexdigest())
        return same.filter(name=file.name or "").order_by("pk").first()

    def _kept(self, file: File[bytes]) -> Attachment:
        name = file.name or ""
        return keep_file(row=self.ticket, name=name, content=file, actor=self.actor, at=self.at)

    @staticmethod
    def link(message: TicketMessage, kept: Sequence[Attachment]) -> None:
        """Let files go with a message."""
        for attachment in kept:
            MessageFile.objects.get_or_create(message=message, attachment=attachment)
