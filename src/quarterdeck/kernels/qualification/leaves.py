"""Verdicts on the rules that ask for one thing."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from quarterdeck.kernels.qualification.background import (
    Background,
    Education,
    HeldCredential,
    Rating,
)
from quarterdeck.kernels.qualification.counting import Amount, count_months
from quarterdeck.kernels.qualification.findings import Credit, Finding, Purpose, Verdict
from quarterdeck.kernels.qualification.rules import (
    YEARS_OF_STUDY,
    ByJudgement,
    Comparison,
    Competency,
    Credential,
    Degree,
    Months,
    StatedNone,
)

__all__ = [
    "Study",
    "compare",
    "find_competency",
    "find_credential",
    "find_degree",
    "find_months",
    "find_stated_none",
    "find_that_needs_judgement",
    "judged",
    "worst",
    "years_of_study",
]

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Study:
    """Years of study, and the row of education that tells most of them for certain."""

    years: Amount
    education: Education | None


def find_degree(rule: Degree, background: Background, at: date) -> Finding:
    """Tell whether a degree was completed in a field that will do."""
    if background.education is None:
        return _unknown(rule, "No education is recorded.")
    held = [
        education
        for education in background.education
        if education.completed and education.completed <= at and education.level >= rule.level
    ]
    fitting = [education for education in held if _fits(rule, education)]
    if fitting:
        return Finding(
            rule=rule,
            verdict=Verdict.MET,
            reason="A degree of the level and in the field is held.",
            credits=_degrees(fitting),
        )
    open_cases = [education for education in held if rule.or_related or not education.field]
    if open_cases:
        return Finding(
            rule=rule,
            verdict=Verdict.UNKNOWN,
            reason="Whether the field of the degree is related needs a judgement.",
            credits=_degrees(open_cases),
            awaits=rule,
        )
    if rule.or_equivalent:
        return _unknown(rule, "The source admits an equivalent, which somebody has to judge.")
    wrong_field = "A degree of the level is held, in another field."
    none = "No completed degree of the level is held."
    return Finding(rule=rule, verdict=Verdict.UNMET, reason=wrong_field if held else none)


def find_months(rule: Months, background: Background, at: date) -> Finding:
    """Count the months of experience, and those of each kind that is to be among them."""
    return _months(rule, (), background, at)


def compare(amount: Amount, months: Fraction, comparison: Comparison) -> Verdict:
    """Hold months found against months asked for."""
    if _enough(amount.certain, months, comparison):
        return Verdict.MET
    return Verdict.UNKNOWN if _enough(amount.possible, months, comparison) else Verdict.UNMET


def find_credential(rule: Credential, background: Background, at: date) -> Finding:
    """Tell whether a licence or certificate is valid on the day."""
    if background.credentials is None:
        return _unknown(rule, "No licences and certificates are recorded.")
    names = {_plain(name) for name in rule.names}
    named = [held for held in background.credentials if _plain(held.name) in names]
    valid = [held for held in named if _is_valid(held, at)]
    if valid:
        rows = tuple(Credit(key=held.key, certain=_ZERO, possible=_ZERO) for held in valid)
        return Finding(rule=rule, verdict=Verdict.MET, reason="It is valid.", credits=rows)
    if rule.is_described and not named:
        return _unknown(rule, "Whether it is held needs a judgement: the source describes it.")
    reason = "It is held, but not valid on this day." if named else "It is not held."
    return Finding(rule=rule, verdict=Verdict.UNMET, reason=reason)


def find_competency(rule: Competency, background: Background, at: date) -> Finding:
    """Hold the latest assessment of a competency against the level asked for."""
    ratings = [
        rating
        for rating in background.ratings or ()
        if _plain(rating.name) == _plain(rule.name) and rating.on <= at
    ]
    if not ratings:
        return _unknown(rule, "The competency has not been assessed.")
    latest: Rating = max(ratings, key=lambda rating: rating.on)
    return Finding(
        rule=rule,
        verdict=Verdict.MET if latest.rank >= rule.rank else Verdict.UNMET,
        reason=f"Assessed at level {latest.rank} on {latest.on} by {latest.by}; "
        f"asked for is level {rule.rank}.",
        credits=(Credit(key=latest.key, certain=_ZERO, possible=_ZERO),),
    )


def find_that_needs_judgement(rule: ByJudgement) -> Finding:
    """Leave it to a person."""
    return _unknown(rule, "Only a person can judge this.")


def find_stated_none(rule: StatedNone) -> Finding:
    """Grant what the source says is not asked for."""
    return Finding(rule=rule, verdict=Verdict.MET, reason="The source says that none is required.")


def judged(
    found: Finding, background: Background, at: date, best: Verdict = Verdict.MET
) -> Finding:
    """Let a recorded judgement decide what is unknown; accepted, it is no better than `best`."""
    made = background.judgement_about(found.rule.key, at)
    if made is None or found.verdict != Verdict.UNKNOWN:
        return found
    return replace(
        found,
        verdict=best if made.accepted else Verdict.UNMET,
        reason=f"Judged by {made.by} on {made.on}: {made.reason}",
        judgement=made,
        awaits=None,
    )


def years_of_study(
    rule: Degree | None, background: Background, at: date, *, refused: bool = False
) -> Study:
    """Return the years of study after high school: the most that any one row of education tells.

    With a rule, study in a field that may not do counts as possible only, and in one that will
    not do, or was `refused` by a judgement, not at all.
    """
    best = Study(Amount(), None)
    for education in background.education or ():
        if education.completed and education.completed > at:
            continue
        years = _years(education)
        if rule and not _fits(rule, education):
            maybe = (rule.or_related or not education.field) and not refused
            years = Amount(_ZERO, years.possible if maybe else _ZERO)
        row = education if years.certain > best.years.certain else best.education
        both = zip(_both(years), _both(best.years), strict=True)
        best = Study(Amount(*(max(pair) for pair in both)), row)
    return best


def _both(amount: Amount) -> tuple[Fraction, Fraction]:
    return amount.certain, amount.possible


def _years(education: Education) -> Amount:
    customary = Fraction(YEARS_OF_STUDY[education.level])
    if education.years is not None:
        return Amount(education.years, education.years)
    return Amount(customary if education.completed else _ZERO, customary)


def _fits(rule: Degree, education: Education) -> bool:
    fields = {_plain(field) for field in rule.fields}
    return not fields or _plain(education.field) in fields


def _months(
    rule: Months, within: tuple[frozenset[str], ...], background: Background, at: date
) -> Finding:
    """Count months of the rule's kind that are of every kind around it too."""
    # Where no month is asked for, it does not matter that nobody knows of any.
    if background.experience is None and (rule.months or rule.including):
        return _unknown(rule, "No experience is recorded.")
    kinds = frozenset({rule.kind} if rule.kind else ()).union(*within)
    count = count_months(
        background.experience or (), (kinds,), at, beyond_full_time=rule.beyond_full_time
    )
    parts = tuple(_months(inner, (kinds,), background, at) for inner in rule.including)
    own = compare(count.total, rule.months, rule.comparison)
    verdict = worst([own, *(part.verdict for part in parts)])
    return Finding(
        rule=rule,
        verdict=verdict,
        reason=_why(own, verdict),
        required=rule.months,
        certain=count.total.certain,
        possible=count.total.possible,
        short=max(_ZERO, rule.months - count.total.certain),
        credits=tuple(
            Credit(key=key, certain=amount.certain, possible=amount.possible)
            for key, amount in count.by_experience
        ),
        parts=parts,
        awaits=rule if verdict == Verdict.UNKNOWN else None,
        kinds=(kinds,),
    )


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return unmet if any is, else unknown if any is, else met."""
    for verdict in (Verdict.UNMET, Verdict.UNKNOWN):
        if verdict in verdicts:
            return verdict
    return Verdict.MET


def _why(own: Verdict, verdict: Verdict) -> str:
    if own == verdict:
        return {
            Verdict.MET: "There are enough months.",
            Verdict.UNMET: "There are not enough months.",
            Verdict.UNKNOWN: "Dates, shares or kinds of work that are not known would decide.",
        }[verdict]
    return "There are enough months, but not of what they are to include."


def _enough(found: Fraction, months: Fraction, comparison: Comparison) -> bool:
    return found > months if comparison == Comparison.MORE_THAN else found >= months


def _degrees(educations: list[Education]) -> tuple[Credit, ...]:
    return tuple(
        Credit(key=education.key, certain=_ZERO, possible=_ZERO, purpose=Purpose.EDUCATION)
        for education in educations
    )


def _is_valid(held: HeldCredential, at: date) -> bool:
    return held.issued <= at and (held.expires is None or at <= held.expires)


def _unknown(rule: Degree | Months | Credential | Competency | ByJudgement, why: str) -> Finding:
    return Finding(rule=rule, verdict=Verdict.UNKNOWN, reason=why, awaits=rule)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
