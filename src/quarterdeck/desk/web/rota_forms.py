"""What a lead types to say who is on duty, and what people type to say when they are away."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from quarterdeck.core.memory import asked_once
from quarterdeck.core.models import Person, Team
from quarterdeck.desk.models.rota import MOST_WEEKS
from quarterdeck.desk.verbs.rota import WeeklyTimes
from quarterdeck.desk.vocabulary.duty import YEARS, SkillLevel, Strategy
from quarterdeck.kernels.rota import instant_of
from quarterdeck.office.models import Calendar
from quarterdeck.office.models.calendars import WEEKDAYS
from quarterdeck.ui.time_inputs import day_input, minute_input

_MOMENT = "%Y-%m-%dT%H:%M"
_MINUTES = 60


def _day(label: str, *, required: bool = True, **given: Any) -> forms.DateField:
    widget = day_input()
    return forms.DateField(label=label, required=required, widget=widget, **given)


class MomentField(forms.CharField):
    """A moment on the clocks of the team, which the form knows the zone of."""

    def __init__(self, label: str) -> None:
        widget = minute_input()
        super().__init__(label=label, widget=widget, max_length=32)

    def clean(self, value: Any) -> datetime | None:
        """Return the local time without its zone."""
        typed = super().clean(value)
        try:
            # The browser sends what a clock on the wall shows, without a zone.
            local = datetime.strptime(typed[:16], _MOMENT)  # noqa: DTZ007 — the form adds the zone
        except ValueError:
            told = "Expected a day and a time, such as 2026-03-02 09:30."
            raise forms.ValidationError(told) from None
        if local.year not in YEARS:
            raise forms.ValidationError(f"Expected a day from {YEARS[0]} to {YEARS[-1]}.")
        return local


class MinuteField(forms.CharField):
    """A time of the day; 24:00 is its end."""

    def __init__(self, label: str, **given: Any) -> None:
        super().__init__(label=label, max_length=5, **given)
        self.widget.attrs |= {"placeholder": "08:00", "inputmode": "numeric"}

    def clean(self, value: Any) -> int:
        """Return the minute of the day."""
        hour, _, minute = super().clean(value).partition(":")
        if not (hour.isdecimal() and minute.isdecimal() and int(minute) < _MINUTES):
            raise forms.ValidationError("Expected a time such as 08:00 or 22:30.")
        return int(hour) * _MINUTES + int(minute)


@asked_once
def _members_of(team: Team) -> list[tuple[int, str]]:
    members = Person.objects.filter(memberships__team=team).order_by("name", "pk")
    return [(person.pk, str(person)) for person in members]


class RotaForm(forms.Form):
    """What the forms of a rota share: its team, its zone, and who works there."""

    def __init__(
        self,
        data: Any = None,
        *,
        team: Team,
        zone: ZoneInfo,
        act: str,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, auto_id=f"{act}-%s", initial=initial)
        self.zone = zone
        members = Person.objects.filter(memberships__team=team).order_by("name", "pk")
        for name in {"person", "stand_in"} & set(self.fields):
            chosen: Any = self.fields[name]
            chosen.queryset = members
            # Several forms of a page offer the same people, who are read once.
            chosen.choices = [("", "---------"), *_members_of(team)]

    def clean(self) -> dict[str, Any]:
        """Read the moments on the clocks of the team."""
        given: dict[str, Any] = super().clean() or {}
        for name in {"starts_at", "ends_at"} & set(given):
            local: datetime = given[name]
            minute = local.hour * _MINUTES + local.minute
            given[name] = instant_of(local.date(), minute, self.zone)
        return given

    def words(self) -> dict[str, Any]:
        """Return what the verb is told."""
        return self.cleaned_data


def _person(label: str, help_text: str = "") -> forms.ModelChoiceField[Person]:
    return forms.ModelChoiceField(Person.objects.none(), label=label, help_text=help_text)


class CalendarForm(RotaForm):
    """When somebody is wanted on duty."""

    calendar = forms.ModelChoiceField(
        Calendar.objects.order_by("name"), label="Calendar", empty_label=None
    )


class StrategyForm(RotaForm):
    """How tickets find whoever works on them."""

    strategy = forms.ChoiceField(
        label="Tickets that come in are assigned",
        choices=Strategy.choices,
        help_text="Among those who are on duty, if there are shifts, and not away.",
    )
    least_level = forms.TypedChoiceField(
        label="Skill that a ticket’s service or category needs",
        choices=[("", "None"), *SkillLevel.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )


class WeeklyForm(RotaForm):
    """A shift that comes again."""

    person = _person("Who")
    weekday = forms.TypedChoiceField(
        label="Starts on", choices=list(enumerate(WEEKDAYS)), coerce=int
    )
    start_minute = MinuteField("From")
    end_minute = MinuteField("Until", help_text="At or before the start: on the next day.")
    every_weeks = forms.IntegerField(
        label="Every how many weeks", min_value=1, max_value=MOST_WEEKS, initial=1
    )
    first_on = _day("From which day on", help_text="Weeks are counted from the week of this day.")
    last_on = _day("Until which day", required=False)

    def words(self) -> dict[str, Any]:
        """Return what the verb is told."""
        given = dict(self.cleaned_data)
        person = given.pop("person")
        return {"person": person, "times": WeeklyTimes(**given)}


class SingleForm(RotaForm):
    """A shift of one time."""

    person = _person("Who")
    starts_at = MomentField("From")
    ends_at = MomentField("Until")


class SwapForm(RotaForm):
    """Who does whose duties."""

    stand_in = _person("Who is on duty", help_text="The opposite swap takes a swap back.")
    person = _person("In place of whom")
    starts_at = MomentField("From")
    ends_at = MomentField("Until")
    reason = forms.CharField(label="Why", max_length=300, required=False)


class AwayForm(RotaForm):
    """When somebody is away."""

    person = _person("Who")
    starts_at = MomentField("From")
    ends_at = MomentField("Until")


def yesterday(at: datetime, zone: ZoneInfo) -> date:
    """Return the last day that a shift still has when it ends now."""
    return at.astimezone(zone).date() - timedelta(days=1)
