"""Erased names are found in texts, and nothing else is."""

import pytest

from quarterdeck.kernels.erasing import Erased, digest_of, orders_of, whole_digest_of

NAMES = ("Mona Berg", "mona.berg@example.org", "Mary-Ann O'Neil")


@pytest.fixture(scope="module")
def erased() -> Erased:
    """Mona Berg, by her name, address and user name, and somebody with marks in her name."""
    digests: dict[int, set[str]] = {}
    found = [digest_of(order, "salt") for name in NAMES for order in orders_of(name)]
    for words, digest in (*found, whole_digest_of("berg", "salt")):
        digests.setdefault(words, set()).add(digest)
    return Erased("salt", {length: frozenset(found) for length, found in digests.items()})


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Mona Berg", "[redacted]"),
        ("BERG, Mona", "[redacted]"),
        ("Mona  Berg <mona.berg@example.org>", "[redacted] <[redacted]>"),
        ("Printer of mona berg's, room 4", "Printer of [redacted]'s, room 4"),
        ("Mona Berg’s laptop", "[redacted]’s laptop"),
        ("Mona Berg-Team", "[redacted]-Team"),
        ("call Mona Berg.Thanks", "call [redacted].Thanks"),
        ("Mona.Berg", "[redacted]"),
        ("Mona Berg_old", "[redacted]_old"),
        ("mona_berg.pdf of MONA-BERG", "[redacted].pdf of [redacted]"),
        ("mary-ann o’neil's, Mary Ann O'Neil", "[redacted]'s, [redacted]"),
        (
            "mona.berg@example.org's, or mona.berg@example.org.Thanks",
            "[redacted]'s, or [redacted].Thanks",
        ),
        ("anna.mona.berg@example.org", "anna.mona.berg@example.org"),
        ("mona.berg@elsewhere.org", "mona.berg@elsewhere.org"),
        (" BERG ", "[redacted]"),
        ("Anna Berg asked the berg team", "Anna Berg asked the berg team"),
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
    value = {"who": ["Mona Berg", 3, None], "berg": {"of Mona Berg": "by Mona Berg", "n": "Berg"}}

    assert erased.masked_value(value) == {
        "who": ["[redacted]", 3, None],
        "berg": {"of [redacted]": "by [redacted]", "n": "[redacted]"},
    }
