"""Reads duties, the summary above them, and supervision."""

import re

from quarterdeck.kernels.jobtext.blocks import Shape
from quarterdeck.kernels.jobtext.clauses import take_clause
from quarterdeck.kernels.jobtext.findings import Findings, found
from quarterdeck.kernels.jobtext.headings import Section
from quarterdeck.kernels.jobtext.outline import Part
from quarterdeck.kernels.jobtext.pieces import Piece, sentences_of, split_at
from quarterdeck.kernels.jobtext.records import (
    Confidence,
    Direction,
    Duty,
    Modality,
    Passage,
    Supervision,
)

__all__ = ["duties_from_summary", "duty_of", "read_duties", "read_summary", "read_supervision"]

_MODALITIES: tuple[tuple[Modality, re.Pattern[str]], ...] = (
    (Modality.BY_POSITION, re.compile(r"^(?:by|depending on|dependent on) (?:the )?position\b")),
    (
        Modality.MUST,
        re.compile(
            r"^(?:\w+ ){0,4}?(?:must|shall|is required to|"
            r"are required to)\b"
        ),
    ),
    (Modality.MAY, re.compile(r"^(?:[\w/]+ ){0,4}?may\b|^(?:optionally|occasionally)\b")),
    (
        Modality.AS_NEEDED,
        re.compile(r"\b(?:as|when|where|if) (?:needed|required|necessary|appropriate)\b[^,;]*$"),
    ),
)
_RHYTHM = re.compile(
    r"\b(daily|weekly|fortnightly|monthly|quarterly|semi-annual(?:ly)?|annual(?:ly)?|yearly)\b"
)
_FEWEST_SENTENCES = 3
_SEMICOLON = re.compile(r";\s*(?:and\s+)?")
# The third person singular opens a sentence that says what somebody does.
_ACTS = re.compile(
    r"^(?:(?:also|additionally|further),? )?"
    r"(?:responsible for\b|(?:[a-z]+ly )?[a-z]{2,}s\b(?! (?:is|are|was|were|of|who|that|"
    r"include)\b)|"
    r"(?:the|this|an?|s/he|you) [a-z/ -]{0,60}?\b(?:is|are|may be|will be) responsible for\b|"
    r"(?:the|this|an?) [a-z/ -]{2,60}? will (?!be\b)|you will (?!be\b)|you'll (?!be\b))"
)
_NO_ACT = re.compile(
    r"^(?:this|its|his|as|ours|yours|across|its|thus|perhaps|sometimes|always)\b(?! \w+ (?:is|"
    r"will))"
)
_BY_POSITION = re.compile(
    r"^(by position|depending on position|as assigned|"
    r"where applicable),?\s+"
)


def duty_of(piece: Piece, part: Part, order: int) -> Duty:
    """Return a text as a duty of the part."""
    return Duty(
        **found(piece, part.confidence, part.reason),
        order=order,
        modality=_modality(piece),
        area=part.area.text,
        level=part.level,
        recurrence=_rhythm(piece),
    )


def _modality(piece: Piece) -> Modality:
    if len(sentences_of(piece)) == 1:
        for modality, shape in _MODALITIES:
            if shape.search(piece.folded):
                return modality
    return Modality.DOES


def _rhythm(piece: Piece) -> str:
    rhythm = _RHYTHM.search(piece.folded)
    return rhythm.group(1) if rhythm else ""


def read_duties(part: Part, findings: Findings) -> None:
    """Read items as duties; where there is no list, paragraphs are duties."""
    before = len(findings.duties)
    for block in part.blocks:
        own = block.shape == Shape.ITEM or (not part.listed and block.shape == Shape.PARAGRAPH)
        if not own:
            if not take_clause(block.piece, part, findings):
                findings.keep(block.piece, part)
            continue
        for piece in _single(block.piece, part):
            if take_clause(piece, part, findings):
                continue
            order = len(findings.duties) - before + 1
            findings.duties.append(duty_of(piece, part, order))


def _single(piece: Piece, part: Part) -> list[Piece]:
    """Split the one paragraph that holds all duties; leave paragraphs among others whole."""
    if part.listed or sum(block.shape == Shape.PARAGRAPH for block in part.blocks) > 1:
        return [piece]
    for parts in (split_at(piece, _SEMICOLON), sentences_of(piece)):
        if len(parts) >= _FEWEST_SENTENCES:
            return parts
    return [piece]


def read_summary(part: Part, findings: Findings) -> None:
    """Read what the job is in short."""
    for block in part.blocks:
        if not take_clause(block.piece, part, findings):
            own = found(block.piece, part.confidence, part.reason)
            findings.summary.append(Passage(**own, section=Section.SUMMARY.value))


def duties_from_summary(parts: list[Part], findings: Findings) -> None:
    """Offer the sentences of an overview that say what somebody does, with low confidence."""
    order = 0
    for part in parts:
        pieces = [block.piece for block in part.blocks if block.shape == Shape.PARAGRAPH]
        for sentence in (sentence for piece in pieces for sentence in sentences_of(piece)):
            folded = sentence.folded
            if not _ACTS.search(folded) or _NO_ACT.search(folded) or " " not in folded:
                continue
            order += 1
            own = found(
                sentence, Confidence.LOW, "A sentence of the overview; no heading calls it a duty."
            )
            duty = Duty(
                **own, order=order, modality=_modality(sentence), recurrence=_rhythm(sentence)
            )
            findings.duties.append(duty)


def read_supervision(part: Part, findings: Findings) -> None:
    """Read supervision received or exercised, one record for each paragraph."""
    received = part.section == Section.SUPERVISION_RECEIVED
    for block in part.blocks:
        condition = _BY_POSITION.match(block.piece.folded)
        findings.supervision.append(
            Supervision(
                **found(block.piece, part.confidence, part.reason),
                direction=Direction.RECEIVED if received else Direction.EXERCISED,
                condition=condition.group(1) if condition else "",
                level=part.level,
            )
        )
