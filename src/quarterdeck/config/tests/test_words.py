"""`docs/words.md` and the code use the same words."""

import re

from quarterdeck.config.tests.documents import words
from quarterdeck.config.tests.test_house_rules import house_models, verbs
from quarterdeck.core.records import all_records


def name_in_words(name: str) -> str:
    """`HistoryEntry` is *history entry*, and `withdraw_import` is *withdraw import*."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower()


def test_every_noun_stands_among_the_words_and_no_other() -> None:
    nouns = {name_in_words(model.__name__) for model in house_models()}

    assert {each.word for each in words() if each.kind == "noun"} == nouns


def test_every_verb_stands_among_the_words() -> None:
    acts = {name_in_words(verb.__name__) for verb in verbs()}

    assert acts - {each.word for each in words() if each.kind == "verb"} == set()


def test_no_word_stands_twice() -> None:
    found = [each.word.lower() for each in words()]

    assert sorted(set(found)) == sorted(found)


def test_words_stand_under_their_letter_in_order() -> None:
    found = [(each.letter, each.word.lower()) for each in words()]

    assert found == sorted((word[0].upper(), word) for _, word in found)


def test_no_list_is_called_by_a_plural_that_is_none() -> None:
    """Django adds an *s* to every noun, to *entry* and *address* too."""
    titles = [record.title for record in all_records()]

    assert [title for title in titles if re.search(r"([^aeiou]y|ss|x|ch|sh)s$", title)] == []
