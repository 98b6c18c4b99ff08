"""From what was read in a job description to rules."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from quarterdeck.kernels.jobtext import records
from quarterdeck.kernels.qualification.rules import (
    AllOf,
    ByJudgement,
    Comparison,
    Credential,
    Degree,
    DegreeLevel,
    Direction,
    EducationAndExperience,
    Equivalency,
    Months,
    Rule,
    Source,
    Standing,
)

__all__ = ["rules_of"]

_MONTHS = 12
_LEVELS = {
    records.Degree.HIGH_SCHOOL: DegreeLevel.HIGH_SCHOOL,
    records.Degree.ASSOCIATE: DegreeLevel.ASSOCIATE,
    records.Degree.BACHELOR: DegreeLevel.BACHELOR,
    records.Degree.MASTER: DegreeLevel.MASTER,
    records.Degree.DOCTORATE: DegreeLevel.DOCTORATE,
}
_STANDINGS = {
    records.Necessity.REQUIRED: Standing.REQUIRED,
    records.Necessity.PREFERRED: Standing.PREFERRED,
}


def rules_of(
    qualifications: Sequence[records.Qualification],
    equivalencies: Sequence[records.Equivalency],
    level: str = "",
    kinds: Mapping[int, str] | None = None,
) -> AllOf:
    """Return what a level asks for: its own qualifications and those that hold for all levels.

    The key of a rule is `qualification-N` or `equivalency-N`, N being its place in the sequence
    from 0. Experience is of the kind that `kinds` names for its place; without one the kind is
    the rule's own key, so that nobody's work counts for it until a person says that it does. The
    first degree and the longest experience required are one rule where something may replace
    them. A requirement without a figure or degree is left to judgement.
    """
    named = kinds or {}
    own = [
        place
        for place, read in enumerate(qualifications)
        if read.nested_in is None and read.level in {"", level}
    ]
    joined = _joined(qualifications, equivalencies, level, own, named)
    taken = set(joined[0]) if joined else set()
    rest = tuple(_rule(qualifications, place, named) for place in own if place not in taken)
    return AllOf(parts=(joined[1], *rest) if joined else rest)


def _joined(
    qualifications: Sequence[records.Qualification],
    equivalencies: Sequence[records.Equivalency],
    level: str,
    own: Sequence[int],
    kinds: Mapping[int, str],
) -> tuple[tuple[int, ...], EducationAndExperience] | None:
    """Join a degree with experience where one may stand in for the other; None if none may."""
    required = [p for p in own if qualifications[p].necessity == records.Necessity.REQUIRED]
    degree = next((place for place in required if qualifications[place].degree), None)
    years = [place for place in required if _asks_for_experience(qualifications[place])]
    longest = max(years, key=lambda place: qualifications[place].years or 0, default=None)
    pair = [place for place in (degree, longest) if place is not None]
    allowed = tuple(_equivalencies(qualifications, equivalencies, level, pair))
    if degree is None or not allowed:
        return None
    education = _degree(qualifications[degree], _key(degree))
    experience = (
        Months(months=Fraction(0), key=f"{_key(degree)}-experience", kind=_key(degree))
        if longest is None
        else _months(qualifications, longest, kinds)
    )
    rule = EducationAndExperience(
        key=f"{_key(degree)}-joined",
        label="Education and experience",
        education=education,
        experience=experience,
        equivalencies=allowed,
        source=education.source,
    )
    return tuple(pair), rule


def _equivalencies(
    qualifications: Sequence[records.Qualification],
    equivalencies: Sequence[records.Equivalency],
    level: str,
    pair: Sequence[int],
) -> Iterator[Equivalency]:
    """Give those stated, and one without a rate for a sentence that admits an equivalent."""
    stated = [
        (place, read)
        for place, read in enumerate(equivalencies)
        if read.level in {"", level} and read.replaces in _DIRECTIONS
    ]
    for place, read in stated:
        yield Equivalency(
            key=f"equivalency-{place}",
            label="Equivalency",
            direction=_DIRECTIONS[read.replaces],
            rate=read.ratio,
            source=_source(read),
        )
    spoken_for = {read.replaces for _, read in stated}
    for place in pair:
        asked = qualifications[place]
        if asked.or_equivalent and asked.kind not in spoken_for:
            yield Equivalency(
                key=f"{_key(place)}-equivalent",
                label="Equivalent",
                direction=_DIRECTIONS[asked.kind],
                rate=None,
                source=_source(asked),
            )


_DIRECTIONS = {
    records.QualificationKind.EDUCATION: Direction.EXPERIENCE_FOR_EDUCATION,
    records.QualificationKind.EXPERIENCE: Direction.EDUCATION_FOR_EXPERIENCE,
}


def _rule(
    qualifications: Sequence[records.Qualification], place: int, kinds: Mapping[int, str]
) -> Rule:
    read = qualifications[place]
    if read.degree:
        return _degree(read, _key(place))
    if _asks_for_experience(read):
        return _months(qualifications, place, kinds)
    standing, source = _STANDINGS[read.necessity], _source(read)
    if read.kind == records.QualificationKind.LICENCE:
        return Credential(
            key=_key(place), label=read.text, names=(read.text,), standing=standing, source=source
        )
    return ByJudgement(key=_key(place), label=read.text, standing=standing, source=source)


def _degree(read: records.Qualification, key: str) -> Degree:
    return Degree(
        key=key,
        label=read.text,
        level=_LEVELS[read.degree or records.Degree.HIGH_SCHOOL],
        fields=read.fields,
        or_related=read.related_field,
        years=read.years,
        standing=_STANDINGS[read.necessity],
        source=_source(read),
    )


def _months(
    qualifications: Sequence[records.Qualification], place: int, kinds: Mapping[int, str]
) -> Months:
    read = qualifications[place]
    # Only this says that the number itself is too little; any other figure is a minimum.
    strict = read.operator == records.Operator.MORE
    nested = [number for number, item in enumerate(qualifications) if item.nested_in == place]
    return Months(
        key=_key(place),
        label=read.text,
        months=(read.years or Fraction(0)) * _MONTHS,
        comparison=Comparison.MORE_THAN if strict else Comparison.AT_LEAST,
        kind=kinds.get(place, _key(place)),
        including=tuple(
            _months(qualifications, number, kinds) for number in nested if number != place
        ),
        standing=_STANDINGS[read.necessity],
        source=_source(read),
    )


def _asks_for_experience(read: records.Qualification) -> bool:
    return read.kind == records.QualificationKind.EXPERIENCE and read.years is not None


def _key(place: int) -> str:
    return f"qualification-{place}"


def _source(read: records.Found) -> Source:
    start = min((span.start for span in read.spans), default=0)
    end = max((span.end for span in read.spans), default=0)
    return Source(read.text, start, end)
