"""Reads results areas: what the job is there for, its functions and its measures of success."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from quarterdeck.kernels.jobtext.blocks import Block, Shape
from quarterdeck.kernels.jobtext.duties import duty_of
from quarterdeck.kernels.jobtext.findings import Findings, found
from quarterdeck.kernels.jobtext.headings import Section
from quarterdeck.kernels.jobtext.measures import Stem, measure_of, similar_measure, stem_of
from quarterdeck.kernels.jobtext.outline import Part
from quarterdeck.kernels.jobtext.pieces import NOTHING, Piece
from quarterdeck.kernels.jobtext.records import (
    Confidence,
    Duty,
    Measure,
    ResultsArea,
    WarningKind,
)

__all__ = ["has_results", "read_results"]

_OF_RESULTS = {Section.RESULTS, Section.FUNCTIONS, Section.MEASURES}


@dataclass(slots=True)
class _Area:
    name: Piece
    functions: list[Duty] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    stem: Stem | None = None


def has_results(parts: Sequence[Part]) -> bool:
    """Tell whether a document has measures; without them, functions are duties."""
    return any(part.section == Section.MEASURES for part in parts)


def read_results(parts: Sequence[Part], findings: Findings) -> list[Part]:
    """Read the results areas, and return the parts that are none of theirs."""
    areas: list[_Area] = []
    rest: list[Part] = []
    name = NOTHING
    for part in parts:
        if part.section not in _OF_RESULTS:
            rest.append(part)
            continue
        if part.section == Section.RESULTS or part.area:
            name = part.area or NOTHING
        if part.section == Section.FUNCTIONS or not areas:
            areas.append(_Area(name))
        _read(part, areas[-1], findings)
    findings.results_areas += list(_areas(areas, findings))
    return rest


def _read(part: Part, area: _Area, findings: Findings) -> None:
    numbered = False
    measuring = part.section == Section.MEASURES
    for block in part.blocks:
        if block.shape == Shape.LEAD:
            area.stem = stem_of(block.piece)
        elif block.shape != Shape.ITEM:
            findings.keep(block.piece, part)
        elif measuring or (numbered and not block.ordinal):
            if not measuring:
                _note_lost_heading(block, area, findings)
                measuring = True
            _add_measure(block.piece, part, area, findings)
        else:
            numbered = numbered or block.ordinal != ""
            area.functions.append(
                duty_of(block.piece, replace_area(part, area), len(area.functions) + 1)
            )


def replace_area(part: Part, area: _Area) -> Part:
    """Return the part as one of the area."""
    return replace(part, area=area.name)


def _note_lost_heading(block: Block, area: _Area, findings: Findings) -> None:
    area.stem = None
    message = (
        "Bullets follow numbered functions without a heading; they are read as measures of success."
    )
    findings.warn(WarningKind.LOST_HEADING, block.piece, message)


def _add_measure(piece: Piece, part: Part, area: _Area, findings: Findings) -> None:
    lost = part.section != Section.MEASURES
    confidence = Confidence.MEDIUM if lost else part.confidence
    reason = (
        "It is a bullet after numbered functions; its heading is lost." if lost else part.reason
    )
    measure = measure_of(piece, area.stem, confidence, reason)
    similar = similar_measure(measure, area.measures)
    measure = replace(measure, similar_to=similar)
    area.measures.append(measure)
    if measure.needs_confirmation:
        findings.warn(WarningKind.DIRECTION, piece, measure.reason)
    if similar is not None:
        message = f"It says much the same as measure {similar + 1} of its area."
        findings.warn(WarningKind.DUPLICATE, piece, message)
    if measure.parts:
        message = "It claims two things at once; split it to measure each."
        findings.warn(WarningKind.COMPOUND, piece, message)


def _areas(areas: Sequence[_Area], findings: Findings) -> Iterator[ResultsArea]:
    for area in areas:
        if not area.functions and not area.measures:
            continue
        if area.name:
            own = found(area.name, Confidence.HIGH, "It is a heading above essential functions.")
        else:
            first = [*area.functions, *area.measures][0]
            own = {
                "text": first.text,
                "spans": first.spans,
                "confidence": Confidence.LOW,
                "reason": "No name stands above its functions and measures.",
            }
        if not area.measures:
            piece = area.name or NOTHING
            message = "This results area has no measure of success."
            if piece:
                findings.warn(WarningKind.INCOMPLETE, piece, message)
        yield ResultsArea(
            **own,
            name=area.name.text,
            functions=tuple(area.functions),
            measures=tuple(area.measures),
        )
