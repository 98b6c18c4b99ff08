"""Escalations and complaints: who shall answer, by when, and what came of it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Fact, Noun, Person, Team
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.desk.models.on_ticket import on_standing
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary import (
    OPEN_ESCALATIONS,
    POLICY_CAUSES,
    EscalationCause,
    EscalationDirection,
    EscalationEventKind,
    EscalationState,
    ServiceLevelMetric,
    Verdict,
    VerdictProof,
)
from quarterdeck.office.models import Calendar
from quarterdeck.services.models import Service


class EscalationPolicyQuerySet(models.QuerySet["EscalationPolicy"]):
    """Which rules there are, and which work."""

    def visible_to(self, user: User) -> Self:
        """When a ticket is escalated by itself is told to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()

    def in_use(self) -> Self:
        """Leave out those that are switched off."""
        return self.filter(active=True)


class EscalationPolicy(Noun):
    """When a ticket is escalated by itself, to whom, and what is promised then.

    It looks at what happens from its first day on: what ran out or grew old before is left alone.
    """

    name = models.CharField(max_length=120, unique=True)
    cause = models.CharField(
        max_length=16,
        choices=[(each.value, each.label) for each in POLICY_CAUSES],
        default=EscalationCause.BREACH,
    )
    metric = models.CharField(
        max_length=16,
        choices=ServiceLevelMetric.choices,
        blank=True,
        help_text="Of a promised time: which one. Nothing means any.",
    )
    hours = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of age: after how many hours on the calendar."
    )
    times = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of reopening: from how many times on."
    )
    priority = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Only tickets of this priority and more urgent ones."
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only tickets of this team.",
    )
    direction = models.CharField(
        max_length=16,
        choices=EscalationDirection.choices,
        default=EscalationDirection.HIERARCHICAL,
    )
    levels_up = models.PositiveSmallIntegerField(
        default=1, help_text="Up the reporting line: so many posts above whoever has the ticket."
    )
    to_team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="To another team: which one is asked. Its lead answers.",
    )
    answer_hours = models.PositiveIntegerField(default=8, help_text="Promised for the answer.")
    resolution_hours = models.PositiveIntegerField(
        default=40, help_text="Promised for the resolution."
    )
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    begins_on = models.DateField(help_text="What happens from this day on is looked at.")
    active = models.BooleanField(default=True)

    objects = EscalationPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "escalation policies"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(cause=EscalationCause.AGE) | Q(hours__gt=0),
                name="escalation_by_age_has_hours",
                violation_error_message="Say after how many hours a ticket is too old.",
            ),
            models.CheckConstraint(
                condition=~Q(cause=EscalationCause.REOPENED) | Q(times__gt=0),
                name="escalation_by_reopening_has_times",
                violation_error_message="Say from how many reopenings on.",
            ),
            models.CheckConstraint(
                condition=~Q(direction=EscalationDirection.FUNCTIONAL) | Q(to_team__isnull=False),
                name="escalation_to_a_team_names_it",
                violation_error_message="Say which team is asked.",
            ),
            models.CheckConstraint(
                condition=Q(levels_up__range=(1, 5))
                & Q(answer_hours__gt=0)
                & Q(resolution_hours__gte=F("answer_hours")),
                name="escalation_promises_something",
                violation_error_message=(
                    "One to five posts up; an answer takes an hour at least, and a resolution no"
                    " less than an answer."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EscalationQuerySet(models.QuerySet["Escalation"]):
    """Which escalations somebody may see, and which wait for something."""

    def visible_to(self, user: User) -> Self:
        """Keep those on the tickets of one's teams, those that one owns, raised or complained with.

        Whoever only reported the ticket reads no escalation of it but their own complaint.
        """
        sight = sight_of(user, NounClass.ORDINARY)
        rows = self.filter(on_standing())
        if sight.everything:
            return rows
        mine = Q(pk__in=())
        if isinstance(user, Account):
            mine |= Q(raised_by=user)
        if sight.person_key is not None:
            mine |= Q(owner=sight.person_key)
            mine |= Q(complainant=sight.person_key, cause=EscalationCause.COMPLAINT)
        if sight.team_keys:
            mine |= Q(ticket__team__in=sight.team_keys) | Q(to_team__in=sight.team_keys)
        return rows.filter(mine)

    def open(self) -> Self:
        """Keep what is not resolved yet."""
        return self.filter(state__in=OPEN_ESCALATIONS)

    def complaints(self) -> Self:
        """Keep the complaints of users."""
        return self.filter(cause=EscalationCause.COMPLAINT)

    def unjudged(self) -> Self:
        """Keep the complaints that are resolved, and of which the complainant has said nothing."""
        return self.complaints().filter(state=EscalationState.RESOLVED)

    def owned_by(self, person_key: int | None) -> Self:
        """Keep what one person has to answer; nobody owns nothing."""
        return self.none() if person_key is None else self.filter(owner=person_key)


class Escalation(Noun):
    """A ticket brought before somebody who can do more about it, with a promised answer.

    `owner` is who answers, None where every post up the line is vacant; `skipped` names the posts
    that were passed over, and why. `answer_due_at` and `resolution_due_at` are promised on a
    business calendar: a complaint that was not solved is promised another answer, but its
    resolution stays due when it was. `round` counts how often it was taken up.

    A complaint has a complainant, by person or by name alone, and is over only with their own
    verdict; without one it stays *resolved*. `occasion` tells what a policy saw, so that it
    escalates the same once.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="escalations")
    cause = models.CharField(max_length=16, choices=EscalationCause.choices)
    direction = models.CharField(max_length=16, choices=EscalationDirection.choices)
    policy = models.ForeignKey(
        EscalationPolicy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="escalations",
    )
    occasion = models.CharField(max_length=64, blank=True)
    reason = models.TextField()
    from_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="escalations"
    )
    skipped = models.JSONField(default=list, blank=True)
    state = models.CharField(
        max_length=16, choices=EscalationState.choices, default=EscalationState.RAISED
    )
    raised_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    resolution_due_at = models.DateTimeField()
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    answer_seconds = models.PositiveIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    resolution = models.TextField(blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    complainant = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    complainant_name = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=64, blank=True)
    promised = models.TextField(blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict.choices, blank=True)
    verdict_proof = models.CharField(max_length=16, choices=VerdictProof.choices, blank=True)
    verdict_at = models.DateTimeField(null=True, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "ticket", "occasion"],
                condition=Q(policy__isnull=False),
                name="escalated_once_an_occasion",
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(cause=EscalationCause.COMPLAINT),
                name="only_a_complaint_is_judged",
            ),
            models.CheckConstraint(
                condition=~Q(state=EscalationState.CONFIRMED) | Q(verdict=Verdict.SOLVED),
                name="confirmed_by_a_verdict",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "answer_due_at"],
                condition=Q(state__in=sorted(OPEN_ESCALATIONS)),
                name="escalation_of_owner",
            ),
            models.Index(fields=["resolution_due_at"], name="escalation_due"),
        ]

    def __str__(self) -> str:
        what = "Complaint" if self.is_complaint else "Escalation"
        return f"{what} {self.pk} on {self.ticket}"

    @property
    def is_complaint(self) -> bool:
        """Whether somebody outside of the desk complained."""
        return self.cause == EscalationCause.COMPLAINT

    @property
    def complainant_title(self) -> str:
        """Who complained: the person's name, or the name as it was given."""
        return str(self.complainant or self.complainant_name)


class EscalationEventQuerySet(models.QuerySet["EscalationEvent"]):
    """Who may see what happened."""

    def visible_to(self, user: User) -> Self:
        """Keep what happened to the escalations that the reader may see."""
        return self.filter(escalation__in=Escalation.objects.visible_to(user))


class EscalationEvent(Fact):
    """One thing that happened to an escalation: who did what, and how it stood then."""

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=EscalationEventKind.choices)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer_due_at = models.DateTimeField()
    verdict = models.CharField(max_length=16, choices=Verdict.choices, blank=True)

    objects = EscalationEventQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M}"
