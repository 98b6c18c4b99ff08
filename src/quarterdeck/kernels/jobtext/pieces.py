"""Text that was normalised and still knows, character by character, where it came from."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import groupby

from quarterdeck.kernels.jobtext.source import SourceSpan

# Written between joined pieces; such a character stands nowhere in the source.
_NOWHERE = -1

# A paragraph inside a cell ends at a block's tag, or at the separators that readers of tables
# put there because a line may not break inside a row.
_BREAK = re.compile(r"</?(?:p|br|li|ul|ol|div)\b[^<>]{0,200}>|[\v\u2028\u2029]", re.IGNORECASE)
_TOKEN = re.compile(
    r"""
    (?P<plain>[A-Za-z0-9,.;:()'/%$+-]+)
    |(?P<space>\s+)
    |(?P<tag></?(?:p|br|li|ul|ol|div|span|b|i|u|em|strong|a)\b[^<>]{0,200}>)
    |(?P<entity>&(?:\#\d{1,6}|\w{2,8});)
    |(?P<link>\]\([^()\s]{0,2000}(?:\s[^()]{0,200})?\))
    |(?P<mark>\*\*\*?|__|\[(?=[^\[\]]{1,300}\]\([^()\s]))
    |(?P<hidden>[\u200b-\u200f\u2060-\u2064\ufeff\u00ad])
    |(?P<other>.[\u0300-\u036f]*)
    """,
    re.VERBOSE | re.DOTALL,
)
_DROPPED = {"tag", "link", "mark", "hidden"}
_FOLDED = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u02bc": "'",
        "\u0060": "'",
        "\u00b4": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
    }
)
# Shortened words after which a full stop ends no sentence.
_SHORTENED = re.compile(
    r"(?:\b(?:[A-Z]\.){1,4}|\b(?:e\.g|i\.e|vs|etc|no|nos|st|dr|mr|mrs|ms|ph\.d|approx|incl|"
    r"inc|dept)\.)"
    r"$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?][)\"'\u201d\u2019]*\s+(?=[\"'(\u201c\u2018]?[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Piece:
    """Normalised text; character i was read from `starts[i]` up to `ends[i]` of the source."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def folded(self) -> str:
        """The text in lower case with plain quotes and hyphens, of the very same length."""
        plain = self.text.translate(_FOLDED)
        lower = plain.lower()
        if len(lower) == len(plain):
            return lower
        return "".join(low if len(low := sign.lower()) == 1 else sign for sign in plain)

    @property
    def spans(self) -> tuple[SourceSpan, ...]:
        """The places in the source, one for each run of characters that stand together."""
        runs: list[SourceSpan] = []
        for start, end in zip(self.starts, self.ends, strict=True):
            if start == _NOWHERE:
                continue
            if runs and runs[-1].start <= start <= runs[-1].end:
                runs[-1] = SourceSpan(runs[-1].start, max(runs[-1].end, end))
            else:
                runs.append(SourceSpan(start, end))
        return tuple(runs)

    def part(self, start: int, end: int | None = None, strip: str = " ") -> "Piece":
        """Return the characters from `start` up to `end`, without `strip` at either side."""
        stop = len(self.text) if end is None else min(end, len(self.text))
        while start < stop and self.text[start] in strip:
            start += 1
        while stop > start and self.text[stop - 1] in strip:
            stop -= 1
        return Piece(self.text[start:stop], self.starts[start:stop], self.ends[start:stop])


NOTHING = Piece("", (), ())


def piece_of(text: str, offset: int) -> Piece:
    """Normalise `text`, which stands at `offset` of the source.

    White space becomes one space, entities and decomposed letters their character; tags, marks
    of emphasis and invisible characters go. What is left is in NFC.
    """
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for token in _TOKEN.finditer(text):
        if token.lastgroup in _DROPPED:
            continue
        start, end = offset + token.start(), offset + token.end()
        new = _normal(token)
        if token.lastgroup == "plain":
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        else:
            starts += [start] * len(new)
            ends += [end] * len(new)
        signs.append(new)
    return _single_spaced("".join(signs), starts, ends)


def _normal(token: re.Match[str]) -> str:
    match token.lastgroup:
        case "plain":
            return token.group()
        case "space":
            return " "
        case "entity":
            return " ".join(unescape(token.group()).split()) or " "
        case _:
            composed = unicodedata.normalize("NFC", token.group())
            return "".join(sign for sign in composed if unicodedata.category(sign) != "Cc")


def _single_spaced(text: str, starts: list[int], ends: list[int]) -> Piece:
    keep = [
        place
        for place, sign in enumerate(text)
        if sign != " " or (place > 0 and text[place - 1] != " ")
    ]
    if keep and text[keep[-1]] == " ":
        keep.pop()
    if len(keep) == len(text):
        return Piece(text, tuple(starts), tuple(ends))
    return Piece(
        "".join(text[place] for place in keep),
        tuple(starts[place] for place in keep),
        tuple(ends[place] for place in keep),
    )


def paragraphs_of(text: str, offset: int) -> tuple[Piece, ...]:
    """Return the paragraphs of a cell, each normalised; empty ones are left out."""
    found, start = [], 0
    for gap in _BREAK.finditer(text):
        found.append(piece_of(text[start : gap.start()], offset + start))
        start = gap.end()
    found.append(piece_of(text[start:], offset + start))
    return tuple(piece for piece in found if piece)


def joined(pieces: Iterable[Piece], between: str = " ") -> Piece:
    """Return pieces as one; what is written between them stands nowhere in the source."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in pieces:
        if not piece:
            continue
        if text:
            text.append(between)
            starts += [_NOWHERE] * len(between)
            ends += [_NOWHERE] * len(between)
        text.append(piece.text)
        starts += piece.starts
        ends += piece.ends
    return Piece("".join(text), tuple(starts), tuple(ends))


def sentences_of(piece: Piece) -> list[Piece]:
    """Split at full stops, question and exclamation marks, but not after shortened words."""
    found, start = [], 0
    for stop in _STOP.finditer(piece.text):
        if _SHORTENED.search(piece.text, max(start, stop.start() - 12), stop.start() + 1):
            continue
        found.append(piece.part(start, stop.end()))
        start = stop.end()
    found.append(piece.part(start))
    return [sentence for sentence in found if sentence]


def split_at(piece: Piece, mark: re.Pattern[str], strip: str = " ") -> list[Piece]:
    """Split at every match of `mark`, which is looked for in the folded text."""
    found, start = [], 0
    for gap in mark.finditer(piece.folded):
        found.append(piece.part(start, gap.start(), strip))
        start = gap.end()
    found.append(piece.part(start, None, strip))
    return [part for part in found if part]


def repeated(pieces: Iterable[Piece]) -> Iterator[str]:
    """Give each folded text that stands more than once."""
    for text, same in groupby(sorted(piece.folded for piece in pieces)):
        if len(list(same)) > 1:
            yield text
