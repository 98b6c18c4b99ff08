"""The service catalogue: what may be asked for, by whom, and which questions it takes."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Fact, Noun, Person, Team, Unit
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.questions import Question
from quarterdeck.office.models import ApprovalPolicy
from quarterdeck.services.models.service import Service

KEEPING_ROLES = (Role.ADMINISTRATOR, Role.IT_MANAGER)


class CatalogueItemQuerySet(models.QuerySet["CatalogueItem"]):
    """What is on offer, and to whom."""

    def on_offer(self, day: date) -> Self:
        """Keep what may be asked for on a day."""
        begun = self.filter(Q(active_from__isnull=True) | Q(active_from__lte=day))
        return begun.filter(Q(active_until__isnull=True) | Q(active_until__gte=day))

    def for_person_of(self, user: User) -> Self:
        """Keep what is offered to the reader's person."""
        return self.for_person(user.person if isinstance(user, Account) else None)

    def for_person(self, person: Person | None) -> Self:
        """Keep what is offered to everybody, and to a unit that somebody belongs to."""
        path = "" if person is None or person.unit is None else person.unit.path
        above = [int(key) for key in path.split(".") if key]
        return self.filter(Q(audience__isnull=True) | Q(audience__in=above))

    def visible_to(self, user: User) -> Self:
        """Keep what is offered to the reader; all where one keeps it, works on it or audits."""
        if not user.is_authenticated:
            return self.none()
        sight = sight_of(user, NounClass.ORDINARY)
        works = (*KEEPING_ROLES, Role.TECHNICIAN, Role.TEAM_LEAD)
        if sight.everything or holds(user, *works):
            return self.filter()
        return self.for_person_of(user)


class CatalogueItem(Noun):
    """Something that people may ask for: what it is, for whom, who sees to it, how long it takes.

    `expected_hours` are hours of the service's agreed calendar, else of the usual one; they count
    from the approval where one is needed. `audience` is a unit with all below it, or everybody.
    """

    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, help_text="What one gets, and what one should know.")
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="catalogue_items"
    )
    category = models.CharField(
        max_length=200, blank=True, help_text="The category that its tickets are given."
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True)
    audience = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Only people of this unit and below it; nothing chosen is everybody.",
    )
    approval_policy = models.ForeignKey(
        ApprovalPolicy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Who has to approve before work begins; nothing chosen is nobody.",
    )
    expected_hours = models.PositiveIntegerField(
        null=True, blank=True, help_text="In business hours, from the request or its approval."
    )
    active_from = models.DateField(null=True, blank=True)
    active_until = models.DateField(null=True, blank=True, help_text="The last day on offer.")

    objects = CatalogueItemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(active_from__isnull=True)
                | Q(active_until__isnull=True)
                | Q(active_until__gte=F("active_from")),
                name="catalogue_item_ends_after_it_begins",
                violation_error_message="Its last day on offer comes before the first.",
            ),
            models.UniqueConstraint(fields=["title"], name="catalogue_item_title_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def form(self) -> "CatalogueForm | None":
        """The questions as they are asked today; None where there are none yet."""
        return self.forms.order_by("-number").first()


class CatalogueFormQuerySet(models.QuerySet["CatalogueForm"]):
    """Which versions of forms somebody may read."""

    def visible_to(self, user: User) -> Self:
        """Whoever sees the item sees what it asks."""
        return self.filter(item__in=CatalogueItem.objects.visible_to(user))


class CatalogueForm(Fact):
    """One version of the questions of a catalogue item; a request keeps the one it answered."""

    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="forms")
    number = models.PositiveIntegerField()
    questions = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = CatalogueFormQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="one_form_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.item}, version {self.number}"

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions, in their order."""
        return tuple(Question.restored(each) for each in self.questions)
