"""What people found about a person's qualification where no arithmetic can tell."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from quarterdeck.core.models import Account, Fact, Person
from quarterdeck.people.models.background import Experience
from quarterdeck.people.models.description import Anchor, QualificationRule
from quarterdeck.people.models.positions import PersonnelQuerySet
from quarterdeck.people.vocabulary import JudgedVerdict


class QualificationJudgement(Fact):
    """One judgement on one person: about a rule, a piece of work under it, or an anchor.

    A later one with the next `number` revises it; none is ever changed. `rule_key` names the part
    of the rule's tree, or the anchor, as the kernel `qualification` does. `percent` is which share
    of the work's time is of the kind asked for. `basis` lists the rows that were looked at, and
    `evidence_digest` is taken of what they said, so that a judgement on what has changed since is
    known to be due again.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="qualification_judgements"
    )
    rule = models.ForeignKey(
        QualificationRule,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="judgements",
    )
    anchor = models.ForeignKey(
        Anchor, on_delete=models.PROTECT, null=True, blank=True, related_name="judgements"
    )
    rule_key = models.CharField(max_length=120)
    experience = models.ForeignKey(
        Experience, on_delete=models.PROTECT, null=True, blank=True, related_name="judgements"
    )
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=JudgedVerdict.choices)
    percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=(MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))),
    )
    reason = models.TextField()
    basis = models.JSONField(default=list)
    evidence_digest = models.CharField(max_length=64)
    judged_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()

    objects = PersonnelQuerySet["QualificationJudgement"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person",
                "rule_key",
                Coalesce("rule", 0),
                Coalesce("anchor", 0),
                Coalesce("experience", 0),
                "number",
                name="judgement_number_once",
            ),
            models.CheckConstraint(
                condition=Q(rule__isnull=False, anchor__isnull=True)
                | Q(rule__isnull=True, anchor__isnull=False, experience__isnull=True),
                name="judgement_is_about_a_rule_or_an_anchor",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True)
                | Q(experience__isnull=False, verdict=JudgedVerdict.MET),
                name="a_share_is_of_work_that_counts",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "rule_key"], name="judgements_on")]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.reason}"
