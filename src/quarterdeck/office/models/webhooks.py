"""Webhooks: channels and programs that are told what happens, and every message to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Noun, Scratch, Team
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.vocabulary import PostState, WebhookEvent, WebhookFormat

READING_ROLES = (Role.ADMINISTRATOR, Role.IT_MANAGER, Role.AUDITOR)
# By which column a webhook says that it is told of an event.
TOLD_BY: Mapping[WebhookEvent, str] = MappingProxyType(
    {
        WebhookEvent.TICKET_ASSIGNED: "tells_assignments",
        WebhookEvent.URGENT_TICKET: "tells_urgent_tickets",
        WebhookEvent.CLOCK_WARNING: "tells_warnings",
        WebhookEvent.CLOCK_BREACH: "tells_breaches",
        WebhookEvent.MAJOR_DECLARED: "tells_major_incidents",
        WebhookEvent.MAJOR_UPDATED: "tells_major_incidents",
        WebhookEvent.MAJOR_ENDED: "tells_major_incidents",
        WebhookEvent.ESCALATION: "tells_escalations",
        WebhookEvent.APPROVAL: "tells_approvals",
        WebhookEvent.TARGET_MISSED: "tells_missed_targets",
    }
)
TELLING = tuple(dict.fromkeys(TOLD_BY.values()))
# How the reason begins for which the migration from names paused one that named no service.
LOST_SERVICE = "Its service “"


@dataclass(frozen=True)
class Concern:
    """Whom something concerns: teams, a service, and how urgent it is."""

    teams: frozenset[int] = frozenset()
    service: int | None = None
    priority: int | None = None


NOBODY = Concern()


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Which webhooks are told of what, and who may see them."""

    def told_of(self, event: WebhookEvent, concern: Concern) -> "list[Webhook]":
        """Return those in use that are told of an event that concerns these; they are few."""
        used = self.filter(is_active=True).order_by("pk")
        return [webhook for webhook in used if webhook.hears(event, concern)]

    def visible_to(self, user: User) -> Self:
        """Whoever keeps the settings and the auditor see all, leads those of their teams."""
        if holds(user, *READING_ROLES):
            return self.filter()
        return self.filter(team__in=led_by(user))


def led_by(user: User) -> frozenset[int]:
    """Return the keys of the teams whose webhooks an account keeps as their lead."""
    return sight_of(user, NounClass.ORDINARY, (Role.TEAM_LEAD,)).team_keys


class Webhook(Noun):
    """A channel of a chat tool, or a program, that is told what happens.

    The address, which is a secret, and the key of signatures are in no column: they stand in
    environment variables that the `name` leads to.
    """

    name = models.CharField(
        max_length=32,
        unique=True,
        validators=[RegexValidator(r"\A[a-z][a-z0-9_]*\Z", "Lower-case letters, digits and _.")],
        help_text="One short word, such as network. The address is read from the environment "
        "variable QUARTERDECK_WEBHOOK_ADDRESS_ with this name in capitals.",
    )
    format = models.CharField(
        max_length=16,
        choices=WebhookFormat.choices,
        help_text="A signed event needs a key in QUARTERDECK_WEBHOOK_SECRET_ with the name in "
        "capitals.",
    )
    owner = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="webhooks",
        help_text="Who is told when nothing arrives there any more.",
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only what concerns this team; without one, every team.",
    )
    # The services stand above the office, so that their model is named and not imported.
    service = models.ForeignKey(
        "services.Service",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only what concerns this service; without one, every service.",
    )
    priority = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="Only what is as urgent as this, or more: 2 means priorities 1 and 2.",
    )
    tells_assignments = models.BooleanField(default=False)
    tells_urgent_tickets = models.BooleanField(default=False)
    tells_warnings = models.BooleanField(default=False)
    tells_breaches = models.BooleanField(default=True)
    tells_major_incidents = models.BooleanField(default=True)
    tells_escalations = models.BooleanField(default=False)
    tells_approvals = models.BooleanField(default=False)
    tells_missed_targets = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    pause_reason = models.CharField(max_length=300, blank=True, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(priority__isnull=True) | Q(priority__range=(1, 5)),
                name="webhook_priority_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def hears(self, event: WebhookEvent, concern: Concern) -> bool:
        """Whether it asks for such an event, in use or paused.

        One of a team, a service or the most urgent priorities hears of nothing that has none.
        """
        return (
            getattr(self, TOLD_BY[event])
            and (self.team_id is None or self.team_id in concern.teams)
            and self.service_id in {None, concern.service}
            and (self.priority is None or (concern.priority or 6) <= self.priority)
        )

    def clean(self) -> None:
        """Refuse a webhook that could never be told anything, or whose owner would not see it."""
        if not any(getattr(self, name) for name in TELLING):
            raise ValidationError({TELLING[0]: "Choose at least one thing to be told of."})
        owner = Account.objects.filter(pk=self.owner_id).first()
        if owner and not holds(owner, *READING_ROLES) and self.team_id not in led_by(owner):
            told = f"{owner} would not see it: choose who leads its team or keeps the settings."
            raise ValidationError({"owner": told})


class WebhookPostQuerySet(models.QuerySet["WebhookPost"]):
    """Which messages wait, and who may see what became of them."""

    def waiting(self) -> Self:
        """Keep what is still to be posted by itself, the oldest first."""
        return self.filter(state=PostState.WAITING, told_with__isnull=True).order_by("pk")

    def unsent(self) -> Self:
        """Keep what was refused or given up."""
        return self.filter(state__in=(PostState.REFUSED, PostState.FAILED))

    def visible_to(self, user: User) -> Self:
        """Whoever sees the webhook sees what was posted there."""
        return self.filter(webhook__in=Webhook.objects.visible_to(user))


class WebhookPost(Noun):
    """One message to one webhook, written in the transaction of what it tells, to its end.

    `about` is the kind and the key of what it tells, such as `ticket:17`; its words are put
    together when it is posted. What was told in one message with others has it in `told_with`.
    `message_id` is in the header `webhook-id`, the same at every attempt.
    """

    webhook = models.ForeignKey(
        Webhook, on_delete=models.PROTECT, related_name="posts", db_index=False
    )
    event = models.CharField(max_length=32, choices=WebhookEvent.choices)
    about = models.CharField(max_length=80, blank=True)
    message_id = models.CharField(max_length=64, unique=True)
    noted_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=PostState.choices, default=PostState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    taken_until = models.DateTimeField(null=True, blank=True)
    told_with = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="bundled"
    )
    is_summary = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    objects = WebhookPostQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state=PostState.SENT) | Q(sent_at__isnull=False),
                name="a_posted_message_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["webhook", "id"],
                condition=Q(state=PostState.WAITING),
                name="webhook_post_waiting",
            ),
            models.Index(fields=["webhook", "sent_at"], name="webhook_post_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} to {self.webhook}"


class WebhookStandingQuerySet(models.QuerySet["WebhookStanding"]):
    """How webhooks stand."""

    def held(self, webhook: Webhook) -> "WebhookStanding":
        """Return how one stands, locked, so that one worker at a time posts there."""
        self.get_or_create(webhook=webhook)
        return self.select_for_update(of=("self",)).get(webhook=webhook)


class WebhookStanding(Scratch):
    """How a webhook stands: failures in a row, and until when nothing is posted there.

    It may be lost: failures are then counted anew.
    """

    webhook = models.OneToOneField(Webhook, on_delete=models.CASCADE, related_name="standing")
    failures = models.PositiveSmallIntegerField(default=0)
    waits_until = models.DateTimeField(null=True, blank=True)

    objects = WebhookStandingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.webhook}: {self.failures} failures"

    def waits(self, at: datetime) -> bool:
        """Whether it shall be left alone for now."""
        return self.waits_until is not None and self.waits_until > at

    def note(self, failures: int, until: datetime | None) -> None:
        """Note failures in a row, and until when nothing is posted there."""
        self.failures, self.waits_until = failures, until
        self.save(update_fields=["failures", "waits_until"])
