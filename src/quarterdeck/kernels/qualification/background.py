"""What a person brings: education, experience, credentials, ratings, and what others judged.

Days that are not known exactly are bounds: the first and the last day that it can have been.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from quarterdeck.kernels.qualification.rules import DegreeLevel

__all__ = ["Background", "Day", "Education", "Experience", "HeldCredential", "Judgement", "Rating"]

_FULL = Fraction(1)
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Day:
    """A day known to lie from `earliest` to `latest`, both included; most often they are equal.

    Raises ValueError where the latest is before the earliest.
    """

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError(
                f"The day is said to lie from {self.earliest} to {self.latest}: expected the "
                "earliest first."
            )

    @classmethod
    def on(cls, day: date) -> "Day":
        """Return the day that is known."""
        return cls(day, day)

    @classmethod
    def in_month(cls, year: int, month: int) -> "Day":
        """Return some day of a month."""
        following = date(year + month // _DECEMBER, month % _DECEMBER + 1, 1)
        return cls(date(year, month, 1), following - timedelta(days=1))

    @classmethod
    def in_year(cls, year: int) -> "Day":
        """Return some day of a year."""
        return cls(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """A job or other work, from its first day to its last, both included.

    `last` is None while it goes on, and `last_unknown` says that it ended, but not when; `first`
    is None where nobody knows. `share` is the share of full time, 0 to 1, or None if not known.
    `kinds` tells which share of that time went to which kind of duty; a kind with None was done
    to an unknown share, and with `other_kinds_unknown` so were all that are not named. Shares of
    kinds may overlap: managing technicians is both managing and technical. `part_of` names the
    education that this work was a part of, so that it has no credit of its own.

    Raises ValueError for a share outside 0 to 1, or a last day before the first.
    """

    key: str
    first: Day | None
    last: Day | None = None
    last_unknown: bool = False
    share: Fraction | None = _FULL
    kinds: Mapping[str, Fraction | None] = field(default_factory=dict)
    other_kinds_unknown: bool = False
    part_of: str | None = None

    def __post_init__(self) -> None:
        for share in (self.share, *self.kinds.values()):
            if share is not None and not 0 <= share <= 1:
                raise ValueError(
                    f"A share of {share} in the experience {self.key!r}: expected 0 to 1."
                )
        if self.first and self.last and self.last.latest < self.first.earliest:
            raise ValueError(
                f"The experience {self.key!r} ends on {self.last.latest}, before its start on "
                f"{self.first.earliest}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Education:
    """Study at one school for one degree, finished or not.

    `completed` is the day of the degree, or None without one. `years` are the academic years
    after high school that were passed by the end of this study, those at other schools included;
    None is the customary number with a degree, and not known without. `field` is "" where not
    known. `first` and `last` bound the time of this study where known, both included.
    """

    key: str
    level: DegreeLevel
    field: str = ""
    completed: date | None = None
    years: Fraction | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCredential:
    """A licence or certificate and the days on which it is valid; no `expires` is no end."""

    key: str
    name: str
    issued: date
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A competency as somebody assessed it on a day: its rank in its ladder of levels."""

    key: str
    name: str
    rank: int
    on: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a person decided where no arithmetic can: `about` is the key of the rule.

    The latest one up to the day asked for counts. `by` and `reason` are carried through to
    whoever reads the finding.
    """

    about: str
    accepted: bool
    by: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """All that is known of a person for the purpose.

    None says that nobody recorded anything, so that rules about it are unknown; an empty tuple
    says that there is nothing.
    """

    education: tuple[Education, ...] | None = None
    experience: tuple[Experience, ...] | None = None
    credentials: tuple[HeldCredential, ...] | None = None
    ratings: tuple[Rating, ...] | None = None
    judgements: tuple[Judgement, ...] = ()

    def judgement_about(self, key: str, at: date) -> Judgement | None:
        """Return the latest judgement about the rule of that key up to a day; None if none is."""
        judgements = [made for made in self.judgements if made.about == key and made.on <= at]
        return max(judgements, key=lambda made: made.on) if key and judgements else None
