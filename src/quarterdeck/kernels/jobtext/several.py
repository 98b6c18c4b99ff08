"""Tells a page on which several jobs stand, each under its own heading, and takes them apart."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from quarterdeck.kernels.jobtext.blocks import UNKNOWN_RANK, Block, Shape, blocks_of
from quarterdeck.kernels.jobtext.headings import Section
from quarterdeck.kernels.jobtext.layout import rows_of
from quarterdeck.kernels.jobtext.qualifications import ASKING
from quarterdeck.kernels.jobtext.source import Line

__all__ = ["jobs_of"]

# Documents by results repeat "essential functions" for each result of one job.
_OF_ONE_JOB = {Section.RESULTS, Section.MEASURES}
_FEWEST, _MOST, _LONGEST_NAME = 2, 20, 80


def jobs_of(lines: Sequence[Line]) -> tuple[tuple[Line, ...], ...]:
    """Return the lines of each job where a page describes several, and nothing where it does not.

    A job is taken for one of its own where its heading, which opens no usual part of a
    description, is followed by duties and by what is asked for, and the next such heading by the
    same again. What stands above the first heading belongs to no job alone and is left out.
    """
    headings = _headings(blocks_of(rows_of(lines)))
    if any(heading.section in _OF_ONE_JOB for heading in headings):
        return ()
    for rank in sorted({heading.rank for heading in headings if heading.section is None}):
        starts = _starts(headings, rank)
        # Two headings of the same words are one job told twice, or a template that is not filled.
        names = {start.piece.folded for start in starts}
        if _FEWEST <= len(names) == len(starts) <= _MOST:
            return _apart(lines, [start.piece.spans[0].start for start in starts])
    return ()


def _headings(blocks: Sequence[Block]) -> list[Block]:
    """Return the headings; a short first line is one too, though no empty line stands above it."""
    found = [block for block in blocks if block.shape == Shape.HEADING]
    first = next(iter(blocks), None)
    if first is not None and first.shape == Shape.PARAGRAPH and not first.gap:
        is_short = len(first.piece.text) <= _LONGEST_NAME and first.piece.text[-1] not in ".:;,"
        return [replace(first, rank=UNKNOWN_RANK), *found] if is_short else found
    return found


def _starts(headings: Sequence[Block], rank: int) -> list[Block]:
    """Return the headings of one rank that open a job: the last ones before its duties."""
    starts: list[Block] = []
    opened: Block | None = None
    parts: list[set[Section]] = []
    for heading in headings:
        if heading.section is None:
            opened = heading if heading.rank == rank else opened
        elif heading.section == Section.DUTIES and opened is not None:
            starts.append(opened)
            parts.append(set())
            opened = None
        elif parts:
            parts[-1].add(heading.section)
    whole = all(part & ASKING for part in parts)
    return starts if whole else []


def _apart(lines: Sequence[Line], places: Sequence[int]) -> tuple[tuple[Line, ...], ...]:
    found: list[list[Line]] = [[] for _ in places]
    for line in lines:
        # A heading may stand behind a mark, so the end of its line decides.
        number = bisect_right(places, line.span.end) - 1
        if number >= 0:
            found[number].append(line)
    return tuple(tuple(each) for each in found)
