"""What is said in the place of a value never contradicts the figures beside it."""

from fractions import Fraction

import pytest

from quarterdeck.core.measures import State
from quarterdeck.scorecard.queries.wording import why_silent


@pytest.mark.parametrize(
    ("state", "coverage", "left_out", "said"),
    [
        (State.VALUE, Fraction(1), 3, ""),
        (State.NOT_APPLICABLE, Fraction(1), 0, "All of it was recorded, and no row of"),
        (State.NOT_ENOUGH_EVIDENCE, Fraction(1, 2), 3, "Not all of the time was recorded"),
        (State.NOT_ENOUGH_EVIDENCE, Fraction(1), 1, "All of the time was recorded, but what"),
    ],
)
def test_silence_says_whether_time_or_knowledge_is_missing(
    state: State, coverage: Fraction, left_out: int, said: str
) -> None:
    assert why_silent(state, coverage, left_out)[: len(said) or 1] == said


def test_what_is_left_out_is_counted() -> None:
    text = why_silent(State.NOT_ENOUGH_EVIDENCE, Fraction(1), 1_204)

    assert text.endswith("1,204 rows are left out, each with its reason.")
