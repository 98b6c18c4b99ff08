"""Knows the standing clauses that stand among duties and qualifications and are neither."""

import re

from quarterdeck.kernels.jobtext.findings import Findings, found
from quarterdeck.kernels.jobtext.outline import Part
from quarterdeck.kernels.jobtext.pieces import Piece
from quarterdeck.kernels.jobtext.records import Clause, ClauseKind, Confidence

__all__ = ["clause_kind", "take_clause"]

_NOTES = (
    r"^(?:please )?note\b\s*:|^disclaimer\b\s*:|^to perform this job successfully\b|"
    r"^reasonable accommodations? may be made\b|\bdescribed here are representative\b|"
    r"\brequirements listed (?:below|above) are representative\b"
)
_SHAPES: tuple[tuple[ClauseKind, str], ...] = (
    (
        ClauseKind.CATCH_ALL,
        (
            r"^(?:the \w+ )?(?:may )?(?:also )?(?:performs?|performing|undertakes?|carry out|"
            r"to undertake|"
            r"assumes?|executes?|any|all|and)?\s*(?:any |all |such )?(?:and all )?(?:other|"
            r"additional)"
            r"\b.{0,40}\b(?:duties|tasks|responsibilities|work|functions|assignments)\b.{0,60}"
            r"\b(?:assigned|required|needed|requested|necessary|directed)\b"
        ),
    ),
    (
        ClauseKind.REDEPLOYMENT,
        r"\bre-?deployed\b|\bdisaster service workers?\b|\breassigned\b.{0,80}\bemergency\b",
    ),
    (
        ClauseKind.ALLOCATION,
        (
            r"\bany one position may not include all\b|\ballocation of positions\b|"
            r"\bnot (?:intended to be|be construed as|designed to be) an? (?:exhaustive|"
            r"all-inclusive|complete)"
            r"|\bamount of time spent in performing\b"
        ),
    ),
    (
        ClauseKind.PROGRESSION,
        r"\b(?:required|needed|necessary)\b.{0,30}\bto progress\b|\bprogress beyond the\b",
    ),
    (
        ClauseKind.ACCREDITATION,
        (
            r"^(?:all )?degrees? must be (?:received|earned|obtained|awarded)\b|"
            r"\bmust be from an? (?:appropriately )?accredited\b"
        ),
    ),
    (ClauseKind.PUBLIC, r"^this is a public (?:document|record)\b"),
    (ClauseKind.NOTE, _NOTES),
)
_COMPILED = tuple((kind, re.compile(shape)) for kind, shape in _SHAPES)
_REASONS = {
    ClauseKind.CATCH_ALL: "It hands over whatever else comes up, so it is no duty of its own.",
    ClauseKind.REDEPLOYMENT: "It speaks of work elsewhere in an emergency.",
    ClauseKind.ALLOCATION: "It says how the list of duties is to be taken.",
    ClauseKind.PROGRESSION: "It speaks of going beyond the minimum, not of the minimum.",
    ClauseKind.ACCREDITATION: "It says which degrees count.",
    ClauseKind.PUBLIC: "It says who may read the document.",
    ClauseKind.NOTE: "It calls itself a note.",
}


def take_clause(piece: Piece, part: Part, findings: Findings) -> bool:
    """Keep a standing clause as such; tell whether the text is one."""
    kind = clause_kind(piece)
    if kind is None:
        return False
    own = found(piece, Confidence.HIGH, _REASONS[kind])
    findings.clauses.append(Clause(**own, kind=kind, level=part.level))
    return True


def clause_kind(piece: Piece) -> ClauseKind | None:
    """Return which standing clause a text is, and None if it is none."""
    folded = piece.folded
    return next((kind for kind, shape in _COMPILED if shape.search(folded)), None)
