"""What is printed: who waits for it, and the files that were made."""

from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Account, Scratch, Seal
from quarterdeck.core.permission import User


class PrintedPaper(Scratch):
    """A scorecard, a job class or another paper as PDF; of two that would say the same, one is
    kept.

    `digest` is of all that it says but the moment at which it was made. Where nothing of it can
    change any more it stays, and `seal` is the last seal among its figures; any other is kept until
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
            models.CheckConstraint(condition=models.Q(size__gt=0), name="paper_not_empty"),
        ]

    def __str__(self) -> str:
        return f"Printed {self.made_at:%Y-%m-%d %H:%M}"


class PrintRequestQuerySet(models.QuerySet["PrintRequest"]):
    """Which requests are whose, and which wait."""

    def visible_to(self, user: User) -> Self:
        """Keep those of one account."""
        return self.filter(asked_by=user.pk) if isinstance(user, Account) else self.none()

    def waiting(self) -> Self:
        """Keep those for which nothing has been made yet."""
        return self.filter(printed=None)


class PrintRequest(Scratch):
    """Somebody wants something as PDF: `job` makes it, and is told which by `told`.

    `question` is a digest of what the job is told: those who ask the same share one run of it. What
    it names, it names by keys and never by a person's name, which an erasure would not find.
    """

    job = models.CharField(max_length=100)
    question = models.CharField(max_length=64)
    told = models.JSONField()
    asked_by = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    printed = models.ForeignKey(
        PrintedPaper, on_delete=models.CASCADE, null=True, related_name="requests"
    )

    objects = PrintRequestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asked_by", "job", "question"],
                condition=models.Q(printed__isnull=True),
                name="paper_awaited_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "-asked_at"], name="paper_request_of"),
            models.Index(fields=["question"], name="paper_request_question"),
        ]

    def __str__(self) -> str:
        return f"{self.job} for {self.asked_by}"
