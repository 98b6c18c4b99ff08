"""What a person types about service levels: for whom, and which time for what."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from quarterdeck.core.models import Team, Unit
from quarterdeck.desk.models import ServiceLevelTerms
from quarterdeck.desk.queries.promises import PAUSES, hours_text
from quarterdeck.desk.verbs.service_levels import Promise
from quarterdeck.desk.vocabulary import Agreement, ReopeningRule, ServiceLevelMetric
from quarterdeck.office.models import Calendar
from quarterdeck.office.queries import calendar_named, organisation
from quarterdeck.services.models import Service
from quarterdeck.ui.time_inputs import day_input, minute_input

PRIORITIES = tuple(range(1, 6))
_TIME = re.compile(r"(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*m(?:in)?)?", re.ASCII)
_HOUR, _MINUTE = 3_600, 60


class AgreedTimeField(forms.CharField):
    """A time in hours and minutes, as `4 h`, `30 min` or `1h30m`; days would be ambiguous."""

    def clean(self, value: Any) -> int | None:
        """Return the seconds, or None for nothing."""
        text = super().clean(value).strip().lower().replace("\u00a0", " ")
        if not text:
            return None
        found = _TIME.fullmatch(text)
        if found is None or not any(found.groups()):
            raise forms.ValidationError(
                "Write hours and minutes, such as 4 h, 30 min or 1 h 30 min."
            )
        hours, minutes = (int(part or 0) for part in found.groups())
        if not hours + minutes:
            raise forms.ValidationError("A time is longer than nothing; leave it empty for none.")
        return hours * _HOUR + minutes * _MINUTE


class TermsForm(forms.Form):
    """One version of a policy's terms."""

    valid_from = forms.DateField(
        label="From",
        widget=day_input(),
        help_text="Tickets that are reported on this day or later get these times.",
    )
    pauses = forms.MultipleChoiceField(
        label="What pauses the clocks",
        required=False,
        choices=[(key.value, key.label) for key in PAUSES],
        widget=forms.SelectMultiple(attrs={"size": 5}),
        help_text="A ticket on hold for one of these; the first response is never paused.",
    )
    after_reopening = forms.ChoiceField(
        label="After a reopening, the time for the resolution", choices=ReopeningRule.choices
    )
    restarts = forms.ChoiceField(
        label="When priority, service or customer changes",
        choices=[
            ("", "The new time counts from where the old one did"),
            ("yes", "The new time counts from the change"),
        ],
        required=False,
    )
    covers_running = forms.BooleanField(
        label="Also for tickets that are open when it begins", required=False
    )
    warning_percent = forms.IntegerField(
        label="Warn after … percent of the time", min_value=1, max_value=99, initial=80
    )
    reason = forms.CharField(max_length=500, help_text="Why it is promised so.")

    def __init__(self, *given: Any, **ways: Any) -> None:
        super().__init__(*given, **ways)
        calendars = Calendar.objects.order_by("name")
        for priority in PRIORITIES:
            for metric in ServiceLevelMetric:
                told = f"{metric.label}, priority {priority}"
                shape = {"class": "form-control", "aria-label": told, "placeholder": "—"}
                self.fields[f"{metric.value}_{priority}"] = AgreedTimeField(
                    label=told, required=False, max_length=20, widget=forms.TextInput(shape)
                )
            told = f"Calendar, priority {priority}"
            self.fields[f"calendar_{priority}"] = forms.ModelChoiceField(
                calendars,
                label=told,
                empty_label=None,
                widget=forms.Select({"class": "form-select", "aria-label": told}),
            )

    def lines(self) -> list[tuple[int, list[forms.BoundField]]]:
        """Return the times and the calendar of each priority, as the page lays them out."""
        names = [*(metric.value for metric in ServiceLevelMetric), "calendar"]
        return [(each, [self[f"{name}_{each}"] for name in names]) for each in PRIORITIES]

    def promise(self) -> Promise:
        """What was typed, as the verb takes it."""
        given = self.cleaned_data
        targets: dict[tuple[str, int | None], tuple[int, Calendar]] = {
            (metric.value, priority): (seconds, given[f"calendar_{priority}"])
            for priority in PRIORITIES
            for metric in ServiceLevelMetric
            if (seconds := given[f"{metric.value}_{priority}"]) is not None
        }
        return Promise(
            valid_from=given["valid_from"],
            targets=targets,
            pauses=frozenset(given["pauses"]),
            covers_running=given["covers_running"],
            restarts=given["restarts"] == "yes",
            after_reopening=given["after_reopening"],
            warning_percent=given["warning_percent"],
            reason=given["reason"],
        )


class NextTermsForm(TermsForm):
    """The next terms of a policy whose present ones somebody has read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PolicyForm(TermsForm):
    """A policy with its first terms."""

    name = forms.CharField(max_length=120, help_text="By which your people know it.")
    agreement = forms.ChoiceField(
        label="Kind",
        choices=Agreement.choices,
        initial=Agreement.SERVICE_LEVEL,
        help_text="A service level is promised to those whom you serve; an operational level by a "
        "team of its part, beneath that.",
    )
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        label="Promised by",
        required=False,
        empty_label="Every team",
        help_text="For an operational level alone. It counts while the team has the ticket.",
    )
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), required=False, empty_label="Every service"
    )
    customer = forms.ModelChoiceField(
        Unit.objects.order_by("name"),
        required=False,
        empty_label="Everybody",
        help_text="Requesters of this unit and of those below it.",
    )


def initial_terms(present: ServiceLevelTerms | None, today: str) -> dict[str, Any]:
    """Return what the form begins with: the terms that hold, or the usual calendar alone."""
    usual = calendar_named("").pk
    known: dict[str, Any] = {f"calendar_{priority}": usual for priority in PRIORITIES}
    known |= {"valid_from": today, "pauses": ["requester"]}
    if present is None:
        return known
    for target in present.targets.all():
        known[f"{target.metric}_{target.priority}"] = hours_text(target.seconds)
        known[f"calendar_{target.priority}"] = target.calendar_id
    return known | {
        "pauses": present.pauses,
        "after_reopening": present.after_reopening,
        "restarts": "yes" if present.restarts else "",
        "warning_percent": present.warning_percent,
    }


class TrialForm(forms.Form):
    """A ticket that is thought up: when it is reported, and its priority."""

    opened = forms.DateTimeField(
        label="Reported",
        widget=minute_input(),
    )
    priority = forms.TypedChoiceField(
        choices=[(each, str(each)) for each in PRIORITIES], coerce=int, initial=3
    )

    def clean_opened(self) -> datetime:
        """Read the time as the organisation's clocks show it."""
        typed: datetime = self.cleaned_data["opened"]
        return typed.replace(tzinfo=ZoneInfo(organisation().zone))
