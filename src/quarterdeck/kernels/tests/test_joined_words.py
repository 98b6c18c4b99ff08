"""Which words a text has that are written in more than one way."""

import pytest

from quarterdeck.kernels.joined_words import (
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
