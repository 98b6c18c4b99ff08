"""What the product tells somebody inside itself, whether or not it was also mailed."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Account, Scratch
from quarterdeck.core.permission import User

KEPT_FOR = timedelta(days=90)
_A_CHUNK = 500


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Which notices are whose."""

    def visible_to(self, user: User) -> Self:
        """Everybody reads their own and nobody another's."""
        return self.filter(account=user.pk) if user.is_authenticated else self.none()

    def unread(self) -> Self:
        """Leave out what was read."""
        return self.filter(read_at=None)

    def note_read(self, at: datetime) -> int:
        """Note that these were read; what was read before keeps its time. Returns how many."""
        return self.unread().update(read_at=at)

    def drop_outdated(self, at: datetime) -> int:
        """Take away some of those that were kept long enough, and return how many."""
        outdated = (
            self.filter(noted_at__lt=at - KEPT_FOR).order_by("pk").values_list("pk", flat=True)
        )
        return self.filter(pk__in=list(outdated[:_A_CHUNK])).delete()[0]


class Notice(Scratch):
    """One letter as its reader finds it in the product: what it says in a line, and about what.

    `about` is the kind and the key of what it is about, such as `ticket:17`. Nothing is lost with
    it: what it tells of stands elsewhere.
    """

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=80)
    subject = models.CharField(max_length=500)
    noted_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "-id"], name="notice_newest_first"),
            models.Index(
                fields=["account"], name="notice_unread", condition=models.Q(read_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.account}"
