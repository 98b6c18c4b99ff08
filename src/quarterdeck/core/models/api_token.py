"""API tokens: what programs sign in with in an account's name."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models.account import Account
from quarterdeck.core.models.base import Noun
from quarterdeck.core.vocabulary import TokenScope


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Which tokens open a door, and whose they are."""

    def of(self, account: Account) -> Self:
        """Keep the tokens of one account."""
        return self.filter(account=account)

    def newest_first(self) -> Self:
        """Order by the time of their making."""
        return self.order_by("-created_at", "-pk")


class ApiToken(Noun):
    """A secret by which a program acts in the name of an account, until it expires or is revoked.

    Only the SHA-256 digest of the secret is kept, which is enough for a secret of 256 random bits;
    `prefix` is the part of it that is no secret, and finds it.
    """

    history_masked: ClassVar[tuple[str, ...]] = ("digest",)

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=100)
    scope = models.CharField(max_length=8, choices=TokenScope.choices)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "API token"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="token_expires_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def opens_at(self, instant: datetime) -> bool:
        """Whether the token is neither expired nor revoked then."""
        return self.revoked_at is None and instant < self.expires_at
