"""Who is signed in, and how often signing in has failed of late."""

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from quarterdeck.core.models.account import Account
from quarterdeck.core.models.base import Scratch


class SignInSession(Scratch, AbstractBaseSession):
    """A browser in which somebody is signed in; Django's session, with whose it is beside it."""

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, related_name="sessions"
    )
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.account or 'Nobody'} from {self.address or 'an unknown address'}"


class SignInLimit(Scratch):
    """How often signing in has failed of late for one user name, or from one network address.

    The subject is a digest: what people type as a user name may be a password.
    """

    subject = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    closed_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(subject=""), name="sign_in_limit_has_a_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.failures} failures"
