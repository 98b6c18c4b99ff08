"""What was written on a ticket in the tool that it came from."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from quarterdeck.core.models import Fact, Person
from quarterdeck.core.permission import User
from quarterdeck.desk.models.desk_sight import read_at_desk
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.person_alias import PersonAlias
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary import MessageKind
from quarterdeck.office.models import ImportBatch, OfCountingBatch

_PUBLIC = Q(kind=MessageKind.PUBLIC)


class ImportedMessageQuerySet(models.QuerySet["ImportedMessage"]):
    """Which messages of sources count, and who may read them."""

    def standing(self) -> Self:
        """Leave out those of batches that do not count, and those that a later batch corrects."""
        same = ImportedMessage.objects.filter(
            ticket=OuterRef("ticket"), external_id=OuterRef("external_id")
        )
        later = same.filter(batch__gt=OuterRef("batch")).filter(OfCountingBatch())
        return self.filter(OfCountingBatch()).exclude(Exists(later))

    def visible_to(self, user: User) -> Self:
        """Keep what is public on the tickets that one may see, and for the desk its notes."""
        seen = self.filter(on_visible(user))
        return seen.filter(_PUBLIC | read_at_desk(user))

    def public(self) -> Self:
        """Keep what the requester may read."""
        return self.filter(_PUBLIC)

    def by_desk(self) -> Self:
        """Keep what somebody other than the requester wrote to them, where both are known.

        Whom the author's name means is asked now: it may have been linked since the import.
        """
        unknown = Q(author="") | Q(ticket__requester__isnull=True, ticket__requester_name="")
        own = Q(author_person__isnull=False, author_person=F("ticket__requester"))
        linked = PersonAlias.objects.filter(
            source=OuterRef("ticket__source"),
            text=OuterRef("author"),
            person=OuterRef("ticket__requester"),
        )
        by_others = self.public().exclude(unknown | own | Q(author=F("ticket__requester_name")))
        return by_others.exclude(Exists(linked))


class ImportedMessage(Fact):
    """A reply or an internal note as another tool tells it, without its markup.

    It counts while its batch does. A later batch corrects it by a row of the same ticket and
    external id. `author` is as the source has it, `author_person` whom we know by that.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="imported_messages")
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    external_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=MessageKind.choices)
    author = models.CharField(max_length=200, blank=True)
    author_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    text = models.TextField()

    objects = ImportedMessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "external_id", "batch"],
                name="imported_message_once_a_batch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.ticket_id} at {self.at:%Y-%m-%d %H:%M}"
