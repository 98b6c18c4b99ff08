"""The append-only history of a ticket."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from quarterdeck.core.models import Fact, Person, Team
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary import PauseReason, TicketState
from quarterdeck.office.models import ImportBatch, OfCountingBatch
from quarterdeck.services.models import Service


class StateChangeQuerySet(models.QuerySet["StateChange"]):
    """Which changes count, in which order."""

    def standing(self, beside: ImportBatch | None = None) -> Self:
        """Leave out the changes of batches that are unfinished or withdrawn, but for those of the
        batch `beside`."""
        if beside is None:
            return self.filter(OfCountingBatch())
        return self.exclude(batch__in=ImportBatch.objects.hidden().exclude(pk=beside.pk))

    def uncorrected(self) -> Self:
        """Leave out of the changes that count those that a later batch corrects."""
        same = StateChange.objects.filter(
            ticket=OuterRef("ticket"), sequence=OuterRef("sequence"), batch__isnull=False
        )
        later = same.filter(batch__gt=OuterRef("batch")).filter(OfCountingBatch())
        return self.standing().exclude(Exists(later))

    def in_log_order(self) -> Self:
        """Order as the source wrote its log; a later batch's correction stands after what it
        corrects."""
        return self.order_by("ticket_id", "sequence", "batch_id")


class StateChange(Fact):
    """What state, priority, team and service a ticket had from one moment on.

    `sequence` is the source's own order, which time never overrides. A later batch corrects a
    change by a row of the same sequence and external id; the one of the latest standing batch
    counts.

    What is done by hand has no batch and stands after all that was known of the ticket then; what a
    source tells later stands after it. A line by hand that annuls says from which sequence on the
    lines by hand before it count no more; they stay where they are.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="state_changes")
    sequence = models.PositiveIntegerField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="state_changes"
    )
    external_id = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=16, choices=TicketState.choices)
    source_state = models.CharField(max_length=100, blank=True)
    pause_reason = models.CharField(max_length=16, choices=PauseReason.choices, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    assignee = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    assignee_name = models.CharField(max_length=200, blank=True)
    # An index of its own would be one more write for each line of a log.
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    service_name = models.CharField(max_length=200, blank=True)
    changed_by = models.CharField(max_length=200, blank=True)
    annuls_from = models.PositiveIntegerField(null=True, blank=True)

    objects = StateChangeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "sequence", "batch"], name="one_change_a_sequence_and_batch"
            ),
            models.UniqueConstraint(
                fields=["ticket", "sequence"],
                condition=Q(batch__isnull=True),
                name="one_change_a_sequence_by_hand",
            ),
            models.CheckConstraint(
                condition=Q(annuls_from__isnull=True)
                | Q(batch__isnull=True, annuls_from__lt=F("sequence")),
                name="only_lines_by_hand_annul_lines_before_them",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["ticket"], condition=Q(annuls_from__isnull=False), name="annulling_changes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} #{self.sequence}: {self.get_state_display().lower()}"
