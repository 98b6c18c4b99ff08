"""Reads what a document calls itself: title, class code, issuer and family."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from quarterdeck.kernels.jobtext.blocks import Block, Shape
from quarterdeck.kernels.jobtext.findings import Findings, found
from quarterdeck.kernels.jobtext.pieces import Piece
from quarterdeck.kernels.jobtext.records import Confidence, Fact
from quarterdeck.kernels.jobtext.source import SourceSpan

__all__ = ["Identity", "identity_of"]

_CODED = re.compile(
    r"^(?P<title>[A-Za-z][^:]{2,80}?)\s*[-–—(,]\s*(?:[Cc]lass (?:[Cc]ode )?)?#?"
    r"(?P<code>[A-Z]{1,4}-?\d{3,6}[A-Z]?|(?<=#)\d{3,7}|(?<=\()\d{4,7})\)?$"
)
# Civil service lists set a title in capitals, and behind it the number of the class.
_NUMBERED = re.compile(r"^(?P<title>[A-Z][A-Z ,/&()-]{3,80}[A-Z)])\s+#?(?P<code>\d{4,6})$")
_CODE = re.compile(r"^(?P<code>[A-Za-z]{0,4}-?\d[\w-]{1,10})(?:\s*[-–—:(/,].*)?$")
_ISSUER = re.compile(
    r"^(?:office|department|ministry|city|county|state|bureau|agency|university|commonwealth|"
    r"town|"
    r"division|government|board|royal borough)\b|\b(?:department|office|agency|council|"
    r"university|"
    r"human resources|inc\.?|ltd\.?|county|ministry|commission|authority|public library)$"
)
_OFFICE = re.compile(
    r"\b(?:department|office|agency|council|university|county|city|ministry|bureau)\b"
)
_RUN_TOGETHER = re.compile(
    r"^(?P<issuer>(?:[A-Z&.,'-]+ )*[A-Z&.,'-]{2,} )?"
    r"(?P<family>[A-Z][\w&/ -]{2,50}?) [Jj]ob [Ff]amily"
    r"(?: (?P<title>[A-Z].{1,60}?))?(?: [Cc]ompetenc(?:ies|y)(?: [Pp]rofiles?)?)?$"
)
_QUESTION = re.compile(
    r"^(?:what|who) (?:is|are|does|do) (?:an? |the )?(?P<title>[a-z][^?]{1,60}?)(?: do)?\?$"
)
_SUFFIX = re.compile(
    r"[\s:,–-]*\b(?:(?:sample|free|example|template)\s+)*(?:job|position|class|role)\s+"
    r"(?:description|specification|profile|spec)s?(?:\s+(?:sample|template|example))?$"
)
_PREFIX = re.compile(
    r"^(?:sample |example )?(?:job|position|class|role) (?:description|specification)s?"
    r"(?:\s*(?:of|for(?: an?)?)\b|\s*[:–-]|(?=\s+[a-z]))\s*"
)
# A first line that only says what kind of paper this is.
_PAPER = re.compile(
    r"^(?:(?:job|class|position|role|classification|vacancy)s?\b[\s/&-]*(?:and )?)*"
    r"(?:description|specification|announcement|advertisement|profile|posting|vacancy|title)s?$"
)
# Lines above a title that are none: what is paid, how to apply, how the job is protected by law.
_NO_TITLE = re.compile(
    r"^[$£€\d]|\bapply (?:as|now|here|by|online)\b|^(?:un)?classified\b|^(?:non-)?exempt\b|"
    r"^posted\b|^page \d|\bwe are hiring\b|\b(?:hourly|annually|per (?:hour|year|annum))\b"
)
_LONGEST_TITLE, _FIRST_BLOCKS = 110, 8


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document calls itself; each may be missing. `questioned` says that the title was taken
    out of a question, as in articles about a trade."""

    title: Fact | None = None
    class_code: Fact | None = None
    issuer: Fact | None = None
    family: Fact | None = None
    questioned: bool = False


def identity_of(blocks: Sequence[Block], findings: Findings) -> Identity:
    """Return what the first blocks and the short facts say."""
    first = [block for block in blocks if not block.front and block.shape != Shape.CELLS]
    first = first[:_FIRST_BLOCKS]
    coded = _coded(first)
    together = _run_together(first)
    question = _questioned(blocks)
    title = (
        coded.title
        or _of_fields(findings, "title")
        or together.title
        or _headed(blocks)
        or (None if question else _first_line(first))
        or question
    )
    return Identity(
        title=title,
        class_code=coded.class_code or _code(findings),
        issuer=together.issuer or _issuer(first) or _of_fields(findings, "issuer"),
        family=together.family or _of_fields(findings, "family"),
        questioned=question is not None and title is question,
    )


def _fact(key: str, piece: Piece, confidence: Confidence, reason: str) -> Fact:
    return Fact(**found(piece, confidence, reason), key=key)


def _coded(blocks: Iterable[Block]) -> Identity:
    """Read "Title - CODE123", and "TITLE 1234"."""
    for block in blocks:
        if match := _CODED.match(block.piece.text) or _NUMBERED.match(block.piece.text):
            reason = "It stands on one line with the code of the class."
            piece = block.piece
            return Identity(
                title=_fact("title", piece.part(*match.span("title")), Confidence.HIGH, reason),
                class_code=_fact(
                    "class_code",
                    piece.part(*match.span("code")),
                    Confidence.HIGH,
                    "It has the shape of a class code, behind the title.",
                ),
            )
    return Identity()


def _run_together(blocks: Iterable[Block]) -> Identity:
    """Read a line that runs issuer, family and class together around the words "job family"."""
    for block in blocks:
        match = _RUN_TOGETHER.match(block.piece.text)
        if not match:
            continue
        piece, reason = block.piece, "It stands in a line with the words “job family”."
        spans = {key: match.span(key) for key in ("issuer", "family", "title") if match[key]}
        # Capitals alone make no issuer: "IT Manager Job Family" is the family of IT managers.
        if "issuer" in spans and not _OFFICE.search(match["issuer"].lower()):
            spans["family"] = (spans.pop("issuer")[0], spans["family"][1])
        parts = {
            key: _fact(key, piece.part(*span), Confidence.MEDIUM, reason)
            for key, span in spans.items()
        }
        whole = _fact("title", piece, Confidence.HIGH, "It is the line that names a job family.")
        return Identity(
            title=parts.get("title", whole), issuer=parts.get("issuer"), family=parts.get("family")
        )
    return Identity()


def _questioned(blocks: Sequence[Block]) -> Fact | None:
    """Read the title out of "What is an X?"."""
    for block in blocks:
        match = block.shape == Shape.HEADING and _QUESTION.match(block.piece.folded)
        if match:
            piece = block.piece.part(*match.span("title"))
            return _fact("title", piece, Confidence.LOW, "It is taken out of a question.")
    return None


def _of_fields(findings: Findings, key: str) -> Fact | None:
    return next((fact for fact in findings.facts if fact.key == key), None)


def _code(findings: Findings) -> Fact | None:
    """Take a code behind its key without the name behind it; a series stands in for a class."""
    for key in ("class_code", "series"):
        fact = _of_fields(findings, key)
        match = fact and _CODE.match(fact.text)
        if fact and match:
            (start, *_), length = fact.spans, len(match["code"])
            place = SourceSpan(start.start, start.start + length)
            return replace(fact, key="class_code", text=match["code"], spans=(place,))
    return None


def _headed(blocks: Sequence[Block]) -> Fact | None:
    """Take the container's highest heading, if it opens no part of the document."""
    for block in blocks:
        if block.shape == Shape.HEADING and block.rank == 1 and block.section is None:
            piece = _bare(block.piece)
            return _fact("title", piece, Confidence.HIGH, "It is the highest heading.")
    return None


def _issuer(blocks: Sequence[Block]) -> Fact | None:
    for block in blocks[:2]:
        if len(block.piece.text) <= _LONGEST_TITLE and _ISSUER.search(block.piece.folded):
            return _fact(
                "issuer", block.piece, Confidence.MEDIUM, "The first line names an office."
            )
    return None


def _first_line(blocks: Sequence[Block]) -> Fact | None:
    """Take the first short line that is no issuer and opens no part."""
    for block in blocks:
        piece = block.piece
        short = len(piece.text) <= _LONGEST_TITLE and piece.text[-1:] not in ".:;"
        plain = block.shape in {Shape.HEADING, Shape.PARAGRAPH} and block.section is None
        paper = _PAPER.match(piece.folded) or _NO_TITLE.search(piece.folded)
        if short and plain and not paper and not _ISSUER.search(piece.folded):
            bare = _bare(piece)
            own = bare.text != piece.text
            confidence = Confidence.MEDIUM if own else Confidence.LOW
            reason = "It is the first line"
            reason += ", without the words “job description”." if own else "."
            return _fact("title", bare, confidence, reason)
    return None


def _bare(piece: Piece) -> Piece:
    """Return a title without "sample job description" and the like."""
    end = suffix.start() if (suffix := _SUFFIX.search(piece.folded)) else len(piece.text)
    start = prefix.end() if (prefix := _PREFIX.search(piece.folded)) else 0
    return piece.part(start, end) if start < end else piece
