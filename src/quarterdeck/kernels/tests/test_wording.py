"""Words between two texts, by example and by what must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.wording import Fate, Stretch, nearness, words_between


def test_a_word_in_place_of_another_is_gone_and_new() -> None:
    stretches = words_between("Leads small projects.", "Leads large projects.")

    assert stretches == (
        Stretch(Fate.SAME, "Leads "),
        Stretch(Fate.GONE, "small"),
        Stretch(Fate.NEW, "large"),
        Stretch(Fate.SAME, " projects."),
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_stretches_make_up_both_texts(before: str, after: str) -> None:
    stretches = words_between(before, after)

    left = "".join(each.text for each in stretches if each.fate is not Fate.NEW)
    right = "".join(each.text for each in stretches if each.fate is not Fate.GONE)
    assert (left, right) == (before, after)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 1.0),
        ("Leads teams", "leads  TEAMS.", 1.0),
        ("Leads teams", "Keeps books", 0.0),
        # Two of three words on each side: twice two over six.
        ("plans the work", "plans the budget", 4 / 6),
    ],
)
def test_nearness_is_the_share_of_words_in_common(one: str, other: str, expected: float) -> None:
    assert nearness(one, other) == pytest.approx(expected)
