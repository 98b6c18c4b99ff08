"""Hides groups that are too small to be shown without telling of single people.

It follows Hundepool et al., "Statistical Disclosure Control" (2012), chapter 4: primary suppression
of small cells, and secondary suppression so that a total does not give them away.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def hidden_groups(counts: Mapping[Key, int], smallest: int) -> frozenset[Key]:
    """Return the groups that must not be shown beside the total of all.

    Hidden are groups of 1 to `smallest` - 1. What is hidden must not follow by subtraction from the
    total either, so where the hidden ones together are fewer than `smallest`, or one alone, the
    next smallest groups are hidden with them. Empty groups tell nothing and are never hidden. Where
    the total itself is too small, all are.

    Raises ValueError for a smallest group below 1 and for negative counts.
    """
    if smallest < 1 or any(count < 0 for count in counts.values()):
        raise ValueError(f"Expected counts of 0 and more and a smallest group from 1: {smallest}.")
    filled = {key: count for key, count in counts.items() if count}
    if sum(filled.values()) < smallest:
        return frozenset(filled)
    # Of groups of one size those that come first in the mapping are hidden first.
    ascending = sorted(filled, key=filled.__getitem__)
    hidden = [key for key in ascending if filled[key] < smallest]
    if not hidden:
        return frozenset()
    for key in ascending[len(hidden) :]:
        if len(hidden) > 1 and sum(filled[each] for each in hidden) >= smallest:
            break
        hidden.append(key)
    return frozenset(hidden)


def is_shown(count: int, wholes: tuple[int, ...], smallest: int) -> bool:
    """Say whether a group may be shown beside the wholes that it is a part of.

    It may where neither it nor what is left of any whole without it has 1 to `smallest` - 1
    members: who knows the whole and the group knows the rest.
    """
    return count >= smallest and not any(0 < whole - count < smallest for whole in wholes)
