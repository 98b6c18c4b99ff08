"""One version of a class as a reader has it before them: what the page, the print and the export
show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, groupby
from json import dumps
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from quarterdeck.core.database import Among
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.together import read_together
from quarterdeck.people.models import (
    Anchor,
    AuthorityDimension,
    ClassStatement,
    ClassVersion,
    Competency,
    Duty,
    JobClass,
    Level,
    QualificationRule,
    ResultsArea,
    SuccessMeasure,
    Supervision,
    WorkingCondition,
)
from quarterdeck.people.vocabulary import StatementKind


@dataclass(frozen=True)
class Matrix:
    """Competencies in rows, levels in columns; an anchor of no level holds for all of them."""

    levels: tuple[Level, ...]
    rows: "tuple[tuple[Competency, tuple[Anchor | None, ...]], ...]"


@dataclass(frozen=True)
class Result:
    """A results area with its essential functions and measures of success."""

    area: ResultsArea | None
    functions: tuple[Duty, ...]
    measures: tuple[SuccessMeasure, ...]


@dataclass(frozen=True)
class Sheet:
    """A version of a class, whole."""

    job_class: JobClass
    version: ClassVersion
    levels: tuple[Level, ...]
    statements: dict[str, list[ClassStatement]]
    duties: tuple[tuple[Level | None, tuple[Duty, ...]], ...]
    clauses: tuple[Duty, ...]
    results: tuple[Result, ...]
    matrix: Matrix
    qualifications: tuple[tuple[Level | None, tuple[QualificationRule, ...]], ...]
    supervision: tuple[Supervision, ...]
    authority: tuple[AuthorityDimension, ...]
    conditions: tuple[tuple[str, tuple[WorkingCondition, ...]], ...]
    unconfirmed: int = 0
    stated_none: list[str] = field(default_factory=list)

    @property
    def summary(self) -> list[ClassStatement]:
        """The general statement."""
        return self.statements.get(StatementKind.SUMMARY, [])

    @property
    def distinctions(self) -> list[ClassStatement]:
        """What sets the class apart from its neighbours."""
        return self.statements.get(StatementKind.DISTINCTION, [])

    @property
    def series(self) -> list[ClassStatement]:
        """The classes of the series that the document names."""
        return self.statements.get(StatementKind.SERIES, [])

    @property
    def facts(self) -> list[ClassStatement]:
        """Details under a name."""
        return self.statements.get(StatementKind.FACT, [])

    @property
    def passages(self) -> list[ClassStatement]:
        """What else it says."""
        return self.statements.get(StatementKind.PASSAGE, [])

    @property
    def sentences(self) -> "list[tuple[Level | None, list[tuple[str, QualificationRule]]]]":
        """The qualifications, where rules that were read from one sentence stand together."""
        return [(level, _sentences(rules)) for level, rules in self.qualifications]

    @property
    def computed(self) -> int:
        """How many of its measures of success are linked to a measure."""
        return sum(bool(measure.measure_key) for measure in self.measures)

    @property
    def measures(self) -> list[SuccessMeasure]:
        """All measures of success, in order."""
        return [measure for result in self.results for measure in result.measures]


# What a version says, as the sheet takes it up: the first four each by itself.
_SAID = (
    *(Duty, SuccessMeasure, ClassStatement, ResultsArea),
    *(QualificationRule, Supervision, AuthorityDimension, WorkingCondition),
)


def version_in_force(job_class: JobClass, day: date) -> ClassVersion | None:
    """Return the version that counts on a day; before the first one begins, that first one."""
    return versions_in_force([job_class], day).get(job_class.pk)


def _in_force() -> QuerySet[ClassVersion]:
    of_them = ClassVersion.objects.filter(Among("job_class", Slot("classes")))
    earlier = ClassVersion.objects.filter(job_class=OuterRef("job_class"))
    first = Subquery(earlier.order_by("effective_on", "number").values("pk")[:1])
    found = (of_them.in_force(Slot("day")) | of_them.filter(pk=first)).select_related(
        "approved_by", "draft", "job_class"
    )
    return found.order_by("effective_on", "number")


_IN_FORCE = Prepared(_in_force)


def versions_in_force(job_classes: Iterable[JobClass], day: date) -> dict[int, ClassVersion]:
    """Return for each class that says something the version that counts on a day, by the key of
    the class; one statement for any number."""
    keys = dumps([each.pk for each in job_classes])
    return {each.job_class_id: each for each in _IN_FORCE.records(classes=keys, day=day)}


def sheet_of(version: ClassVersion) -> Sheet:
    """Return all that a version says."""
    job_class = version.job_class
    graded = job_class.levels.select_related("grade").order_by("rank")
    said = [_items(noun, version) for noun in _SAID]
    anchored, competencies = _matrix_rows(version)
    read_together([graded, *said, anchored, competencies])
    duties, measures, statements, areas, *others = map(list, said)
    levels, rest = tuple(graded), list(chain(*others))
    matrix = _matrix(levels, anchored, competencies)
    anchors = [anchor for _, row in matrix.rows for anchor in row if anchor is not None]
    everything: list[Any] = [*duties, *measures, *statements, *rest, *areas, *anchors]
    return Sheet(
        job_class=job_class,
        version=version,
        levels=levels,
        statements=_by_kind(statements),
        duties=_by_level(each for each in duties if not (each.clause or each.results_area_id)),
        clauses=tuple(each for each in duties if each.clause),
        results=tuple(_results(areas, duties, measures)),
        matrix=matrix,
        qualifications=_by_level(each for each in rest if isinstance(each, QualificationRule)),
        supervision=tuple(each for each in rest if isinstance(each, Supervision)),
        authority=tuple(each for each in rest if isinstance(each, AuthorityDimension)),
        conditions=_conditions(each for each in rest if isinstance(each, WorkingCondition)),
        unconfirmed=len({(type(x), x.pk) for x in everything if not x.is_confirmed}),
        stated_none=[each.label or each.text for each in statements if each.kind == "stated_none"],
    )


def _items(model: Any, version: ClassVersion) -> Any:
    named = {each.name for each in model._meta.fields}
    rows = model._default_manager.filter(class_version=version).order_by("order")
    return rows.select_related(*({"level", "record"} & named))


def _by_kind(statements: list[ClassStatement]) -> dict[str, list[ClassStatement]]:
    found: dict[str, list[ClassStatement]] = {}
    for statement in statements:
        found.setdefault(statement.kind, []).append(statement)
    return found


def _by_level(items: Iterable[Any]) -> tuple[tuple[Level | None, tuple[Any, ...]], ...]:
    """Gather what holds for all levels first, then level by level."""

    def rank(item: Any) -> int:
        return item.level.rank if item.level else 0

    ordered = sorted(items, key=lambda item: (rank(item), item.order))
    groups = ((list(group)) for _, group in groupby(ordered, rank))
    return tuple((group[0].level, tuple(group)) for group in groups)


def _sentences(rules: tuple[QualificationRule, ...]) -> list[tuple[str, QualificationRule]]:
    """Return each sentence once, with the kinds of the rules that it states.

    Years that are nested in others are a part of the sentence that those were read from.
    """
    found: dict[str, list[QualificationRule]] = {}
    for rule in rules:
        whole = next((each.text for each in rules if rule.text in each.text), rule.text)
        found.setdefault(whole, []).append(rule)
    return [
        (", ".join(dict.fromkeys(rule.get_kind_display() for rule in same)), same[0])
        for same in found.values()
    ]


def _results(
    areas: list[ResultsArea], duties: list[Duty], measures: list[SuccessMeasure]
) -> Iterator[Result]:
    for area in areas:
        yield Result(
            area,
            tuple(each for each in duties if each.results_area_id == area.pk),
            tuple(each for each in measures if each.results_area_id == area.pk),
        )
    loose = tuple(each for each in measures if each.results_area_id is None)
    if loose:
        yield Result(None, (), loose)


def _conditions(
    conditions: Iterable[WorkingCondition],
) -> tuple[tuple[str, tuple[WorkingCondition, ...]], ...]:
    found: dict[str, list[WorkingCondition]] = {}
    for each in conditions:
        found.setdefault(each.get_kind_display(), []).append(each)
    return tuple((title, tuple(rows)) for title, rows in found.items())


def matrix_of(version: ClassVersion, levels: tuple[Level, ...]) -> Matrix:
    """Return the competencies of a version against these levels."""
    return _matrix(levels, *_matrix_rows(version))


def _matrix_rows(version: ClassVersion) -> tuple[QuerySet[Anchor], QuerySet[Competency]]:
    anchors = Anchor.objects.filter(competency__class_version=version)
    competencies = Competency.objects.filter(class_version=version).order_by("order")
    return anchors.select_related("level", "record"), competencies


def _matrix(
    levels: tuple[Level, ...], said: Iterable[Anchor], competencies: Iterable[Competency]
) -> Matrix:
    anchors: dict[tuple[int, int | None], Anchor] = {}
    named: set[int] = set()
    for anchor in said:
        anchors[anchor.competency_id, anchor.level_id] = anchor
        named |= {anchor.level_id} if anchor.level_id else set()
    columns = tuple(level for level in levels if level.pk in named) or levels[:1]
    rows = tuple(
        (
            competency,
            tuple(
                anchors.get((competency.pk, level.pk)) or anchors.get((competency.pk, None))
                for level in columns
            ),
        )
        for competency in competencies
    )
    return Matrix(columns, rows)
