"""Levels side by side: what one asks otherwise than another, word by word."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quarterdeck.kernels.wording import Fate, Stretch, nearness, words_between
from quarterdeck.people.models import JobFamily, Level
from quarterdeck.people.queries.sheet import Sheet, sheet_of, version_in_force, versions_in_force

# Two sentences with three words in five in common are taken for one that was reworded.
_NEAR = 0.6


class Contrast(StrEnum):
    """How one thing said at a level stands to what is said at another."""

    SAME = "same"
    REWORDED = "reworded"
    REWRITTEN = "in other words"
    ONLY_LEFT = "only left"
    ONLY_RIGHT = "only right"


@dataclass(frozen=True)
class Point:
    """One thing that is said at a level: under which name, if it has one, and what."""

    name: str
    text: str


@dataclass(frozen=True)
class Rung:
    """A level of a class with all that is said at it, section by section."""

    level: Level
    sheet: Sheet
    sections: tuple[tuple[str, tuple[Point, ...]], ...]

    @property
    def title(self) -> str:
        """What it is called: the level, and the class where the level does not say it."""
        name, title = self.level.name, self.sheet.job_class.title
        return name if name.lower().endswith(title.lower()) else f"{title}: {name}"


@dataclass(frozen=True)
class Row:
    """One thing at two levels."""

    name: str
    left: str
    right: str
    contrast: Contrast

    @property
    def words(self) -> tuple[Stretch, ...]:
        """The way from the left text to the right one."""
        return words_between(self.left, self.right)

    @property
    def left_words(self) -> tuple[Stretch, ...]:
        """The left text; what the right one has not is gone, unless it says all otherwise."""
        if self.contrast is Contrast.REWRITTEN:
            return (Stretch(Fate.SAME, self.left),)
        return tuple(each for each in self.words if each.fate is not Fate.NEW)

    @property
    def right_words(self) -> tuple[Stretch, ...]:
        """The right text; what the left one has not is new, unless it says all otherwise."""
        if self.contrast is Contrast.REWRITTEN:
            return (Stretch(Fate.SAME, self.right),)
        return tuple(each for each in self.words if each.fate is not Fate.GONE)


@dataclass(frozen=True)
class Section:
    """The rows of one section of two levels."""

    title: str
    rows: tuple[Row, ...]

    @property
    def differing(self) -> tuple[Row, ...]:
        """The rows in which the levels differ."""
        return tuple(row for row in self.rows if row.contrast is not Contrast.SAME)

    @property
    def same(self) -> int:
        """In how many rows they do not."""
        return len(self.rows) - len(self.differing)


@dataclass(frozen=True)
class Step:
    """A rung of a ladder, and how it differs from the one below."""

    rung: Rung
    sections: tuple[Section, ...]


def ladder_of(family: JobFamily, day: date) -> tuple[Step, ...]:
    """Return the levels of a family's classes in order, each against the one before."""
    rungs: list[Rung] = []
    classes = family.classes.in_use().order_by("series_order", "title")
    versions = versions_in_force(classes, day)
    for job_class in classes:
        if job_class.pk in versions:
            rungs += rungs_of(sheet_of(versions[job_class.pk]))
    pairs = zip([None, *rungs], rungs, strict=False)
    return tuple(Step(rung, contrast(before, rung) if before else ()) for before, rung in pairs)


def rung_of(level: Level, day: date) -> Rung | None:
    """Return one level with what is said at it now; None where its class says nothing."""
    version = version_in_force(level.job_class, day)
    if version is None:
        return None
    return next(rung for rung in rungs_of(sheet_of(version)) if rung.level.pk == level.pk)


def rungs_of(sheet: Sheet) -> list[Rung]:
    """Return the levels of a class, each with what is said of it and what is said of all."""
    return [Rung(level, sheet, tuple(_sections(sheet, level))) for level in sheet.levels]


def _sections(sheet: Sheet, level: Level) -> Iterator[tuple[str, tuple[Point, ...]]]:
    anchors = sheet.matrix.levels
    place = anchors.index(level) if level in anchors else 0
    yield (
        "Competencies",
        tuple(
            Point(str(competency), row[place].text if row and row[place] else "")  # type: ignore[union-attr]  # asked just before
            for competency, row in sheet.matrix.rows
        ),
    )
    yield (
        "Duties",
        tuple(
            Point("", duty.text)
            for of_level, duties in sheet.duties
            for duty in duties
            if of_level in (None, level)
        ),
    )
    yield (
        "Qualifications",
        tuple(
            Point("", rule.text)
            for of_level, found in sheet.qualifications
            for rule in found
            if of_level in (None, level)
        ),
    )
    yield (
        "Supervision",
        tuple(Point("", each.text) for each in sheet.supervision if each.level in (None, level)),
    )
    yield (
        "Results",
        tuple(Point(str(result.area), "") for result in sheet.results if result.area),
    )


def contrast(left: Rung, right: Rung) -> tuple[Section, ...]:
    """Return two levels section by section, without sections that neither has."""
    sections = zip(left.sections, right.sections, strict=True)
    rows = ((title, tuple(_rows(mine, theirs))) for (title, mine), (_, theirs) in sections)
    return tuple(Section(title, found) for title, found in rows if found)


def _rows(left: tuple[Point, ...], right: tuple[Point, ...]) -> Iterator[Row]:
    """Pair what has the same name, then what has the same or nearly the same words."""
    rest = list(left)
    paired: list[tuple[Point | None, Point]] = []
    for point in right:
        match = _match(point, rest)
        if match is not None:
            rest.remove(match)
        paired.append((match, point))
    for match, point in paired:
        if match is None:
            yield Row(point.name, "", point.text, Contrast.ONLY_RIGHT)
        else:
            yield Row(point.name, match.text, point.text, _contrast(match.text, point.text))
    for point in rest:
        yield Row(point.name, point.text, "", Contrast.ONLY_LEFT)


def _contrast(left: str, right: str) -> Contrast:
    """Word by word is read only where most words are the same."""
    if left == right:
        return Contrast.SAME
    return Contrast.REWORDED if nearness(left, right) >= _NEAR else Contrast.REWRITTEN


def _match(point: Point, among: list[Point]) -> Point | None:
    if point.name:
        named = point.name.casefold()
        return next((each for each in among if each.name.casefold() == named), None)
    near = ((nearness(each.text, point.text), each) for each in among if not each.name)
    best = max(near, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= _NEAR else None
