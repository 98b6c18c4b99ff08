"""What a person fills in to decide, to withdraw, and to delegate authority."""

from datetime import timedelta
from typing import Any

from django import forms

from quarterdeck.core.approvable import all_kinds
from quarterdeck.core.models import Person
from quarterdeck.office.queries.periods import own_start_of
from quarterdeck.office.rules.approvals import Authority
from quarterdeck.office.vocabulary import ApprovalVerdict
from quarterdeck.ui.forms import NamedRowField
from quarterdeck.ui.time_inputs import day_input

_DAY = day_input()


class DecisionForm(forms.Form):
    """Yes or no, with a comment, for the state of the record that was seen."""

    seat = forms.TypedChoiceField(label="You decide", coerce=int)
    comment = forms.CharField(
        required=False,
        widget=forms.Textarea({"rows": 3}),
        max_length=4000,
        help_text="Needed where you reject: the requester reads it.",
    )
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=ApprovalVerdict.choices, widget=forms.HiddenInput)

    def __init__(self, authorities: tuple[Authority, ...], *given: Any, **ways: Any) -> None:
        super().__init__(*given, **ways)
        choices = [(each.seat.pk, str(each).capitalize()) for each in authorities]
        self.fields["seat"].choices = choices  # type: ignore[attr-defined]  # it is a choice field
        if len(choices) == 1:
            self.fields["seat"].initial = choices[0][0]
            self.fields["seat"].widget = forms.HiddenInput()


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(max_length=500, required=False)


class InquiryForm(forms.Form):
    """What an approver wants to know."""

    question = forms.CharField(widget=forms.Textarea({"rows": 3}), max_length=4000)


class AnswerForm(forms.Form):
    """What the requester answers."""

    answer = forms.CharField(widget=forms.Textarea({"rows": 3}), max_length=4000)


class DelegationForm(forms.Form):
    """To whom authority goes, for which days, and how far."""

    receiver = NamedRowField(Person.objects.order_by("name"), label="Who decides in your place")
    first_day = forms.DateField(label="From", widget=_DAY)
    last_day = forms.DateField(
        label="Until", widget=_DAY, required=False, help_text="The last day; none is until revoked."
    )
    kinds = forms.MultipleChoiceField(
        label="Which approvals",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nothing chosen is every kind.",
    )
    amount_limit = forms.DecimalField(
        label="Up to which amount",
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text="With a limit, what has no amount is not covered.",
    )
    reason = forms.CharField(max_length=500, help_text="Such as a leave.")

    def __init__(self, *given: Any, **ways: Any) -> None:
        super().__init__(*given, **ways)
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]  # it is a choice field
            (kind.key, kind.title) for kind in all_kinds()
        ]

    def words(self) -> dict[str, Any]:
        """What the verb is told: days begin at midnight in the organisation's zone."""
        given = self.cleaned_data
        last = given["last_day"]
        end = None if last is None else own_start_of(last + timedelta(1))
        return {
            "receiver": given["receiver"],
            "begins_at": own_start_of(given["first_day"]),
            "ends_at": end,
            "kinds": tuple(given["kinds"]),
            "amount_limit": given["amount_limit"],
            "reason": given["reason"],
        }
