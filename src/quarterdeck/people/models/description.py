"""What a version of a class says: duties, competencies, qualifications, results, conditions."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from quarterdeck.core.models import Noun
from quarterdeck.people.models.architecture import Level
from quarterdeck.people.models.base import ClassItem, OpenQuerySet, shortened
from quarterdeck.people.vocabulary import (
    BetterDirection,
    Confirmation,
    DutyModality,
    Evidence,
    RuleKind,
    RuleNecessity,
    SpecialClause,
    StatementKind,
    SupervisionDirection,
    WorkingConditionKind,
)

SIGNS = {">=": "≥", "<=": "≤"}


def target_text(operator: str, value: Decimal, unit: str) -> str:
    """Return a target in signs: `≥ 90 %`."""
    figure = f"{value.normalize():f}"
    return " ".join(part for part in (SIGNS.get(operator, operator), figure, unit) if part)


def _level() -> "models.ForeignKey[Level | None, Level | None]":
    """The level that something is said of; none where it holds for all."""
    return models.ForeignKey(
        Level, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


# The Fair Labor Standards Act.
_INITIALS = {"Flsa": "FLSA"}


class ResultsArea(ClassItem):
    """A result that the job is there for; essential functions and measures hang on it."""

    objects = OpenQuerySet["ResultsArea"].as_manager()

    def __str__(self) -> str:
        return self.text


class Duty(ClassItem):
    """A duty, an essential function of a results area, or a standing clause among the duties.

    A duty that belongs to a results area is one of its essential functions.
    """

    modality = models.CharField(
        max_length=16, choices=DutyModality.choices, default=DutyModality.DOES
    )
    clause = models.CharField(max_length=24, choices=SpecialClause.choices, blank=True)
    results_area = models.ForeignKey(
        ResultsArea, on_delete=models.PROTECT, null=True, blank=True, related_name="functions"
    )
    level = _level()
    recurrence = models.CharField(max_length=64, blank=True)

    objects = OpenQuerySet["Duty"].as_manager()

    class Meta(ClassItem.Meta):
        abstract = False
        verbose_name_plural = "duties"

    def __str__(self) -> str:
        return shortened(self.text)


class SuccessMeasureQuerySet(OpenQuerySet["SuccessMeasure"]):
    """Named filters on measures of success."""

    def not_yet_computable(self) -> "SuccessMeasureQuerySet":
        """Keep those that no measure computes."""
        return self.filter(measure_key="")


class SuccessMeasure(ClassItem):
    """What a class says that a result is judged by, and the measure that computes it.

    `operator`, `value` and `unit` are as the reading stands; `text` is always as written.
    `measure_key` names a registered measure; where it is empty, the measure of success is not yet
    computable, and `why_not` says why if somebody has looked.
    """

    results_area = models.ForeignKey(
        ResultsArea, on_delete=models.PROTECT, null=True, blank=True, related_name="measures"
    )
    evidence = models.CharField(max_length=32, choices=Evidence.choices)
    subject = models.CharField(max_length=500, blank=True)
    operator = models.CharField(max_length=2, blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=64, blank=True)
    evaluator = models.CharField(max_length=200, blank=True)
    polarity = models.CharField(
        max_length=32, choices=BetterDirection.choices, default=BetterDirection.UNKNOWN
    )
    confirmation = models.CharField(
        max_length=16, choices=Confirmation.choices, default=Confirmation.AS_WRITTEN
    )
    measure_key = models.CharField("measure", max_length=120, blank=True)
    why_not = models.CharField(max_length=500, blank=True)

    objects = SuccessMeasureQuerySet.as_manager()

    class Meta(ClassItem.Meta):
        abstract = False
        verbose_name = "measure of success"
        verbose_name_plural = "measures of success"
        constraints: ClassVar = [
            *ClassItem.Meta.constraints,
            models.CheckConstraint(
                condition=Q(measure_key="") | Q(why_not=""), name="computed_or_why_not"
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.text)

    @property
    def target(self) -> str:
        """What it is held against, such as `≥ 90 %`; nothing where the text states no figure."""
        if self.value is None:
            return ""
        return target_text(self.operator, self.value, self.unit)


class Competency(ClassItem):
    """Something one must be able to do, with an anchor for each level; `text` is its name."""

    group = models.CharField(max_length=200, blank=True)

    objects = OpenQuerySet["Competency"].as_manager()

    class Meta(ClassItem.Meta):
        abstract = False
        verbose_name_plural = "competencies"

    def __str__(self) -> str:
        return self.text or "Competency without a name"


class Anchor(Noun):
    """What a competency looks like at one level, sentence by sentence."""

    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="anchors")
    level = _level()
    text = models.TextField()
    is_confirmed = models.BooleanField("confirmed")
    record = models.ForeignKey(
        "people.DraftedRecord", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OpenQuerySet["Anchor"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "competency", Coalesce("level", 0), name="anchor_once_at_a_level"
            )
        ]

    def __str__(self) -> str:
        return f"{self.competency} at {self.level}" if self.level else str(self.competency)


class QualificationRule(ClassItem):
    """What is asked of a person, as a rule that can be evaluated; `text` is its sentence.

    `tree` is the rule made of typed records, as JSON.
    """

    kind = models.CharField(max_length=16, choices=RuleKind.choices)
    necessity = models.CharField(
        max_length=16, choices=RuleNecessity.choices, default=RuleNecessity.REQUIRED
    )
    level = _level()
    tree = models.JSONField(default=dict)

    objects = OpenQuerySet["QualificationRule"].as_manager()

    def __str__(self) -> str:
        return shortened(self.text)


class Supervision(ClassItem):
    """Supervision that the holder receives or exercises; `condition` holds “by position”."""

    direction = models.CharField(max_length=16, choices=SupervisionDirection.choices)
    condition = models.CharField(max_length=200, blank=True)
    level = _level()

    objects = OpenQuerySet["Supervision"].as_manager()

    class Meta(ClassItem.Meta):
        abstract = False
        verbose_name_plural = "supervision"

    def __str__(self) -> str:
        return shortened(self.text)


class AuthorityDimension(ClassItem):
    """How far authority reaches in one dimension: people, operations, or money."""

    dimension = models.CharField(max_length=120)
    complexity = models.CharField(max_length=120, blank=True)
    examples = models.JSONField(default=list, blank=True)

    objects = OpenQuerySet["AuthorityDimension"].as_manager()

    def __str__(self) -> str:
        return f"{self.dimension}: {self.complexity}" if self.complexity else self.dimension


class WorkingCondition(ClassItem):
    """A condition of the work, a physical demand, a check before hiring, or the probation."""

    kind = models.CharField(max_length=24, choices=WorkingConditionKind.choices)
    name = models.CharField(max_length=200, blank=True)
    condition = models.CharField(max_length=200, blank=True)

    objects = OpenQuerySet["WorkingCondition"].as_manager()

    def __str__(self) -> str:
        return shortened(self.text)


class ClassStatement(ClassItem):
    """What else a version says: its general statement, its neighbours, details, other passages."""

    kind = models.CharField(max_length=16, choices=StatementKind.choices)
    label = models.CharField(max_length=200, blank=True)

    objects = OpenQuerySet["ClassStatement"].as_manager()

    @property
    def title(self) -> str:
        """What a detail is called, with initials of the trade as they are written."""
        words = self.label[:1].upper() + self.label[1:]
        return " ".join(_INITIALS.get(word, word) for word in words.split())

    def __str__(self) -> str:
        return shortened(self.text)
