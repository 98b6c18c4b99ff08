"""Suggestions from a vocabulary, with the words that explain them."""

import math
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.similarity import Entry, Index, words_of

VOCABULARY = [
    Entry("backup", "Back up files and restore data."),
    Entry("budget", "Control operational budgets and expenditures."),
    Entry("recruit", "Recruit, hire and train staff."),
    Entry("network", "Monitor the network and its servers."),
    Entry("empty", "Of the and to."),
]
texts = st.text(st.sampled_from("abs e'\u2019-\n"), max_size=30)


def keys(text: str, *, limit: int = 5, least: float = 0.0) -> list[str]:
    found = Index(VOCABULARY).suggest(text, limit=limit, least=least)
    return [suggestion.entry.key for suggestion in found]


def test_the_entry_with_the_same_words_comes_first() -> None:
    assert keys("Restore the files") == ["backup"]


def test_a_plural_finds_the_singular() -> None:
    assert keys("Manages the department's budget") == ["budget"]


def test_words_that_any_sentence_has_find_nothing() -> None:
    assert keys("of the and to") == []


def test_the_same_text_has_the_whole_strength() -> None:
    (found,) = Index(VOCABULARY).suggest("Recruit, hire and train staff.")

    assert math.isclose(found.strength, 1)


def test_a_suggestion_is_explained_by_the_words_in_common_as_they_were_written() -> None:
    (found,) = Index(VOCABULARY).suggest("Trains staffs on servers", limit=1)

    assert {word for word, _ in found.words} == {"trains", "staffs"}


def test_the_parts_of_the_words_make_the_strength() -> None:
    (found, *_) = Index(VOCABULARY).suggest("Restore files on the network")

    assert math.isclose(sum(part for _, part in found.words), found.strength)


def test_a_rarer_word_tells_more() -> None:
    index = Index([Entry("1", "data alpha"), Entry("2", "data beta"), Entry("3", "data gamma")])

    (found, *_) = index.suggest("data beta")

    assert [found.entry.key, found.words[0][0]] == ["2", "beta"]


def test_what_is_too_weak_is_left_out() -> None:
    assert keys("Train servers", least=0.9) == []


def test_ties_go_by_key() -> None:
    index = Index([Entry("b", "alpha"), Entry("a", "alpha")])

    assert [one.entry.key for one in index.suggest("alpha")] == ["a", "b"]


def test_an_empty_vocabulary_suggests_nothing() -> None:
    assert Index([]).suggest("anything") == []


def test_the_weights_are_those_of_the_published_formula() -> None:
    # One entry of two, each of two words: length over mean is 1, so a word that both have weighs
    # log(1 + 0.5/2.5) * 2.2/2.2, and one that only one has log(1 + 1.5/1.5) * 2.2/2.2.
    index = Index([Entry("1", "data alpha"), Entry("2", "data beta")])

    (found, *_) = index.suggest("data beta")

    rare, common = math.log(2), math.log(1.2)
    assert [round(part, 12) for _, part in found.words] == [
        round(rare / (rare + common), 12),
        round(common / (rare + common), 12),
    ]


@given(st.lists(texts, max_size=6), texts)
def test_any_text_gets_an_answer_of_a_strength_from_0_to_1(
    vocabulary: list[str], text: str
) -> None:
    index = Index(Entry(str(number), own) for number, own in enumerate(vocabulary))

    assert all(0 < one.strength <= 1 for one in index.suggest(text, limit=10))


@given(st.lists(texts, min_size=1, max_size=6))
def test_the_order_of_the_vocabulary_changes_nothing(vocabulary: list[str]) -> None:
    entries = [Entry(str(number), text) for number, text in enumerate(vocabulary)]
    shuffled = Random(0).sample(entries, len(entries))  # noqa: S311 — any order will do

    found, again = (Index(order).suggest(vocabulary[0], limit=10) for order in (entries, shuffled))

    assert [one.entry for one in again] == [one.entry for one in found]


@given(texts)
def test_no_word_is_blank(text: str) -> None:
    assert all(word.strip() and stem for word, stem in words_of(text))
