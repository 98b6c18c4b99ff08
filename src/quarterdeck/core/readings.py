"""Builds readings from rows: the same rules of silence, spread and interval for every measure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from quarterdeck.core.measures import Exclusion, Reading, State
from quarterdeck.kernels.statistics import quantile, wilson

_HALF, _NINE_TENTHS = Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True)
class Basis:
    """What a reading rests on, whatever it computes: rows, what was left out, coverage and
    terms."""

    as_of: datetime
    coverage: Fraction
    included: QuerySet[Any]
    excluded: tuple[Exclusion, ...] = ()
    freshest_at: datetime | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    def reading(self, **figures: Any) -> Reading:
        """Return a value on this basis."""
        return Reading(
            state=State.VALUE,
            as_of=self.as_of,
            coverage=self.coverage,
            included=self.included,
            excluded=self.excluded,
            freshest_at=self.freshest_at,
            parameters=self.parameters,
            **figures,
        )

    def silence(self) -> Reading:
        """Return why there is no value: all was recorded and nothing happened, or not all was
        recorded, or what was recorded does not tell."""
        complete = self.coverage == 1 and not any(each.is_unknown for each in self.excluded)
        return Reading(
            state=State.NOT_APPLICABLE if complete else State.NOT_ENOUGH_EVIDENCE,
            as_of=self.as_of,
            coverage=self.coverage,
            included=self.included,
            excluded=self.excluded,
            freshest_at=self.freshest_at,
            parameters=self.parameters,
        )


def excluded(
    reason: str, rows: QuerySet[Any], *, is_unknown: bool = False
) -> tuple[Exclusion, ...]:
    """Return an exclusion for the rows, or nothing where there are none."""
    # Django takes a while to find out that nothing has to be asked.
    count = 0 if rows.query.is_empty() else rows.count()
    return (Exclusion(reason, rows, count, is_unknown),) if count else ()


def of_durations(basis: Basis, seconds: Mapping[int, int]) -> Reading:
    """Return the median of durations as the value, with the sum and the number that make their
    mean.

    `seconds` holds whole seconds by the primary key of the row. Quantiles interpolate linearly
    (type 7 of Hyndman & Fan, The American Statistician 50, 1996).
    """
    if not seconds:
        return basis.silence()
    ordered = sorted(seconds.values())
    median = quantile(ordered, _HALF)
    return basis.reading(
        value=median,
        n=len(ordered),
        numerator=Fraction(sum(ordered)),
        denominator=Fraction(len(ordered)),
        median=median,
        p90=quantile(ordered, _NINE_TENTHS),
        amounts=seconds,
    )


def of_shares(basis: Basis, hits: Mapping[int, bool]) -> Reading:
    """Return the share of rows that are hits, with Wilson's 95 % interval (JASA 22, 1927)."""
    if not hits:
        return basis.silence()
    numerator, denominator = sum(hits.values()), len(hits)
    return basis.reading(
        value=Fraction(numerator, denominator),
        n=denominator,
        numerator=Fraction(numerator),
        denominator=Fraction(denominator),
        interval=wilson(numerator, denominator),
        amounts={key: int(hit) for key, hit in hits.items()},
    )
