"""The acts on comments and files of any record."""

import hashlib
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePosixPath
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Noun
from quarterdeck.core.records import record_of
from quarterdeck.office import rules
from quarterdeck.office.models import Attachment, Comment
from quarterdeck.office.models.remarks import UPLOAD

LARGEST_FILE = 25 * 1024 * 1024
_LONGEST_COMMENT, _LONGEST_NAME = 20_000, 200
UPLOADS_LAST, _MOST_UPLOADS = timedelta(days=1), 20


@verb
def write_comment(*, row: Noun, text: str, actor: Account, at: datetime) -> Comment:
    """Comment on a record that the actor may see."""
    _ask(row, actor)
    if not text.strip():
        raise Refused("A comment needs some words.")
    if len(text) > _LONGEST_COMMENT:
        raise Refused(f"A comment has at most {_LONGEST_COMMENT:,} characters.")
    return Comment.objects.create(
        record=row._meta.label_lower, row=row.pk, text=text.strip(), by=actor, at=at
    )


@verb
def remove_comment(*, comment: Comment, actor: Account, at: datetime) -> None:  # noqa: ARG001 — the act is dated so
    """Take a comment away; the history keeps what it said."""
    if not rules.may_remove_remark(actor, comment):
        raise Refused("This comment is not yours to remove.")
    comment.delete()


@verb
def attach_file(
    *, row: Noun, name: str, content: File[bytes], actor: Account, at: datetime
) -> Attachment:
    """Add a file to a record that the actor may see; it is stored under a random name."""
    _ask(row, actor)
    return keep_file(row=row, name=name, content=content, actor=actor, at=at)


@verb
def keep_file(
    *, row: Noun, name: str, content: File[bytes], actor: Account, at: datetime
) -> Attachment:
    """Add a file for a verb that has asked whether the actor may; stored under a random name."""
    return _kept(row._meta.label_lower, row.pk, name, content, actor, at)


@verb
def keep_upload(*, name: str, content: File[bytes], actor: Account, at: datetime) -> Attachment:
    """Keep a file for a day, so that the actor's next request can name it by its key.

    Refused beyond so many that wait at once. It stands on no record, so that nobody else sees it.
    """
    if Attachment.objects.uploaded_by(actor).count() >= _MOST_UPLOADS:
        raise Refused(f"At most {_MOST_UPLOADS} files wait at once: send the request first.")
    return _kept(UPLOAD, actor.pk, name, content, actor, at)


@verb
def drop_old_uploads(*, actor: Account, at: datetime) -> int:  # noqa: ARG001 — the act is written for this actor
    """Take away the files that no request needs any more; return how many."""
    old = Attachment.objects.filter(record=UPLOAD, at__lte=at - UPLOADS_LAST)
    dropped = _dropped(old.order_by("pk")[:200])
    if not dropped:
        raise NothingDone(0)
    return dropped


@verb
def drop_named_uploads(*, keys: Collection[int], actor: Account, at: datetime) -> int:  # noqa: ARG001 — the act is dated so
    """Take away those of the actor's uploads that a request has named and holds now; return how
    many there still were."""
    return _dropped(Attachment.objects.uploaded_by(actor).filter(pk__in=keys).order_by("pk"))


@verb
def drop_kept_files(*, row: Noun, actor: Account, at: datetime) -> int:  # noqa: ARG001 — the act is dated so
    """Take away the files of a record for a verb that has asked whether its actor may; return how
    many there were."""
    return _dropped(Attachment.objects.about(row).order_by("pk"))


def _dropped(uploads: Iterable[Attachment]) -> int:
    """Take away these files, out of the storage once that is certain."""
    rows = list(uploads)
    for each in rows:
        each.delete()
        transaction.on_commit(partial(default_storage.delete, each.stored_name))
    return len(rows)


def _kept(  # noqa: PLR0917 — the sides of one file, called in two places
    record: str, row: int, name: str, content: File[bytes], actor: Account, at: datetime
) -> Attachment:
    if not content.size:
        raise Refused("The file is empty.")
    if content.size > LARGEST_FILE:
        sent = f"{name[:100]} has {content.size / 1024**2:.1f} MB"
        raise Refused(f"A file has at most {LARGEST_FILE // 1024**2} MB: {sent}.")
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    stored = default_storage.save(f"attachments/{uuid4().hex}", content)
    try:
        return Attachment.objects.create(
            record=record,
            row=row,
            by=actor,
            at=at,
            name=_plain_name(name),
            stored_name=stored,
            size=content.size,
            digest=digest.hexdigest(),
        )
    except BaseException:
        default_storage.delete(stored)
        raise


@verb
def remove_attachment(*, attachment: Attachment, actor: Account, at: datetime) -> None:  # noqa: ARG001 — the act is dated so
    """Take a file away from its record, and out of the storage once that is certain."""
    if not rules.may_remove_remark(actor, attachment):
        raise Refused("This file is not yours to remove.")
    stored = attachment.stored_name
    attachment.delete()
    transaction.on_commit(partial(default_storage.delete, stored))


def _ask(row: Noun, actor: Account) -> None:
    if not record_of(type(row)).visible_to(actor).filter(pk=row.pk).exists():
        raise Refused("There is no such record.")
    if not rules.may_remark(actor):
        raise Refused("You may read this and add nothing to it.")


def _plain_name(name: str) -> str:
    """Return the last part of a path, without what no screen shows, at a length that fits."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(each for each in last if not unicodedata.category(each).startswith("C"))
    stem, suffix = PurePosixPath(shown).stem, PurePosixPath(shown).suffix[:20]
    return f"{stem[: _LONGEST_NAME - len(suffix)]}{suffix}" or "file"
