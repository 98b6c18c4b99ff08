"""Measures of success that nothing computes yet: told by every app, shown on the scorecard.

An app whose records say what work is judged by registers a source in its `records`; the scorecard
asks them all, so that what cannot be computed is named instead of forgotten.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from quarterdeck.core.permission import User


@dataclass(frozen=True)
class Uncomputed:
    """One measure of success without a measure: as it is written, who asks it, where, why not."""

    title: str
    asked_by: str
    address: str
    reason: str = ""


Source = Callable[[User], Iterable[Uncomputed]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Ask `source(user)` too; a source that is known already is not asked twice."""
    if source not in _sources:
        _sources.append(source)


def uncomputed_for(user: User) -> tuple[Uncomputed, ...]:
    """Return what is not yet computable among what this reader may see, in the sources' order."""
    return tuple(each for source in _sources for each in source(user))
