"""What people fill in about the organisation, its calendars and their holidays."""

import re
from datetime import date
from typing import Any

from django import forms

from quarterdeck.core.models import Team
from quarterdeck.office.gateways.public_holidays import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    MOST_YEARS,
    countries,
)
from quarterdeck.office.models import Calendar
from quarterdeck.office.models.calendars import WEEKDAYS
from quarterdeck.office.queries import Hours, openings_in_words
from quarterdeck.ui.time_inputs import day_input

_OPENING = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")
_HOURS_OF_A_DAY, _MINUTES_OF_AN_HOUR = 24, 60


class OrganisationForm(forms.Form):
    """What holds for the whole organisation."""

    name = forms.CharField(max_length=200)
    calendar = forms.ModelChoiceField(
        Calendar.objects.order_by("name"),
        label="Usual calendar",
        empty_label=None,
        help_text="Business time is counted on it, where no other one is asked for.",
    )
    default_team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        label="Team for what belongs to nobody else",
        required=False,
        empty_label="None: such tickets wait for a team",
        help_text="It gets the tickets for which nobody chose a team and no service names one.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class OpeningsForm(forms.Form):
    """The opening hours of a calendar from a day on, a line for each weekday."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, title in enumerate(WEEKDAYS):
            self.fields[f"day_{number}"] = forms.CharField(
                label=title,
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"placeholder": "closed"}),
            )
        self.fields["day_0"].help_text = (
            "Such as 08:00–12:00, 13:00–17:00; 22:00–06:00 runs into the next day; 00:00–24:00 is "
            "the whole day; empty is closed."
        )
        self.fields |= {
            "zone": forms.CharField(
                max_length=64, label="Time zone", help_text="In which these times are meant."
            ),
            "valid_from": forms.DateField(
                label="From",
                widget=day_input(),
                help_text="The days before are counted as they were.",
            ),
            "reason": forms.CharField(
                label="Why",
                required=False,
                max_length=200,
                help_text="Charts tell it where the new hours begin.",
            ),
            "corrects_past": forms.BooleanField(
                label="This corrects the past",
                required=False,
                help_text="Figures since that day are counted anew, as a series of their own; "
                "closed months stay until somebody restates them.",
            ),
        }

    @staticmethod
    def initial_of(hours: Hours, valid_from: date) -> dict[str, Any]:
        """Return what stands in the form before anybody types."""
        words = openings_in_words(hours.openings)
        days = {f"day_{number}": text for number, text in words.items()}
        return {**days, "zone": hours.zone, "valid_from": valid_from}

    @property
    def wanted(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        names = ("zone", "valid_from", "reason", "corrects_past")
        return {"openings": self.openings} | {name: self.cleaned_data[name] for name in names}

    @property
    def openings(self) -> list[tuple[int, int, int]]:
        """What was typed: weekday, and minutes from and to."""
        return [
            (number, *opening)
            for number in range(len(WEEKDAYS))
            for opening in self.cleaned_data[f"day_{number}"]
        ]

    def clean(self) -> dict[str, Any]:
        """Read the hours of each day."""
        cleaned: dict[str, Any] = super().clean() or {}
        for number in range(len(WEEKDAYS)):
            name = f"day_{number}"
            try:
                cleaned[name] = _read(cleaned.get(name, ""))
            except ValueError as problem:
                self.add_error(name, str(problem))
        return cleaned


def _read(text: str) -> list[tuple[int, int]]:
    """Return the openings of one day in minutes; ValueError says what cannot be read."""
    openings = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = _OPENING.fullmatch(part)
        if found is None:
            raise ValueError(f"“{part}” is no opening; expected such as 08:00–17:00.")
        hours = [int(number) for number in found.groups()]
        openings.append((_minute(hours[0], hours[1], part), _minute(hours[2], hours[3], part)))
    return openings


def _minute(hour: int, minute: int, part: str) -> int:
    total = hour * _MINUTES_OF_AN_HOUR + minute
    if minute >= _MINUTES_OF_AN_HOUR or total > _HOURS_OF_A_DAY * _MINUTES_OF_AN_HOUR:
        raise ValueError(f"“{part}” names no time of a day.")
    return total


class HolidaysForm(forms.Form):
    """Of which country, and for which years, the public holidays are wanted."""

    country = forms.ChoiceField(label="Country", choices=lambda: [("", "Choose one"), *countries()])
    region = forms.CharField(
        required=False,
        max_length=10,
        help_text="The code of a region with holidays of its own, such as BY of DE-BY.",
    )
    first = forms.IntegerField(label="First year", min_value=EARLIEST_YEAR, max_value=LATEST_YEAR)
    last = forms.IntegerField(label="Last year", min_value=EARLIEST_YEAR, max_value=LATEST_YEAR)

    @property
    def asked(self) -> dict[str, Any]:
        """What is wanted."""
        return {name: self.cleaned_data[name] for name in ("country", "region", "first", "last")}

    def clean_region(self) -> str:
        """Take `DE-BY` for `BY`."""
        region: str = self.cleaned_data["region"].strip().upper()
        return region.rpartition("-")[2]

    def clean(self) -> dict[str, Any]:
        """Take years in their order, and not too many at once."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first is not None and last is not None and not 0 <= last - first < MOST_YEARS:
            self.add_error("last", f"Expected the first year or one of the {MOST_YEARS} after it.")
        return cleaned
