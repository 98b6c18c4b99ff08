"""From what the kernel read in a document to the records that people review."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from quarterdeck.kernels.jobtext import Draft, draft_as_json
from quarterdeck.people.vocabulary import RecordConfidence, RecordKind

_CONFIDENCE = {
    "low": RecordConfidence.LOW,
    "medium": RecordConfidence.MEDIUM,
    "high": RecordConfidence.HIGH,
}
_OWN = {"text", "spans", "span", "confidence", "reason", "needs_confirmation"}
_CHILDREN = {"functions", "measures", "anchors", "equivalency", "criteria"}
# The lists of a draft, and what each becomes.
_LISTS = (
    ("levels", RecordKind.LEVEL),
    ("summary", RecordKind.SUMMARY),
    ("series", RecordKind.SERIES),
    ("distinctions", RecordKind.DISTINCTION),
    ("duties", RecordKind.DUTY),
    ("clauses", RecordKind.CLAUSE),
    ("results_areas", RecordKind.RESULTS_AREA),
    ("competencies", RecordKind.COMPETENCY),
    ("qualifications", RecordKind.QUALIFICATION),
    ("equivalencies", RecordKind.EQUIVALENCY),
    ("supervision", RecordKind.SUPERVISION),
    ("authority", RecordKind.AUTHORITY),
    ("conditions", RecordKind.CONDITION),
    ("background_checks", RecordKind.BACKGROUND_CHECK),
    ("facts", RecordKind.FACT),
    ("history", RecordKind.EVENT),
    ("stated_none", RecordKind.STATED_NONE),
    ("passages", RecordKind.PASSAGE),
)
_SINGLE = (
    ("title_record", RecordKind.TITLE),
    ("class_code_record", RecordKind.CLASS_CODE),
    ("issuer_record", RecordKind.ISSUER),
    ("family_record", RecordKind.FAMILY),
)


@dataclass(frozen=True)
class Entry:
    """One record as it was read, before it is stored, with those that hang on it."""

    kind: RecordKind
    text: str
    payload: dict[str, Any]
    spans: list[list[int]]
    confidence: RecordConfidence
    reason: str
    needs_confirmation: bool = False
    children: "tuple[Entry, ...]" = ()


def entries_of(read: Draft) -> list[Entry]:
    """Return what was read, in the order in which kinds stand on a class page."""
    return list(_entries(draft_as_json(read)))


def _entries(plain: dict[str, Any]) -> Iterator[Entry]:
    for key, kind in _SINGLE:
        if plain[key]:
            yield _entry(kind, plain[key])
    for key, kind in _LISTS:
        for found in plain[key]:
            yield _entry(kind, found)
    if plain["probation"]:
        yield _entry(RecordKind.PROBATION, plain["probation"])


def _entry(kind: RecordKind, plain: dict[str, Any]) -> Entry:
    kept = {
        name: value
        for name, value in plain.items()
        if name not in _OWN and name not in _CHILDREN and value not in (None, "", [])
    }
    children = (
        *(_entry(RecordKind.FUNCTION, each) for each in plain.get("functions", ())),
        *(_entry(RecordKind.MEASURE, each) for each in plain.get("measures", ())),
        *(_entry(RecordKind.ANCHOR, each) for each in plain.get("anchors", ())),
    )
    return Entry(
        kind=kind,
        # A competency is called by its name, which a document may have lost.
        text=plain["name"] if kind is RecordKind.COMPETENCY else plain["text"],
        payload=kept,
        spans=plain["spans"],
        confidence=_CONFIDENCE[plain["confidence"]],
        reason=plain["reason"][:500],
        needs_confirmation=bool(plain.get("needs_confirmation")),
        children=children,
    )
