"""Items are read as they are written, and an item that tells nobody apart is found out."""

import pytest

from quarterdeck.kernels.course_tests import (
    BadItems,
    Choice,
    Item,
    discrimination,
    read_items,
    written,
)

TEXT = """Which knot makes a loop
that does not slip?
- Reef knot
* Bowline

Port is
* left
- right
"""
ITEMS = (
    Item(
        "Which knot makes a loop that does not slip?",
        (Choice("Reef knot", is_right=False), Choice("Bowline", is_right=True)),
    ),
    Item("Port is", (Choice("left", is_right=True), Choice("right", is_right=False))),
)


def test_items_are_read_and_written_and_read_again() -> None:
    assert (read_items(TEXT), read_items(written(ITEMS)), read_items(" \n")) == (ITEMS, ITEMS, ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\nPort is\n- left\n- right", "Line 2: expected a right choice"),
        ("Port is\n* left\n* larboard", "Line 1: expected a wrong choice too"),
        ("* left\n- right", "Line 1: expected a question"),
        ("Port is\n* left\nor\n- right", "Line 3: “or” follows a choice"),
        ("Port is\n* left\n- Left", "Line 1: expected choices that differ"),
        (f"Port is\n* left\n- {'r' * 500}", "Line 3: expected at most 500"),
        ("\n".join(["Port is", "* left", *(f"- {n}" for n in range(10))]), "at most 10 choices"),
        ("Port is\n* left\n- right\n\n" * 61, "There are 61 items"),
    ],
)
def test_what_is_no_item_is_refused_by_its_line(text: str, told: str) -> None:
    with pytest.raises(BadItems, match=told):
        read_items(text)


def test_an_item_is_held_against_the_score_on_all_others() -> None:
    """By hand, for the first item: those who were right have 2, 1 and 1 on the rest, the others 1
    and 0. With the deviations 3/5 and 2/5 of the item, and 1, 0, 0, 0 and -1 of the rest, it is
    (3/5·0 + 2/5·1 + 2/5·1 - …) = 1 over the root of 6/5 · 2, so 0.6455."""
    hits = [
        [True, True, True],
        [True, True, False],
        [True, False, True],
        [False, False, True],
        [False, False, False],
    ]

    assert discrimination(hits, 0) == pytest.approx(1 / 2.4**0.5)


@pytest.mark.parametrize("hits", [[[True, False], [True, True]], [[True, True], [False, True]], []])
def test_nothing_is_told_where_all_are_alike(hits: list[list[bool]]) -> None:
    assert discrimination(hits, 0) is None
