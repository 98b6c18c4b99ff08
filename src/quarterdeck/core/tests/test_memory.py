"""What is remembered while one answer is made."""

from datetime import UTC, datetime

import pytest

from quarterdeck.core.directory import found_unit
from quarterdeck.core.memory import asked_once, remembering
from quarterdeck.core.models import Account, Unit

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)


class Counted:
    """A question that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.ask = asked_once(self._answer)

    def _answer(self, name: str) -> str:
        self.asked += 1
        return f"{name} {self.asked}"


def test_outside_of_a_block_everything_is_asked_anew() -> None:
    question = Counted()

    assert [question.ask("a"), question.ask("a")] == ["a 1", "a 2"]


def test_inside_of_a_block_each_question_is_asked_once() -> None:
    question = Counted()

    with remembering():
        answers = [question.ask("a"), question.ask("b"), question.ask("a")]

    assert answers == ["a 1", "b 2", "a 1"]


def test_a_block_inside_of_a_block_remembers_with_it() -> None:
    question = Counted()

    with remembering():
        with remembering():
            question.ask("a")
        assert question.ask("a") == "a 1"


def test_nothing_outlives_its_block() -> None:
    question = Counted()
    with remembering():
        question.ask("a")

    with remembering():
        assert question.ask("a") == "a 2"


@pytest.mark.django_db
def test_an_act_makes_everything_forgotten(operator: Account) -> None:
    question = Counted()

    with remembering():
        question.ask("a")
        root = Unit.objects.get(parent=None)
        found_unit(name="Archives", parent=root, actor=operator, at=AT)
        assert question.ask("a") == "a 2"


@pytest.mark.django_db
def test_what_was_asked_inside_of_an_act_is_forgotten_after_it(operator: Account) -> None:
    question = Counted()

    with remembering():
        root = Unit.objects.get(parent=None)
        found_unit(name="Archives", parent=root, actor=operator, at=AT)
        question.ask("a")
        found_unit(name="Library", parent=root, actor=operator, at=AT)
        assert question.ask("a") == "a 2"
