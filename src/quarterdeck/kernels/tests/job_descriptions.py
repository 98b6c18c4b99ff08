"""What tests of the reading of job descriptions share."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html import unescape
from pathlib import Path

from quarterdeck.kernels.jobtext import Draft, Source, plain_source, read_draft
from quarterdeck.kernels.jobtext.records import Found


def real_source(shared: Path, number: str) -> Source:
    """Return the one real document whose file's name begins with the number."""
    (path,) = (shared.parent / "jobs").glob(f"{number}_*.txt")
    return plain_source(path.read_text(encoding="utf-8"))


def real_draft(shared: Path, number: str) -> Draft:
    """Return what is read of a real document."""
    return read_draft(real_source(shared, number).lines)


def years_asked(draft: Draft) -> list[tuple[object, ...]]:
    """Return level, operator, years and main requirement of each span of experience."""
    return [
        (one.level, one.operator, one.years, one.nested_in)
        for one in draft.qualifications
        if one.years is not None
    ]


def draft_of(text: str) -> Draft:
    """Return what is read of a text."""
    return read_draft(plain_source(text).lines)


def records_of(thing: object) -> Iterator[Found]:
    """Give every record of a draft, those inside records too."""
    if isinstance(thing, Found):
        yield thing
    if isinstance(thing, tuple):
        for item in thing:
            yield from records_of(item)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from records_of(getattr(thing, field.name))


def letters(text: str) -> str:
    """Return the letters and digits alone, composed: what must be the same here and there."""
    plain = unescape(re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", text))
    return "".join(sign for sign in unicodedata.normalize("NFC", plain) if sign.isalnum())


def misplaced(source: Source, draft: Draft) -> list[Found]:
    """Return the records whose spans do not hold, in order, just the characters of their text."""
    return [
        record
        for record in records_of(draft)
        if letters("".join(span.of(source.text) for span in record.spans)) != letters(record.text)
    ]
