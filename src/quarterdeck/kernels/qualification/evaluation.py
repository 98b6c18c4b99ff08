"""Holds a person's background against a rule, and lists what a person lacks for a level.

Three verdicts, and no score: met, unmet, and unknown where what is recorded does not decide or a
person has to judge. Only what is recorded up to the day asked for counts.
"""

from collections.abc import Iterable
from datetime import date

from quarterdeck.kernels.qualification.background import Background
from quarterdeck.kernels.qualification.findings import Finding, Verdict
from quarterdeck.kernels.qualification.leaves import (
    find_competency,
    find_credential,
    find_degree,
    find_months,
    find_stated_none,
    find_that_needs_judgement,
    judged,
    worst,
)
from quarterdeck.kernels.qualification.rules import (
    AllOf,
    AnyOf,
    ByJudgement,
    Combination,
    Competency,
    Credential,
    Degree,
    EducationAndExperience,
    Months,
    Rule,
    Standing,
    StatedNone,
)
from quarterdeck.kernels.qualification.substitution import (
    find_combination,
    find_education_and_experience,
)

__all__ = ["evaluate", "gap"]


def evaluate(rule: Rule, background: Background, at: date) -> Finding:
    """Return the verdict on a rule as of the day `at`, with the evidence and what is missing.

    A recorded judgement about a rule decides where the verdict would be unknown, and never
    overrules what can be computed.
    """
    return judged(_computed(rule, background, at), background, at)


def gap(background: Background, rules: Iterable[Rule], at: date) -> tuple[Finding, ...]:
    """List a person's findings for the rules of a level, one item for each thing asked for.

    Of a rule that asks for all of its parts each part is an item of its own; every other rule is
    one. Nothing is added up: the items are the answer.
    """
    return tuple(evaluate(item, background, at) for rule in rules for item in _items(rule))


def _items(rule: Rule) -> Iterable[Rule]:
    if not isinstance(rule, AllOf):
        return (rule,)
    return (item for part in rule.parts for item in _items(part))


def _computed(rule: Rule, background: Background, at: date) -> Finding:
    match rule:
        case AllOf():
            return _all_of(rule, background, at)
        case AnyOf():
            return _any_of(rule, background, at)
        case EducationAndExperience():
            return find_education_and_experience(rule, background, at)
        case Combination():
            return find_combination(rule, background, at)
        case _:
            return _leaf(rule, background, at)


def _leaf(
    rule: Degree | Months | Credential | Competency | ByJudgement | StatedNone,
    background: Background,
    at: date,
) -> Finding:
    match rule:
        case Degree():
            return find_degree(rule, background, at)
        case Months():
            return find_months(rule, background, at)
        case Credential():
            return find_credential(rule, background, at)
        case Competency():
            return find_competency(rule, background, at)
        case ByJudgement():
            return find_that_needs_judgement(rule)
        case StatedNone():
            return find_stated_none(rule)


def _all_of(rule: AllOf, background: Background, at: date) -> Finding:
    """Ask for every required part; what is only preferred is reported and does not decide."""
    parts = tuple(evaluate(part, background, at) for part in rule.parts)
    required = [part for part in parts if part.standing == Standing.REQUIRED]
    verdict = worst([part.verdict for part in required])
    number = sum(part.verdict == Verdict.MET for part in required)
    deciding = next((part for part in required if part.verdict == verdict), None)
    return Finding(
        rule=rule,
        verdict=verdict,
        reason=f"{number} of {len(required)} required parts are met.",
        parts=parts,
        awaits=deciding.awaits if deciding else None,
    )


def _any_of(rule: AnyOf, background: Background, at: date) -> Finding:
    parts = tuple(evaluate(part, background, at) for part in rule.parts)
    verdicts = [part.verdict for part in parts]
    order = (Verdict.MET, Verdict.UNKNOWN, Verdict.UNMET)
    verdict = next((verdict for verdict in order if verdict in verdicts), Verdict.UNMET)
    deciding = next((part for part in parts if part.verdict == verdict), None)
    return Finding(
        rule=rule,
        verdict=verdict,
        reason=f"{verdicts.count(Verdict.MET)} of {len(parts)} ways are met; one would do.",
        parts=parts,
        awaits=deciding.awaits if deciding else None,
    )
