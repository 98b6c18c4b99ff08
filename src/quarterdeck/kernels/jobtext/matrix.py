"""Reads a table with one column for each level: rows are competencies, or parts of the document."""

import re
from collections.abc import Callable

from quarterdeck.kernels.jobtext.blocks import Block, Shape
from quarterdeck.kernels.jobtext.competencies import anchored
from quarterdeck.kernels.jobtext.fields import field_named
from quarterdeck.kernels.jobtext.findings import Findings, found
from quarterdeck.kernels.jobtext.headings import Section, section_named
from quarterdeck.kernels.jobtext.outline import Part
from quarterdeck.kernels.jobtext.pieces import Piece, joined
from quarterdeck.kernels.jobtext.records import Competency, Confidence, Level
from quarterdeck.kernels.jobtext.tables import Table, TableRow

__all__ = ["is_matrix", "levels_of", "parts_of_pairs", "read_matrix"]

_GRADED = re.compile(
    r"^(?P<name>.*?)[ ,(-]*(?P<system>(?:[a-z]+ )?(?:level|grade|band|step|"
    r"tier))\s+(?P<grade>\w{1,4})\)?$"
)
# Rows with such labels are parts of the document that differ by level; all others name
# competencies.
_PARTS = {
    Section.SUMMARY,
    Section.DUTIES,
    Section.FUNCTIONS,
    Section.SUPERVISION_RECEIVED,
    Section.SUPERVISION_EXERCISED,
    Section.QUALIFICATIONS,
    Section.PREFERRED,
    Section.PROMOTION,
    Section.EDUCATION,
    Section.EXPERIENCE,
    Section.EQUIVALENCY,
    Section.LICENCE,
    Section.ENVIRONMENT,
    Section.PHYSICAL_DEMANDS,
}
_SHORT_WORD = 3
_ABBREVIATED = re.compile(r"\b[A-Z]{2,3}\b")

Reader = Callable[[Part, Findings], None]


def is_matrix(table: Table) -> bool:
    """Tell whether a table has a column for each of several levels."""
    return len(table.header) > 1 and bool(table.rows)


def levels_of(table: Table) -> list[Level]:
    """Return the levels that the header names, by their grades if all have numbers."""
    levels = [_level(head, place) for place, head in enumerate(table.header, start=1)]
    grades = [level.grade for level in levels]
    if len(levels) < 2 or not all(grade.isdigit() for grade in grades):  # noqa: PLR2004 - Two make an order.
        return levels
    order = sorted(levels, key=lambda level: int(level.grade))
    ranks = {level.name: rank for rank, level in enumerate(order, start=1)}
    return [_ranked(level, ranks[level.name]) for level in levels]


def _level(head: Piece, rank: int) -> Level:
    graded = _GRADED.match(head.folded)
    name, system, grade = head.text, "", ""
    if graded and graded["name"].strip():
        name = head.text[: graded.end("name")].strip(" ,(-")
        system = head.text[slice(*graded.span("system"))]
        grade = head.text[slice(*graded.span("grade"))]
    own = found(head, Confidence.HIGH, "It heads a column of the table.")
    return Level(**own, name=_in_title_case(name), rank=rank, grade_system=system, grade=grade)


def _ranked(level: Level, rank: int) -> Level:
    return Level(
        text=level.text,
        spans=level.spans,
        confidence=level.confidence,
        reason=level.reason,
        name=level.name,
        rank=rank,
        grade_system=level.grade_system,
        grade=level.grade,
    )


def _in_title_case(name: str) -> str:
    """Return a name in capitals as one would write it; short words such as IT stay."""
    if not name.isupper():
        return name
    words = name.split()
    return " ".join(
        word
        if len(word) < _SHORT_WORD or (len(words) == 1 and _ABBREVIATED.fullmatch(word))
        else word.capitalize()
        for word in words
    )


def read_matrix(table: Table, levels: list[Level], read: Reader, findings: Findings) -> None:
    """Read each row for each level."""
    for row in table.rows:
        known = section_named(row.label.folded)
        if known and known[0] in _PARTS:
            section, why = known
            for level, cell in zip(levels, row.cells, strict=False):
                if cell:
                    read(_part(section, row.label, why, level.name, cell), findings)
        elif row.label:
            _add_competency(row, levels, findings)


def _part(section: Section, label: Piece, why: str, level: str, cell: list[Piece]) -> Part:
    blocks = [Block(shape=Shape.PARAGRAPH, piece=piece) for piece in cell]
    return Part(section, label, why=why, level=level, blocks=blocks)


def _add_competency(row: TableRow, levels: list[Level], findings: Findings) -> None:
    reason = "It is the label of a row with a cell for each level."
    anchors = [
        anchored(
            joined(cell), cell, level.name, Confidence.HIGH, f"It is the cell under {level.name}."
        )
        for level, cell in zip(levels, row.cells, strict=False)
        if cell
    ]
    findings.competencies.append(
        Competency(
            **found(row.label, Confidence.HIGH, reason),
            name=row.label.text,
            anchors=tuple(anchors),
            group=row.group.text,
        )
    )


def parts_of_pairs(table: Table) -> tuple[list[Block], list[Part]]:
    """Return a table of labels and values as short facts and as parts."""
    fields: list[Block] = []
    parts: list[Part] = []
    for row in table.rows:
        cells = [piece for cell in row.cells for piece in cell]
        known = section_named(row.label.folded.strip(" :"))
        if not cells or not row.label:
            parts.append(Part(None, row.label or row.group, blocks=_paragraphs(cells)))
        elif field_named(row.label.folded) or not known:
            fields.append(Block(shape=Shape.FIELD, piece=joined(cells), key=row.label))
        else:
            section, why = known
            parts.append(_part(section, row.label, why, "", cells))
    return fields, parts


def _paragraphs(pieces: list[Piece]) -> list[Block]:
    return [Block(shape=Shape.PARAGRAPH, piece=piece) for piece in pieces]
