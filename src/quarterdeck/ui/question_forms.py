"""Forms made of questions that a person has put together, as the kernel of questions knows them.

A question that depends on an earlier answer is shown and hidden in the browser; without a script
all are shown, and what was not asked counts for nothing either way.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from quarterdeck.core.models import Person
from quarterdeck.kernels.questions import NO, YES, Question, QuestionType
from quarterdeck.ui.forms import NamedRowField
from quarterdeck.ui.time_inputs import day_input

_PREFIX = "q-"
_CHOOSE = ("", "—")


@dataclass(frozen=True)
class Asked:
    """A question as a page shows it: its field, and on which answer to which field it depends.

    `is_person` says that people are suggested while one types.
    """

    bound: BoundField
    depends_on: str = ""
    answer: str = ""
    is_person: bool = False


class QuestionForm(forms.Form):
    """The fields of some questions; what an answer has to be is judged by a verb, not here."""

    use_required_attribute = False

    def __init__(
        self,
        questions: Sequence[Question],
        people: QuerySet[Person],
        data: QueryDict | None = None,
        files: MultiValueDict[str, "UploadedFile[bytes]"] | None = None,
    ) -> None:
        """Take the people among whom a question for a person is answered."""
        super().__init__(data, files)
        self.questions = tuple(questions)
        for question in self.questions:
            self.fields[_PREFIX + question.key] = _field(question, people)

    def asked(self) -> Iterator[Asked]:
        """Give the questions in their order."""
        for question in self.questions:
            bound, is_person = (
                self[_PREFIX + question.key],
                question.type is QuestionType.PERSON,
            )
            if question.asked_when:
                decider = _PREFIX + question.asked_when
                yield Asked(bound, decider, question.asked_for, is_person)
            else:
                yield Asked(bound, is_person=is_person)

    def answers(self) -> dict[str, Any]:
        """Return what was answered as texts, a person by their key and a file by its name."""
        found = {}
        for question in self.questions:
            value = self.cleaned_data.get(_PREFIX + question.key)
            if question.type is QuestionType.PERSON and value is not None:
                value = str(value.pk)
            if question.type is QuestionType.FILE and value is not None:
                value = value.name
            if value not in (None, "", []):
                found[question.key] = value
        return found

    def sent_files(self) -> "dict[str, UploadedFile[bytes]]":
        """Return the files by the keys of the questions that ask for them."""
        of_files = [q.key for q in self.questions if q.type is QuestionType.FILE]
        named = {key: self.cleaned_data.get(_PREFIX + key) for key in of_files}
        return {key: file for key, file in named.items() if file is not None}

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """Put what a verb said beside the questions, and the rest above all."""
        for key, texts in errors.items():
            name = _PREFIX + key
            self.add_error(name if name in self.fields else None, " ".join(texts))


def _field(question: Question, people: QuerySet[Person]) -> forms.Field:
    ways: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": False}
    field = _made(question, people, ways)
    # So says the label; whether there is an answer is judged together with what is asked.
    field.required = question.is_required
    field.validate = _accept  # type: ignore[method-assign, assignment]  # the verb judges it
    return field


def _accept(_value: Any) -> None:
    """Leave it to the verb, which knows what is asked."""


def _made(question: Question, people: QuerySet[Person], ways: dict[str, Any]) -> forms.Field:
    if question.type is QuestionType.PERSON:
        typed = forms.TextInput({"list": "people", "autocomplete": "off"})
        return NamedRowField(people, widget=typed, **ways)
    if question.type is QuestionType.FILE:
        return forms.FileField(**ways)
    options = [(option, option) for option in question.options]
    if question.type is QuestionType.MULTI_CHOICE:
        return forms.MultipleChoiceField(
            choices=options, widget=forms.CheckboxSelectMultiple, **ways
        )
    if question.type is QuestionType.CHOICE:
        return forms.ChoiceField(choices=[_CHOOSE, *options], **ways)
    if question.type is QuestionType.YES_NO:
        return forms.ChoiceField(choices=[_CHOOSE, (YES, "Yes"), (NO, "No")], **ways)
    return forms.CharField(widget=_WIDGETS.get(question.type, forms.TextInput)(), **ways)


def _long() -> forms.Widget:
    return forms.Textarea({"rows": 4})


def _number() -> forms.Widget:
    return forms.TextInput({"inputmode": "decimal"})


def _day() -> forms.Widget:
    return day_input()


_WIDGETS: Mapping[QuestionType, Callable[[], forms.Widget]] = {
    QuestionType.LONG_TEXT: _long,
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _day,
}
