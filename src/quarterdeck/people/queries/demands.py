"""What a level asks: its qualification rules and its competencies, as the kernel reads them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.together import read_together
from quarterdeck.kernels.qualification.joining import joined
from quarterdeck.kernels.qualification.rules import (
    AllOf,
    AnyOf,
    Combination,
    Competency,
    EducationAndExperience,
    Equivalency,
    Months,
    Rule,
    Source,
)
from quarterdeck.kernels.qualification.trees import rule_of
from quarterdeck.people.models import Anchor, ClassVersion, Level, QualificationRule


@dataclass(frozen=True)
class Demand:
    """One thing that a level asks: the row that says so, and the rule that it states."""

    row: QualificationRule | Anchor
    rule: Rule | Equivalency


@dataclass(frozen=True)
class Demands:
    """All that a level of one version asks."""

    version: ClassVersion
    level: Level
    qualifications: tuple[Demand, ...]
    competencies: tuple[Demand, ...]

    @cached_property
    def asked(self) -> tuple[AllOf, AllOf]:
        """What is to be evaluated: the qualifications as they work together, the competencies."""
        return (
            joined(demand.rule for demand in self.qualifications),
            AllOf(parts=tuple(_plain(demand.rule) for demand in self.competencies)),
        )

    @cached_property
    def by_key(self) -> dict[str, Demand]:
        """Which row states the rule, or the part of a rule, of that key; the part as its rule."""
        return {
            rule.key: Demand(demand.row, rule)
            for demand in (*self.qualifications, *self.competencies)
            for rule in _with_parts(demand.rule)
            if rule.key
        }


def demands_of(version: ClassVersion, level: Level) -> Demands:
    """Return what a version asks at a level: what holds for all levels, and what for this one."""
    return demands_of_each([(version, level)])[0]


def demands_of_each(asked: Iterable[tuple[ClassVersion, Level]]) -> list[Demands]:
    """Return what each of these versions asks at its level; one statement for any number."""
    rows = []
    for version, level in asked:
        keys = {"version": version.pk, "level": level.pk}
        rows.append((version, level, _RULES.posed(**keys), _ANCHORS.posed(**keys)))
    read_together(each for _, _, rules, anchors in rows for each in (rules, anchors))
    return [_demands(*each) for each in rows]


_HERE = Q(level__isnull=True) | Q(level=Slot("level"))


def _rules() -> QuerySet[QualificationRule]:
    rules = QualificationRule.objects.filter(_HERE, class_version=Slot("version"))
    return rules.order_by("order")


def _anchors() -> QuerySet[Anchor]:
    anchors = Anchor.objects.filter(_HERE, competency__class_version=Slot("version"))
    return anchors.select_related("competency").order_by("competency__order", "pk")


_RULES, _ANCHORS = Prepared(_rules), Prepared(_anchors)


def _demands(
    version: ClassVersion,
    level: Level,
    rules: Iterable[QualificationRule],
    said: Iterable[Anchor],
) -> Demands:
    at_level: dict[int, Anchor] = {}
    for anchor in said:
        # What is said at the level itself goes before what is said for all of them.
        if anchor.competency_id not in at_level or anchor.level_id is not None:
            at_level[anchor.competency_id] = anchor
    return Demands(
        version,
        level,
        tuple(Demand(row, rule_of(row.tree)) for row in rules if row.tree),
        tuple(Demand(row, _competency(row, level)) for row in at_level.values()),
    )


def demand_of(row: QualificationRule | Anchor, key: str) -> Demand | None:
    """Return the rule of that key which a row states, whole or as a part; None for another key."""
    if isinstance(row, Anchor):
        rules: Iterable[Rule | Equivalency] = (_competency(row, row.level),)
    else:
        rules = _with_parts(rule_of(row.tree)) if row.tree else ()
    return next((Demand(row, rule) for rule in rules if key and rule.key == key), None)


def _competency(anchor: Anchor, level: Level | None) -> Competency:
    name = str(anchor.competency)
    return Competency(
        key=f"anchor-{anchor.pk}",
        label=name,
        name=name,
        rank=level.rank if level else 1,
        source=Source(anchor.text),
    )


def _plain(rule: Rule | Equivalency) -> Rule:
    """An equivalency replaces something only beside what it replaces, so none stands alone."""
    if isinstance(rule, Equivalency):
        raise TypeError(f"The equivalency {rule.label!r} stands alone: expected a competency.")
    return rule


def _with_parts(rule: Rule | Equivalency) -> Iterator[Rule | Equivalency]:
    yield rule
    match rule:
        case AllOf() | AnyOf():
            inner: tuple[Rule | Equivalency, ...] = rule.parts
        case Months():
            inner = rule.including
        case EducationAndExperience():
            inner = (rule.education, rule.experience, *rule.equivalencies)
        case Combination():
            inner = (rule.experience,)
        case _:
            inner = ()
    for part in inner:
        yield from _with_parts(part)
