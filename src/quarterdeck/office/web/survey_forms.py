"""What people fill in about a survey: its questions, and whom it asks."""

from typing import Any

from django import forms

from quarterdeck.office.models.surveys import MOST_QUESTIONS
from quarterdeck.office.queries.occasions import all_occasions
from quarterdeck.office.verbs.surveys import Question, SurveyTerms
from quarterdeck.office.vocabulary import QuestionKind

_TERMS = {
    "share": ("Sample in percent", "Of those to whom it happens, how many are asked."),
    "rest_days": ("Days of rest", "Nobody is asked again so soon, by whichever survey."),
    "open_days": ("Days open", "How long a link can be answered."),
    "reminder_days": ("Days until the reminder", "There is one reminder; 0 is none."),
    "smallest_group": ("Smallest group", "Figures of fewer people are hidden."),
}


class QuestionsForm(forms.Form):
    """The wording: an introduction and one to three questions."""

    introduction = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Stands above the questions and in the mail.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_QUESTIONS + 1):
            is_first = number == 1
            kinds = [
                each
                for each in QuestionKind.choices
                if not (is_first and each[0] == QuestionKind.TEXT)
            ]
            self.fields[f"text_{number}"] = forms.CharField(
                max_length=300, required=is_first, label=f"Question {number}"
            )
            self.fields[f"kind_{number}"] = forms.ChoiceField(
                choices=kinds, label=f"Question {number}: how it is answered"
            )
            self.fields[f"low_{number}"] = forms.CharField(
                max_length=60, required=False, label="What 1 means"
            )
            self.fields[f"high_{number}"] = forms.CharField(
                max_length=60, required=False, label="What 5 means"
            )

    def questions(self) -> list[Question]:
        """Return the questions that have words."""
        given = self.cleaned_data
        return [
            Question(
                *(given[f"{name}_{number}"] for name in ("kind", "text", "low", "high")),
            )
            for number in range(1, MOST_QUESTIONS + 1)
            if given[f"text_{number}"]
        ]


class TermsForm(forms.Form):
    """Whom the survey asks, and how long it waits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, told) in _TERMS.items():
            self.fields[name] = forms.IntegerField(
                label=label, help_text=told, initial=getattr(SurveyTerms(), name)
            )

    def terms(self) -> SurveyTerms:
        """Return what was filled in."""
        return SurveyTerms(**{name: self.cleaned_data[name] for name in _TERMS})


class BeginForm(QuestionsForm, TermsForm):
    """A new survey."""

    name = forms.CharField(max_length=200)
    occasion = forms.ChoiceField(help_text="After what people are asked.")
    is_anonymous = forms.BooleanField(
        required=False,
        label="Keep the answers without names",
        help_text="It cannot be changed later, either way.",
    )
    field_order = ("name", "occasion", "is_anonymous", "introduction")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occasion"].choices = [  # type: ignore[attr-defined]  # a ChoiceField has them
            (each.key, each.title) for each in all_occasions()
        ]

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields in the order of thinking: what it is, what it asks, and whom."""
        questions = [name for name in self.fields if name.rpartition("_")[2].isdigit()]
        return [
            ("The survey", [self[name] for name in self.field_order]),
            ("What it asks", [self[name] for name in questions]),
            ("Whom it asks, and how long it waits", [self[name] for name in _TERMS]),
        ]


class VersionedQuestionsForm(QuestionsForm):
    """Another wording for the survey as one saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionedTermsForm(TermsForm):
    """Other terms for the survey as one saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class EndForm(forms.Form):
    """The survey as one saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
