"""Erased names are found in texts, and nothing else is."""

import pytest

from quarterdeck.kernels.erasing import Erased, digest_of, length_of, orders_of

NAMES = ("Mona Berg", "mona.berg@example.org")


@pytest.fixture(scope="module")
def erased() -> Erased:
    """Mona Berg, by her name and address."""
    digests: dict[int, set[str]] = {}
    for each in (order for name in NAMES for order in orders_of(name)):
        digests.setdefault(length_of(each), set()).add(digest_of(each, "salt"))
    return Erased("salt", {length: frozenset(found) for length, found in digests.items()})


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Mona Berg", "[redacted]"),
        ("BERG, Mona", "[redacted]"),
        ("Mona  Berg <mona.berg@example.org>", "[redacted] <[redacted]>"),
        ("Printer of mona berg's, room 4", "Printer of mona berg's, room 4"),
        ("Ask (Mona Berg).", "Ask ([redacted])."),
        ("mailto:Mona.Berg@Example.org.", "mailto:[redacted]."),
        ("Mona Bergmann and Ramona Berg", "Mona Bergmann and Ramona Berg"),
        ("Mona Berg Mona Berg", "[redacted] [redacted]"),
        ("", ""),
    ],
)
def test_an_erased_name_is_masked_and_its_like_is_not(
    erased: Erased, text: str, masked: str
) -> None:
    assert (erased.masked(text), erased.holds(text)) == (masked, text != masked)


def test_texts_inside_of_values_are_masked(erased: Erased) -> None:
    value = {"who": ["Mona Berg", 3, None], "n": {"deep": "by Mona Berg"}}

    assert erased.masked_value(value) == {
        "who": ["[redacted]", 3, None],
        "n": {"deep": "by [redacted]"},
    }
