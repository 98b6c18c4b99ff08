"""How each experience came to the months that it gave, and why it gave no more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from quarterdeck.kernels.qualification.background import Day, Experience
from quarterdeck.kernels.qualification.counting import Amount, Kinds, months_alone
from quarterdeck.kernels.qualification.findings import Finding, Purpose

__all__ = ["Cut", "Spell", "spells"]

_FULL = Fraction(1)
_ANY_WORK: Kinds = (frozenset(),)
_NOTHING = Amount()
_MONTHS = 12
_YEAR = (Day.on(date(2001, 1, 1)), Day.on(date(2001, 12, 31)))


class Cut(StrEnum):
    """Why months of an experience do not count, or not for certain."""

    PART_OF_STUDY = "part of study"
    NOT_BEGUN = "not begun"
    FIRST_DAY_UNKNOWN = "first day unknown"
    LAST_DAY_UNKNOWN = "last day unknown"
    DAYS_INEXACT = "days inexact"
    SHARE_UNKNOWN = "share unknown"
    PART_TIME = "part time"
    KIND_UNKNOWN = "kind unknown"
    OTHER_KIND = "other kind"
    PARTLY_OF_KIND = "partly of kind"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Spell:
    """The months of one experience, step by step, and why they became fewer.

    `span` is from its first day to its last, or to the day asked for; `full_time` what part-time
    work leaves of it; `of_kind` what of that was work of the kind asked for; `counted` what a
    finding credits, after no time was counted twice.
    """

    key: str
    span: Amount
    full_time: Amount
    of_kind: Amount
    counted: Amount
    cuts: tuple[Cut, ...]


def spells(experience: Iterable[Experience], finding: Finding, at: date) -> tuple[Spell, ...]:
    """Return how every experience came to what a finding credits for it, be that nothing."""
    counted = {
        credit.key: Amount(credit.certain, credit.possible)
        for credit in finding.credits
        if credit.purpose == Purpose.EXPERIENCE
    }
    return tuple(_spell(item, finding.kinds or _ANY_WORK, at, counted) for item in experience)


def _spell(item: Experience, kinds: Kinds, at: date, counted: Mapping[str, Amount]) -> Spell:
    given = counted.get(item.key, _NOTHING)
    span = months_alone(replace(item, share=_FULL), _ANY_WORK, at)
    full_time = months_alone(item, _ANY_WORK, at)
    of_kind = months_alone(item, kinds, at)
    cuts = tuple(
        cut
        for cuts in (
            _cuts_by_days(item, span, at),
            _cuts_by_share(item),
            _cuts_by_kind(item, kinds),
            _cuts_by_others(item, of_kind, given),
        )
        for cut in cuts
    )
    if Cut.NOT_BEGUN in cuts:
        cuts = (Cut.NOT_BEGUN,)
    return Spell(item.key, span, full_time, of_kind, given, cuts)


def _cuts_by_days(item: Experience, span: Amount, at: date) -> Iterable[Cut]:
    if item.first is not None and item.first.earliest > at:
        yield Cut.NOT_BEGUN
    elif item.first is None:
        yield Cut.FIRST_DAY_UNKNOWN
    elif item.last is None and item.last_unknown:
        yield Cut.LAST_DAY_UNKNOWN
    elif span.certain < span.possible:
        yield Cut.DAYS_INEXACT


def _cuts_by_share(item: Experience) -> Iterable[Cut]:
    if item.share is None:
        yield Cut.SHARE_UNKNOWN
    elif item.share < 1:
        yield Cut.PART_TIME


def _cuts_by_kind(item: Experience, kinds: Kinds) -> Iterable[Cut]:
    """Ask of a whole year of such work how much of it was of the kinds."""
    year = replace(item, first=_YEAR[0], last=_YEAR[1], last_unknown=False, share=_FULL)
    found = months_alone(year, kinds, _YEAR[1].latest)
    if not found.possible:
        yield Cut.OTHER_KIND
    elif found.certain < found.possible:
        yield Cut.KIND_UNKNOWN
    elif found.certain < _MONTHS:
        yield Cut.PARTLY_OF_KIND


def _cuts_by_others(item: Experience, of_kind: Amount, given: Amount) -> Iterable[Cut]:
    if item.part_of is not None:
        yield Cut.PART_OF_STUDY
    elif given.certain < of_kind.certain or given.possible < of_kind.possible:
        yield Cut.OVERLAP
