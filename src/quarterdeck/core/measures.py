"""Measures: numbers that are computed from evidence, never typed.

A measure is a function `(period, scope, terms) -> Reading`, registered by the decorator `measure`.
It lives in the highest app that it needs, and `take` runs it against a database that refuses
writes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from inspect import getdoc
from typing import Any, Self

from django.db.models import QuerySet

from quarterdeck.core.database import read_only
from quarterdeck.core.errors import Refused
from quarterdeck.core.permission import Reach
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.spans import Span


class Unit(StrEnum):
    """What a measure's value is counted in."""

    DURATION = "seconds"
    SHARE = "share"
    COUNT = "count"


class Better(StrEnum):
    """Which direction is the good one."""

    LOWER = "lower"
    HIGHER = "higher"


class State(StrEnum):
    """A reading is a value, or it says why there is none."""

    VALUE = "value"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    NOT_APPLICABLE = "not_applicable"


SCOPE_KINDS = ("organisation", "unit", "team", "service", "source")


@dataclass(frozen=True)
class Scope:
    """Whose evidence is read: the organisation's, or that of one unit, team, service or source."""

    kind: str = "organisation"
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `organisation`, or `team:Network` and its like; Refused on anything else."""
        kind, _, name = text.strip().partition(":")
        if kind not in SCOPE_KINDS or (kind == "organisation") != (not name):
            expected = ", ".join(f"{kind}:NAME" for kind in SCOPE_KINDS[1:])
            raise Refused(f"Unknown scope “{text}”: expected organisation, {expected}.")
        return cls(kind, name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @property
    def title(self) -> str:
        """What it is called: `Team Network`."""
        return f"{self.kind.capitalize()} {self.name}" if self.name else "The organisation"


ORGANISATION = Scope()


@dataclass(frozen=True)
class Terms:
    """Under which terms a reading is taken: as of when, and on which calendar."""

    as_of: datetime
    calendar: str = ""


@dataclass(frozen=True)
class Exclusion:
    """Rows that a reading left out, and why.

    `is_unknown` says that they may belong to it and nobody can tell, which is not the same as their
    not belonging to it.
    """

    reason: str
    rows: QuerySet[Any]
    n: int
    is_unknown: bool = False


@dataclass(frozen=True)
class Reading:
    """One measure over one period and scope, with what it was computed from.

    `value`, `median` and `p90` are in the measure's unit and exact; `coverage` is the share of the
    period (up to `as_of`) for which some source declares that it was recording. `included` holds
    the rows that the value was computed from, and `amounts` what each of them contributed, by
    primary key.
    """

    state: State
    as_of: datetime
    coverage: Fraction
    value: Fraction | None = None
    n: int = 0
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    median: Fraction | None = None
    p90: Fraction | None = None
    interval: tuple[float, float] | None = None
    freshest_at: datetime | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    included: QuerySet[Any] | None = None
    amounts: Mapping[int, int] = field(default_factory=dict)
    excluded: tuple[Exclusion, ...] = ()


# How far each role reads figures, unless a measure declares otherwise. A figure tells less than its
# rows, so the executive viewer reads it where the rows stay hidden.
READERS: Mapping[Role, Reach] = {
    Role.TECHNICIAN: Reach.TEAM,
    Role.TEAM_LEAD: Reach.TEAM,
    Role.IT_MANAGER: Reach.SUBTREE,
    Role.DIRECTOR: Reach.SUBTREE,
    Role.EXECUTIVE_VIEWER: Reach.SUBTREE,
    Role.HR_PARTNER: Reach.OWN,
    Role.AUDITOR: Reach.ALL,
    Role.ADMINISTRATOR: Reach.ALL,
}

Compute = Callable[[Span, Scope, Terms], Reading]


@dataclass(frozen=True)
class Measure:
    """A registered measure: its computation, what a reader must know about it, and who reads it.

    `readers` says for each role at which scopes it reads the measure: those that its reach covers.
    Roles `at_organisation` read the figure of the whole organisation even where their reach is
    narrower. Whether a scope is covered, `core.scopes` answers.
    """

    key: str
    title: str
    unit: Unit
    better: Better
    duty: str
    compute: Compute
    version: int = 1
    domain: str = ""
    takes_calendar: bool = False
    leads: bool = False
    # By which definition the periods that begin at these instants are read, each in words.
    series: Callable[[Sequence[datetime]], list[str]] | None = field(default=None, hash=False)
    readers: Mapping[Role, Reach] = field(default_factory=lambda: READERS, hash=False)
    at_organisation: frozenset[Role] = frozenset(READERS)

    @property
    def definition(self) -> str:
        """The definition in words: the docstring of the computation, one line for each
        paragraph."""
        paragraphs = (getdoc(self.compute) or "").split("\n\n")
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


_measures: dict[str, Measure] = {}


def measure(
    key: str,
    *,
    title: str,
    unit: Unit,
    better: Better,
    duty: str,
    version: int = 1,
    domain: str = "",
    takes_calendar: bool = False,
    leads: bool = False,
    series: Callable[[Sequence[datetime]], list[str]] | None = None,
    readers: Mapping[Role, Reach] = READERS,
    at_organisation: Collection[Role] | None = None,
) -> Callable[[Compute], Compute]:
    """Register a computation as the measure `key`, which begins with the name of its app.

    `duty` is the id in docs/duties.md that it serves; `domain` names the evidence whose marks make
    a cached reading stale; a new definition gets a new `version` and so starts a new series. The
    measure that `leads` is the one that the duty asks for; others of the same duty stand beside it.
    `series` names the definition by which the periods that begin at given instants are read, where
    that is a setting with days of its own. Every reader reads it at the organisation, unless
    `at_organisation` names fewer roles.
    """
    whole = frozenset(readers if at_organisation is None else at_organisation)

    def register(compute: Compute) -> Compute:
        if key in _measures:
            message = f"the measure {key} is registered twice"
            raise ValueError(message)
        _measures[key] = Measure(
            *(key, title, unit, better, duty, compute, version, domain, takes_calendar, leads),
            series=series,
            readers=readers,
            at_organisation=whole,
        )
        return compute

    return register


def all_measures() -> tuple[Measure, ...]:
    """Return every registered measure, the leading ones first, otherwise in order of key."""
    return tuple(sorted(_measures.values(), key=lambda each: (not each.leads, each.key)))


def measure_of(key: str) -> Measure:
    """Return the measure of that key; Refused, naming the near ones, where there is none."""
    if key not in _measures:
        raise Refused(f"There is no measure “{key}”. Known: {', '.join(sorted(_measures))}.")
    return _measures[key]


def take(wanted: Measure, period: Span, scope: Scope, terms: Terms) -> Reading:
    """Read a measure; while it computes, the database refuses every write."""
    with read_only():
        return wanted.compute(period, scope, terms)
