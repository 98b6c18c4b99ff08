"""What an organisation lays down about approvals: which steps, who approves, until when."""

from typing import ClassVar, Self, TypeVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Noun, Person
from quarterdeck.core.permission import User
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.vocabulary import ApprovalQuorum, ApproverSource

M = TypeVar("M", bound=models.Model)


class PolicyQuerySet(models.QuerySet[M]):
    """Which policies somebody may read."""

    def visible_to(self, user: User) -> Self:
        """Who approves what is open to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()


class ApprovalPolicy(Noun):
    """How something is approved: its steps one after the other, and how long they may take."""

    name = models.CharField(max_length=200, unique=True)
    days_to_decide = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1)],
        help_text="Days until the approvers are reminded.",
    )
    days_to_expire = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(1)],
        help_text="Days after which the request expires, and nothing is approved.",
    )
    may_approve_own = models.BooleanField(
        default=False,
        verbose_name="May approve own requests",
        help_text="Leave this off, unless one person has to do everything.",
    )

    objects = PolicyQuerySet["ApprovalPolicy"].as_manager()

    class Meta:
        verbose_name_plural = "approval policies"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(days_to_decide__gte=1, days_to_expire__gte=models.F("days_to_decide")),
                name="approval_expires_after_it_is_due",
                violation_error_message="A request may not expire before it is due.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ApprovalPolicyStep(Noun):
    """One step of a policy; with an amount, it is only taken from that amount on."""

    policy = models.ForeignKey(ApprovalPolicy, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField(help_text="Steps are taken in this order.")
    title = models.CharField(max_length=200, help_text="What this step is for.")
    quorum = models.CharField(
        max_length=16, choices=ApprovalQuorum.choices, default=ApprovalQuorum.ALL
    )
    number = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many, where so many of them are needed."
    )
    from_amount = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="The step is left out below this amount; what has no amount takes all steps.",
    )

    named_by: ClassVar = ("policy",)

    objects = PolicyQuerySet["ApprovalPolicyStep"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "position"], name="one_step_a_position"),
            models.CheckConstraint(
                condition=Q(quorum=ApprovalQuorum.NUMBER, number__gte=1)
                | (~Q(quorum=ApprovalQuorum.NUMBER) & Q(number__isnull=True)),
                name="a_number_where_one_is_asked",
                violation_error_message="Give the number where so many are needed, else none.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy}, step {self.position}: {self.title}"


class ApprovalPolicyApprover(Noun):
    """Somebody who approves in a step: a person, or whoever stands so to the request."""

    step = models.ForeignKey(ApprovalPolicyStep, on_delete=models.PROTECT, related_name="approvers")
    source = models.CharField(max_length=16, choices=ApproverSource.choices)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=32, choices=Role.choices, blank=True)

    objects = PolicyQuerySet["ApprovalPolicyApprover"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(source=ApproverSource.PERSON, person__isnull=False, role="")
                | (Q(source=ApproverSource.ROLE, person__isnull=True) & ~Q(role=""))
                | Q(
                    source__in=(ApproverSource.LINE_MANAGER, ApproverSource.OWNER),
                    person__isnull=True,
                    role="",
                ),
                name="an_approver_is_named_once",
                violation_error_message="Name a person, or a role, as the source says.",
            )
        ]

    def __str__(self) -> str:
        if self.source == ApproverSource.PERSON:
            return str(self.person)
        if self.source == ApproverSource.ROLE:
            return f"Any {self.get_role_display().lower()}"
        return self.get_source_display()
