"""Drafts: what was read in a document, record by record, and what a person decided about it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Noun
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.people.models.architecture import JobClass
from quarterdeck.people.models.base import shortened
from quarterdeck.people.vocabulary import (
    DraftKind,
    DraftState,
    RecordConfidence,
    RecordKind,
    RecordState,
)

# The kind of warning of a draft whose page describes several jobs.
SEVERAL_JOBS = "several jobs"
KEEPING_ROLES = (Role.IT_MANAGER, Role.DIRECTOR, Role.HR_PARTNER, Role.ADMINISTRATOR)


class JobDraftQuerySet(models.QuerySet["JobDraft"]):
    """Named filters on drafts."""

    def in_review(self) -> Self:
        """Keep what nobody has approved or discarded."""
        return self.filter(state=DraftState.IN_REVIEW)

    def visible_to(self, user: User) -> Self:
        """Drafts are for those who keep job classes, and the auditor."""
        return self.filter() if holds(user, *KEEPING_ROLES, Role.AUDITOR) else self.none()


class JobDraft(Noun):
    """What was read in one document and is reviewed by people before it becomes a version.

    `text` is the source that every span points into; the file itself is an attachment of the
    draft. `job_class` is the class that it shall be a new version of, or none for a new class.
    """

    title = models.CharField(max_length=200)
    state = models.CharField(
        max_length=16, choices=DraftState.choices, default=DraftState.IN_REVIEW
    )
    kind = models.CharField(max_length=16, choices=DraftKind.choices)
    kind_reason = models.CharField(max_length=500, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    container = models.CharField(max_length=16, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    warnings = models.JSONField(default=list, blank=True)
    job_class = models.ForeignKey(
        JobClass, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts"
    )
    begun_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()

    objects = JobDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class DraftedRecordQuerySet(models.QuerySet["DraftedRecord"]):
    """Named filters on the records of drafts."""

    def visible_to(self, user: User) -> Self:
        """Whoever may see drafts may see their records."""
        return self.filter() if holds(user, *KEEPING_ROLES, Role.AUDITOR) else self.none()

    def kept(self) -> Self:
        """Leave out what was dropped."""
        return self.exclude(state=RecordState.DROPPED)

    def in_order(self) -> Self:
        """Order as the document has them; parts of a split record follow one another."""
        return self.order_by("order", "pk")


class DraftedRecord(Noun):
    """One thing that was read in a document: what it says, where, how surely, and why.

    `payload` holds the further fields of its kind, under the names that the kernel `jobtext` gives
    them. `spans` are pairs of character offsets into the draft's text.
    """

    draft = models.ForeignKey(JobDraft, on_delete=models.PROTECT, related_name="records")
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=24, choices=RecordKind.choices)
    text = models.TextField(blank=True)
    payload = models.JSONField(default=dict, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    spans = models.JSONField(default=list, blank=True)
    confidence = models.PositiveSmallIntegerField(choices=RecordConfidence.choices)
    reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(
        max_length=16, choices=RecordState.choices, default=RecordState.UNCONFIRMED
    )
    needs_confirmation = models.BooleanField(default=False)

    objects = DraftedRecordQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(needs_confirmation=False)
                | Q(state__in=(RecordState.UNCONFIRMED, RecordState.DROPPED)),
                name="what_needs_confirmation_is_unconfirmed",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["draft", "order"], name="record_of_draft")]

    def __str__(self) -> str:
        return shortened(self.text or self.get_kind_display())
