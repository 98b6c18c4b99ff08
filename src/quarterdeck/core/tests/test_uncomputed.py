"""What cannot be computed is told by the apps that ask for it."""

from collections.abc import Iterator

import pytest

from quarterdeck.core import uncomputed
from quarterdeck.core.permission import User
from quarterdeck.core.uncomputed import Uncomputed

ONE, OTHER = Uncomputed("Calm", "Class A", "/a"), Uncomputed("Order", "Class B", "/b", "No survey")


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """No source but those of the test."""
    monkeypatch.setattr(uncomputed, "_sources", [])


@pytest.mark.usefixtures("sources")
def test_every_source_is_asked_once_in_the_order_in_which_they_came(operator: User) -> None:
    def first(_user: User) -> Iterator[Uncomputed]:
        yield ONE

    def second(_user: User) -> Iterator[Uncomputed]:
        yield OTHER

    for source in (first, second, first):
        uncomputed.register(source)

    assert uncomputed.uncomputed_for(operator) == (ONE, OTHER)
