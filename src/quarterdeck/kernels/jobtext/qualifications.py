"""Reads what a job asks for: education, experience, licences, skills, and their equivalents."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from quarterdeck.kernels.jobtext.blocks import Block, Shape
from quarterdeck.kernels.jobtext.clauses import take_clause
from quarterdeck.kernels.jobtext.competencies import competency_of
from quarterdeck.kernels.jobtext.education import Substitution, degree_asked, substitution_of
from quarterdeck.kernels.jobtext.findings import Findings, found
from quarterdeck.kernels.jobtext.headings import Section
from quarterdeck.kernels.jobtext.outline import Part
from quarterdeck.kernels.jobtext.pieces import Piece, sentences_of
from quarterdeck.kernels.jobtext.quantities import Duration, durations_of, number_of
from quarterdeck.kernels.jobtext.records import (
    Confidence,
    Equivalency,
    Necessity,
    Operator,
    Qualification,
    QualificationKind,
    WarningKind,
)

__all__ = ["ASKING", "read_qualifications", "requirements_elsewhere"]

ASKING = {
    Section.QUALIFICATIONS,
    Section.PREFERRED,
    Section.EDUCATION,
    Section.EXPERIENCE,
    Section.SKILLS,
    Section.PROMOTION,
    Section.EQUIVALENCY,
    Section.LICENCE,
}
_PREFERRED = re.compile(
    r"\b(?:preferred|desirable|desired|an asset|a plus|nice to have|an advantage|advantageous)\b"
)
_SUBJECT = re.compile(
    r"\bexperience\b|\bexperienced\b|\bbackground in\b|\bworking (?:in|with|as)\b|\bworked\b|"
    r"^[\s+]*(?:in|as|(?:of )?(?:[a-z]+ly )?[a-z]+ing)\b"
)
_NO_EXPERIENCE = re.compile(
    r"^\W*(?:college|universit|degree|program|course|term\b|post|of age|old\b|of (?:college|"
    r"university|"
    r"study|education|schooling|post|coursework)|from\b|per\b|trial|probation)|"
    r"^\s*\(?\d? ?years?\)? "
    r"(?:total|maximum)"
)
_NO_REQUIREMENT = re.compile(
    r"\bholds? (?:their|his|her|the) (?:position|post|job)\b|\bnot (?:to )?exceed\b|"
    r"\bwithin the (?:last|past|"
    r"next)\b|\bover the (?:next|last|coming)\b|\bextend(?:ed|s)?\b|\bprobation|"
    r"\btrial period\b|\bterm of\b|"
    r"\bin excess of\b.{0,20}\bwith\b|\bappointments?\b|\bif your certification\b|"
    r"\bmust be renewed\b"
)
_DEMANDS = re.compile(
    r"\b(?:must|should|shall|require[sd]?|requirement|requires|minimum|at least|need|qualify|"
    r"possess)\b"
)
_NESTED = re.compile(
    r"\bincluding\b|\bof which\b|\bof that experience\b|\bof those\b|\bof this experience\b|"
    r"\bof the required\b|\bof whom\b"
)
_MUST_INCLUDE = re.compile(r"\bwhich must (?:have )?(?:include[sd]?|including) ")
_LICENCE = re.compile(
    r"\b(?:licen[cs]e[sd]?|certifi(?:ed|cation|cations|cate|cates)|registration|pmp|cissp|itil|"
    r"driver's licen[cs]e)\b"
)
_GARBLED = re.compile(r"\b(\w{5,})(\w*) \1(?!\2\b)\w*\b")
_FEWEST_LETTERS = 3


def read_qualifications(part: Part, findings: Findings) -> None:
    """Read every item, and every sentence of a paragraph, as what it asks for."""
    main: int | None = None
    for block in part.blocks:
        if block.shape == Shape.LEAD and not _asks(block.piece):
            continue
        for sentence in _statements(block):
            if not take_clause(sentence, part, findings):
                main = _read(sentence, block, part, findings, main)
        _relate_to_study(block.piece, findings)


def _relate_to_study(piece: Piece, findings: Findings) -> None:
    """Turn years that stand for a whole study into a ratio, where its length is written beside."""
    length = re.search(
        r"\b(four|4|two|2)[- ]year (?:accredited )?(?:college|univ|degree)", piece.folded
    )
    last = findings.equivalencies[-1] if findings.equivalencies else None
    if not length or not last or last.years is None or last.text not in piece.text:
        return
    ratio = last.years / number_of(length.group(1))
    reason = f"{last.years} years stand for a study whose length is written before them."
    findings.equivalencies[-1] = replace(last, ratio=ratio, reason=reason)


def requirements_elsewhere(part: Part, findings: Findings) -> None:
    """Read sentences of other parts that plainly demand years of experience or a degree."""
    for block in part.blocks:
        if block.shape == Shape.CELLS:
            continue
        for sentence in sentences_of(block.piece):
            folded = sentence.folded
            if not _DEMANDS.search(folded) or "experience" not in folded:
                continue
            if list(_experience(folded)) or degree_asked(folded, sentence.text):
                _facts(sentence, part, findings, None)


def _asks(piece: Piece) -> bool:
    years = any(True for _ in durations_of(piece.folded))
    return years or degree_asked(piece.folded, piece.text) is not None


def _statements(block: Block) -> list[Piece]:
    """Return an item whole, unless its further sentences say what stands in for what."""
    sentences = sentences_of(block.piece)
    if block.shape == Shape.ITEM and not any(substitution_of(one.folded) for one in sentences):
        return [block.piece]
    return sentences


def _read(
    sentence: Piece, block: Block, part: Part, findings: Findings, main: int | None
) -> int | None:
    folded = sentence.folded
    if len(folded) < _FEWEST_LETTERS:
        return main
    if stands_in := substitution_of(folded):
        _keep_equivalency(sentence, part, findings, stands_in)
        if not degree_asked(folded, sentence.text) or stands_in.ratio or stands_in.years:
            return main
    before = len(findings.qualifications)
    main = _facts(sentence, part, findings, main)
    if len(findings.qualifications) > before:
        return main
    if _LICENCE.search(folded) and (part.section == Section.LICENCE or _DEMANDS.search(folded)):
        _add(sentence, part, findings, kind=QualificationKind.LICENCE)
    elif re.search(r"\bexperience\b", folded) and (block.shape == Shape.ITEM or part.level):
        _add(sentence, part, findings, kind=QualificationKind.EXPERIENCE)
    else:
        _rest(sentence, block, part, findings)
    return main


def _rest(sentence: Piece, block: Block, part: Part, findings: Findings) -> None:
    asks = block.shape == Shape.ITEM or part.level or not part.listed
    competency = competency_of(sentence, part) if block.shape == Shape.ITEM else None
    if competency:
        findings.competencies.append(competency)
    elif asks and part.section != Section.EQUIVALENCY:
        _add(sentence, part, findings, kind=QualificationKind.SKILL)
    else:
        findings.keep(sentence, part)


def _keep_equivalency(sentence: Piece, part: Part, findings: Findings, shape: Substitution) -> None:
    own = found(sentence, part.confidence, part.reason)
    findings.equivalencies.append(
        Equivalency(
            **own,
            gives=shape.gives,
            replaces=shape.replaces,
            ratio=shape.ratio,
            years=shape.years,
            level=part.level,
        )
    )
    if shape.ratio is None and shape.years is None:
        message = "The text states no ratio for what may stand in; a person has to judge."
        findings.warn(WarningKind.NO_RATIO, sentence, message)


def _facts(sentence: Piece, part: Part, findings: Findings, main: int | None) -> int | None:
    """Read the degree and the years that one sentence asks for; return the main experience."""
    folded = sentence.folded
    if asked := degree_asked(folded, sentence.text):
        _add(
            sentence,
            part,
            findings,
            kind=QualificationKind.EDUCATION,
            degree=asked.degree,
            fields=asked.fields,
            related_field=asked.related_field,
            or_equivalent=asked.or_equivalent,
        )
        if asked.or_equivalent and substitution_of(folded) is None:
            _admit_equivalent(sentence, part, findings)
    if garbled := _GARBLED.search(folded):
        message = f"“{garbled.group()}” looks garbled; read the sentence again."
        findings.warn(WarningKind.UNCLEAR, sentence, message)
    for duration in _experience(folded):
        main = _add_years(sentence, part, findings, duration, main)
    if main is not None and (must := _MUST_INCLUDE.search(folded)):
        kind = QualificationKind.EXPERIENCE
        _add(sentence.part(must.start()), part, findings, kind=kind, nested_in=main)
    return main


def _admit_equivalent(sentence: Piece, part: Part, findings: Findings) -> None:
    own = found(sentence, Confidence.MEDIUM, "The sentence admits an equivalent, without a ratio.")
    findings.equivalencies.append(
        Equivalency(
            **own,
            gives=QualificationKind.EXPERIENCE,
            replaces=QualificationKind.EDUCATION,
            ratio=None,
            level=part.level,
        )
    )
    message = "“Or equivalent” names no ratio; a person has to judge."
    findings.warn(WarningKind.NO_RATIO, sentence, message)


def _experience(folded: str) -> Iterator[Duration]:
    """Give the durations that are spans of experience, not of study, office or tenure."""
    if _NO_REQUIREMENT.search(folded):
        return
    for duration in durations_of(folded):
        after = folded[duration.end :]
        if not _NO_EXPERIENCE.search(after) and _SUBJECT.search(after):
            yield duration


def _add_years(
    sentence: Piece, part: Part, findings: Findings, duration: Duration, main: int | None
) -> int:
    folded = sentence.folded
    nested = main is not None and (
        _NESTED.search(folded, 0, duration.start) or _NESTED.search(folded, duration.end)
    )
    if nested and main is not None and not _goes_with(findings, main, sentence, duration):
        nested = False
    here = len(findings.qualifications)
    _add(
        sentence,
        part,
        findings,
        kind=QualificationKind.EXPERIENCE,
        operator=duration.operator or Operator.AT_LEAST,
        years=duration.years,
        nested_in=main if nested else None,
    )
    if duration.disputed:
        message = "The number in words is not the one in digits; the digits were taken."
        findings.warn(WarningKind.CONTRADICTION, sentence, message)
    return main if nested and main is not None else here


def _goes_with(findings: Findings, main: int, sentence: Piece, duration: Duration) -> bool:
    """Tell whether years are part of the main ones: written after them, and not more than they."""
    whole = findings.qualifications[main]
    if whole.years is None or duration.years > whole.years:
        return False
    if whole.text != sentence.text:
        return True
    return _NESTED.search(sentence.folded, 0, duration.start) is not None


def _add(sentence: Piece, part: Part, findings: Findings, **own: Any) -> None:
    folded = sentence.folded
    preferred = part.section == Section.PREFERRED or _PREFERRED.search(folded)
    if re.search(r"\bpreferred but not required\b|\bpreferably but not required\b", folded):
        preferred = re.search("not required", folded)
    record = Qualification(
        **found(sentence, part.confidence, part.reason),
        kind=QualificationKind.SKILL,
        necessity=Necessity.PREFERRED if preferred else Necessity.REQUIRED,
        level=part.level,
    )
    findings.qualifications.append(replace(record, **own))
