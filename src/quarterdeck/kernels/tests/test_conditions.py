"""Conditions hold or do not, by a table made by hand."""

import pytest

from quarterdeck.kernels.conditions import Known, holds, together

TABLE: tuple[tuple[str, Known, str, bool], ...] = (
    ("is", "Mail", "mail", True),
    ("is", 2, "2", True),
    ("is", None, "", False),
    ("is", frozenset({"VPN", "home"}), "vpn", True),
    ("is_not", None, "mail", True),
    ("is_not", frozenset({"vpn"}), "vpn", False),
    ("contains", "Cannot reach the VPN", "vpn", True),
    ("contains", None, "vpn", False),
    ("contains_not", None, "vpn", True),
    ("at_least", 3, "3", True),
    ("at_least", 2, "3", False),
    ("at_least", None, "1", False),
    ("at_most", 2, "2", True),
    ("at_most", None, "5", False),
    ("is_set", 0, "", True),
    ("is_set", "", "", False),
    ("is_empty", frozenset(), "", True),
    ("is_empty", "x", "", False),
)


@pytest.mark.parametrize(("comparison", "known", "wanted", "expected"), TABLE)
def test_a_comparison_holds_as_the_table_says(
    comparison: str, known: Known, wanted: str, *, expected: bool
) -> None:
    assert holds(comparison, known, wanted) is expected


def test_all_or_any_hold_together_and_nothing_always_does() -> None:
    found = [
        together(held, all_of_them=every) for held in ((True, False), ()) for every in (True, False)
    ]

    assert found == [False, True, True, True]
