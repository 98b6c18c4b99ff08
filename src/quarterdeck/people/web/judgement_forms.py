"""What somebody fills in who judges: a verdict on each question, and one reason for all."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from quarterdeck.people.models import QualificationJudgement
from quarterdeck.people.queries.judged import Question
from quarterdeck.people.verbs.judgements import Decision
from quarterdeck.people.vocabulary import JudgedVerdict

_OF_A_RULE = [("", "Leave it open"), (JudgedVerdict.MET, "Met"), (JudgedVerdict.UNMET, "Not met")]
_OF_WORK = [
    ("", "Leave it open"),
    (JudgedVerdict.MET, "It counts"),
    (JudgedVerdict.UNMET, "It does not count"),
]


class JudgementForm(forms.Form):
    """The questions under one rule: of the rule as a whole, or of each piece of work."""

    is_conflict = False

    def __init__(self, questions: Sequence[Question], data: Any = None) -> None:
        super().__init__(data)
        self.questions = questions
        for number, question in enumerate(questions):
            self.fields[f"seen-{number}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=question.seen, min_value=0, max_value=10**6
            )
            is_work = question.experience is not None
            self.fields[f"verdict-{number}"] = forms.ChoiceField(
                label="Does it count?" if is_work else "What do you find?",
                choices=_OF_WORK if is_work else _OF_A_RULE,
                required=False,
            )
            if question.experience is not None:
                self.fields[f"percent-{number}"] = forms.DecimalField(
                    label="Share of its time that counts, %",
                    initial=question.experience.percent_managing if _is_managing(question) else 100,
                    min_value=0,
                    max_value=100,
                    decimal_places=2,
                    required=False,
                )
        self.fields["reason"] = forms.CharField(
            label="Why",
            widget=forms.Textarea(attrs={"rows": 4}),
            max_length=4000,
            help_text="What you looked at, and what you conclude from it. It is kept for good.",
        )

    @property
    def rows(self) -> Iterator[tuple[Question, BoundField, BoundField | None, BoundField]]:
        """Give each question with its fields."""
        for number, question in enumerate(self.questions):
            percent = f"percent-{number}"
            yield (
                question,
                self[f"verdict-{number}"],
                self[percent] if percent in self.fields else None,
                self[f"seen-{number}"],
            )

    def decisions(self) -> list[Decision]:
        """Return what was decided; what is left open is none of it."""
        found = []
        for number, question in enumerate(self.questions):
            verdict = self.cleaned_data.get(f"verdict-{number}")
            if verdict:
                is_met = verdict == JudgedVerdict.MET
                percent = self.cleaned_data.get(f"percent-{number}") if is_met else None
                seen = self.cleaned_data[f"seen-{number}"]
                found.append(Decision(JudgedVerdict(verdict), seen, question.experience, percent))
        return found

    def tell_conflict(self, present: QualificationJudgement) -> None:
        """Say what somebody else has judged meanwhile, and let the next try build on it."""
        self.is_conflict = True
        self.add_error(
            None,
            f"{present.judged_by} has judged this meanwhile: {present}. Read it; if you send "
            "yours again, it revises theirs.",
        )
        data = dict(self.data.items())
        for number, question in enumerate(self.questions):
            data[f"seen-{number}"] = str(question.seen)
        self.data = data


def _is_managing(question: Question) -> bool:
    """Whether the rule speaks of managing, so that what the row says of it is the first guess."""
    work = question.experience
    says = f"{question.demand.rule.label} {question.key}".casefold()
    return work is not None and work.percent_managing is not None and "manag" in says
