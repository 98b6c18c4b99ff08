"""How a person stands against a level, as plain parts of a document to be printed."""

from collections.abc import Iterator
from datetime import date

from quarterdeck.kernels.qualification.findings import Verdict
from quarterdeck.people.queries.outline import Heading, Items, Paragraph, Part, Table
from quarterdeck.people.queries.qualification import Line, PersonalStanding

_WORDS = {Verdict.MET: "met", Verdict.UNMET: "not met", Verdict.UNKNOWN: "not known"}


def outline_of_standing(standing: PersonalStanding, day: date) -> tuple[Part, ...]:
    """Return a standing part by part: each rule with its sentence, its verdict and the evidence."""
    return tuple(_parts(standing, day))


def _parts(standing: PersonalStanding, day: date) -> Iterator[Part]:
    demands = standing.demands
    yield Heading(f"{standing.person}: qualification", 1)
    yield Paragraph(f"Against {demands.version}, {demands.level}. As of {day}.")
    yield Paragraph(", ".join(f"{count} {_WORDS[verdict]}" for verdict, count in standing.counts))
    for title, lines in (
        ("Qualifications", standing.qualifications),
        ("Competencies", standing.competencies),
    ):
        if lines:
            yield Heading(title, 2)
        for line in lines:
            yield from _line(line)


def _line(line: Line) -> Iterator[Part]:
    preferred = " (preferred)" if line.is_preferred else ""
    yield Heading(f"{line.title.rstrip('.')}{preferred}: {_WORDS[line.finding.verdict]}", 3)
    if line.sentence:
        yield Paragraph(f"“{line.sentence}”")
    yield Paragraph(line.finding.reason)
    if line.months:
        yield Paragraph(line.months)
    if line.rows:
        yield Items(tuple(str(row) for row in line.rows))
    if line.work:
        yield Table(
            ("Work", "Months", "Full time", "Of the kind", "Counted", "Why no more"),
            tuple((str(work.row), *work.steps, work.why) for work in line.work),
        )
    for part in line.parts:
        yield from _line(part)
