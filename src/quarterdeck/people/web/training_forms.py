"""What people fill in about sessions."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms

from quarterdeck.core.models import Person
from quarterdeck.office.queries import organisation
from quarterdeck.people.verbs.training import SessionPlan
from quarterdeck.ui.time_inputs import minute_input

_MOMENT = "%Y-%m-%dT%H:%M"


def _moment(label: str) -> forms.CharField:
    """Times are read in the zone of the session, not in that of whoever plans it."""
    return forms.CharField(label=label, widget=minute_input(), max_length=32)


class PlanForm(forms.Form):
    """When and where a session is, by whom and for how many."""

    starts_at = _moment("Starts")
    ends_at = _moment("Ends")
    zone = forms.CharField(
        label="Time zone of the place",
        max_length=64,
        help_text="Such as Europe/Berlin: the times above are those of its clocks.",
    )
    seats = forms.IntegerField(min_value=1, max_value=9_999)
    room = forms.CharField(max_length=200, required=False)
    link = forms.URLField(
        label="Link for those who are elsewhere", required=False, assume_scheme="https"
    )
    trainer = forms.ModelChoiceField(
        Person.objects.order_by("name"), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].initial = organisation().zone

    def clean_zone(self) -> str:
        """Accept the name of a time zone."""
        zone: str = self.cleaned_data["zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(
                f"There is no time zone “{zone}”; expected such as Europe/Berlin."
            )
        return zone

    def clean(self) -> dict[str, Any]:
        """Read both times on the clocks of the place."""
        given: dict[str, Any] = super().clean() or {}
        for name in ("starts_at", "ends_at"):
            if "zone" not in given or name not in given:
                continue
            try:
                # The browser sends what a clock on the wall shows, without a zone.
                local = datetime.strptime(given[name][:16], _MOMENT)  # noqa: DTZ007 — the zone follows
            except ValueError:
                self.add_error(name, "Expected a day and a time, such as 2026-03-02 09:30.")
            else:
                given[name] = local.replace(tzinfo=ZoneInfo(given["zone"]))
        return given

    def plan(self) -> SessionPlan:
        """Return what was filled in."""
        given = self.cleaned_data
        names = ("starts_at", "ends_at", "zone", "seats", "room", "link", "trainer")
        return SessionPlan(**{name: given[name] for name in names})


class ReplanForm(PlanForm):
    """Another plan for the session as one saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CancelForm(forms.Form):
    """Why a session does not take place."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(max_length=300, required=False)
