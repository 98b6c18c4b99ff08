"""Which further fields each kind of drafted record has, and what may stand in them.

A correction form is made from these, and an approval reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from quarterdeck.kernels.jobtext.records import Degree, Operator
from quarterdeck.people.models.description import SIGNS, target_text
from quarterdeck.people.vocabulary import (
    BetterDirection,
    DutyModality,
    Evidence,
    RecordKind,
    RuleNecessity,
    SpecialClause,
    SupervisionDirection,
    WorkingConditionKind,
)

Choices = tuple[tuple[str, str], ...]


class Shape(StrEnum):
    """What a field holds."""

    TEXT = "text"
    WORD = "word"
    LEVEL = "level"
    NUMBER = "number"
    TRUTH = "truth"
    LIST = "list"
    DAY = "day"


@dataclass(frozen=True)
class PayloadField:
    """One further field of a kind: its name in the payload, its title, and what it holds."""

    name: str
    title: str
    shape: Shape = Shape.TEXT
    choices: Choices = ()
    is_required: bool = False


def _words(choices: Any) -> Choices:
    return tuple((str(value), str(text)) for value, text in choices)


_MODALITY = PayloadField(
    "modality", "How binding", Shape.WORD, _words(DutyModality.choices), is_required=True
)
_LEVEL = PayloadField("level", "Level", Shape.LEVEL)
_CONDITION = PayloadField("condition", "Condition")
_SECTION = PayloadField("section", "Section")
_OPERATOR = PayloadField(
    "operator",
    "Operator",
    Shape.WORD,
    tuple((str(sign), SIGNS.get(sign, str(sign))) for sign in Operator),
)
_PATHS = (("education", "Education"), ("experience", "Experience"))
_QUALIFICATIONS = (*_PATHS, ("licence", "Licence or certificate"), ("skill", "Skill"))

FIELDS: Mapping[RecordKind, tuple[PayloadField, ...]] = {
    RecordKind.LEVEL: (
        PayloadField("name", "Name", is_required=True),
        PayloadField("rank", "Rank", Shape.NUMBER, is_required=True),
        PayloadField("grade_system", "Grade system"),
        PayloadField("grade", "Grade"),
    ),
    RecordKind.DUTY: (_MODALITY, _LEVEL, PayloadField("recurrence", "Recurrence")),
    RecordKind.FUNCTION: (_MODALITY, _LEVEL, PayloadField("recurrence", "Recurrence")),
    RecordKind.CLAUSE: (
        PayloadField("kind", "Clause", Shape.WORD, _words(SpecialClause.choices), is_required=True),
    ),
    RecordKind.COMPETENCY: (PayloadField("group", "Group"),),
    RecordKind.ANCHOR: (_LEVEL,),
    RecordKind.QUALIFICATION: (
        PayloadField("kind", "What is asked for", Shape.WORD, _QUALIFICATIONS, is_required=True),
        PayloadField(
            "necessity", "Necessity", Shape.WORD, _words(RuleNecessity.choices), is_required=True
        ),
        _OPERATOR,
        PayloadField("years", "Years", Shape.NUMBER),
        PayloadField("degree", "Degree", Shape.WORD, tuple((str(d), str(d)) for d in Degree)),
        PayloadField("fields", "Fields of study", Shape.LIST),
        PayloadField("related_field", "A related field will do", Shape.TRUTH),
        PayloadField("or_equivalent", "An equivalent will do", Shape.TRUTH),
        _LEVEL,
    ),
    RecordKind.EQUIVALENCY: (
        PayloadField("gives", "What stands in", Shape.WORD, _PATHS, is_required=True),
        PayloadField("replaces", "What is replaced", Shape.WORD, _PATHS, is_required=True),
        PayloadField("ratio", "Years for one year", Shape.NUMBER),
        _LEVEL,
    ),
    RecordKind.SUPERVISION: (
        PayloadField(
            "direction",
            "Direction",
            Shape.WORD,
            _words(SupervisionDirection.choices),
            is_required=True,
        ),
        _CONDITION,
        _LEVEL,
    ),
    RecordKind.MEASURE: (
        PayloadField("kind", "Evidence", Shape.WORD, _words(Evidence.choices), is_required=True),
        PayloadField("subject", "What is measured"),
        _OPERATOR,
        PayloadField("value", "Value", Shape.NUMBER),
        PayloadField("unit", "Unit"),
        PayloadField("evaluator", "Who judges"),
        PayloadField("polarity", "Direction", Shape.WORD, _words(BetterDirection.choices)),
    ),
    RecordKind.AUTHORITY: (
        PayloadField("dimension", "Dimension", is_required=True),
        PayloadField("complexity", "Complexity"),
        PayloadField("examples", "Examples", Shape.LIST),
    ),
    RecordKind.CONDITION: (
        PayloadField(
            "kind",
            "Kind",
            Shape.WORD,
            tuple(
                pair
                for pair in _words(WorkingConditionKind.choices)
                if pair[0] not in {"background check", "probation"}
            ),
            is_required=True,
        ),
        PayloadField("name", "Name"),
    ),
    RecordKind.BACKGROUND_CHECK: (_CONDITION,),
    RecordKind.PROBATION: (PayloadField("months", "Months", Shape.NUMBER, is_required=True),),
    RecordKind.FACT: (
        PayloadField("key", "Name", is_required=True),
        PayloadField("day", "Date", Shape.DAY),
    ),
    RecordKind.EVENT: (
        PayloadField("day", "Date", Shape.DAY, is_required=True),
        PayloadField("change", "Change", is_required=True),
        PayloadField("notice", "Notice"),
    ),
    RecordKind.STATED_NONE: (_SECTION,),
    RecordKind.PASSAGE: (_SECTION,),
    RecordKind.SUMMARY: (_SECTION,),
    RecordKind.DISTINCTION: (_SECTION,),
}

# Records that hang on another one, and the kind of that one.
PARENTS: Mapping[RecordKind, RecordKind] = {
    RecordKind.FUNCTION: RecordKind.RESULTS_AREA,
    RecordKind.MEASURE: RecordKind.RESULTS_AREA,
    RecordKind.ANCHOR: RecordKind.COMPETENCY,
}


def fields_of(kind: str) -> tuple[PayloadField, ...]:
    """Return the further fields of a kind of record."""
    return FIELDS.get(RecordKind(kind), ())


def shown_payload(kind: str, payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return title and text of what the further fields say, without those that say nothing."""
    pairs = ((field.title, _shown(field, payload.get(field.name))) for field in fields_of(kind))
    return [(title, text) for title, text in pairs if text]


def _shown(field: PayloadField, value: Any) -> str:
    if value in (None, "", [], False):
        return ""
    if value is True:
        return "Yes"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return dict(field.choices).get(str(value), str(value))


def target_of(payload: Mapping[str, Any]) -> str:
    """Return the target in a payload, such as `≥ 90 %`; nothing where there is no figure."""
    value = decimal_of(payload.get("value"))
    if value is None:
        return ""
    return target_text(str(payload.get("operator") or ""), value, str(payload.get("unit") or ""))


def decimal_of(value: Any) -> Decimal | None:
    """Return a number of a payload exactly; None where it is none."""
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None


def day_of(value: Any) -> date | None:
    """Return a day of a payload; None where it is none."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
