"""Tests of courses: how their items are written down, and what answers tell of the items.

An item is a question with choices, of which one or more are right. Items are written as plain text,
apart by blank lines: the question, then a line for each choice, which begins with `*` where it is
right and with `-` where it is wrong.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation

MOST_ITEMS = 60
MOST_CHOICES = 10
LONGEST_TEXT = 500
_CHOICE = re.compile(r"([*-])\s+(\S.*)")


class BadItems(ValueError):
    """A test is not written as items; the text says in which line, and what was expected."""


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from."""

    text: str
    is_right: bool


@dataclass(frozen=True)
class Item:
    """A question and its choices in their order."""

    text: str
    choices: tuple[Choice, ...]


def read_items(text: str) -> tuple[Item, ...]:
    """Return the items of a written test, none for a blank text; raise BadItems, by line."""
    items: list[Item] = []
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip():
            block.append((number, line.strip()))
        elif block:
            items.append(_item(block))
            block = []
    if len(items) > MOST_ITEMS:
        raise BadItems(f"There are {len(items)} items: expected at most {MOST_ITEMS}.")
    return tuple(items)


def _item(block: Sequence[tuple[int, str]]) -> Item:
    first = block[0][0]
    asked: list[str] = []
    choices: list[Choice] = []
    for number, line in block:
        found = _CHOICE.fullmatch(line)
        if found is None and choices:
            raise BadItems(
                f"Line {number}: “{line[:40]}” follows a choice; expected * or - before each "
                "choice, and a blank line before the next question."
            )
        if len(line) > LONGEST_TEXT:
            raise BadItems(f"Line {number}: expected at most {LONGEST_TEXT} characters.")
        if found is None:
            asked.append(line)
        else:
            choices.append(Choice(found[2], found[1] == "*"))
    _check(first, asked, choices)
    return Item(" ".join(asked), tuple(choices))


def _check(line: int, asked: Sequence[str], choices: Sequence[Choice]) -> None:
    right = sum(choice.is_right for choice in choices)
    texts = {choice.text.casefold() for choice in choices}
    wrong = {
        "expected a question before the choices": not asked,
        "expected a question that is shorter": len(" ".join(asked)) > LONGEST_TEXT,
        "expected a right choice, which begins with *": not right,
        "expected a wrong choice too, which begins with -": right == len(choices),
        "expected choices that differ": len(texts) < len(choices),
        f"expected at most {MOST_CHOICES} choices": len(choices) > MOST_CHOICES,
    }
    for expected, is_so in wrong.items():
        if is_so:
            raise BadItems(f"Line {line}: {expected}.")


def written(items: Sequence[Item]) -> str:
    """Return items as they are written down; `read_items` reads them again."""
    return "\n\n".join(
        "\n".join(
            [item.text, *(f"{'*' if each.is_right else '-'} {each.text}" for each in item.choices)]
        )
        for item in items
    )


def discrimination(hits: Sequence[Sequence[bool]], item: int) -> float | None:
    """Return how well an item tells those apart who know from those who do not, from -1 to 1.

    `hits` has a row for each person and in it whether each item was right. It is the point-biserial
    correlation of the item with the score on all other items, the corrected item-total correlation:
    the item itself is left out, since it would correlate with itself. None where everybody or
    nobody was right, or where all scored alike on the rest. Source: Crocker & Algina,
    "Introduction to Classical and Modern Test Theory" (1986), chapter 14.
    """
    own = [float(row[item]) for row in hits]
    rest = [float(sum(row) - row[item]) for row in hits]
    try:
        return correlation(own, rest)
    except StatisticsError:
        return None
