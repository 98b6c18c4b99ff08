"""From the qualifications that a person reviewed to rules that can be evaluated."""

from fractions import Fraction
from typing import Any

from quarterdeck.kernels.qualification.rules import (
    ByJudgement,
    Comparison,
    Credential,
    Degree,
    DegreeLevel,
    Direction,
    Equivalency,
    Months,
    Rule,
    Source,
    Standing,
)
from quarterdeck.people.models import DraftedRecord
from quarterdeck.people.vocabulary import RecordKind

_DEGREES = {
    "high school": DegreeLevel.HIGH_SCHOOL,
    "associate": DegreeLevel.ASSOCIATE,
    "bachelor": DegreeLevel.BACHELOR,
    "master": DegreeLevel.MASTER,
    "doctorate": DegreeLevel.DOCTORATE,
}
_MONTHS_A_YEAR = 12


def rule_of(record: DraftedRecord, nested: tuple[DraftedRecord, ...] = ()) -> Rule | Equivalency:
    """Return the rule that a reviewed qualification or equivalency states.

    What names neither a degree, nor years, nor a licence is left to a person's judgement.
    """
    if record.kind == RecordKind.EQUIVALENCY:
        return _equivalency(record)
    payload = record.payload
    marks = _marks(record)
    if payload.get("kind") == "education" and payload.get("degree") in _DEGREES:
        return Degree(
            level=_DEGREES[payload["degree"]],
            fields=tuple(payload.get("fields") or ()),
            or_related=bool(payload.get("related_field")),
            or_equivalent=bool(payload.get("or_equivalent")),
            **marks,
        )
    if payload.get("kind") == "experience" and payload.get("years") not in (None, ""):
        held = tuple(rule for rule in map(rule_of, nested) if isinstance(rule, Months))
        # Nobody's work counts for it until a person says that it was of the kind asked for.
        return Months(
            kind=marks["key"],
            months=_exact(payload["years"]) * _MONTHS_A_YEAR,
            comparison=(
                Comparison.MORE_THAN if payload.get("operator") == ">" else Comparison.AT_LEAST
            ),
            including=held,
            **marks,
        )
    if payload.get("kind") == "licence":
        return Credential(names=(record.text,), is_described=True, **marks)
    return ByJudgement(**marks)


def _equivalency(record: DraftedRecord) -> Equivalency:
    payload = record.payload
    stands_in = payload.get("gives") == "experience"
    ratio = payload.get("ratio")
    return Equivalency(
        direction=(
            Direction.EXPERIENCE_FOR_EDUCATION if stands_in else Direction.EDUCATION_FOR_EXPERIENCE
        ),
        rate=None if ratio in (None, "") else _exact(ratio),
        **_marks(record),
    )


def _marks(record: DraftedRecord) -> dict[str, Any]:
    start, end = record.spans[0] if record.spans else (0, 0)
    preferred = record.payload.get("necessity") == "preferred"
    return {
        "key": f"record-{record.pk}",
        "label": str(record),
        "standing": Standing.PREFERRED if preferred else Standing.REQUIRED,
        "source": Source(record.text, start, end),
    }


def _exact(value: Any) -> Fraction:
    return Fraction(str(value))
