"""Names are alike as two systems write them, and nothing more is claimed."""

import pytest

from quarterdeck.kernels.names import NameIndex, likeness


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Nils Berg", "Berg, Nils", 1.0),
        ("José Núñez", "jose NUNEZ", 1.0),
        ("nils.berg@example.org", "Nils Berg", 1.0),
        # The initial counts 0.8 and the family name 1.
        ("N. Berg", "Nils Berg", 0.9),
        # ni-gh-ht against na-ac-ch-ht is Dice's usual example: 2·1 / (4 + 4).
        ("night", "nacht", 0.25),
        # A third word has no partner: 2 of 3.
        ("Nils Olav Berg", "Nils Berg", 2 / 3),
        ("Nils Berg", "", 0.0),
        ("", "", 0.0),
    ],
)
def test_names_are_as_alike_as_their_words(one: str, other: str, expected: float) -> None:
    assert likeness(one, other) == pytest.approx(expected)
    assert likeness(other, one) == pytest.approx(expected)


def test_the_most_alike_come_first_and_strangers_not_at_all() -> None:
    index = NameIndex({1: "Nils Berg", 2: "Nina Berg", 3: "Ole Dahl", 4: "Berg Nils"})

    found = [key for key, _ in index.most_alike("berg, nils")]

    assert found == [1, 4, 2]
