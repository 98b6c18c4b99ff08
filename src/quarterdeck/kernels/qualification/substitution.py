"""Education and experience where one may stand in for the other.

A month that replaces education is not counted again as experience. Whether months can be dealt
out so, is told by Hall's condition (P. Hall, "On Representatives of Subsets", Journal of the
London Mathematical Society 10, 1935): each group of demands together asks for no more than the
work that serves any of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations

from quarterdeck.kernels.qualification.background import Background
from quarterdeck.kernels.qualification.counting import (
    Amount,
    Count,
    Kinds,
    Occupied,
    count_months,
    months_between,
)
from quarterdeck.kernels.qualification.findings import Credit, Finding, Purpose, Verdict
from quarterdeck.kernels.qualification.leaves import (
    Study,
    compare,
    find_degree,
    find_months,
    judged,
    worst,
    years_of_study,
)
from quarterdeck.kernels.qualification.rules import (
    YEARS_OF_STUDY,
    Combination,
    Comparison,
    Direction,
    EducationAndExperience,
    Equivalency,
    Months,
)

__all__ = ["find_combination", "find_education_and_experience"]

_ZERO = Fraction(0)
_MONTHS = 12


def find_education_and_experience(
    rule: EducationAndExperience, background: Background, at: date
) -> Finding:
    """Ask for both, then try each equivalency for what is missing; the best verdict stands."""
    parts = (
        judged(find_degree(rule.education, background, at), background, at),
        find_months(rule.experience, background, at),
    )
    tried = tuple(_tried(rule, parts, background, at))
    best = min((_both(rule, parts), *tried), key=lambda found: _RANK[found.verdict])
    return replace(best, rule=rule, parts=(*parts, *tried))


def find_combination(rule: Combination, background: Background, at: date) -> Finding:
    """Add the share of education to the share of experience, in months of the latter."""
    if background.education is None or background.experience is None:
        return _finding(rule, Verdict.UNKNOWN, "No education or no experience is recorded.")
    study = years_of_study(None, background, at)
    years = study.years.less(Amount(rule.beyond_years, rule.beyond_years))
    worth = years.times(rule.experience.months / rule.education_years)
    count = _beside_study(rule.experience, study, years, background, at)
    total = count.total + worth
    verdict = compare(total, rule.experience.months, rule.experience.comparison)
    return Finding(
        rule=rule,
        verdict=verdict,
        reason=f"Education makes {_percent(worth, rule.experience)} and experience "
        f"{_percent(count.total, rule.experience)} of what would suffice alone.",
        required=rule.experience.months,
        certain=total.certain,
        possible=total.possible,
        short=max(_ZERO, rule.experience.months - total.certain),
        replaced=worth.certain,
        credits=(*_work(count), *_studied(study, worth)),
        awaits=rule if verdict == Verdict.UNKNOWN else None,
        kinds=(_set(rule.experience.kind),),
    )


@dataclass(frozen=True, slots=True)
class _Demand:
    """Months asked of work of the kinds, apart from every other demand."""

    kinds: Kinds
    months: Fraction
    comparison: Comparison = Comparison.AT_LEAST


_RANK = {Verdict.MET: 0, Verdict.UNKNOWN: 1, Verdict.UNMET: 2}


def _both(rule: EducationAndExperience, parts: tuple[Finding, Finding]) -> Finding:
    verdict = worst([part.verdict for part in parts])
    words = {
        Verdict.MET: "Education and experience are both there.",
        Verdict.UNMET: "Education, experience or both are missing.",
        Verdict.UNKNOWN: "Education, experience or both are not known.",
    }
    deciding = next((part for part in parts if part.verdict == verdict), parts[1])
    experience = parts[1]
    return Finding(
        rule=rule,
        verdict=verdict,
        reason=words[verdict],
        required=experience.required,
        certain=experience.certain,
        possible=experience.possible,
        short=experience.short,
        credits=tuple(credit for part in parts for credit in part.credits),
        judgement=next((part.judgement for part in parts if part.judgement), None),
        awaits=deciding.awaits if verdict == Verdict.UNKNOWN else None,
        kinds=experience.kinds,
    )


def _tried(
    rule: EducationAndExperience, parts: tuple[Finding, Finding], background: Background, at: date
) -> Iterator[Finding]:
    """Try the equivalencies that speak to what is missing."""
    degree, experience = parts
    for equivalency in rule.equivalencies:
        replaces_education = equivalency.direction == Direction.EXPERIENCE_FOR_EDUCATION
        missing, other = (degree, experience) if replaces_education else (experience, degree)
        if missing.verdict == Verdict.MET:
            continue
        if equivalency.rate is None:
            found = _without_rate(equivalency, other)
        elif background.experience is None or background.education is None:
            found = _finding(equivalency, Verdict.UNKNOWN, "Not all of it is recorded.")
        elif replaces_education:
            found = _experience_for_education(rule, equivalency, parts, background, at)
        else:
            found = _education_for_experience(rule, equivalency, parts, background, at)
        best = other.verdict if equivalency.rate is None else Verdict.MET
        yield judged(found, background, at, best)


def _without_rate(equivalency: Equivalency, other: Finding) -> Finding:
    """Leave an equivalency without a rate to a person, unless the other half fails anyway."""
    if other.verdict == Verdict.UNMET:
        return _finding(equivalency, Verdict.UNMET, "What is not replaced is missing too.")
    why = "The source states no rate, so somebody has to judge."
    return replace(_finding(equivalency, Verdict.UNKNOWN, why), awaits=equivalency)


def _experience_for_education(
    rule: EducationAndExperience,
    equivalency: Equivalency,
    parts: tuple[Finding, Finding],
    background: Background,
    at: date,
) -> Finding:
    """Ask for the experience required, and apart from it for that which replaces education."""
    study, asked = _study(rule, parts[0], background, at)
    missing = asked.less(study.years)
    rate, limit = equivalency.rate or Fraction(1), equivalency.limit_years
    if limit is not None and missing.certain > limit:
        why = "More of the education is missing than may be replaced."
        return _finding(equivalency, Verdict.UNMET, why)
    most, least = missing.possible * rate * _MONTHS, missing.certain * rate * _MONTHS
    within_limit = limit is None or missing.possible <= limit
    verdict = worst(
        [
            _dealt(rule, equivalency, (most, least), background, at),
            Verdict.MET if within_limit else Verdict.UNKNOWN,
            *(part.verdict for part in parts[1].parts),
        ]
    )
    kind = equivalency.kind or rule.experience.kind
    count = _counted(rule.experience, _either(rule.experience.kind, kind), background, at)
    needed = rule.experience.months + most
    return Finding(
        rule=equivalency,
        verdict=verdict,
        reason=f"{_figure(rule.experience.months)} months are asked for as experience, and "
        f"{_figure(most)} more in place of {_figure(missing.possible)} years of study.",
        required=needed,
        certain=count.total.certain,
        possible=count.total.possible,
        short=max(_ZERO, needed - count.total.certain),
        replaced=most,
        credits=(*_work(count), *_studied(study, study.years.times(Fraction(_MONTHS)))),
        awaits=equivalency if verdict == Verdict.UNKNOWN else None,
        kinds=_either(rule.experience.kind, kind),
    )


def _education_for_experience(
    rule: EducationAndExperience,
    equivalency: Equivalency,
    parts: tuple[Finding, Finding],
    background: Background,
    at: date,
) -> Finding:
    """Let study beyond the required degree replace months of experience."""
    study, asked = _study(rule, parts[0], background, at)
    spare = study.years.less(asked)
    rate, limit = equivalency.rate or Fraction(1), equivalency.limit_years
    replaced = spare.times(1 / rate)
    if limit is not None:
        replaced = Amount(min(limit, replaced.certain), min(limit, replaced.possible))
    worth = replaced.times(Fraction(_MONTHS))
    count = _beside_study(rule.experience, study, replaced.times(rate), background, at)
    total = count.total + worth
    own = compare(total, rule.experience.months, rule.experience.comparison)
    inner = [part.verdict for part in parts[1].parts]
    verdict = worst([own, parts[0].verdict, *inner])
    return Finding(
        rule=equivalency,
        verdict=verdict,
        reason=f"Study beyond the degree stands for {_figure(worth.certain)} months.",
        required=rule.experience.months,
        certain=total.certain,
        possible=total.possible,
        short=max(_ZERO, rule.experience.months - total.certain),
        replaced=worth.certain,
        credits=(*_work(count), *_studied(study, worth)),
        awaits=equivalency if verdict == Verdict.UNKNOWN else None,
        kinds=(_set(rule.experience.kind),),
    )


def _study(
    rule: EducationAndExperience, degree: Finding, background: Background, at: date
) -> tuple[Study, Amount]:
    """Return the years studied in a field that will do, and those that the degree stands for."""
    years = rule.education.years
    asked = Fraction(YEARS_OF_STUDY[rule.education.level]) if years is None else years
    refused = degree.judgement is not None and not degree.judgement.accepted
    study = years_of_study(rule.education, background, at, refused=refused)
    if degree.verdict == Verdict.MET:
        # A field that somebody judged to be related counts with all its years.
        study = replace(study, years=Amount(study.years.possible, study.years.possible))
    return study, Amount(asked, asked)


def _dealt(
    rule: EducationAndExperience,
    equivalency: Equivalency,
    replaced: tuple[Fraction, Fraction],
    background: Background,
    at: date,
) -> Verdict:
    """Tell whether the months suffice for experience and replaced education, each month once.

    `replaced` is the most and the least that education may need.
    """
    experience = rule.experience
    most, least = replaced
    own = _set(experience.kind)
    substitute = (_set(equivalency.kind or experience.kind),)
    inner = [
        _Demand((own | _set(part.kind),), part.months, part.comparison)
        for part in experience.including
    ]
    rest = max(_ZERO, experience.months - sum((part.months for part in inner), _ZERO))
    apart = [*inner, _Demand((own,), rest, experience.comparison), _Demand(substitute, most)]
    if all(_holds(group, rule, background, at) == Verdict.MET for group in _groups(apart)):
        return Verdict.MET
    # One month may serve two inclusions, so beyond this nothing says that it cannot be done.
    whole = _Demand((own,), experience.months, experience.comparison)
    needed = [(part, _Demand(substitute, least)) for part in (whole, *inner)]
    hopeless = any(
        _holds(group, rule, background, at) == Verdict.UNMET
        for demands in needed
        for group in _groups(demands)
    )
    return Verdict.UNMET if hopeless else Verdict.UNKNOWN


def _groups(demands: Sequence[_Demand]) -> Iterator[tuple[_Demand, ...]]:
    for size in range(1, len(demands) + 1):
        yield from combinations(demands, size)


def _holds(
    group: tuple[_Demand, ...], rule: EducationAndExperience, background: Background, at: date
) -> Verdict:
    """Hold what a group of demands asks for against the work that serves any of them."""
    kinds = tuple(dict.fromkeys(kinds for demand in group for kinds in demand.kinds))
    asked = sum((demand.months for demand in group), _ZERO)
    strict = any(demand.comparison == Comparison.MORE_THAN for demand in group)
    count = _counted(rule.experience, kinds, background, at)
    return compare(count.total, asked, Comparison.MORE_THAN if strict else Comparison.AT_LEAST)


def _set(*kinds: str | None) -> frozenset[str]:
    return frozenset(kind for kind in kinds if kind)


def _either(one: str | None, other: str | None) -> Kinds:
    return tuple(dict.fromkeys((_set(one), _set(other))))


def _counted(rule: Months, kinds: Kinds, background: Background, at: date) -> Count:
    # Work of all kinds of a set is work of the kinds of a smaller one too, so that suffices.
    widest = tuple(kind for kind in kinds if not any(smaller < kind for smaller in kinds))
    return count_months(
        background.experience or (), widest, at, beyond_full_time=rule.beyond_full_time
    )


def _beside_study(
    rule: Months, study: Study, credited: Amount, background: Background, at: date
) -> Count:
    """Count experience where the credited study takes its own time.

    Where nobody knows when the study was, as many months of work may coincide with it.
    """
    row = study.education
    experience = background.experience or ()
    kinds = (_set(rule.kind),)
    beyond = rule.beyond_full_time
    if beyond or not credited.possible:
        return count_months(experience, kinds, at, beyond_full_time=beyond)
    if row and row.first and row.last:
        return count_months(
            experience, kinds, at, occupied=[_time_of(row.first, row.last, credited)]
        )
    count = count_months(experience, kinds, at)
    certain = max(_ZERO, count.total.certain - credited.possible * _MONTHS)
    return Count(Amount(certain, count.total.possible), count.by_experience)


def _time_of(first: date, last: date, credited: Amount) -> Occupied:
    """Spread the credited study evenly over its days: what is left of them is room for work."""
    length = months_between(first, last + timedelta(days=1))
    return Occupied(first, last, min(Fraction(1), credited.possible * _MONTHS / length))


def _work(count: Count) -> tuple[Credit, ...]:
    return tuple(
        Credit(key=key, certain=amount.certain, possible=amount.possible)
        for key, amount in count.by_experience
    )


def _studied(study: Study, worth: Amount) -> tuple[Credit, ...]:
    if study.education is None:
        return ()
    return (
        Credit(
            key=study.education.key,
            certain=worth.certain,
            possible=worth.possible,
            purpose=Purpose.EDUCATION,
        ),
    )


def _finding(rule: Combination | Equivalency, verdict: Verdict, why: str) -> Finding:
    awaits = rule if verdict == Verdict.UNKNOWN else None
    return Finding(rule=rule, verdict=verdict, reason=why, awaits=awaits)


def _percent(amount: Amount, rule: Months) -> str:
    return f"{float(amount.certain / rule.months):.0%}"


def _figure(number: Fraction) -> str:
    return f"{float(number):g}"
