"""Holds records against each other, and decides what kind of document it is."""

import re
from collections.abc import Sequence
from itertools import combinations

from quarterdeck.kernels.jobtext.blocks import Block, Shape
from quarterdeck.kernels.jobtext.findings import Findings
from quarterdeck.kernels.jobtext.identity import Identity
from quarterdeck.kernels.jobtext.pieces import Piece
from quarterdeck.kernels.jobtext.records import (
    Confidence,
    DocumentKind,
    DraftWarning,
    Operator,
    Qualification,
    QualificationKind,
    WarningKind,
)

__all__ = ["kind_of", "note_contradictions", "note_gaps"]

_STRICT = {Operator.MORE: ">", Operator.AT_LEAST: "at least"}
_GENERAL = re.compile(
    r"\btypically\b|\bwill vary\b|\bmost common duties\b|\bthe majority of\b|\bvaries\b|"
    r"\bdepending on the (?:company|organi[sz]ation)\b|\blet's (?:explore|look|take)\b|"
    r"\b(?:a|the) company(?:'s)?\b|\bif you (?:have been|are considering|want to)\b|"
    r"\bcareer as\b|"
    r"\bsize of the (?:company|organi[sz]ation)\b"
)
_FEWEST_SIGNS = 3
_OFFICIAL = {"class_code", "pay_grade", "issuer", "department", "job_id", "series", "flsa"}


def note_contradictions(findings: Findings) -> None:
    """Point at experience of one level that is strict in one place and inclusive in another."""
    asked = [
        one
        for one in findings.qualifications
        if one.kind == QualificationKind.EXPERIENCE and one.years and one.nested_in is None
    ]
    for first, second in combinations(asked[:200], 2):
        if first.level == second.level and first.text != second.text and _differ(first, second):
            message = (
                f"“{_words(first)}” here is “{_words(second)}” elsewhere"
                f"{f' for {first.level}' if first.level else ''}; which one holds?"
            )
            warning = DraftWarning(
                text=f"{first.text} {second.text}",
                spans=(*first.spans, *second.spans),
                confidence=Confidence.HIGH,
                reason="The two sentences ask for the same experience by different figures.",
                kind=WarningKind.CONTRADICTION,
                message=message,
            )
            findings.warnings.append(warning)


def _differ(first: Qualification, second: Qualification) -> bool:
    if first.years == second.years:
        return first.operator != second.operator
    ours, theirs = (set(re.findall(r"[a-z]{4,}", one.text.lower())) for one in (first, second))
    return len(ours & theirs) / max(1, len(ours | theirs)) >= 0.6  # noqa: PLR2004 - Most words are the same.


def _words(one: Qualification) -> str:
    years = float(one.years or 0)
    return f"{_STRICT.get(one.operator or Operator.AT_LEAST, one.operator)} {years:g} years"


def note_gaps(blocks: Sequence[Block], findings: Findings, identity: Identity) -> None:
    """Say what is missing."""
    first = next((block.piece for block in blocks if block.piece), None)
    if first is None:
        return
    if identity.title is None:
        findings.warn(WarningKind.INCOMPLETE, first, "No line says what the job is called.")
    duties = findings.duties or any(area.functions for area in findings.results_areas)
    if not duties:
        findings.warn(WarningKind.INCOMPLETE, first, "No duties were found.")
    if not findings.qualifications:
        findings.warn(WarningKind.INCOMPLETE, first, "No qualifications were found.")


def kind_of(
    blocks: Sequence[Block], findings: Findings, identity: Identity
) -> tuple[DocumentKind, str]:
    """Return whether the document describes a class, a family, or a trade at large, and why."""
    titled = [level for level in findings.levels if level.grade]
    if len(titled) > 1:
        return DocumentKind.FAMILY, "Its table has a column for each of several graded classes."
    facts = {fact.key for fact in findings.facts} & _OFFICIAL
    if identity.class_code or identity.issuer or facts or findings.levels:
        return DocumentKind.CLASS, "A class code, an issuer, a grade or levels are named."
    signs = sum(len(_GENERAL.findall(piece.folded)) for piece in _prose(blocks))
    if identity.questioned or signs >= _FEWEST_SIGNS:
        return DocumentKind.TEMPLATE, "It speaks of the trade at large, and names no class."
    if findings.duties or findings.results_areas or findings.qualifications:
        return DocumentKind.CLASS, "It has duties or qualifications, and speaks of one job."
    return DocumentKind.TEMPLATE, "Nothing says which class of job this is."


def _prose(blocks: Sequence[Block]) -> list[Piece]:
    return [block.piece for block in blocks if block.shape in {Shape.PARAGRAPH, Shape.LEAD}]
