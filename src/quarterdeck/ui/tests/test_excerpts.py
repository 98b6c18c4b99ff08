"""Marked words and the text around them: always escaped, whatever stands in it."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.core.search import marks_of
from quarterdeck.ui.excerpts import excerpt, marked


@pytest.mark.parametrize(
    ("text", "sought", "shown"),
    [
        ("The printer is jammed", "print", "The <mark>printer</mark> is jammed"),
        ("It prints", "printing", "It <mark>prints</mark>"),
        ("Größe, GROSSE", "grö", "<mark>Größe</mark>, <mark>GROSSE</mark>"),
        ("<b>bold</b> & more", "bold", "&lt;b&gt;<mark>bold</mark>&lt;/b&gt; &amp; more"),
        ("<script>", "script", "&lt;<mark>script</mark>&gt;"),
        ('" onload="x', "onload", "&quot; <mark>onload</mark>=&quot;x"),
        ("The Wi-Fi is down", "wifi", "The <mark>Wi-Fi</mark> is down"),
        ("Guest-Wi-Fi, wifi", "wifi", "<mark>Guest-Wi-Fi</mark>, <mark>wifi</mark>"),
        ("Wifi or Wi-Fi", "wi-fi", "<mark>Wifi</mark> or <mark>Wi</mark>-<mark>Fi</mark>"),
        ("I cannot log in", "login", "I cannot <mark>log in</mark>"),
        ("Nothing of it", "else", "Nothing of it"),
        ("Nothing sought", "", "Nothing sought"),
    ],
)
def test_words_that_begin_so_are_marked(text: str, sought: str, shown: str) -> None:
    assert marked(text, marks_of(sought)) == shown


def test_of_a_long_text_the_part_around_the_word_is_shown() -> None:
    text = f"{'before ' * 60}printer {'after ' * 60}"

    shown = excerpt(text, ["printer"])

    assert "before <mark>printer</mark> after" in shown
    assert (shown[:2], shown[-2:]) == ("… ", " …")
    assert len(shown) < 220


def test_a_short_text_is_shown_whole_on_one_line() -> None:
    assert excerpt("One\n two", []) == "One two"


@given(text=st.text(max_size=300), sought=st.text(max_size=20))
def test_marking_adds_nothing_but_marks(text: str, sought: str) -> None:
    shown = marked(text, marks_of(sought))

    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert unescape(bare) == unescape(text) or unescape(bare) == text
