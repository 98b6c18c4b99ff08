"""The pages on which a description comes in, and on which its draft is approved or discarded."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from quarterdeck.core import clock
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account
from quarterdeck.kernels.jobtext import Line, jobs_of, read_draft
from quarterdeck.office.models import Attachment
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people import rules
from quarterdeck.people.gateways.documents import UnreadableDocument, open_document
from quarterdeck.people.gateways.documents.limits import LARGEST_FILE
from quarterdeck.people.models import JobClass, JobDraft
from quarterdeck.people.queries.fields import day_of
from quarterdeck.people.queries.review import Review, review_of
from quarterdeck.people.records import drafts, job_classes
from quarterdeck.people.verbs.approval import Placing, approve_draft
from quarterdeck.people.verbs.drafts import (
    begin_draft,
    begin_empty_draft,
    begin_from_template,
    copy_suggestions,
    discard_draft,
    part_draft,
)
from quarterdeck.people.vocabulary import DraftKind, RecordKind, RecordState
from quarterdeck.people.web.forms import ApprovalForm, ImportForm, TemplateForm, WritingForm
from quarterdeck.people.web.review import reviewer
from quarterdeck.ui.details import breadcrumbs, find_visible


@require_http_methods(["GET", "HEAD", "POST"])
def import_document(request: HttpRequest) -> HttpResponse:
    """Take a document, read it, and lead to the review of what was read."""
    user = reviewer(request)
    sent = request.method == "POST"
    asked = {"job_class": request.GET.get("class", "")}
    form = ImportForm(request.POST, request.FILES) if sent else ImportForm(initial=asked)
    if form.is_valid():
        try:
            draft = begin_upload(form.cleaned_data["file"], form.cleaned_data["job_class"], user)
        except (Refused, UnreadableDocument) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(drafts.detail_address, draft.pk)
    context = {
        "form": form,
        "writing_form": WritingForm(auto_id="writing_%s"),
        "breadcrumbs": breadcrumbs(drafts, "Import a job description"),
    }
    return render(request, "people/import.html", context, status=422 if form.is_bound else 200)


def begin_upload(
    file: "UploadedFile[bytes]", job_class: JobClass | None, user: Account
) -> JobDraft:
    """Open a stranger's file, read it, and begin its draft; Refused or UnreadableDocument says why.

    With `job_class` it is to become the next version of that class.
    """
    if (file.size or 0) > LARGEST_FILE:
        raise Refused(f"A job description has at most {LARGEST_FILE >> 20} MiB.")
    content, name = file.read(), file.name or "document"
    source = open_document(content, name)
    file.seek(0)
    # The next version of a class is one description, whatever else stands on the page.
    jobs = () if job_class else jobs_of(source.lines)
    return begin_draft(
        source=source,
        read=read_draft(source.lines),
        file_name=name,
        content=file,
        digest=hashlib.sha256(content).hexdigest(),
        job_class=job_class,
        jobs=[_title_of(lines) for lines in jobs],
        actor=user,
        at=clock.now(),
    )


def _title_of(lines: Sequence[Line]) -> str:
    title = read_draft(lines).title
    return title.text if title else lines[0].text.strip()


@require_POST
def part(request: HttpRequest, key: int) -> HttpResponse:
    """Take a page that describes several jobs apart, into a draft for each."""
    user = reviewer(request)
    draft: JobDraft = find_visible(drafts, key, user)
    told = request.POST.get("version", "")
    version = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0  # noqa: PLR2004 — more digits are no version
    made = part_upload(draft, version, user)
    messages.success(request, f"{len(made)} drafts, one for each job: this is the first.")
    return redirect(drafts.detail_address, made[0].pk)


def part_upload(draft: JobDraft, version: int, user: Account) -> list[JobDraft]:
    """Open the file of a draft again and begin a draft for each of its jobs; Refused says why."""
    file = Attachment.objects.about(draft).order_by("pk").first()
    if file is None or not default_storage.exists(file.stored_name):
        raise Refused("This draft has no document that could be taken apart.")
    with default_storage.open(file.stored_name) as stored:
        content = stored.read()
    try:
        source = open_document(content, file.name)
    except UnreadableDocument as problem:
        raise Refused(f"The document cannot be read again. {problem}") from problem
    return part_draft(
        draft=draft,
        version=version,
        source=source,
        parts=[read_draft(lines) for lines in jobs_of(source.lines)],
        content=content,
        actor=user,
        at=clock.now(),
    )


@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """Begin a description without a document, or with what a class says now."""
    user = reviewer(request)
    told = request.POST.get("class", "")
    job_class = (
        find_visible(job_classes, int(told), user)
        if told.isascii() and told.isdigit() and len(told) < 19  # noqa: PLR2004 — more digits are no key
        else None
    )
    form = WritingForm(request.POST)
    if job_class is None and not form.is_valid():
        raise Refused("A class description needs a title of at most 200 characters.")
    title = str(job_class.title) if job_class else form.cleaned_data["title"]
    draft = begin_empty_draft(title=title, job_class=job_class, actor=user, at=clock.now())
    return redirect(drafts.detail_address, draft.pk)


@require_POST
def use_template(request: HttpRequest, key: int) -> HttpResponse:
    """Take over the suggestions of a general article."""
    user = reviewer(request)
    template: JobDraft = find_visible(drafts, key, user)
    form = TemplateForm(request.POST)
    if not form.is_valid():
        raise Refused("Choose a draft in review, or give the new class a title.")
    words: dict[str, Any] = {"template": template, "actor": user, "at": clock.now()}
    into: JobDraft | None = form.cleaned_data["draft"]
    if into is None:
        into = begin_from_template(title=form.cleaned_data["title"], **words)
    else:
        amount = copy_suggestions(draft=into, **words)
        messages.success(request, f"{amount} suggestions are added; none counts before you accept.")
    return redirect(drafts.detail_address, into.pk)


@require_POST
def discard(request: HttpRequest, key: int) -> HttpResponse:
    """Put a draft aside."""
    user = reviewer(request)
    draft: JobDraft = find_visible(drafts, key, user)
    told = request.POST.get("version", "")
    version = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0  # noqa: PLR2004 — more digits are no version
    discard_draft(draft=draft, version=version, actor=user, at=clock.now())
    messages.success(request, f"“{draft}” is discarded.")
    return redirect(drafts.list_address)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Ask where the class belongs and from when it holds, and approve the draft."""
    user = reviewer(request)
    draft: JobDraft = find_visible(drafts, key, user)
    if not (rules.may_review(user, draft) and rules.can_become_a_class(draft)):
        raise Http404
    review = review_of(draft)
    sent = request.POST if request.method == "POST" else None
    form = ApprovalForm(sent, initial=_offered(review), job_class=draft.job_class)
    if form.is_valid():
        try:
            made = _approved(draft, form, user)
        except Conflict:
            form.add_error(
                None, "Somebody else has changed this draft meanwhile: look at it again."
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{made}” is approved.")
            return redirect(job_classes.detail_address, made.job_class_id)
    context = {
        "form": form,
        "draft": draft,
        "review": review,
        "breadcrumbs": [
            *breadcrumbs(drafts, "")[:1],
            (draft.title, reverse(drafts.detail_address, args=[key])),
            ("Approve", ""),
        ],
    }
    return render(request, "people/approve.html", context, status=422 if form.is_bound else 200)


def _approved(draft: JobDraft, form: ApprovalForm, user: Account) -> Any:
    given = form.cleaned_data
    return approve_draft(
        draft=draft,
        version=given["version"],
        placing=Placing(
            given.get("family", ""),
            given.get("title", ""),
            given.get("code", ""),
            given.get("series_order", 1),
        ),
        effective_on=given["effective_on"],
        change_note=given["change_note"],
        actor=user,
        at=clock.now(),
    )


def _offered(review: Review) -> dict[str, Any]:
    """What the draft itself says about where the class belongs, for the person to look over."""
    texts: dict[str, str] = {}
    for record in review.records:
        if record.state != RecordState.DROPPED:
            texts.setdefault(record.kind, record.text)
    title = texts.get(RecordKind.TITLE, review.draft.title)
    is_family = review.draft.kind == DraftKind.FAMILY
    told = review.difference.summary(review.records) if review.difference else ""
    return {
        "version": review.draft.version,
        "family": texts.get(RecordKind.FAMILY) or (title if is_family else ""),
        "title": title.removesuffix(" Job Family"),
        "code": texts.get(RecordKind.CLASS_CODE, ""),
        "effective_on": _stated_day(review) or _today(),
        "change_note": told,
    }


def _stated_day(review: Review) -> date | None:
    """The latest day on which the document says that it was revised or established."""
    facts = (record.payload for record in review.records if record.kind == RecordKind.FACT)
    days = [
        day_of(payload.get("day"))
        for payload in facts
        if payload.get("key") in {"revised_on", "established_on", "revised_date"}
    ]
    return max((day for day in days if day is not None), default=None)


def _today() -> date:
    return own_day(clock.now())
