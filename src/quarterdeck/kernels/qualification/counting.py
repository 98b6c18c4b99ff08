"""Months of work, counted without crediting any time twice.

A month is a twelfth of a year and a day a thirtieth of a month, by the convention "30/360" of
finance: a 31st adds nothing, and the last day of a February fills the month up. So each calendar
month is exactly 1, a year from any day is 12, and the parts of a span add up to the whole.

What is not known exactly is counted twice: once with the least that it can have been and once
with the most.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from quarterdeck.kernels.qualification.background import Experience

__all__ = ["Amount", "Count", "Kinds", "Occupied", "count_months", "months_alone", "months_between"]

_ZERO, _FULL = Fraction(0), Fraction(1)
_MONTHS, _DAYS = 12, 30
_ONE_DAY = timedelta(days=1)
# Where nobody knows when work began, it can be no older than a long life.
_LONGEST_LIFE = 100

# Work that counts: any of these sets of kinds, of a set all at once; an empty set is any work.
Kinds = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure that is at least `certain` and at most `possible`."""

    certain: Fraction = _ZERO
    possible: Fraction = _ZERO

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.certain + other.certain, self.possible + other.possible)

    def times(self, factor: Fraction) -> "Amount":
        """Return the figure times a factor of at least 0."""
        return Amount(self.certain * factor, self.possible * factor)

    def less(self, other: "Amount") -> "Amount":
        """Return what remains of this figure, 0 at least."""
        return Amount(
            max(_ZERO, self.certain - other.possible), max(_ZERO, self.possible - other.certain)
        )


@dataclass(frozen=True, slots=True)
class Occupied:
    """Days, both included, of which a share of full time is credited as education already."""

    first: date
    last: date
    share: Fraction


@dataclass(frozen=True, slots=True)
class Count:
    """Months of work in all, and what each experience gave to them."""

    total: Amount
    by_experience: tuple[tuple[str, Amount], ...]


def months_between(first: date, after: date) -> Fraction:
    """Return the months from a day up to, but not including, a later one; never negative."""
    return max(_ZERO, _place(after) - _place(first))


def count_months(
    experience: Sequence[Experience],
    kinds: Kinds,
    at: date,
    *,
    beyond_full_time: bool = False,
    occupied: Iterable[Occupied] = (),
) -> Count:
    """Count full-time months of work of the kinds up to and including the day `at`.

    Jobs held at one time count as full time at most, less what is `occupied`, unless
    `beyond_full_time`. What is capped is shared out in proportion.
    """
    work = [item for item in experience if item.part_of is None]
    cap = None if beyond_full_time else _FULL
    least = _swept([_certain(item, kinds, at) for item in work], cap, tuple(occupied))
    most = _swept([_possible(item, kinds, at) for item in work], cap, tuple(occupied))
    amounts = [Amount(*both) for both in zip(least, most, strict=True)]
    total = sum(amounts, Amount())
    # Another experience may take a share of the most, but not what is certain already.
    rows = tuple(
        (item.key, Amount(amount.certain, max(amount.certain, amount.possible)))
        for item, amount in zip(work, amounts, strict=True)
        if amount.certain or amount.possible
    )
    return Count(total, rows)


def months_alone(item: Experience, kinds: Kinds, at: date) -> Amount:
    """Return the full-time months of work of the kinds that one experience would give alone."""
    least, most = _certain(item, kinds, at), _possible(item, kinds, at)
    return Amount(*(months_between(each.first, each.after) * each.rate for each in (least, most)))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Work at a rate, in months a month, from a day up to, but not including, another."""

    first: date
    after: date
    rate: Fraction


def _place(day: date) -> Fraction:
    return day.year * _MONTHS + day.month - 1 + Fraction(min(day.day - 1, _DAYS), _DAYS)


def _certain(item: Experience, kinds: Kinds, at: date) -> _Stretch:
    """Return the least that the experience can have been: from its latest start."""
    if item.first is None or (item.last is None and item.last_unknown):
        return _Stretch(at, at, _ZERO)
    last = item.last.earliest if item.last else at
    share = _ZERO if item.share is None else item.share
    return _clipped(item.first.latest, last, at, share * _least_share(item, kinds))


def _possible(item: Experience, kinds: Kinds, at: date) -> _Stretch:
    """Return the most that the experience can have been: from its earliest start."""
    oldest = date(max(at.year - _LONGEST_LIFE, 1), 1, 1)
    first = item.first.earliest if item.first else oldest
    last = item.last.latest if item.last else at
    share = _FULL if item.share is None else item.share
    return _clipped(first, last, at, share * _most_share(item, kinds))


def _clipped(first: date, last: date, at: date, rate: Fraction) -> _Stretch:
    after = min(last, at) + _ONE_DAY
    return _Stretch(first, max(first, after), rate)


def _least_share(item: Experience, kinds: Kinds) -> Fraction:
    return max((_joint(item, wanted)[0] for wanted in kinds), default=_ZERO)


def _most_share(item: Experience, kinds: Kinds) -> Fraction:
    return min(_FULL, sum((_joint(item, wanted)[1] for wanted in kinds), _ZERO))


def _joint(item: Experience, wanted: frozenset[str]) -> tuple[Fraction, Fraction]:
    """Return the least and most share of the time that was of all the kinds at once.

    Of shares a and b of one time, max(0, a + b - 1) must coincide, and at most the smaller can.
    """
    unknown = None if item.other_kinds_unknown else _ZERO
    shares = [item.kinds.get(kind, unknown) for kind in sorted(wanted)]
    missing = sum((_FULL - (share or _ZERO) for share in shares), _ZERO)
    most = min((_FULL if share is None else share for share in shares), default=_FULL)
    return max(_ZERO, _FULL - missing), most


def _swept(
    stretches: list[_Stretch], cap: Fraction | None, occupied: tuple[Occupied, ...]
) -> list[Fraction]:
    """Return the months of each stretch, where what exceeds the cap is cut off in proportion."""
    if cap is None:
        return [months_between(s.first, s.after) * s.rate for s in stretches]
    given = [_ZERO] * len(stretches)
    edges = {edge for s in stretches for edge in (s.first, s.after)}
    edges |= {edge for study in occupied for edge in (study.first, study.last + _ONE_DAY)}
    for first, after in pairwise(sorted(edges)):
        taken = [study.share for study in occupied if study.first <= first <= study.last]
        room = max(_ZERO, cap - sum(taken, _ZERO))
        active = [n for n, s in enumerate(stretches) if s.first <= first < s.after and s.rate]
        rate = sum((stretches[n].rate for n in active), _ZERO)
        part = min(_FULL, room / rate) if rate else _ZERO
        for n in active:
            given[n] += months_between(first, after) * stretches[n].rate * part
    return given
