"""From single rules, as a document states them one by one, to what they ask together."""

from collections.abc import Iterable
from fractions import Fraction

from quarterdeck.kernels.qualification.rules import (
    AllOf,
    Degree,
    EducationAndExperience,
    Equivalency,
    Months,
    Rule,
    Standing,
)

__all__ = ["joined"]


def joined(rules: Iterable[Rule | Equivalency]) -> AllOf:
    """Return one rule that asks for all of them.

    Where an equivalency is among them, the first degree and the longest experience required are
    joined with it, so that no month is counted for both; without a degree or an experience to
    speak of, it replaces nothing and falls away.
    """
    kept = tuple(rules)
    equivalencies = tuple(rule for rule in kept if isinstance(rule, Equivalency))
    asked = [rule for rule in kept if not isinstance(rule, Equivalency)]
    required = [rule for rule in asked if rule.standing == Standing.REQUIRED]
    degree = next((rule for rule in required if isinstance(rule, Degree)), None)
    spells = [rule for rule in required if isinstance(rule, Months)]
    longest = max(spells, key=lambda rule: rule.months, default=None)
    if degree is None or not equivalencies:
        return AllOf(parts=tuple(asked))
    both = EducationAndExperience(
        key=f"{degree.key} joined" if degree.key else "",
        label="Education and experience",
        education=degree,
        experience=longest or _no_experience(degree),
        equivalencies=equivalencies,
        source=degree.source,
    )
    rest = (rule for rule in asked if rule is not degree and rule is not longest)
    return AllOf(parts=(both, *rest))


def _no_experience(degree: Degree) -> Months:
    """Return a rule without a demand: only what replaces the degree has to be of its kind."""
    return Months(months=Fraction(0), kind=degree.key or None)
