"""Scorecards on paper: who waits for one, and the files that were made."""

from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Account, Scratch, Seal
from quarterdeck.core.permission import User


class PrintedScorecard(Scratch):
    """A scorecard as PDF; of two that would say the same, one is kept.

    `digest` is of all that it says but the moment at which it was made. Where each of its figures
    is closed and sealed it stays, and `seal` is the last seal among them; any other is kept until
    `expires_at`. Its pages may name people, so that all go where somebody is erased.
    """

    is_dropped_by_erasure: ClassVar[bool] = True

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    seal = models.ForeignKey(Seal, on_delete=models.DO_NOTHING, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="printed_not_empty"),
        ]

    def __str__(self) -> str:
        return f"Scorecard printed {self.made_at:%Y-%m-%d %H:%M}"


class PrintRequestQuerySet(models.QuerySet["PrintRequest"]):
    """Which requests are whose, and which wait."""

    def visible_to(self, user: User) -> Self:
        """Keep those of one account."""
        return self.filter(asked_by=user.pk) if isinstance(user, Account) else self.none()

    def waiting(self) -> Self:
        """Keep those for which nothing has been made yet."""
        return self.filter(printed=None)


class PrintRequest(Scratch):
    """Somebody wants a scorecard as PDF: over which period and scope, and of which measures.

    `question` is a digest of all that tells it from others: those who ask the same share one job.
    """

    question = models.CharField(max_length=64)
    period = models.CharField(max_length=64)
    scope = models.CharField(max_length=240)
    calendar = models.CharField(max_length=64, blank=True)
    measures = models.JSONField()
    asked_by = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    printed = models.ForeignKey(
        PrintedScorecard, on_delete=models.CASCADE, null=True, related_name="requests"
    )

    objects = PrintRequestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asked_by", "question"],
                condition=models.Q(printed__isnull=True),
                name="print_awaited_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "-asked_at"], name="print_request_of"),
            models.Index(fields=["question"], name="print_request_question"),
        ]

    def __str__(self) -> str:
        return f"Scorecard {self.period} {self.scope} for {self.asked_by}"
