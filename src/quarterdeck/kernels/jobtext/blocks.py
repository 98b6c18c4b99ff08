"""From rows of writing to blocks of a known shape."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quarterdeck.kernels.jobtext.fields import field_named
from quarterdeck.kernels.jobtext.headings import Section, section_named
from quarterdeck.kernels.jobtext.layout import Row
from quarterdeck.kernels.jobtext.pieces import NOTHING, Piece, joined

__all__ = ["UNKNOWN_RANK", "Block", "Shape", "blocks_of", "key_and_value"]


class Shape(StrEnum):
    """What a block is. A lead ends in a colon and speaks of what follows it."""

    HEADING = "heading"
    LEAD = "lead"
    FIELD = "field"
    ITEM = "item"
    CELLS = "cells"
    PARAGRAPH = "paragraph"


KNOWN_RANK, UNKNOWN_RANK = 7, 8

_FIELD = re.compile(r"^([^\W\d][^:;!?]{0,44}):\s*(?=\S)")
# Front matter in TOML has an equals sign where YAML has a colon.
_ASSIGNED = re.compile(r"^([A-Za-z_][\w.-]{0,40})\s*=\s*(?=\S)")
# Capitals, then a word that is not all capitals.
_CAPITALS = re.compile(r"^[A-Z][A-Z,&/ -]{5,80}?[\s:.–—-]+(?=[A-Z]?[a-z]|A [a-z])")
_MOST_WORDS_IN_KEY = 6
_LONGEST_UNKNOWN, _MOST_WORDS = 60, 9
_LONGEST_LEAD = 400
_NOT_A_HEADING = re.compile(
    r"^(none|n/?a|not applicable|tbd|yes|no)\.?$|^[\d(]|^this is\b|[.,;]$|\{\{|\bhttps?:"
)
_SMALL = {
    "a",
    "an",
    "and",
    "as",
    "at",
    "by",
    "for",
    "from",
    "in",
    "of",
    "on",
    "or",
    "the",
    "to",
    "vs",
    "with",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block: a field has a key, a heading a rank (1 is highest) and, if known, a section."""

    shape: Shape
    piece: Piece
    key: Piece = NOTHING
    rank: int = 0
    section: Section | None = None
    why: str = ""
    ordinal: str = ""
    gap: int = 0
    front: bool = False
    cells: tuple[tuple[Piece, ...], ...] = ()


def blocks_of(rows: Sequence[Row]) -> list[Block]:
    """Return the blocks of the rows; one row may hold a heading and what it is the heading of."""
    return [
        block
        for place, row in enumerate(rows)
        for block in _blocks(row, rows[place + 1] if place + 1 < len(rows) else None)
    ]


def key_and_value(piece: Piece) -> tuple[Piece, Piece] | None:
    """Split "Key: value"; None where the text has no such shape."""
    found = _FIELD.match(piece.text)
    if not found or len(found.group(1).split()) > _MOST_WORDS_IN_KEY:
        return None
    return piece.part(0, found.end(1)), piece.part(found.end())


def _blocks(row: Row, following: Row | None) -> Iterator[Block]:
    if row.cells:
        yield from _pairs(row) or [_cells(row)]
    elif row.front:
        yield from _front(row)
    elif row.ordinal.isalpha() and (opened := _field(row)):
        yield from opened
    elif row.listed and not _numbered_heading(row, following):
        yield Block(shape=Shape.ITEM, piece=row.piece, ordinal=row.ordinal, gap=row.gap)
    elif opened := _known_field(row) or _known_headings(row) or _field(row):
        yield from opened
    elif _looks_like_heading(row, following):
        yield _heading(row, row.piece, UNKNOWN_RANK, None, "")
    else:
        shape = Shape.LEAD if _is_lead(row) else Shape.PARAGRAPH
        yield Block(shape=shape, piece=row.piece, gap=row.gap)


def _cells(row: Row) -> Block:
    return Block(shape=Shape.CELLS, piece=row.piece, cells=row.cells, gap=row.gap)


def _pairs(row: Row) -> list[Block]:
    """Return the short facts of a row that is filled with keys and values by turns."""
    cells = [joined(cell) for cell in row.cells]
    keys, values = cells[::2], cells[1::2]
    if len(keys) != len(values) or not all(keys):
        return []
    if not all(field_named(key.folded) or key.text.endswith(":") for key in keys):
        return []
    if not any(field_named(key.folded) for key in keys):
        return []
    return [
        Block(shape=Shape.FIELD, piece=value, key=key.part(0, None, " :"), gap=row.gap)
        for key, value in zip(keys, values, strict=True)
        if value
    ]


def _front(row: Row) -> Iterator[Block]:
    assigned = _ASSIGNED.match(row.piece.text)
    pair = key_and_value(row.piece)
    if assigned:
        pair = row.piece.part(*assigned.span(1)), row.piece.part(assigned.end())
    if pair:
        key, value = pair
        value = value.part(0, None, " '\"")
        if value:
            yield Block(shape=Shape.FIELD, piece=value, key=key, front=True)


def _numbered_heading(row: Row, following: Row | None) -> bool:
    """Tell "3. Duties" above its list from the third item of a list."""
    if not row.ordinal or (following is not None and following.ordinal and not following.gap):
        return False
    return bool(row.gap) and section_named(row.piece.folded.rstrip(":")) is not None


def _known_headings(row: Row) -> list[Block]:
    piece, folded = row.piece, row.piece.folded
    known = section_named(folded)
    rank = row.heading
    if rank or known or (row.emphasised and len(folded) <= _LONGEST_UNKNOWN):
        if not rank and folded.endswith("."):
            return _run_in(row)
        section, why = known or (None, "")
        rank = rank or (KNOWN_RANK if known else UNKNOWN_RANK)
        own = piece.part(0, None, " :*#")
        return [_heading(row, own, rank, section, why)] if own else []
    if split := _heading_and_rest(piece):
        own, rest, (section, why) = split
        lead = Block(shape=Shape.LEAD, piece=rest)
        return [_heading(row, own, KNOWN_RANK, section, why), lead]
    return _run_in(row)


def _run_in(row: Row) -> list[Block]:
    """Split "DUTIES Keeps the net." where the capitals alone are a usual heading."""
    capitals = _CAPITALS.match(row.piece.text)
    if not capitals:
        return []
    own, rest = row.piece.part(0, capitals.end(), " :-–—."), row.piece.part(capitals.end())
    known = section_named(own.folded)
    if not known or not known[1].startswith("Its heading is a usual"):
        return []
    section, why = known
    body = Block(shape=Shape.PARAGRAPH, piece=rest)
    return [_heading(row, own, KNOWN_RANK, section, why), body]


def _heading(row: Row, piece: Piece, rank: int, section: Section | None, why: str) -> Block:
    return Block(shape=Shape.HEADING, piece=piece, rank=rank, section=section, why=why, gap=row.gap)


def _heading_and_rest(piece: Piece) -> tuple[Piece, Piece, tuple[Section, str]] | None:
    """Split a known heading of two words and more from a sub-heading or stem on its line."""
    if not piece.text.endswith(":") or len(piece.text) > _LONGEST_UNKNOWN * 2:
        return None
    places = [place for place, sign in enumerate(piece.text) if sign == " "]
    for place in reversed(places[1:6]):
        own = piece.part(0, place)
        known = section_named(own.folded) if own.text[-1] not in ":-," else None
        if known and known[1].startswith("Its heading is a usual"):
            return own, piece.part(place), known
    return None


def _looks_like_heading(row: Row, following: Row | None) -> bool:
    text = row.piece.text
    if following is None or len(text) > _LONGEST_UNKNOWN or _NOT_A_HEADING.search(row.piece.folded):
        return False
    words = text.split()
    if len(words) > _MOST_WORDS or text.endswith(":") or not text[0].isupper():
        return False
    if text.isupper() and len(words) > 1:
        return True
    titled = sum(word[0].isupper() or word in _SMALL for word in words) >= len(words) * 0.7
    stands_alone = row.gap and (following.gap or following.listed)
    above_known = row.gap and section_named(following.piece.folded) is not None
    return bool(titled and (stands_alone or above_known))


def _known_field(row: Row) -> list[Block]:
    """Return a short fact under a known key; "Job title: Applications Manager" is no heading."""
    pair = None if row.heading else key_and_value(row.piece)
    if not pair or not field_named(pair[0].folded):
        return []
    return [Block(shape=Shape.FIELD, piece=pair[1], key=pair[0], gap=row.gap)]


def _field(row: Row) -> list[Block]:
    pair = key_and_value(row.piece)
    if not pair:
        return []
    key, value = pair
    if row.quoted:
        return [Block(shape=Shape.FIELD, piece=value, key=key, gap=row.gap)]
    known = section_named(key.folded)
    if known and known[0] != Section.ASIDE and known[1].startswith("Its heading is a usual"):
        section, why = known
        heading = _heading(row, key, KNOWN_RANK, section, why)
        return [heading, Block(shape=Shape.PARAGRAPH, piece=value)]
    return []


def _is_lead(row: Row) -> bool:
    return row.piece.text.endswith(":") and len(row.piece.text) <= _LONGEST_LEAD
