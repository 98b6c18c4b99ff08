"""Known answers, worked out by hand on a few words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.likeness import (
    Likeness,
    Rarities,
    Report,
    cosine,
    counts_of,
    most_alike,
    vector_of,
    votes,
)

# Of ten reports, one says "toner", four say "printer": ln(11/2) + 1 and ln(11/5) + 1.
TEN = Rarities(10, {"toner": 1, "printer": 4})


def test_a_rare_word_weighs_more_than_a_common_one_and_an_unheard_one_the_most() -> None:
    weights = [TEN.of(word) for word in ("printer", "toner", "flux")]

    assert weights == pytest.approx([1 + math.log(2.2), 1 + math.log(5.5), 1 + math.log(11)])


def test_a_word_of_the_title_counts_as_three() -> None:
    assert counts_of("Printers jam", "the printer smells") == {"printer": 4, "jam": 3, "smell": 1}


def test_the_cosine_is_what_a_hand_works_out() -> None:
    flat = Rarities(0)
    left = vector_of({"toner": 1, "printer": 1}, flat)
    right = vector_of({"toner": 1, "paper": 1}, flat)

    # Two of two words each, one in common: 1/√2 × 1/√2.
    assert cosine(left, right) == pytest.approx(0.5)


def test_reports_are_ranked_with_the_words_that_explain_it() -> None:
    flat = Rarities(0)
    report = Report(1, "toner", "")
    others = [Report(2, "toner", "paper"), Report(3, "toner", ""), Report(4, "paper", "")]

    found = most_alike(report, others, flat)

    # "toner" three times weighs 1 + ln 3 against 1 for "paper".
    weight = (1 + math.log(3)) / math.hypot(1 + math.log(3), 1)
    assert [one.key for one in found] == [3, 2]
    assert found[0] == Likeness(3, 1.0, 1.5, (("toner", 1.0),))
    assert found[1].strength == pytest.approx(weight)


def test_of_two_that_are_as_alike_the_nearer_in_time_comes_first() -> None:
    report = Report(1, "toner", "", day=100)
    old, new = Report(2, "toner", "", day=10), Report(3, "toner", "", day=100)

    found = most_alike(report, [old, new], Rarities(0))

    # A report of 90 days ago gains half of 1/e.
    assert [one.key for one in found] == [3, 2]
    assert [one.score for one in found] == pytest.approx([1.5, 1 + 0.5 / math.e])


def test_neighbours_vote_with_their_strength_and_the_silent_do_not() -> None:
    said = [("Printing", 0.5), ("Email", 0.9), ("Printing", 0.6), ("", 0.9)]

    found = votes(said)

    assert [(each.label, each.voters) for each in found] == [("Printing", 2), ("Email", 1)]
    assert [each.share for each in found] == pytest.approx([0.55, 0.45])


def test_nobody_says_nothing() -> None:
    assert (votes([]), vector_of({}, TEN), most_alike(Report(1, "", ""), [], TEN)) == ([], {}, [])


WORDS = st.text("abc ", max_size=30)


@given(WORDS, WORDS, WORDS, WORDS)
def test_likeness_is_the_same_both_ways_and_never_more_than_one(
    title: str, text: str, other_title: str, other_text: str
) -> None:
    one = vector_of(counts_of(title, text), TEN)
    other = vector_of(counts_of(other_title, other_text), TEN)

    assert cosine(one, other) == pytest.approx(cosine(other, one))
    assert -1e-9 <= cosine(one, other) <= 1 + 1e-9
