"""Accounts sign in; roles say what they may do and how far they reach."""

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Coalesce, Lower

from quarterdeck.core.models.base import Noun
from quarterdeck.core.models.directory import Person, Team, Unit
from quarterdeck.core.vocabulary import Role

SIGHTED_ROLES = (Role.ADMINISTRATOR, Role.AUDITOR)


class AccountQuerySet(models.QuerySet["Account"]):
    """Which accounts there are, and who may see them."""

    def people(self) -> Self:
        """Leave out the built-in actors."""
        return self.filter(is_builtin=False)

    def reached_as(self, typed: str) -> Self:
        """Keep whom a user name or mail address means, as far as a mail can reach them."""
        named = models.Q(username__iexact=typed) | models.Q(person__email__iexact=typed)
        open_to = self.people().filter(named, is_active=True, person__isnull=False)
        return open_to.exclude(person__email="").select_related("person")

    def visible_to(self, user: "Account | AnonymousUser") -> Self:
        """Keep everybody's for administrators and auditors, and for all others their own."""
        return self.filter(models.Q(pk=user.pk) | _sees_accounts(user))


class AccountManager(BaseUserManager["Account"]):
    """Looks accounts up by user name without regard to case."""

    def get_queryset(self) -> AccountQuerySet:
        """Return the accounts with their named filters."""
        return AccountQuerySet(self.model, using=self._db)

    def people(self) -> AccountQuerySet:
        """Leave out the built-in actors."""
        return self.get_queryset().people()

    def visible_to(self, user: "Account | AnonymousUser") -> AccountQuerySet:
        """Keep the accounts that this one may see."""
        return self.get_queryset().visible_to(user)

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account that signs in as `username`."""
        return self.get(username__iexact=username or "")


class Account(Noun, AbstractBaseUser):
    """Somebody or something that acts: a person's sign-in, or a built-in actor."""

    history_masked: ClassVar[tuple[str, ...]] = ("password",)
    # Sessions already tell when somebody signed in; a column would be a write without an act.
    last_login = None

    username = models.CharField(max_length=150, unique=True)
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="account"
    )
    is_active = models.BooleanField(default=True)
    is_builtin = models.BooleanField(default=False)
    # Somebody else has chosen the password, so its owner is asked for another one.
    must_change_password = models.BooleanField(default=False)

    objects: ClassVar[AccountManager] = AccountManager()

    named_by: ClassVar = ("person",)
    stands_for: ClassVar = "person"

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="account_username_without_case"),
        ]

    def __str__(self) -> str:
        return self.person.name if self.person_id and self.person else self.username

    @property
    def label(self) -> str:
        """How the history names this actor, also after a rename."""
        return f"account:{self.pk}"


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    """Which roles hold for whom."""

    def of(self, account: Account) -> Self:
        """Keep the roles of one account."""
        return self.filter(account=account)

    def visible_to(self, user: Account | AnonymousUser) -> Self:
        """Keep everybody's for administrators and auditors, and for all others their own."""
        return self.filter(models.Q(account=user.pk) | _sees_accounts(user))


def _sees_accounts(user: Account | AnonymousUser) -> models.Q:
    """Hold for every row where the reader is an active administrator or auditor."""
    holding = RoleAssignment.objects.filter(
        account=user.pk, account__is_active=True, role__in=SIGHTED_ROLES
    )
    return models.Q(models.Exists(holding))


class RoleAssignment(Noun):
    """An account holds a role, for a team, for a unit with all below it, or for the whole house."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=32, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "account",
                "role",
                Coalesce("unit", 0),
                Coalesce("team", 0),
                name="role_assigned_once",
            ),
            models.CheckConstraint(
                condition=models.Q(unit__isnull=True) | models.Q(team__isnull=True),
                name="role_for_unit_or_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_role_display()}"
