"""Which words a text has that are written in more than one way."""

import re

import pytest
from hypothesis import example
from hypothesis import given as for_all
from hypothesis import strategies as st

from quarterdeck.kernels.joined_words import (
    HYPHENS,
    LONGEST_INDEXED,
    compounds,
    joined_words,
    ways_to_write,
    with_joined_words,
)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("", []),
        ("The printer is jammed", []),
        ("The Wi-Fi of the e-mail server", ["WiFi", "email"]),
        ("Wi-Fi-Router", ["WiFiRouter", "WiFi", "FiRouter"]),
        ("Wi\u2010Fi Wi\u2011Fi Wi\u00adFi", ["WiFi", "WiFi", "WiFi"]),
        ("Mu\u0308ller-Meier", ["MüllerMeier"]),
        ("a - b, -c, d-, e--f, g_h-i", ["hi"]),
    ],
)
def test_joined_words_are_what_hyphens_hold_together(text: str, joined: list[str]) -> None:
    assert joined_words(text) == joined


@example("a\u2013-b c_d-e--f-g -h- x-1-2 log in-house")
@for_all(st.text(alphabet="aBc1 -_.\u00ad\u2010\u2013\u201c\nupinoä", max_size=60))
def test_words_read_once_are_those_found_by_trying_all(text: str) -> None:
    word, second = r"[^\W_]+", "(?:in|on|up|out|off|down|name|site|base|mail)"
    plain = rf"{word}(?:[{HYPHENS}]{word})+|(?i:\b[a-z]{{1,8}} {second}\b)"

    found = [(start, end) for start, end, _ in compounds(text)]

    assert found == [each.span() for each in re.finditer(plain, text)]


@pytest.mark.parametrize("text", ["a" * 400_000, "ab_" * 200_000, "log " * 100_000])
def test_a_text_as_long_as_one_likes_is_read_once(text: str) -> None:
    """Trying all ends of a word of this length takes longer than a test may last."""
    assert (joined_words(f"{text} Wi-Fi"), list(compounds(text))) == (["WiFi"], [])


def test_a_chain_as_long_as_one_likes_is_read_once() -> None:
    assert joined_words("-".join(["a"] * 100_000)) == ["a" * 100_000, "aa"]


def test_a_text_is_indexed_as_far_as_the_databases_do() -> None:
    text = f"{'a' * (LONGEST_INDEXED - 5)} Wi-Fi"

    assert with_joined_words(text) == f"{text[:LONGEST_INDEXED]} WiF"


def test_the_place_of_a_joined_word_is_where_it_is_written() -> None:
    text = "The Wi-Fi, and log in"

    assert [text[start:end] for start, end, _ in compounds(text)] == ["Wi-Fi", "log in"]


def test_a_text_without_joined_words_stays_as_it_is() -> None:
    assert (with_joined_words("A printer"), with_joined_words("A Wi-Fi")) == (
        "A printer",
        "A Wi-Fi WiFi",
    )


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("", ()),
        ("wifi", (("wifi",),)),
        ("Login", (("Login", "Log in"),)),
        ("in", (("in",),)),
        ("e-mail", (("e", "email"), ("mail", "email"))),
        ("e mail", (("e", "email"), ("mail", "email"))),
        ("a-b c", (("a", "ab"), ("b", "ab", "bc"), ("c", "bc"))),
        ("a-b-c", (("a", "ab", "abc"), ("b", "ab", "bc", "abc"), ("c", "bc", "abc"))),
        ("x y x", (("x", "xy", "yx"), ("y", "xy", "yx"))),
    ],
)
def test_each_word_may_stand_joined_with_a_neighbour(
    text: str, ways: tuple[tuple[str, ...], ...]
) -> None:
    assert ways_to_write(text) == ways
