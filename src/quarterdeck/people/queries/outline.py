"""A class description as plain parts of a document: headings, paragraphs, lists and tables.

Every export is made from the same outline, so that none leaves out what another has.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quarterdeck.people.models import Level
from quarterdeck.people.queries.sheet import Sheet

UNCONFIRMED = " [not confirmed]"


@dataclass(frozen=True)
class Heading:
    """A heading; depth 1 is the title of the document."""

    text: str
    depth: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list, numbered or not."""

    texts: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a row of headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Heading | Paragraph | Items | Table


def running_line(sheet: Sheet) -> str:
    """Return what every page of a document says at its foot: the class, its version, its source."""
    version = sheet.version
    source = (
        f"read from {version.draft.file_name}" if version.draft.file_name else "written by hand"
    )
    return f"{sheet.job_class} · version {version.number} · {source}"


def outline_of(sheet: Sheet) -> tuple[Part, ...]:
    """Return a class description part by part; sections of which nothing is said are left out."""
    return tuple(_parts(sheet))


def _parts(sheet: Sheet) -> Iterator[Part]:
    yield Heading(str(sheet.job_class), 1)
    yield Paragraph(_standing(sheet))
    yield from _identity(sheet)
    yield from _section("General statement", _paragraphs(sheet.summary))
    yield from _section("Series", _list(sheet.series))
    yield from _section("Distinguishing characteristics", _paragraphs(sheet.distinctions))
    yield from _results(sheet)
    yield from _section("Duties", _levelled(sheet.duties, is_numbered=True))
    yield from _section("Special clauses", _list(sheet.clauses))
    yield from _competencies(sheet)
    yield from _section("Qualifications", _levelled(_sentences(sheet)))
    yield from _section("Supervision", _list(sheet.supervision))
    yield from _section("Scope of authority", _list(sheet.authority))
    for title, conditions in sheet.conditions:
        yield from _section(title, _list(conditions))
    yield from _section("Other passages", _paragraphs(sheet.passages))
    if sheet.stated_none:
        yield from _section("Stated to be none", [Paragraph(", ".join(sheet.stated_none))])


def _standing(sheet: Sheet) -> str:
    version = sheet.version
    return (
        f"Version {version.number}, in force from {version.effective_on}, approved by "
        f"{version.approved_by} on {version.approved_at:%Y-%m-%d}."
    )


def _sentences(sheet: Sheet) -> Iterator[tuple[Level | None, tuple[object, ...]]]:
    for level, sentences in sheet.sentences:
        yield level, tuple(rule for _, rule in sentences)


def _identity(sheet: Sheet) -> Iterator[Part]:
    rows = [("Job family", sheet.job_class.family.name)]
    if sheet.job_class.issuer:
        rows.append(("Issued by", sheet.job_class.issuer))
    rows += [
        (f"Level {level.rank}", f"{level} ({level.grade})" if level.grade else str(level))
        for level in sheet.levels
    ]
    rows += [(fact.title, fact.text) for fact in sheet.facts]
    yield Table(("", ""), tuple(rows))


def _section(title: str, parts: Iterable[Part]) -> Iterator[Part]:
    found = list(parts)
    if found:
        yield Heading(title, 2)
        yield from found


def _marked(item: object) -> str:
    text = str(getattr(item, "text", ""))
    return text if getattr(item, "is_confirmed", True) else f"{text}{UNCONFIRMED}"


def _paragraphs(items: Iterable[object]) -> Iterator[Part]:
    for item in items:
        yield Paragraph(_marked(item))


def _list(items: Iterable[object], *, is_numbered: bool = False) -> Iterator[Part]:
    # What is said of each level in the same words is said once.
    texts = tuple(dict.fromkeys(_marked(item) for item in items))
    if texts:
        yield Items(texts, is_numbered)


def _levelled(
    groups: Iterable[tuple[Level | None, tuple[object, ...]]], *, is_numbered: bool = False
) -> Iterator[Part]:
    for level, items in groups:
        if level is not None:
            yield Heading(str(level), 3)
        yield from _list(items, is_numbered=is_numbered)


def _results(sheet: Sheet) -> Iterator[Part]:
    for result in sheet.results:
        yield Heading(str(result.area) if result.area else "Measures of success", 2)
        if result.functions:
            yield Heading("Essential functions", 3)
            yield from _list(result.functions, is_numbered=True)
        if result.measures:
            yield Heading("Measures of success", 3)
            yield Table(
                ("As written", "Target", "Computed by"),
                tuple(
                    (_marked(each), each.target, each.measure_key or "not yet computable")
                    for each in result.measures
                ),
            )


def _competencies(sheet: Sheet) -> Iterator[Part]:
    if not sheet.matrix.rows:
        return
    yield Heading("Competencies", 2)
    yield Table(
        ("Competency", *(str(level) for level in sheet.matrix.levels)),
        tuple(
            (_marked(competency), *(_marked(anchor) if anchor else "" for anchor in row))
            for competency, row in sheet.matrix.rows
        ),
    )
