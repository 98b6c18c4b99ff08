"""What a person types about a problem: what it is, why it happened, and how it goes on."""

from typing import Any

from django import forms

from quarterdeck.core.models import Person
from quarterdeck.desk.models import Problem, Ticket
from quarterdeck.desk.queries.routing import people_of_the_desk
from quarterdeck.desk.vocabulary import FactorKind, Level
from quarterdeck.desk.web.forms import offer_categories
from quarterdeck.services.models import Service
from quarterdeck.ui.time_inputs import minute_input

_TEXT = forms.Textarea({"rows": 4})


class NewProblemForm(forms.Form):
    """What goes wrong again and again, where, and who looks into it."""

    title = forms.CharField(max_length=300, help_text="What goes wrong, not why.")
    statement = forms.CharField(
        widget=_TEXT, required=False, help_text="Since when, how often, for whom."
    )
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), required=False, empty_label="—"
    )
    owner = forms.ModelChoiceField(
        people_of_the_desk(),
        required=False,
        empty_label="—",
    )
    impact = forms.TypedChoiceField(choices=Level.choices, coerce=int, initial=Level.MEDIUM.value)


class ProblemForm(forms.Form):
    """A form on the page of a problem, which knows the problem as it stands."""

    def __init__(self, *given: Any, problem: Problem, **ways: Any) -> None:
        super().__init__(*given, **ways)
        self.problem = problem
        self.prefill()

    def prefill(self) -> None:
        """Put in what stands."""


class InvestigationForm(ProblemForm):
    """Why the cause is sought, which a problem taken up again has to say."""

    reason = forms.CharField(max_length=500, required=False)


class KnownErrorForm(ProblemForm):
    """The cause, what it truly is, and what helps meanwhile."""

    cause = forms.CharField(label="What the cause is", widget=_TEXT)
    true_category = forms.CharField(
        label="What it truly is",
        max_length=200,
        help_text="What was reported is one thing, the cause another.",
    )
    workaround = forms.CharField(
        widget=_TEXT, required=False, help_text="What the desk tells people until it is mended."
    )

    def prefill(self) -> None:
        """Put in what was found before."""
        offer_categories(self, "true_category", self.problem.true_category)
        for name in ("cause", "true_category", "workaround"):
            self.fields[name].initial = getattr(self.problem, name)


class ChangeForm(ProblemForm):
    """By which change the cause is removed."""

    change_reference = forms.CharField(label="Change", max_length=200)


class SolutionForm(ProblemForm):
    """What removed the cause, and since when."""

    resolution = forms.CharField(label="What was done", widget=_TEXT)
    fixed_at = forms.DateTimeField(
        label="Fixed since",
        widget=minute_input(),
        help_text="When the fix took effect: what comes back is counted from then.",
    )


class EmptyForm(ProblemForm):
    """Nothing to say."""


class DescriptionForm(ProblemForm, NewProblemForm):
    """What the problem is, as it stands."""

    def prefill(self) -> None:
        """Put in what stands."""
        for name in ("title", "statement", "service", "owner", "impact"):
            self.fields[name].initial = getattr(self.problem, f"{name}_id", None) or getattr(
                self.problem, name
            )
        # Whoever owns it stays its owner, also without a role by now.
        owner = self.problem.owner_id
        standing = Person.objects.filter(pk__in=[owner] if owner else [])
        self.fields["owner"] = forms.ModelChoiceField(
            people_of_the_desk() | standing,
            required=False,
            empty_label="—",
            initial=owner,
        )


class CauseStepForm(ProblemForm):
    """One answer to why."""

    above = forms.ModelChoiceField(
        Problem.objects.none(), label="Why", required=False, empty_label="… does the problem exist?"
    )
    answer = forms.CharField(label="Because", max_length=500)
    evidence = forms.CharField(
        max_length=2_000, required=False, help_text="What shows that this is so."
    )
    is_root = forms.BooleanField(label="It is the root cause", required=False)

    def prefill(self) -> None:
        """Offer the answers that are there."""
        self.fields["above"].queryset = self.problem.cause_steps.order_by("pk")  # type: ignore[attr-defined]  # it chooses among rows


class FactorForm(ProblemForm):
    """What contributed."""

    kind = forms.ChoiceField(choices=FactorKind.choices)
    description = forms.CharField(label="What contributed", max_length=500)
    evidence = forms.CharField(max_length=2_000, required=False)


class LinkForm(ProblemForm):
    """Which incident the problem explains."""

    ticket = forms.CharField(label="Number of the incident", max_length=64)
    reason = forms.CharField(label="Why", max_length=500, required=False)

    def clean_ticket(self) -> Ticket:
        """Accept the number of a ticket; whether the person may see it is asked by the verb."""
        number: str = self.cleaned_data["ticket"].strip()
        found = Ticket.objects.standing().filter(number__in={number, number.upper()})
        ticket = found.order_by("-pk").first()
        if ticket is None:
            raise forms.ValidationError(f"There is no ticket “{number}”.")
        return ticket
