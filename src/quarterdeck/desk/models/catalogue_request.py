"""What was asked for from the catalogue, in the requester's own answers."""

from typing import Self

from django.db import models

from quarterdeck.core.models import Fact
from quarterdeck.core.permission import User
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.services.models import CatalogueForm, CatalogueItem


class CatalogueRequestQuerySet(models.QuerySet["CatalogueRequest"]):
    """Which requests a reader may see."""

    def visible_to(self, user: User) -> Self:
        """Keep those whose tickets the reader may see."""
        return self.filter(on_visible(user))


class CatalogueRequest(Fact):
    """The answers of one request, bound to the version of the form that asked for them.

    `answers` holds for each question that was asked its key, its label, and the answer as stored
    (`value`) and in words (`shown`).
    """

    ticket = models.OneToOneField(
        Ticket, on_delete=models.PROTECT, related_name="catalogue_request"
    )
    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="requests")
    form = models.ForeignKey(
        CatalogueForm, on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )
    answers = models.JSONField(default=list, blank=True)
    expected_hours = models.PositiveIntegerField(null=True, blank=True)

    objects = CatalogueRequestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.ticket.number}: {self.item}"
