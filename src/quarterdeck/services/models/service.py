"""IT services by name, owner and agreed hours."""

from typing import Self

from django.db import models

from quarterdeck.core.models import Noun, Person, Team
from quarterdeck.core.permission import User
from quarterdeck.office.models import Calendar


class ServiceQuerySet(models.QuerySet["Service"]):
    """Which services somebody may see."""

    def visible_to(self, user: User) -> Self:
        """The catalogue is open to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()


class Service(Noun):
    """An IT service that the department provides: who owns it, and when it is agreed to work.

    `team` supports it: what is reported about it goes there where nobody chose another team.
    """

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="owned_services"
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supported_services",
        verbose_name="supported by",
        help_text="The team that gets what is reported about it.",
    )
    is_application = models.BooleanField(
        "user application",
        default=True,
        help_text="Users work with it themselves, so they can be taught to.",
    )
    agreed_hours = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
