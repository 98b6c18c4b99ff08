"""From blocks to the parts of a document: what stands under which heading."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from quarterdeck.kernels.jobtext.blocks import Block, Shape
from quarterdeck.kernels.jobtext.fields import field_named
from quarterdeck.kernels.jobtext.headings import Section
from quarterdeck.kernels.jobtext.pieces import NOTHING, Piece
from quarterdeck.kernels.jobtext.records import Confidence
from quarterdeck.kernels.jobtext.tables import Table, tables_of

__all__ = ["Outline", "Part", "outline_of"]


_LONGEST_VALUE = 120


@dataclass(slots=True)
class Part:
    """What stands under one heading.

    `section` is that of the heading or, under a heading that opens none, of the heading above;
    `area` is such a sub-heading. `level` names the level whose column of a table this is.
    """

    section: Section | None
    name: Piece = NOTHING
    area: Piece = NOTHING
    why: str = ""
    level: str = ""
    blocks: list[Block] = field(default_factory=list)

    @property
    def confidence(self) -> Confidence:
        """How sure it is that the part is what its section says."""
        usual = self.why.startswith("Its heading is a usual")
        return Confidence.HIGH if usual else Confidence.MEDIUM

    @property
    def reason(self) -> str:
        """Why, in a sentence."""
        if not self.section:
            return "No heading that is known stands above it."
        below = f" It stands under the sub-heading “{self.area.text}”." if self.area else ""
        return f"It stands under “{self.name.text}”. {self.why}{below}"

    @property
    def listed(self) -> bool:
        """Whether the part holds a list."""
        return any(block.shape == Shape.ITEM for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of a document in order, the short facts, and the tables."""

    parts: list[Part]
    fields: list[Block]
    tables: list[Table]


def outline_of(blocks: Sequence[Block]) -> Outline:
    """Return the parts that the blocks make up."""
    cells = [block for block in blocks if block.shape == Shape.CELLS]
    flowing = [block for block in blocks if block.shape != Shape.CELLS]
    fields, rest = _fields_apart(flowing)
    return Outline(_parts(rest), fields, tables_of(cells))


def _fields_apart(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Take fields out; a heading that is a field's key has its value in the line below."""
    fields: list[Block] = []
    rest: list[Block] = []
    taken = -1
    for place, block in enumerate(blocks):
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        if place == taken:
            continue
        if block.shape == Shape.FIELD:
            fields.append(block)
        elif after and _is_key(block) and _is_value(block, after):
            fields.append(replace(after, shape=Shape.FIELD, key=block.piece))
            taken = place + 1
        else:
            rest.append(block)
    return fields, rest


def _is_key(block: Block) -> bool:
    """Tell a line that is a field's key alone; a single word is one only if it is set off."""
    if not field_named(block.piece.folded):
        return False
    several = " " in block.piece.text and block.shape in {Shape.PARAGRAPH, Shape.LEAD}
    return block.shape == Shape.HEADING or several


def _is_value(key: Block, after: Block) -> bool:
    """Tell a field's value below its key: at once, or after as much space as stands above it."""
    near = after.gap <= min(1, key.gap)
    short = len(after.piece.text) <= _LONGEST_VALUE and not field_named(after.piece.folded)
    return near and short and after.shape in {Shape.PARAGRAPH, Shape.HEADING} and not after.section


def _parts(blocks: Iterable[Block]) -> list[Part]:
    parts = [Part(None)]
    above: list[tuple[int, Part]] = []
    for block in blocks:
        if block.shape != Shape.HEADING:
            parts[-1].blocks.append(block)
            continue
        while above and above[-1][0] >= block.rank:
            above.pop()
        parts.append(_part(block, above[-1][1] if above else None))
        above.append((block.rank, parts[-1]))
    return parts


def _part(heading: Block, parent: Part | None) -> Part:
    if heading.section:
        return Part(heading.section, heading.piece, NOTHING, heading.why)
    if parent and parent.section:
        return Part(parent.section, parent.name, heading.piece, parent.why)
    return Part(None, heading.piece)
