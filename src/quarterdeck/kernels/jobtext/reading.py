"""From lines to a draft."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from quarterdeck.kernels.jobtext.blocks import Block, Shape, blocks_of
from quarterdeck.kernels.jobtext.checks import kind_of, note_contradictions, note_gaps
from quarterdeck.kernels.jobtext.clauses import clause_kind, take_clause
from quarterdeck.kernels.jobtext.competencies import read_competencies
from quarterdeck.kernels.jobtext.details import READERS, read_field
from quarterdeck.kernels.jobtext.duties import (
    duties_from_summary,
    read_duties,
    read_summary,
    read_supervision,
)
from quarterdeck.kernels.jobtext.findings import Findings, found
from quarterdeck.kernels.jobtext.headings import Section
from quarterdeck.kernels.jobtext.identity import Identity, identity_of
from quarterdeck.kernels.jobtext.layout import rows_of
from quarterdeck.kernels.jobtext.matrix import is_matrix, levels_of, parts_of_pairs, read_matrix
from quarterdeck.kernels.jobtext.outline import Outline, Part, outline_of
from quarterdeck.kernels.jobtext.pieces import piece_of
from quarterdeck.kernels.jobtext.qualifications import (
    ASKING,
    read_qualifications,
    requirements_elsewhere,
)
from quarterdeck.kernels.jobtext.records import Draft, Passage, StatedNone, WarningKind
from quarterdeck.kernels.jobtext.results import has_results, read_results
from quarterdeck.kernels.jobtext.source import Line

__all__ = ["MOST_CHARACTERS", "MOST_LINES", "read_draft"]

# A description of a job has some thousand characters; what is longer is something else.
MOST_CHARACTERS, MOST_LINES = 400_000, 12_000

# Prose above the first heading sums the job up; a shorter line is a name or a mark.
_SHORTEST_SUMMARY, _LONGEST_NAME = 60, 200
_NONE = re.compile(r"^(?:none|n/?a|not applicable|none required|nil)\.?$")
_READERS: dict[Section, Callable[[Part, Findings], None]] = {
    **READERS,
    **dict.fromkeys(ASKING, read_qualifications),
    Section.SUMMARY: read_summary,
    Section.DUTIES: read_duties,
    Section.FUNCTIONS: read_duties,
    Section.SUPERVISION_RECEIVED: read_supervision,
    Section.SUPERVISION_EXERCISED: read_supervision,
    Section.COMPETENCIES: read_competencies,
}


def read_draft(lines: Sequence[Line]) -> Draft:
    """Return what is found in the lines of one document.

    Any lines give a draft. At most `MOST_LINES` lines and `MOST_CHARACTERS` characters are read; a
    warning says where the reading stopped.
    """
    findings = Findings()
    blocks = blocks_of(rows_of(_bounded(lines, findings)))
    outline = outline_of(blocks)
    parts = _with_tables(outline, findings)
    for field in outline.fields:
        read_field(field, findings)
    for part in read_results(parts, findings) if has_results(parts) else parts:
        _read(part, findings)
    _read_between_the_lines(parts, findings)
    identity = identity_of(blocks, findings)
    _settle_passages(findings, identity)
    note_contradictions(findings)
    note_gaps(blocks, findings, identity)
    kind, reason = kind_of(blocks, findings, identity)
    return Draft(
        kind=kind,
        kind_reason=reason,
        title=identity.title,
        class_code=identity.class_code,
        issuer=identity.issuer,
        family=identity.family,
        probation=next(iter(findings.probation), None),
        **{
            name: tuple(getattr(findings, name))
            for name in Findings.__dataclass_fields__
            if name != "probation"
        },
    )


def _bounded(lines: Sequence[Line], findings: Findings) -> list[Line]:
    kept: list[Line] = []
    size = 0
    for line in lines:
        size += len(line.text)
        if size > MOST_CHARACTERS or len(kept) >= MOST_LINES:
            message = (
                f"The reading stopped at line {line.number}: expected a job description of at most "
                f"{MOST_LINES:,} lines and {MOST_CHARACTERS:,} characters."
            )
            place = piece_of(line.text[:80], line.span.start)
            findings.warn(WarningKind.SOURCE, place, message)
            break
        kept.append(line)
    return kept


def _with_tables(outline: Outline, findings: Findings) -> list[Part]:
    """Read the tables by level, and return the document's parts with those that tables hold."""
    parts = list(outline.parts)
    for table in outline.tables:
        if is_matrix(table):
            levels = levels_of(table)
            findings.levels += levels
            read_matrix(table, levels, _read, findings)
        else:
            fields, more = parts_of_pairs(table)
            outline.fields.extend(fields)
            parts += more
    return parts


def _read(part: Part, findings: Findings) -> None:
    if _stated_none(part, findings):
        return
    reader = _READERS.get(part.section) if part.section else None
    if reader:
        reader(part, findings)
        return
    for block in part.blocks:
        if not take_clause(block.piece, part, findings):
            findings.keep(block.piece, part)


def _stated_none(part: Part, findings: Findings) -> bool:
    blocks = [block for block in part.blocks if block.piece]
    if len(blocks) != 1 or not _NONE.match(blocks[0].piece.folded):
        return False
    own = found(blocks[0].piece, part.confidence, "The section says so itself.")
    name = part.area.text or part.name.text
    findings.stated_none.append(StatedNone(**own, section=name))
    return True


def _read_between_the_lines(parts: Sequence[Part], findings: Findings) -> None:
    """Read what stands where no heading announces it."""
    for part in parts:
        if part.section in {None, Section.SUMMARY, Section.DUTIES, Section.ASIDE}:
            requirements_elsewhere(part, findings)
    if not findings.duties:
        overview = [part for part in parts if part.section in {None, Section.SUMMARY}]
        duties_from_summary([_prose(part) for part in overview], findings)


def _prose(part: Part) -> Part:
    """Return the part with its sentences alone, without titles and clauses."""
    blocks: list[Block] = [
        block
        for block in part.blocks
        if block.shape == Shape.PARAGRAPH
        and block.piece.text.endswith(".")
        and clause_kind(block.piece) is None
    ]
    return Part(part.section, part.name, part.area, part.why, part.level, blocks)


def _settle_passages(findings: Findings, identity: Identity) -> None:
    """Leave out lines that title, code and issuer were read from; prose on top is the summary."""
    named = (identity.title, identity.class_code, identity.issuer, identity.family)
    taken = {span.start for fact in named if fact for span in fact.spans}

    def names(passage: Passage) -> bool:
        return any(
            span.start <= start < span.end and len(passage.text) < _LONGEST_NAME
            for span in passage.spans
            for start in taken
        )

    rest: list[Passage] = []
    findings.summary[:] = [passage for passage in findings.summary if not names(passage)]
    for passage in findings.passages:
        if names(passage):
            continue
        if passage.section == "" and len(passage.text) >= _SHORTEST_SUMMARY:
            own = "It is prose above the first heading."
            findings.summary.append(replace(passage, section="summary", reason=own))
        else:
            rest.append(passage)
    findings.passages[:] = rest
    findings.summary.sort(key=lambda passage: passage.spans[0])
