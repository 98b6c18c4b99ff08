"""What came of holding a person against a rule: a verdict with the evidence for it."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from quarterdeck.kernels.qualification.background import Judgement
from quarterdeck.kernels.qualification.counting import Kinds
from quarterdeck.kernels.qualification.rules import Equivalency, Rule, Source, Standing

__all__ = ["Credit", "Finding", "Purpose", "Verdict"]


class Verdict(StrEnum):
    """Whether a rule is met; unknown is an answer of its own, and never counts as unmet."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """What a credit was counted for."""

    EXPERIENCE = "experience"
    EDUCATION = "education"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What one row of the background gave: months that are certain, and that are possible.

    `key` is the key of the experience, education, credential or rating.
    """

    key: str
    certain: Fraction
    possible: Fraction
    purpose: Purpose = Purpose.EXPERIENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The verdict on one rule.

    `required`, `certain` and `possible` are months, where the rule is one of months: as many were
    asked for, at least so many were found, and at most so many can be there. `short` is how many
    are missing for certain to reach the number; 0 where it is reached. `credits` say which rows
    they come from, `replaced` how many of the required months stand for education. `parts` are
    the findings on the parts of the rule. `judgement` is the one that decided, and `awaits` the
    rule that somebody has to judge, or to record the facts for. `kinds` are the kinds of work whose
    months were counted, where any were.
    """

    rule: Rule | Equivalency
    verdict: Verdict
    reason: str
    required: Fraction | None = None
    certain: Fraction | None = None
    possible: Fraction | None = None
    short: Fraction | None = None
    replaced: Fraction | None = None
    credits: tuple[Credit, ...] = ()
    parts: tuple["Finding", ...] = ()
    judgement: Judgement | None = None
    awaits: Rule | Equivalency | None = None
    kinds: Kinds = ()

    @property
    def standing(self) -> Standing:
        """Whether the rule decides or is only good to have."""
        return self.rule.standing

    @property
    def source(self) -> Source | None:
        """The sentence that the rule was read from."""
        return self.rule.source
