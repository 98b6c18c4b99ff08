"""Requests for approval of any record: their steps, who may decide in each, what was decided."""

from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Fact, Noun, Person, RoleAssignment
from quarterdeck.core.permission import NounClass, User, roles_of, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models.approval_policies import ApprovalPolicy
from quarterdeck.office.models.delegations import Delegation
from quarterdeck.office.vocabulary import ApprovalState, ApprovalVerdict


class ApprovalRequestQuerySet(models.QuerySet["ApprovalRequest"]):
    """Which requests wait, and who may read them."""

    def waiting(self) -> Self:
        """Keep those that nobody has ended."""
        return self.filter(state=ApprovalState.WAITING)

    def ended(self) -> Self:
        """Keep those that are decided, withdrawn, expired or asked anew."""
        return self.exclude(state=ApprovalState.WAITING)

    def about(self, row: models.Model) -> Self:
        """Keep those on one record."""
        return self.filter(record=row._meta.label_lower, row=row.pk)

    def visible_to(self, user: User) -> Self:
        """Keep one's own, those that one may or might have had to decide on, and all in reach.

        Whoever decides for somebody else sees what was there to be decided in that time.
        """
        if not isinstance(user, Account):
            return self.none()
        reached = [Q(noun_class=each) for each in NounClass if sight_of(user, each).everything]
        reached.append(Q(asked_by=user))
        if user.person_id is not None:
            reached += _of_person(user, user.person_id)
        return self.filter(reduce(or_, reached))


def _of_person(user: Account, person: int) -> list[Q]:
    """Return what makes a request one's own: asked for, decided, or one's to decide."""
    roles = [assignment.role for assignment in roles_of(user)]
    seats = ApprovalSeat.objects.filter(Q(person=person) | Q(role__in=roles))
    decided = ApprovalDecision.objects.filter(decider=person)
    return [
        Q(requester=person),
        Q(pk__in=seats.values("step__request")),
        Q(pk__in=decided.values("request")),
        *(_covered(each) for each in Delegation.objects.filter(receiver=person)),
    ]


def _covered(delegation: Delegation) -> Q:
    """Return which requests were there to be decided under a delegation, and in its scope."""
    giver = delegation.giver_id
    roles = RoleAssignment.objects.filter(account__person=giver, account__is_active=True)
    seats = ApprovalSeat.objects.filter(Q(person=giver) | Q(role__in=roles.values("role")))
    covered = Q(pk__in=seats.values("step__request"))
    covered &= Q(ended_at__isnull=True) | Q(ended_at__gte=delegation.begins_at)
    if delegation.until is not None:
        covered &= Q(asked_at__lt=delegation.until)
    if delegation.kinds:
        covered &= Q(kind__in=delegation.kinds)
    if delegation.amount_limit is not None:
        covered &= Q(amount__lte=delegation.amount_limit)
    return covered


class ApprovalRequest(Noun):
    """Somebody asks for the approval of a record as it stood then.

    `digest` tells which state of the record was asked about; a decision on any other is refused.
    `step` is the position of the step that is open. `requester` is for whom it is asked,
    `asked_by` who asked first. What is asked anew leads back by `previous`.
    """

    kind = models.CharField(max_length=80)
    noun_class = models.CharField(max_length=16, default=NounClass.ORDINARY.value, editable=False)
    record = models.CharField(max_length=80)
    row = models.BigIntegerField()
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    digest = models.CharField(max_length=64)
    requester = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="approvals_asked_for"
    )
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # By which policy it is asked, so that it can be asked anew by the same one.
    policy = models.ForeignKey(
        ApprovalPolicy, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    may_approve_own = models.BooleanField(default=False)
    step = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    state = models.CharField(
        max_length=16, choices=ApprovalState.choices, default=ApprovalState.WAITING
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    previous = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="following"
    )

    objects = ApprovalRequestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "row", "kind"],
                condition=Q(state=ApprovalState.WAITING),
                name="one_waiting_approval_a_record_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(state=ApprovalState.WAITING, ended_at__isnull=True)
                | (~Q(state=ApprovalState.WAITING) & Q(ended_at__isnull=False)),
                name="an_approval_ends_when_it_waits_no_more",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["record", "row"], name="approval_of_row"),
            models.Index(
                fields=["due_at"],
                condition=Q(state=ApprovalState.WAITING),
                name="approval_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ApprovalStep(Fact):
    """One step of a request: how many of those who have a seat in it must approve."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    needed = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "position"], name="one_step_of_a_request"),
        ]

    def __str__(self) -> str:
        return f"{self.request}, step {self.position}: {self.title}"


class ApprovalSeatQuerySet(models.QuerySet["ApprovalSeat"]):
    """Which seats count, and which wait for a decision."""

    def counting(self) -> Self:
        """Leave out those that went on to somebody else."""
        return self.filter(replacement__isnull=True)

    def undecided(self) -> Self:
        """Keep the counting ones on which nobody has decided."""
        return self.counting().filter(decision__isnull=True)

    def open_to_roles(self) -> Self:
        """Keep the undecided ones of roles, in the open steps of requests that wait."""
        return self.undecided().filter(
            person__isnull=True,
            step__position=F("step__request__step"),
            step__request__state=ApprovalState.WAITING,
        )


class ApprovalSeat(Fact):
    """A place in a step for one decision: of a person, or of anybody who holds a role.

    `source` says in words how it was found whose it is. It `replaces` a seat that nobody could fill
    any more, which counts no longer.
    """

    step = models.ForeignKey(ApprovalStep, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="approval_seats"
    )
    role = models.CharField(max_length=32, choices=Role.choices, blank=True)
    source = models.CharField(max_length=100)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacement"
    )

    objects = ApprovalSeatQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, role="") | (Q(person__isnull=True) & ~Q(role="")),
                name="a_seat_is_of_a_person_or_a_role",
            ),
            models.UniqueConstraint(
                fields=["step", "person"],
                condition=Q(person__isnull=False),
                name="one_seat_a_person_and_step",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person) if self.person_id else f"any {self.get_role_display().lower()}"


class ApprovalDecision(Fact):
    """What somebody decided, for themselves or for whom they stand in by a delegation."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="decisions")
    seat = models.OneToOneField(ApprovalSeat, on_delete=models.PROTECT, related_name="decision")
    step = models.ForeignKey(ApprovalStep, on_delete=models.PROTECT, related_name="decisions")
    decider = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    for_whom = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    verdict = models.CharField(max_length=16, choices=ApprovalVerdict.choices)
    comment = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            # Two seats of one step are two people's, also where one of them decides for another.
            models.UniqueConstraint(fields=["step", "decider"], name="one_decision_a_step"),
            models.CheckConstraint(
                condition=Q(for_whom__isnull=True, delegation__isnull=True)
                | Q(for_whom__isnull=False, delegation__isnull=False),
                name="for_somebody_by_a_delegation",
            ),
        ]

    def __str__(self) -> str:
        for_whom = f" for {self.for_whom}" if self.for_whom_id else ""
        return f"{self.decider}{for_whom}: {self.get_verdict_display().lower()}"
