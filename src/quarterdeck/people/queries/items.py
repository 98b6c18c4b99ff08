"""What a reviewed draft becomes: the rows of a version, made and not yet stored."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models

from quarterdeck.kernels.qualification.trees import tree_of
from quarterdeck.people.models import (
    Anchor,
    AuthorityDimension,
    ClassHistoryEvent,
    ClassStatement,
    ClassVersion,
    Competency,
    DraftedRecord,
    Duty,
    Level,
    QualificationRule,
    ResultsArea,
    SuccessMeasure,
    Supervision,
    WorkingCondition,
)
from quarterdeck.people.queries.fields import day_of, decimal_of
from quarterdeck.people.queries.rule_trees import rule_of
from quarterdeck.people.vocabulary import (
    Confirmation,
    RecordKind,
    RecordState,
    RuleKind,
    StatementKind,
    WorkingConditionKind,
)

_CONFIRMED = {RecordState.ACCEPTED, RecordState.CORRECTED, RecordState.ADDED}
# What the column of a target's value holds.
_GREATEST, _PLACES = Decimal(10) ** 12, Decimal("0.0001")
# What others hang on is stored first.
STORED_IN_ORDER: tuple[type[models.Model], ...] = (
    ResultsArea,
    Competency,
    Duty,
    SuccessMeasure,
    Anchor,
    QualificationRule,
    Supervision,
    AuthorityDimension,
    WorkingCondition,
    ClassStatement,
    ClassHistoryEvent,
)
_STATEMENTS = {
    RecordKind.SUMMARY: StatementKind.SUMMARY,
    RecordKind.SERIES: StatementKind.SERIES,
    RecordKind.DISTINCTION: StatementKind.DISTINCTION,
    RecordKind.FACT: StatementKind.FACT,
    RecordKind.STATED_NONE: StatementKind.STATED_NONE,
    RecordKind.PASSAGE: StatementKind.PASSAGE,
}


@dataclass
class Items:
    """The rows of a version in the making, by model."""

    version: ClassVersion
    levels: Mapping[str, Level]
    records: list[DraftedRecord]
    rows: dict[type[models.Model], list[models.Model]] = field(
        default_factory=lambda: defaultdict(list)
    )
    parents: dict[int, models.Model] = field(default_factory=dict)

    def level(self, record: DraftedRecord) -> Level | None:
        """Return the level that a record names, if the class has it."""
        return self.levels.get(str(record.payload.get("level") or ""))

    def add(self, model: type[models.Model], record: DraftedRecord, **values: Any) -> models.Model:
        """Make one item of a version out of a record."""
        row = model(
            class_version=self.version,
            order=len(self.rows[model]) + 1,
            text=values.pop("text", record.text),
            is_confirmed=record.state in _CONFIRMED,
            record=record,
            **values,
        )
        self.rows[model].append(row)
        self.parents[record.pk] = row
        return row

    def parent(self, record: DraftedRecord) -> Any:
        """Return the row that a record's own row hangs on."""
        return self.parents.get(record.parent_id or 0)


def _words(record: DraftedRecord, name: str, longest: int, otherwise: str = "") -> str:
    """Return a further field as a text that its column holds."""
    return str(record.payload.get(name) or otherwise)[:longest]


def _amount(record: DraftedRecord, name: str) -> Decimal | None:
    """Return a number that its column holds; a greater one stays in the text alone."""
    value = decimal_of(record.payload.get(name))
    if value is None or not value.is_finite() or abs(value) >= _GREATEST:
        return None
    return value.quantize(_PLACES)


Make = Callable[[Items, DraftedRecord], object]


def items_of(
    version: ClassVersion, levels: Mapping[str, Level], records: Iterable[DraftedRecord]
) -> Items:
    """Return the rows of a version that the kept records of its draft become."""
    items = Items(version, levels, list(records))
    # A competency or results area comes before what hangs on it, wherever a person has put them.
    for record in sorted(items.records, key=lambda each: each.parent_id is not None):
        make = _MAKERS.get(RecordKind(record.kind))
        if make is not None:
            make(items, record)
    return items


def _results_area(items: Items, record: DraftedRecord) -> None:
    items.add(ResultsArea, record)


def _duty(items: Items, record: DraftedRecord) -> None:
    items.add(
        Duty,
        record,
        modality=record.payload.get("modality") or "does",
        level=items.level(record),
        recurrence=_words(record, "recurrence", 64),
        results_area=items.parent(record),
    )


def _clause(items: Items, record: DraftedRecord) -> None:
    items.add(Duty, record, clause=record.payload.get("kind") or "note")


def _measure(items: Items, record: DraftedRecord) -> None:
    payload = record.payload
    items.add(
        SuccessMeasure,
        record,
        results_area=items.parent(record),
        evidence=payload.get("kind") or "qualitative",
        subject=_words(record, "subject", 500),
        operator=_words(record, "operator", 2),
        value=_amount(record, "value"),
        unit=_words(record, "unit", 64),
        evaluator=_words(record, "evaluator", 200),
        polarity=payload.get("polarity") or "unknown",
        confirmation=(
            Confirmation.CONFIRMED if payload.get("is_confirmed") else Confirmation.AS_WRITTEN
        ),
    )


def _competency(items: Items, record: DraftedRecord) -> None:
    items.add(Competency, record, group=_words(record, "group", 200))


def _anchor(items: Items, record: DraftedRecord) -> None:
    competency = items.parent(record)
    if competency is None:
        return
    items.rows[Anchor].append(
        Anchor(
            competency=competency,
            level=items.level(record),
            text=record.text,
            is_confirmed=record.state in _CONFIRMED,
            record=record,
        )
    )


def _qualification(items: Items, record: DraftedRecord) -> None:
    nested = tuple(each for each in items.records if each.parent_id == record.pk)
    is_equivalency = record.kind == RecordKind.EQUIVALENCY
    items.add(
        QualificationRule,
        record,
        kind=RuleKind.EQUIVALENCY if is_equivalency else record.payload.get("kind") or "skill",
        necessity=record.payload.get("necessity") or "required",
        level=items.level(record),
        tree=tree_of(rule_of(record, nested)),
    )


def _supervision(items: Items, record: DraftedRecord) -> None:
    items.add(
        Supervision,
        record,
        direction=record.payload.get("direction") or "exercised",
        condition=_words(record, "condition", 200),
        level=items.level(record),
    )


def _authority(items: Items, record: DraftedRecord) -> None:
    items.add(
        AuthorityDimension,
        record,
        dimension=_words(record, "dimension", 120, str(record)),
        complexity=_words(record, "complexity", 120),
        examples=record.payload.get("examples") or [],
    )


def _condition(items: Items, record: DraftedRecord) -> None:
    kinds: dict[str, str] = {
        RecordKind.BACKGROUND_CHECK: WorkingConditionKind.BACKGROUND_CHECK,
        RecordKind.PROBATION: WorkingConditionKind.PROBATION,
    }
    items.add(
        WorkingCondition,
        record,
        kind=kinds.get(record.kind) or record.payload.get("kind") or WorkingConditionKind.NOTE,
        name=_words(record, "name", 200),
        condition=_words(record, "condition", 200),
    )


def _statement(items: Items, record: DraftedRecord) -> None:
    label = record.payload.get("key") or record.payload.get("section") or ""
    items.add(
        ClassStatement,
        record,
        kind=_STATEMENTS[RecordKind(record.kind)],
        label=str(label).replace("_", " ")[:200],
    )


def _event(items: Items, record: DraftedRecord) -> None:
    day = day_of(record.payload.get("day"))
    change = str(record.payload.get("change") or record.text)[:500]
    known = items.rows[ClassHistoryEvent]
    if day is None or any((row.happened_on, row.change) == (day, change) for row in known):  # type: ignore[attr-defined]  # rows of this model have both
        return
    known.append(
        ClassHistoryEvent(
            job_class=items.version.job_class,
            happened_on=day,
            change=change,
            notice=str(record.payload.get("notice") or "")[:64],
            class_version=items.version,
        )
    )


_MAKERS: Mapping[RecordKind, Make] = {
    RecordKind.RESULTS_AREA: _results_area,
    RecordKind.DUTY: _duty,
    RecordKind.FUNCTION: _duty,
    RecordKind.CLAUSE: _clause,
    RecordKind.MEASURE: _measure,
    RecordKind.COMPETENCY: _competency,
    RecordKind.ANCHOR: _anchor,
    RecordKind.QUALIFICATION: _qualification,
    RecordKind.EQUIVALENCY: _qualification,
    RecordKind.SUPERVISION: _supervision,
    RecordKind.AUTHORITY: _authority,
    RecordKind.CONDITION: _condition,
    RecordKind.BACKGROUND_CHECK: _condition,
    RecordKind.PROBATION: _condition,
    RecordKind.EVENT: _event,
    **dict.fromkeys(_STATEMENTS, _statement),
}
