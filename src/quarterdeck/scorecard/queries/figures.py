"""The figures of a reading, without its rows: what a scorecard shows and a cache can keep."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Self

from quarterdeck.core.measures import Reading, State


@dataclass(frozen=True)
class Figures:
    """What a reading says, in the measure's unit and exact.

    `interval` is the lower and upper bound of the value, at 95 %. It, `exclusions` (reason and
    number) and `parameters` explain it; two readings that say the same are equal whatever their
    explanations.
    """

    state: State
    as_of: datetime
    coverage: Fraction
    value: Fraction | None
    n: int
    numerator: Fraction | None
    denominator: Fraction | None
    median: Fraction | None
    p90: Fraction | None
    freshest_at: datetime | None
    left_out: int
    exclusions: tuple[tuple[str, int], ...] = field(default=(), compare=False)
    parameters: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    interval: tuple[float, float] | None = field(default=None, compare=False)

    @cached_property
    def is_partial(self) -> bool:
        """Whether only a part of the period was recorded."""
        return self.coverage < 1

    @classmethod
    def of(cls, reading: Reading) -> Self:
        """Take the figures of a reading."""
        return cls(
            state=reading.state,
            as_of=reading.as_of,
            coverage=reading.coverage,
            value=reading.value,
            n=reading.n,
            numerator=reading.numerator,
            denominator=reading.denominator,
            median=reading.median,
            p90=reading.p90,
            freshest_at=reading.freshest_at,
            left_out=sum(exclusion.n for exclusion in reading.excluded),
            exclusions=tuple((exclusion.reason, exclusion.n) for exclusion in reading.excluded),
            parameters=tuple(reading.parameters.items()),
            interval=reading.interval,
        )

    def stored(self) -> dict[str, Any]:
        """Return the figures as JSON can hold them without rounding."""
        return {name: _stored(getattr(self, name)) for name in self.__dataclass_fields__}

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Self:
        """Return the figures that were stored."""
        return cls(
            state=State(stored["state"]),
            as_of=datetime.fromisoformat(stored["as_of"]),
            coverage=Fraction(stored["coverage"]),
            value=_fraction(stored["value"]),
            n=stored["n"],
            numerator=_fraction(stored["numerator"]),
            denominator=_fraction(stored["denominator"]),
            median=_fraction(stored["median"]),
            p90=_fraction(stored["p90"]),
            freshest_at=_instant(stored["freshest_at"]),
            left_out=stored["left_out"],
            # Closed readings of earlier versions keep the next two in columns of their own alone,
            # and no interval.
            exclusions=tuple((reason, n) for reason, n in stored.get("exclusions", ())),
            parameters=tuple((name, value) for name, value in stored.get("parameters", ())),
            interval=_interval(stored.get("interval")),
        )


# A page over 24 months reads 800 of them, nearly all as the page before it did.
@lru_cache(maxsize=4_096)
def figures_in(text: str) -> Figures:
    """Return the figures that were stored, from their JSON; equal texts give the same."""
    return Figures.restored(json.loads(text))


def _stored(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _fraction(text: str | None) -> Fraction | None:
    if text is None:
        return None
    # A page reads a thousand of them, and Fraction's own reader takes four times as long.
    numerator, slash, denominator = text.partition("/")
    return Fraction(int(numerator), int(denominator)) if slash else Fraction(int(numerator))


def _interval(bounds: Sequence[float] | None) -> tuple[float, float] | None:
    return None if bounds is None else (bounds[0], bounds[1])


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
