"""Comments and files on the page of any record, and where the page sends them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.records import Record
from quarterdeck.core.together import Asking
from quarterdeck.office import rules
from quarterdeck.office.models import Attachment, Comment
from quarterdeck.office.verbs.remarks import (
    LARGEST_FILE,
    attach_file,
    remove_attachment,
    remove_comment,
    write_comment,
)
from quarterdeck.office.web.records import account_of, record_named
from quarterdeck.ui.details import find_visible
from quarterdeck.ui.panels import Panel, provide

_MOST_SHOWN = 100


@dataclass(frozen=True)
class Remarks:
    """What a page shows of the comments and files on one record."""

    comments: list[tuple[Comment, str]]
    files: list[tuple[Attachment, str, str]]
    comment_address: str
    file_address: str
    has_comments: bool = True
    largest: int = LARGEST_FILE // 1024**2
    most: int = _MOST_SHOWN


def remarks_panel(record: Record, row: Any, user: User) -> Asking[Panel | None]:
    """Return comments and files of a record, the newest comment last."""
    if not rules.may_read_remarks(user):
        return None
    said = Comment.objects.about(row).select_related("by__person").order_by("-at", "-pk")
    comments = said[:_MOST_SHOWN]
    files = Attachment.objects.about(row).select_related("by__person").order_by("at", "pk")
    files = files[:_MOST_SHOWN]
    yield [comments, files]
    may_add = rules.may_remark(user)
    place = [record.key, row.pk]
    remarks = Remarks(
        comments=[
            (each, _removal("office.comment.remove", each, user))
            for each in reversed(list(comments))
        ],
        files=[
            (
                each,
                reverse("office.file", args=[each.pk]),
                _removal("office.file.remove", each, user),
            )
            for each in files
        ],
        comment_address=reverse("office.comment.write", args=place)
        if may_add and record.takes_comments
        else "",
        has_comments=record.takes_comments or bool(comments),
        file_address=reverse("office.file.attach", args=place) if may_add else "",
    )
    return Panel("office/remarks.html", remarks)


def _removal(address: str, remark: Comment | Attachment, user: User) -> str:
    return reverse(address, args=[remark.pk]) if rules.may_remove_remark(user, remark) else ""


def _row(request: HttpRequest, key: str, row: int) -> tuple[Record, Any]:
    """Return a record's row where the reader may see it and add to it; else 404."""
    record = record_named(key)
    if not rules.may_remark(request.user):
        raise Http404
    return record, find_visible(record, row, request.user)


def _remarked(request: HttpRequest, remark: Comment | Attachment | None) -> tuple[Record, Any]:
    """Return what a remark is about, where the reader may see both; else 404."""
    if remark is None or not rules.may_read_remarks(request.user):
        raise Http404
    record = record_named(remark.record)
    return record, find_visible(record, remark.row, request.user)


def _back(record: Record, row: Any) -> HttpResponse:
    return redirect(f"{reverse(record.detail_address, args=[row.pk])}#remarks")


@require_POST
def write(request: HttpRequest, record: str, row: int) -> HttpResponse:
    """Write a comment."""
    declared, found = _row(request, record, row)
    if not declared.takes_comments:
        raise Http404
    actor = account_of(request)
    write_comment(row=found, text=request.POST.get("text", ""), actor=actor, at=clock.now())
    return _back(declared, found)


@require_POST
def remove_written(request: HttpRequest, key: int) -> HttpResponse:
    """Take a comment away."""
    comment = Comment.objects.filter(pk=key).first()
    declared, found = _remarked(request, comment)
    if comment is not None:
        remove_comment(comment=comment, actor=account_of(request), at=clock.now())
        messages.success(request, "Comment removed.")
    return _back(declared, found)


@require_POST
def attach(request: HttpRequest, record: str, row: int) -> HttpResponse:
    """Add a file."""
    declared, found = _row(request, record, row)
    sent = request.FILES.get("file")
    if sent is None:
        raise Refused("Choose a file first.")
    actor: Account = account_of(request)
    attach_file(row=found, name=sent.name or "", content=sent, actor=actor, at=clock.now())
    messages.success(request, "File added.")
    return _back(declared, found)


@require_POST
def remove_attached(request: HttpRequest, key: int) -> HttpResponse:
    """Take a file away."""
    attachment = Attachment.objects.filter(pk=key).first()
    declared, found = _remarked(request, attachment)
    if attachment is not None:
        remove_attachment(attachment=attachment, actor=account_of(request), at=clock.now())
        messages.success(request, "File removed.")
    return _back(declared, found)


@require_safe
def download(request: HttpRequest, key: int) -> FileResponse:
    """Hand a file over, never to be shown in the browser, whatever it says that it is."""
    attachment = Attachment.objects.filter(pk=key).first()
    _remarked(request, attachment)
    if attachment is None or not default_storage.exists(attachment.stored_name):
        raise Http404
    response = FileResponse(
        default_storage.open(attachment.stored_name),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


provide(remarks_panel)
