"""What people fill in about their own passwords, and administrators about accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.hashers import verify_password
from django.db.models import Q, QuerySet

from quarterdeck.core import clock, lockout
from quarterdeck.core.accounts import change_password
from quarterdeck.core.directory import may_assign
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person, Team, Unit
from quarterdeck.core.vocabulary import Role

_PASSWORD_ADVICE = "At least 12 signs. Four or five words that nobody would guess do well."  # noqa: S105 — advice, no password


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # Django's class takes none while it runs
    """A new password, typed twice; kept by a verb in the name of its owner."""

    def __init__(self, user: Account, *args: Any, session: str | None = "", **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.session = session
        self.fields["new_password1"].help_text = _PASSWORD_ADVICE
        self.fields["new_password2"].label = "New password, once more"

    def save(self, commit: bool = True) -> Account:  # noqa: ARG002 — Django's signature
        """Change the password; every other session of the account ends."""
        return change_password(
            account=self.user,
            password=self.cleaned_data["new_password1"],
            session=self.session,
            actor=self.user,
            at=clock.now(),
        )


class ChangePasswordForm(NewPasswordForm):
    """The present password, and a new one; guessing the present one is counted as at the door."""

    old_password = forms.CharField(
        label="Present password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ("old_password", "new_password1", "new_password2")

    def __init__(self, user: Account, *args: Any, address: str = "", **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.address = address

    def clean_old_password(self) -> str:
        """Compare the present password."""
        given: str = self.cleaned_data["old_password"]
        try:
            lockout.admit(username=self.user.username, address=self.address, at=clock.now())
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if not verify_password(given, self.user.password)[0]:
            raise forms.ValidationError("This is not your present password.")
        lockout.forgive(username=self.user.username, address=self.address)
        return given

    def clean(self) -> dict[str, Any]:
        """Take no password that is the present one again."""
        cleaned: dict[str, Any] = super().clean() or {}
        new = cleaned.get("new_password1")
        if new and new == cleaned.get("old_password"):
            self.add_error("new_password1", "This is the present password. Choose another one.")
        return cleaned


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    who = forms.CharField(
        label="User name or mail address",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class RoleForm(forms.Form):
    """A role, and how far it reaches."""

    role = forms.ChoiceField(label="Role")
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Unit",
        required=False,
        empty_label="—",
        help_text="The role reaches this unit and all below it; empty for the whole organisation.",
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label="Team",
        required=False,
        empty_label="—",
        help_text="Or the role reaches this team alone.",
    )

    def __init__(self, user: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = [(role.value, role.label) for role in Role if may_assign(user, role)]
        self.fields["role"].choices = given  # type: ignore[attr-defined]  # a ChoiceField has them
        for name, rows in (("unit", Unit.objects.all()), ("team", Team.objects.all())):
            self.fields[name].queryset = rows.order_by("name")  # type: ignore[attr-defined]  # a ModelChoiceField has one

    def clean(self) -> dict[str, Any]:
        """Let a role be for a unit or for a team."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("unit") and cleaned.get("team"):
            self.add_error("team", "A role is for a unit or for a team, not for both.")
        return cleaned


def _people_for(account: Account | None) -> QuerySet[Person]:
    """Return the people who have no account, and whoever has this one."""
    return Person.objects.filter(Q(account=None) | Q(account=account)).order_by("name")


class PersonForm(forms.Form):
    """Whose account one is."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        label="Person",
        required=False,
        empty_label="—",
        help_text="Tickets, actions and targets are given to people; the directory has them.",
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("person", account.person_id)
        self.fields["person"].queryset = _people_for(account)  # type: ignore[attr-defined]  # a ModelChoiceField has one

    def clean_person(self) -> Person | None:
        """Take nobody for an answer, but only where it was given."""
        if "person" not in self.data:
            raise forms.ValidationError("Say whose account it is, or choose nobody.")
        chosen: Person | None = self.cleaned_data["person"]
        return chosen


class AccountForm(RoleForm):
    """A new account: its user name, whose it is, and its first role."""

    username = forms.CharField(label="User name", max_length=150)
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label="Person",
        required=False,
        empty_label="—",
        help_text="Whose account it is; people who have none yet.",
    )
    field_order = ("username", "person", "role", "unit", "team")

    def __init__(self, user: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["person"].queryset = _people_for(None)  # type: ignore[attr-defined]  # a ModelChoiceField has one
