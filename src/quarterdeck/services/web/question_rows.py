"""The rows in which a person puts questions together, a form for each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.http import QueryDict

from quarterdeck.kernels.questions import MOST_QUESTIONS, Question, QuestionType

_TYPES = [
    (QuestionType.TEXT.value, "A line of text"),
    (QuestionType.LONG_TEXT.value, "A longer text"),
    (QuestionType.NUMBER.value, "A number"),
    (QuestionType.DATE.value, "A day"),
    (QuestionType.CHOICE.value, "One of several"),
    (QuestionType.MULTI_CHOICE.value, "Some of several"),
    (QuestionType.YES_NO.value, "Yes or no"),
    (QuestionType.PERSON.value, "A person"),
    (QuestionType.FILE.value, "A file"),
]
_BLANK_ROWS = 3
_LONGEST_AMOUNT = 4


class RowForm(forms.Form):
    """One question as it is put together; a row without words is none."""

    use_required_attribute = False

    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    place = forms.IntegerField(label="Place", required=False, min_value=1, max_value=999)
    label = forms.CharField(label="Question", required=False, max_length=200)
    type = forms.ChoiceField(label="Answer", choices=_TYPES, initial=QuestionType.TEXT.value)
    is_required = forms.BooleanField(label="Has to be answered", required=False)
    help = forms.CharField(label="Help", required=False, max_length=300)
    options = forms.CharField(
        label="Options, one a line", required=False, widget=forms.Textarea({"rows": 3})
    )
    least = forms.DecimalField(label="At least", required=False)
    most = forms.DecimalField(label="At most", required=False)
    is_ahead = forms.BooleanField(
        label="Only a day that has not passed", required=False, help_text="Of a day alone."
    )
    asked_when = forms.CharField(
        label="Only if the question …", required=False, max_length=200, help_text="Its words."
    )
    asked_for = forms.CharField(
        label="… was answered with",
        required=False,
        max_length=200,
        help_text="yes and no are words too.",
    )


@dataclass(frozen=True)
class RowForms:
    """The rows of one form, in the order in which they were typed."""

    forms: tuple[RowForm, ...]

    def is_valid(self) -> bool:
        """Whether each row can be read; what the questions are worth together is asked later."""
        return not [form for form in self.forms if form.is_bound and not form.is_valid()]

    def questions(self) -> tuple[Question, ...]:
        """Return the questions in the order of their places; without words a row is left out."""
        rows = [dict(form.cleaned_data if form.is_bound else form.initial) for form in self.forms]
        rows = [row for row in rows if str(row.get("label", "")).strip()]
        rows.sort(key=lambda row: row.get("place") or MOST_QUESTIONS * 1000)
        taken: set[str] = set()
        keys = {}
        for row in rows:
            key = row.get("key") or _key_of(row["label"], taken)
            taken.add(key)
            keys[row["label"].strip().lower()] = key
            row["key"] = key
        return tuple(_question(row, keys) for row in rows)


def _key_of(label: str, taken: set[str]) -> str:
    """Return a key made of the words of a question; no two have the same."""
    stem = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "question"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    return key


def _question(row: dict[str, object], keys: dict[str, str]) -> Question:
    """Return the question of a row; a condition names another question by its words."""
    named = str(row.get("asked_when") or "").strip()
    answer = str(row.get("asked_for") or "").strip()
    options = str(row.get("options") or "").splitlines()
    least, most = row.get("least"), row.get("most")
    return Question(
        key=str(row["key"]),
        label=str(row["label"]).strip(),
        type=QuestionType(str(row["type"])),
        is_required=bool(row.get("is_required")),
        help=str(row.get("help") or "").strip(),
        options=tuple(option.strip() for option in options if option.strip()),
        least=least if isinstance(least, Decimal) else None,
        most=most if isinstance(most, Decimal) else None,
        asked_when=keys.get(named.lower(), named) if named else "",
        asked_for=answer if named else "",
        is_ahead=bool(row.get("is_ahead")),
    )


def rows_of(questions: Sequence[Question]) -> RowForms:
    """Return rows filled with questions, and a few blank ones below."""
    labels = {question.key: question.label for question in questions}
    filled = [
        {
            **question.told(),
            "least": question.least,
            "most": question.most,
            "options": "\n".join(question.options),
            "asked_when": labels.get(question.asked_when, ""),
            "place": number,
        }
        for number, question in enumerate(questions, start=1)
    ]
    blank = [
        {"place": number, "type": QuestionType.TEXT.value}
        for number in range(len(filled) + 1, len(filled) + 1 + _BLANK_ROWS)
    ]
    return RowForms(
        tuple(RowForm(initial=row, prefix=str(number)) for number, row in enumerate(filled + blank))
    )


def typed_rows(data: QueryDict) -> RowForms:
    """Return the rows as they were sent, and a blank one where all were used."""
    told = data.get("rows", "")
    is_amount = told.isascii() and told.isdigit() and len(told) <= _LONGEST_AMOUNT
    amount = int(told) if is_amount else 0
    amount = min(amount, MOST_QUESTIONS + _BLANK_ROWS)
    return RowForms(tuple(RowForm(data, prefix=str(number)) for number in range(amount)))
