"""Forms of typed questions: which are asked given what was answered, and what answers are worth.

A question may depend on the answer to an earlier one. One that is not asked has no answer, whatever
was sent for it. Answers come as texts, as a browser sends them; several choices as a list of texts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

MOST_QUESTIONS = 60
LONGEST_LINE, LONGEST_TEXT = 300, 20_000
YES, NO = "yes", "no"


class QuestionType(StrEnum):
    """What kind of answer a question wants."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    PERSON = "person"
    FILE = "file"
    YES_NO = "yes_no"


CHOSEN = frozenset({QuestionType.CHOICE, QuestionType.MULTI_CHOICE})
# Whose answers are few enough that another question can depend on one of them.
DECIDING = CHOSEN | {QuestionType.YES_NO}


@dataclass(frozen=True)
class Question:
    """One question: its key among the answers, its words, and what an answer has to be.

    `least` and `most` bound a number; `is_ahead` wants a day that has not passed, which is judged
    by who knows what day it is. It is asked only if the question `asked_when` was answered
    with `asked_for`; without the first, always.
    """

    key: str
    label: str
    type: QuestionType
    is_required: bool = False
    help: str = ""
    options: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    asked_when: str = ""
    asked_for: str = ""
    is_ahead: bool = False

    def told(self) -> dict[str, Any]:
        """Return the question as it is stored, in JSON's own types."""
        return {
            "key": self.key,
            "label": self.label,
            "type": self.type.value,
            "is_required": self.is_required,
            "help": self.help,
            "options": list(self.options),
            "least": None if self.least is None else str(self.least),
            "most": None if self.most is None else str(self.most),
            "asked_when": self.asked_when,
            "asked_for": self.asked_for,
            "is_ahead": self.is_ahead,
        }

    @classmethod
    def restored(cls, told: Mapping[str, Any]) -> "Question":
        """Return a question that was stored; KeyError and ValueError where it was none."""
        least, most = told.get("least"), told.get("most")
        return cls(
            key=str(told["key"]),
            label=str(told["label"]),
            type=QuestionType(told["type"]),
            is_required=bool(told.get("is_required", False)),
            help=str(told.get("help", "")),
            options=tuple(map(str, told.get("options", ()))),
            least=None if least is None else Decimal(str(least)),
            most=None if most is None else Decimal(str(most)),
            asked_when=str(told.get("asked_when", "")),
            asked_for=str(told.get("asked_for", "")),
            is_ahead=bool(told.get("is_ahead", False)),
        )


Answers = Mapping[str, Any]


def faults_of(questions: Sequence[Question]) -> list[str]:
    """Return in sentences why these questions make no form; nothing where they do."""
    found = []
    if len(questions) > MOST_QUESTIONS:
        found.append(
            f"A form has at most {MOST_QUESTIONS} questions, and here are {len(questions)}."
        )
    earlier: dict[str, Question] = {}
    for number, question in enumerate(questions, start=1):
        where = f"Question {number}"
        if not question.label.strip():
            found.append(f"{where}: say what is asked.")
        if not question.key or question.key in earlier:
            found.append(
                f"{where}: its key “{question.key}” is empty or taken by another question."
            )
        found += [f"{where}: {fault}" for fault in _own_faults(question)]
        if fault := _condition_fault(question, earlier):
            found.append(f"{where}: {fault}")
        earlier[question.key] = question
    return found


def _own_faults(question: Question) -> list[str]:
    found = []
    if question.type in CHOSEN and len(set(question.options)) < 2:  # noqa: PLR2004 — one is no choice
        found.append("give at least two different options to choose from.")
    if question.type not in CHOSEN and question.options:
        found.append("only a choice has options.")
    if question.is_ahead and question.type is not QuestionType.DATE:
        found.append("only a day can be one that has not passed.")
    if question.least is not None and question.most is not None and question.least > question.most:
        found.append("the least is more than the most.")
    return found


def _condition_fault(question: Question, earlier: Mapping[str, Question]) -> str:
    if not question.asked_when:
        return ""
    decider = earlier.get(question.asked_when)
    if decider is None:
        return f"it depends on “{question.asked_when}”, which is no earlier question."
    if decider.type not in DECIDING:
        return f"it depends on “{decider.label}”, whose answers are no choice and no yes or no."
    known = decider.options if decider.type in CHOSEN else (YES, NO)
    if question.asked_for not in known:
        answers = ", ".join(known)
        return f"“{question.asked_for}” is no answer to “{decider.label}”: {answers}."
    return ""


def asked(questions: Sequence[Question], answers: Answers) -> tuple[Question, ...]:
    """Return the questions that are asked, given what was answered to those that are."""
    shown: dict[str, Question] = {}
    for question in questions:
        if not question.asked_when or (
            question.asked_when in shown and _is_answered_so(question, answers)
        ):
            shown[question.key] = question
    return tuple(shown.values())


def _is_answered_so(question: Question, answers: Answers) -> bool:
    given = answers.get(question.asked_when)
    return question.asked_for in given if isinstance(given, list) else given == question.asked_for


def judged(
    questions: Sequence[Question], answers: Answers
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the answers to what is asked in JSON's own types, and for each fault a sentence.

    A number is a text of its decimals, a date is in ISO 8601; what nobody answered is left out.
    """
    kept: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for question in asked(questions, answers):
        try:
            value = _value(question, answers.get(question.key))
        except ValueError as fault:
            faults[question.key] = str(fault)
            continue
        if value not in (None, "", []):
            kept[question.key] = value
        elif question.is_required:
            faults[question.key] = _ASK[question.type]
    return kept, faults


_ASK = {
    QuestionType.TEXT: "Please fill this in.",
    QuestionType.LONG_TEXT: "Please fill this in.",
    QuestionType.NUMBER: "Please give a number.",
    QuestionType.DATE: "Please choose a day.",
    QuestionType.CHOICE: "Please choose one.",
    QuestionType.MULTI_CHOICE: "Please choose at least one.",
    QuestionType.PERSON: "Please name somebody.",
    QuestionType.FILE: "Please add a file.",
    QuestionType.YES_NO: "Please say yes or no.",
}


def _value(question: Question, given: Any) -> Any:
    if question.type is QuestionType.MULTI_CHOICE:
        return _choices(question, given)
    text = "" if given is None else str(given).strip()
    if not text:
        return ""
    return _READINGS.get(question.type, _text)(question, text)


def _option(question: Question, text: str) -> str:
    return _one_of(text, question.options)


def _yes_or_no(_question: Question, text: str) -> str:
    return _one_of(text, (YES, NO))


def _text(question: Question, text: str) -> str:
    most = LONGEST_TEXT if question.type is QuestionType.LONG_TEXT else LONGEST_LINE
    if len(text) > most:
        raise ValueError(f"At most {most:,} characters, and this has {len(text):,}.")
    return text


def _one_of(text: str, options: Sequence[str]) -> str:
    if text not in options:
        raise ValueError(f"“{text}” is not on offer: choose one of those that are.")
    return text


def _choices(question: Question, given: Any) -> list[str]:
    chosen = [
        str(each) for each in (given if isinstance(given, list) else [given] if given else [])
    ]
    for each in chosen:
        _one_of(each, question.options)
    return [option for option in question.options if option in chosen]


def _number(question: Question, text: str) -> str:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"“{text}” is no number.")
    if question.least is not None and number < question.least:
        raise ValueError(f"It has to be {question.least} at least.")
    if question.most is not None and number > question.most:
        raise ValueError(f"It has to be {question.most} at most.")
    return f"{number:f}"


def _day(_question: Question, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"“{text}” is no day: write it as 2016-04-30.") from None


_READINGS: Mapping[QuestionType, Callable[[Question, str], str]] = {
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _day,
    QuestionType.CHOICE: _option,
    QuestionType.YES_NO: _yes_or_no,
}
