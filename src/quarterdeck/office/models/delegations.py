"""Delegated authority: who may decide for whom, from when until when."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Noun, Person
from quarterdeck.core.permission import NounClass, User, sight_of


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Which delegations hold when, and who may read them."""

    def in_force(self, at: datetime) -> Self:
        """Keep those that hold at an instant."""
        begun = self.filter(begins_at__lte=at).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        return begun.filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=at))

    def unrevoked(self) -> Self:
        """Keep those that nobody has taken back."""
        return self.filter(revoked_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        """Keep those that one has given or received, and all where one reaches everybody's."""
        if sight_of(user, NounClass.ORDINARY).everything:
            return self.filter()
        if not isinstance(user, Account) or user.person_id is None:
            return self.none()
        return self.filter(Q(giver=user.person_id) | Q(receiver=user.person_id))


class Delegation(Noun):
    """A person lets another decide on approvals in their place.

    `kinds` are the keys of the kinds of approvals; none means all. With an `amount_limit`, what
    asks for more, or for an amount that nobody knows, is not covered. It holds from `begins_at` to
    `ends_at`, which is no longer in it. Delegated authority cannot be delegated further.
    """

    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations_given")
    receiver = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="delegations_received"
    )
    kinds = models.JSONField(default=list, blank=True)
    amount_limit = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="nobody_delegates_to_themselves"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("begins_at")),
                name="a_delegation_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver} decides for {self.giver}"

    @property
    def until(self) -> datetime | None:
        """When it ends, or has ended by being revoked; None where no end is set."""
        ends = [end for end in (self.ends_at, self.revoked_at) if end is not None]
        return min(ends, default=None)

    def covers(self, kind: str, amount: Decimal | None) -> bool:
        """Say whether its scope holds a request of this kind and amount."""
        if self.kinds and kind not in self.kinds:
            return False
        return self.amount_limit is None or (amount is not None and amount <= self.amount_limit)
