"""What people fill in about how time is cut into periods."""

from typing import Any

from django import forms

from quarterdeck.office.queries.period_changes import Change
from quarterdeck.office.queries.periods import MONTHS
from quarterdeck.office.vocabulary import PeriodRuleKind
from quarterdeck.ui.time_inputs import day_input

_MONTH_CHOICES = list(enumerate(MONTHS, 1))


def _reason() -> forms.CharField:
    return forms.CharField(
        label="Why",
        required=False,
        max_length=200,
        help_text="Charts tell it where the new series begins.",
    )


class ZoneForm(forms.Form):
    """Another time zone from a day on."""

    zone = forms.CharField(
        max_length=64, label="Time zone", help_text="Where days begin, such as Europe/Berlin."
    )
    valid_from = forms.DateField(
        label="From",
        required=False,
        widget=day_input(),
        help_text="The days before begin and end as they did. Empty is the next day, or since ever "
        "where nothing is recorded.",
    )
    reason = _reason()


class FiscalYearForm(forms.Form):
    """Another start of the fiscal year."""

    month = forms.TypedChoiceField(
        label="Fiscal years start in", choices=_MONTH_CHOICES, coerce=int
    )
    valid_from = forms.DateField(
        label="The first of them on",
        required=False,
        widget=day_input(),
        help_text="Empty is the next first day of that month. The fiscal year before ends the day "
        "before, as a short year with a name of its own, such as FY2026T.",
    )
    reason = _reason()


class CorrectionForm(forms.Form):
    """What was recorded wrongly about the past; `seen` is the effect that was read before."""

    kind = forms.ChoiceField(label="What was wrong", choices=PeriodRuleKind.choices)
    zone = forms.CharField(max_length=64, required=False, label="The time zone was")
    month = forms.TypedChoiceField(
        label="Fiscal years started in",
        required=False,
        choices=[("", "—"), *_MONTH_CHOICES],
        coerce=int,
        empty_value=None,
    )
    valid_from = forms.DateField(
        label="Since",
        widget=day_input(),
        help_text="1970-01-01 is since ever. Before it is done, it is shown what it changes.",
    )
    reason = forms.CharField(label="Why", max_length=200)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Want what the kind needs."""
        cleaned: dict[str, Any] = super().clean() or {}
        needed = "zone" if cleaned.get("kind") == PeriodRuleKind.ZONE else "month"
        if not cleaned.get(needed):
            self.add_error(needed, "Say which.")
        return cleaned

    @property
    def change(self) -> Change:
        """What is wanted, as the verbs take it."""
        given = self.cleaned_data
        kind = PeriodRuleKind(given["kind"])
        value = given["zone"] if kind is PeriodRuleKind.ZONE else str(given["month"])
        return Change(kind, value, given["valid_from"], given["reason"])
