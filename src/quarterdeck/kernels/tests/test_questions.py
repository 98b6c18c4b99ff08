"""Which questions of a form are asked, and what answers to them are worth."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.questions import Question, QuestionType, asked, faults_of, judged

DEVICE = Question(
    "device", "Which device?", QuestionType.CHOICE, is_required=True, options=("Laptop", "Phone")
)
MEMORY = Question(
    "memory",
    "How much memory, in GB?",
    QuestionType.NUMBER,
    is_required=True,
    least=Decimal(8),
    most=Decimal(128),
    asked_when="device",
    asked_for="Laptop",
)
PORTS = Question(
    "ports",
    "Which ports?",
    QuestionType.MULTI_CHOICE,
    options=("USB", "HDMI", "RJ45"),
    asked_when="device",
    asked_for="Laptop",
)
CABLE = Question(
    "cable", "How long a cable?", QuestionType.TEXT, asked_when="ports", asked_for="RJ45"
)
FROM = Question("from", "From when on?", QuestionType.DATE, is_ahead=True)
ABROAD = Question("abroad", "Will you travel?", QuestionType.YES_NO, is_required=True)
FORM = (DEVICE, MEMORY, PORTS, CABLE, FROM, ABROAD)


def keys(answers: dict[str, object]) -> list[str]:
    return [question.key for question in asked(FORM, answers)]


def test_a_question_is_asked_where_the_earlier_answer_says_so() -> None:
    phone = keys({"device": "Phone", "ports": ["RJ45"]})
    laptop = keys({"device": "Laptop", "ports": ["USB", "RJ45"]})

    assert phone == ["device", "from", "abroad"]
    assert laptop == ["device", "memory", "ports", "cable", "from", "abroad"]


def test_what_is_not_asked_has_no_answer_and_no_fault() -> None:
    sent = {"device": "Phone", "memory": "a lot", "cable": "2 m", "abroad": "no"}

    assert judged(FORM, sent) == ({"device": "Phone", "abroad": "no"}, {})


def test_answers_are_kept_in_one_form() -> None:
    sent = {
        "device": "Laptop",
        "memory": " 16,50 ",
        "ports": ["RJ45", "USB"],
        "cable": " 2 m ",
        "from": "2016-04-30",
        "abroad": "yes",
    }

    kept, faults = judged(FORM, sent)

    assert faults == {}
    assert kept == {
        "device": "Laptop",
        "memory": "16.50",
        "ports": ["USB", "RJ45"],
        "cable": "2 m",
        "from": "2016-04-30",
        "abroad": "yes",
    }


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"device": ""}, "Please choose one."),
        ({"device": "Tablet"}, "“Tablet” is not on offer: choose one of those that are."),
        ({"memory": "lots"}, "“lots” is no number."),
        ({"memory": "NaN"}, "“NaN” is no number."),
        ({"memory": "4"}, "It has to be 8 at least."),
        ({"memory": "129"}, "It has to be 128 at most."),
        ({"from": "30/4/2016"}, "“30/4/2016” is no day: write it as 2016-04-30."),
        ({"ports": ["Serial"]}, "“Serial” is not on offer: choose one of those that are."),
        ({"ports": ["RJ45"], "cable": "x" * 301}, "At most 300 characters, and this has 301."),
        ({"abroad": ""}, "Please say yes or no."),
    ],
)
def test_a_wrong_answer_is_told_in_a_sentence(answer: dict[str, object], sentence: str) -> None:
    right = {"device": "Laptop", "memory": "16", "abroad": "no"}

    _, faults = judged(FORM, {**right, **answer})

    assert list(faults.values()) == [sentence]


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        (Question("a", " ", QuestionType.TEXT), "Question 1: say what is asked."),
        (
            Question("a", "A?", QuestionType.CHOICE, options=("x", "x")),
            "Question 1: give at least two different options to choose from.",
        ),
        (
            Question("a", "A?", QuestionType.TEXT, options=("x",)),
            "Question 1: only a choice has options.",
        ),
        (
            Question("a", "A?", QuestionType.NUMBER, least=Decimal(2), most=Decimal(1)),
            "Question 1: the least is more than the most.",
        ),
        (
            Question("a", "A?", QuestionType.TEXT, is_ahead=True),
            "Question 1: only a day can be one that has not passed.",
        ),
        (
            Question("a", "A?", QuestionType.TEXT, asked_when="a", asked_for="x"),
            "Question 1: it depends on “a”, which is no earlier question.",
        ),
    ],
)
def test_a_form_that_cannot_be_asked_is_told_why(question: Question, fault: str) -> None:
    assert faults_of([question]) == [fault]


def test_a_condition_names_an_answer_that_can_be_given() -> None:
    after_text = Question("b", "B?", QuestionType.TEXT, asked_when="from", asked_for="soon")
    after_choice = Question("c", "C?", QuestionType.TEXT, asked_when="device", asked_for="Tablet")

    assert faults_of([FROM, DEVICE, after_text, after_choice]) == [
        "Question 3: it depends on “From when on?”, whose answers are no choice and no yes or no.",
        "Question 4: “Tablet” is no answer to “Which device?”: Laptop, Phone.",
    ]


def test_two_questions_have_two_keys() -> None:
    assert faults_of([FROM, FROM]) == [
        "Question 2: its key “from” is empty or taken by another question."
    ]


def test_the_example_makes_a_form_and_comes_back_from_storage() -> None:
    assert faults_of(FORM) == []
    assert tuple(Question.restored(question.told()) for question in FORM) == FORM


TEXTS = st.one_of(st.none(), st.text(max_size=8), st.lists(st.text(max_size=4), max_size=3))
LIKELY = st.sampled_from(["Laptop", "Phone", "16", "yes", "2016-04-30", ["RJ45"]])


@given(st.dictionaries(st.sampled_from([q.key for q in FORM]), TEXTS | LIKELY))
def test_whatever_is_sent_an_answer_is_kept_or_told_or_was_not_needed(
    sent: dict[str, object],
) -> None:
    kept, faults = judged(FORM, sent)

    again, _ = judged(FORM, kept)
    assert set(kept) & set(faults) == set()
    assert {q.key for q in asked(FORM, kept) if q.is_required} <= set(kept) | set(faults)
    assert {key: again[key] for key in again} == {key: kept[key] for key in again}
