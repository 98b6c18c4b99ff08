"""Reads competencies: named paragraphs, lists, and rows of a matrix."""

import re

from quarterdeck.kernels.jobtext.blocks import Shape
from quarterdeck.kernels.jobtext.clauses import take_clause
from quarterdeck.kernels.jobtext.findings import Findings, found
from quarterdeck.kernels.jobtext.outline import Part
from quarterdeck.kernels.jobtext.pieces import NOTHING, Piece, joined, sentences_of
from quarterdeck.kernels.jobtext.records import Anchor, Competency, Confidence, WarningKind

__all__ = ["anchored", "competency_of", "read_competencies"]

_NAMED = re.compile(r"^(?P<name>[^.!?:]{3,60}?)\s*(?:\s[-]\s?|:\s)(?=\S)")
_MOST_WORDS = 7
_LOST_GAP = 2
# "Motivating team members" names a competency; "understanding of finance" names knowledge.
_GERUND = re.compile(
    r"^[a-z-]*[a-z]{2,}ing\b(?!.*\b(?:skills?|abilit(?:y|ies)|knowledge)\b)(?! of\b)"
)
_NO_GERUND = {"during", "bring", "working"}


def competency_of(piece: Piece, part: Part) -> Competency | None:
    """Return an item among requirements as a competency where it names an activity."""
    own = _GERUND.match(piece.folded)
    if not own or own.group() in _NO_GERUND or part.level:
        return None
    reason = "It names an activity among the requirements."
    anchor = anchored(piece, [piece], "", Confidence.MEDIUM, reason)
    return Competency(**found(piece, Confidence.MEDIUM, reason), name=piece.text, anchors=(anchor,))


def anchored(
    piece: Piece, paragraphs: list[Piece], level: str, confidence: Confidence, reason: str
) -> Anchor:
    """Return an anchor; its criteria are the sentences of its paragraphs."""
    criteria = tuple(
        sentence.text for paragraph in paragraphs for sentence in sentences_of(paragraph)
    )
    return Anchor(**found(piece, confidence, reason), level=level, criteria=criteria)


def read_competencies(part: Part, findings: Findings) -> None:
    """Read "Name - text", a heading with its text, or plain items.

    A paragraph that stands apart where names were due is a competency whose name was lost.
    """
    name, texts = part.area, list[Piece]()
    for block in part.blocks:
        if take_clause(block.piece, part, findings) or block.shape == Shape.LEAD:
            continue
        split = _NAMED.match(block.piece.folded)
        if split and len(split["name"].split()) <= _MOST_WORDS:
            _keep(part, findings, name, texts)
            name, texts = block.piece.part(0, split.end("name")), [block.piece.part(split.end())]
        elif block.shape == Shape.ITEM and not part.area:
            _keep(part, findings, name, texts)
            name, texts = block.piece, [block.piece]
        elif texts and part.area and block.gap >= _LOST_GAP:
            _keep(part, findings, name, texts)
            name, texts = NOTHING, [block.piece]
        else:
            texts.append(block.piece)
    _keep(part, findings, name, texts)


def _keep(part: Part, findings: Findings, name: Piece, texts: list[Piece]) -> None:
    if not texts:
        return
    if not name and not part.area:
        for piece in texts:
            findings.keep(piece, part)
        return
    whole = joined(texts)
    if name:
        confidence, reason = part.confidence, part.reason
    else:
        confidence = Confidence.LOW
        reason = "It stands apart, as a competency does, but no name stands above it."
        message = "A competency has lost its heading; give it a name."
        findings.warn(WarningKind.LOST_HEADING, whole, message)
    anchor = anchored(whole, texts, part.level, confidence, reason)
    head = name or whole
    findings.competencies.append(
        Competency(**found(head, confidence, reason), name=name.text, anchors=(anchor,))
    )
