"""What people add to any record: comments and files."""

from typing import ClassVar, Self, TypeVar

from django.db import models

from quarterdeck.core.models import Account, Noun

# On what a file stands that came ahead of the request that names it: on no record.
UPLOAD = "office.upload"
R = TypeVar("R", bound="Remark")


class RemarkQuerySet(models.QuerySet[R]):
    """Which remarks belong where. Who sees the record they are about may see them."""

    def about(self, row: models.Model) -> Self:
        """Keep those on one record."""
        return self.filter(record=row._meta.label_lower, row=row.pk)


class CommentQuerySet(RemarkQuerySet["Comment"]):
    """Which comments belong where."""


class AttachmentQuerySet(RemarkQuerySet["Attachment"]):
    """Which files belong where."""

    def uploaded_by(self, account: Account) -> Self:
        """Keep what an account has sent ahead of the request that will name it."""
        return self.filter(record=UPLOAD, row=account.pk)


class Remark(Noun):
    """What comments and files share: the record that they are about, by its noun and key."""

    record = models.CharField(max_length=80)
    row = models.BigIntegerField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        indexes: ClassVar = [models.Index(fields=["record", "row", "at"], name="%(class)s_of_row")]


class Comment(Remark):
    """What somebody has to say about a record, in Markdown."""

    text = models.TextField()

    objects = CommentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Comment by {self.by}"


class Attachment(Remark):
    """A file added to a record; the storage keeps it under a name that nobody can guess."""

    name = models.CharField(max_length=200)
    stored_name = models.CharField(max_length=100, unique=True)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    objects = AttachmentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
