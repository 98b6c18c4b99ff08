"""Collects what readers find, in the order of the document."""

from dataclasses import dataclass, field
from typing import Any

from quarterdeck.kernels.jobtext.outline import Part
from quarterdeck.kernels.jobtext.pieces import Piece
from quarterdeck.kernels.jobtext.records import (
    AuthorityDimension,
    BackgroundCheck,
    ClassEvent,
    Clause,
    Competency,
    Confidence,
    DraftWarning,
    Duty,
    Equivalency,
    Fact,
    Level,
    Passage,
    Probation,
    Qualification,
    ResultsArea,
    SeriesMember,
    StatedNone,
    Supervision,
    WarningKind,
    WorkingCondition,
)

__all__ = ["Findings", "found"]


def found(piece: Piece, confidence: Confidence, reason: str) -> dict[str, Any]:
    """Return what every record begins with."""
    return {
        "text": piece.text,
        "spans": piece.spans,
        "confidence": confidence,
        "reason": reason,
    }


@dataclass(slots=True)
class Findings:
    """Lists named as the fields of a draft are; each record is added once."""

    summary: list[Passage] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    series: list[SeriesMember] = field(default_factory=list)
    distinctions: list[Passage] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    competencies: list[Competency] = field(default_factory=list)
    qualifications: list[Qualification] = field(default_factory=list)
    equivalencies: list[Equivalency] = field(default_factory=list)
    supervision: list[Supervision] = field(default_factory=list)
    results_areas: list[ResultsArea] = field(default_factory=list)
    authority: list[AuthorityDimension] = field(default_factory=list)
    conditions: list[WorkingCondition] = field(default_factory=list)
    background_checks: list[BackgroundCheck] = field(default_factory=list)
    probation: list[Probation] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    history: list[ClassEvent] = field(default_factory=list)
    stated_none: list[StatedNone] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    warnings: list[DraftWarning] = field(default_factory=list)

    def keep(self, piece: Piece, part: Part) -> None:
        """Keep a passage that no record holds."""
        section = str(part.section or part.name.text)
        own = found(piece, Confidence.LOW, part.reason)
        self.passages.append(Passage(**own, section=section))

    def warn(self, kind: WarningKind, piece: Piece, message: str) -> None:
        """Say what a person should look at."""
        own = found(piece, Confidence.HIGH, message)
        self.warnings.append(DraftWarning(**own, kind=kind, message=message))
