"""Hides groups that are too small to be shown without telling of single people.

It follows Hundepool et al., "Statistical Disclosure Control" (2012), chapter 4: primary suppression
of small cells, and secondary suppression so that a total does not give them away.
"""

from collections.abc import Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def hidden_groups(members: Mapping[Key, AbstractSet[Hashable]], smallest: int) -> frozenset[Key]:
    """Return the groups that must not be shown beside the total of all.

    A group is the people who stand behind its figure; one person may stand behind several. Hidden
    are groups of 1 to `smallest` - 1 people. What is hidden must not follow by subtraction from the
    total either, so where fewer than `smallest` people stand behind the hidden ones together, or
    one is hidden alone, the next smallest groups are hidden with them. Empty groups tell nothing
    and are never hidden. Where all people are too few, all groups are.

    Raises ValueError for a smallest group below 1.
    """
    if smallest < 1:
        raise ValueError(f"Expected a smallest group from 1: {smallest}.")
    filled = {key: people for key, people in members.items() if people}
    if len(set().union(*filled.values())) < smallest:
        return frozenset(filled)
    # Of groups of one size those that come first in the mapping are hidden first.
    ascending = sorted(filled, key=lambda key: len(filled[key]))
    hidden = [key for key in ascending if len(filled[key]) < smallest]
    if not hidden:
        return frozenset()
    behind = set[Hashable]().union(*(filled[key] for key in hidden))
    for key in ascending[len(hidden) :]:
        if len(hidden) > 1 and len(behind) >= smallest:
            break
        hidden.append(key)
        behind |= filled[key]
    return frozenset(hidden)


def fewest_people(answers: Iterable[int], skipped: int) -> int:
    """Return how many people must stand behind a question, at the fewest.

    `answers` says for each person how often they answered the survey, and `skipped` how many of
    these left the question out. Whose they were is not known, so it is assumed that they are all
    the answers of those who have the fewest.
    """
    each = sorted(answers)
    for silent, count in enumerate(each):
        skipped -= count
        if skipped < 0:
            return len(each) - silent
    return 0


def is_shown(count: int, wholes: tuple[int, ...], smallest: int) -> bool:
    """Say whether a group may be shown beside the wholes that it is a part of.

    It may where neither it nor what is left of any whole without it has 1 to `smallest` - 1
    members: who knows the whole and the group knows the rest.
    """
    return count >= smallest and not any(0 < whole - count < smallest for whole in wholes)
