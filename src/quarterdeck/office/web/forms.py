"""What a person fills in to import a file."""

import zoneinfo
from typing import Any

from django import forms

from quarterdeck.core.permission import User
from quarterdeck.core.profiles import file_profiles
from quarterdeck.office.gateways.recoding import ENCODINGS
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.mappings import remembered_mapping
from quarterdeck.office.rules import may_import


def _profiles(user: User) -> list[tuple[str, str]]:
    known = file_profiles()
    return [(each.key, each.title) for each in known if may_import(user, each.key)]


class ImportForm(forms.Form):
    """A file, and how it is to be read."""

    file = forms.FileField(
        label="File",
        help_text="Delimited text (CSV), plain or gzip, or an Excel workbook.",
        allow_empty_file=True,
    )
    profile = forms.ChoiceField(label="Format")
    source = forms.SlugField(
        label="Source",
        required=False,
        max_length=64,
        help_text="A name for the system that the file comes from; empty for the format's own.",
    )
    zone = forms.CharField(
        label="Zone",
        required=False,
        max_length=64,
        help_text="For times that name no zone; empty for the organisation's.",
    )
    encoding = forms.ChoiceField(
        label="Letters",
        choices=list(ENCODINGS.items()),
        required=False,
        help_text="Of plain text: how its letters are written. Choose another one where UTF-8 is"
        " refused, or umlauts and accents come out wrong.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Offer the formats of which this account may bring files in."""
        super().__init__(*args, **kwargs)
        offered = _profiles(user)
        self.fields["profile"].choices = [("", "Choose one"), *offered]  # type: ignore[attr-defined]  # a ChoiceField has them

    def clean_zone(self) -> str:
        """Accept the name of a time zone."""
        name: str = self.cleaned_data["zone"].strip()
        if name and name not in zoneinfo.available_timezones():
            raise forms.ValidationError(
                f"There is no time zone “{name}”; expected such as Europe/Berlin."
            )
        return name

    def clean(self) -> dict[str, Any]:
        """Fill in what may stay empty."""
        given = super().clean() or {}
        given["source"] = given.get("source") or given.get("profile", "")
        known = remembered_mapping(given.get("profile", ""), given["source"])
        usual = organisation().zone if known is None else known.zone
        given["zone"] = given.get("zone") or usual
        return given
