"""Whose turn it is: strategies by which work is given to people, each with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Candidate", "least_loaded", "next_in_turn"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might get the work, by a key; `obstacles` say why they cannot."""

    key: int
    name: str
    load: int = 0
    obstacles: tuple[str, ...] = ()

    @property
    def can(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles


def next_in_turn(candidates: Sequence[Candidate], last: int | None) -> Candidate | None:
    """Return who comes after `last` in the order of the keys, and after the highest the lowest.

    Whoever cannot is passed over and loses the turn; None where nobody can. `last` need not be
    among the candidates any more.
    """
    able = sorted((each for each in candidates if each.can), key=lambda each: each.key)
    later = [each for each in able if last is not None and each.key > last]
    return next(iter(later or able), None)


def least_loaded(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return who has least of those who can, of equals the lowest key; None where nobody can."""
    able = (each for each in candidates if each.can)
    return min(able, key=lambda each: (each.load, each.key), default=None)
