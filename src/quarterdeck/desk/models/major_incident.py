"""Major incidents: who commands them, what was told to whom and when, and what was learnt."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Fact, Noun, Person
from quarterdeck.core.permission import User
from quarterdeck.desk.models.desk_sight import read_at_desk
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary.major_incident import EntryKind
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.services.models import Service

M = TypeVar("M", bound=models.Model)


class MajorIncidentQuerySet(models.QuerySet["MajorIncident"]):
    """Which major incidents go on, and who may see how they are worked on."""

    def visible_to(self, user: User) -> Self:
        """Keep those on tickets that somebody at the desk may see, and those with a role for them.

        Whoever only reported the ticket reads the public updates, and nothing else.
        """
        if not isinstance(user, Account):
            return self.none()
        own = Q(pk__in=())
        if user.person_id is not None:
            own = Q(commander=user.person_id) | Q(communication_lead=user.person_id)
        seen = on_visible(user)
        return self.filter(own | (seen & read_at_desk(user)))

    def active(self) -> Self:
        """Keep those that have not ended."""
        return self.filter(ended_at__isnull=True)

    def without_review(self) -> Self:
        """Keep those that have ended and were not reviewed yet."""
        return self.filter(ended_at__isnull=False, reviewed_at__isnull=True)


class MajorIncident(Noun):
    """An incident worked on outside of the usual order, with a commander and public updates.

    `title` is what requesters read. `next_update_due_at` is when the next update was promised for,
    and nothing once it has ended. What happened to the ticket itself stands in its log.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="major_incident")
    title = models.CharField(max_length=200)
    reason = models.TextField()
    commander = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="commanded")
    communication_lead = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    people_affected = models.PositiveIntegerField(null=True, blank=True)
    declared_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    next_update_due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    what_happened = models.TextField(blank=True)
    what_went_well = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    named_by: ClassVar = ("ticket",)

    objects = MajorIncidentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(next_update_due_at__isnull=True),
                name="what_has_ended_promises_no_update",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("declared_at")),
                name="it_ends_after_it_was_declared",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True) | Q(ended_at__isnull=False),
                name="what_has_ended_is_reviewed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-declared_at", "-id"], name="major_incident_newest"),
            models.Index(
                fields=["next_update_due_at"],
                condition=Q(ended_at__isnull=True),
                name="major_incident_update_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket.number}: {self.title}"


class OfMajorIncidentQuerySet(models.QuerySet[M]):
    """What is a part of a major incident."""

    def visible_to(self, user: User) -> Self:
        """Keep what is of the major incidents that the reader may see."""
        return self.filter(incident__in=MajorIncident.objects.visible_to(user))


class AffectedService(Noun):
    """That a service suffers from a major incident; who uses it reads the updates."""

    incident = models.ForeignKey(MajorIncident, on_delete=models.PROTECT, related_name="affected")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="major_incidents")

    objects = OfMajorIncidentQuerySet["AffectedService"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "service"], name="affected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.service} in {self.incident}"


class MajorIncidentEntry(Fact):
    """One line of a major incident's timeline that somebody wrote, or that an act of theirs left.

    It happened at `happened_at`, and was written down at `recorded_at`.
    """

    incident = models.ForeignKey(MajorIncident, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=16, choices=EntryKind.choices)
    text = models.TextField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    objects = OfMajorIncidentQuerySet["MajorIncidentEntry"].as_manager()

    class Meta:
        verbose_name_plural = "major incident entries"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.happened_at:%Y-%m-%d %H:%M}"


class PublicUpdate(Fact):
    """What was told to everybody about a major incident, and when they will hear more.

    `next_due_at` is the time promised for the next update; none is promised by the last one.
    """

    incident = models.ForeignKey(MajorIncident, on_delete=models.PROTECT, related_name="updates")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    next_due_at = models.DateTimeField(null=True, blank=True)

    objects = OfMajorIncidentQuerySet["PublicUpdate"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(next_due_at__isnull=True) | Q(next_due_at__gt=F("at")),
                name="the_next_update_is_later",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_due_at"], name="public_update_promised"),
        ]

    def __str__(self) -> str:
        return f"{self.incident}, told {self.at:%Y-%m-%d %H:%M}"


class ReviewAction(Fact):
    """That a review of a major incident gave rise to a corrective action."""

    incident = models.ForeignKey(
        MajorIncident, on_delete=models.PROTECT, related_name="review_actions"
    )
    action = models.OneToOneField(CorrectiveAction, on_delete=models.PROTECT, related_name="review")
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = OfMajorIncidentQuerySet["ReviewAction"].as_manager()

    def __str__(self) -> str:
        return f"{self.action} after {self.incident}"
