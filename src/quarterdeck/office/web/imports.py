"""The pages on which a file comes in: upload, dry run with its findings, decision, progress,
withdrawal."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.mapping import MappedProfile
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.profiles import Format, profile_of
from quarterdeck.office import rules
from quarterdeck.office.gateways.delimited import UnreadableFile, check_needed, digest_of
from quarterdeck.office.gateways.recoding import UTF_8, write_in_utf_8
from quarterdeck.office.gateways.tables import sample_of, sheets_in
from quarterdeck.office.models import ImportBatch, ImportFinding, ImportProgress
from quarterdeck.office.records import STATE_BADGES, import_batches
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.imports import approve_import, upload_import
from quarterdeck.office.vocabulary import Accept, BatchState, FindingKind
from quarterdeck.office.web.forms import ImportForm
from quarterdeck.office.web.known_mappings import KnownMapping, known_mapping
from quarterdeck.office.web.mapping import mapped_columns, may_map
from quarterdeck.ui.details import find_visible
from quarterdeck.ui.history import changes_of
from quarterdeck.ui.panels import panels_of

FINDINGS_A_PAGE = 100
ReadMapping = Callable[[Path], KnownMapping]
WORKING = {
    BatchState.STAGING,
    BatchState.EXAMINING,
    BatchState.APPLYING,
    BatchState.FINISHING,
    BatchState.SETTLING,
    BatchState.WITHDRAWING,
}


def _importer(request: HttpRequest) -> Account:
    """Return who asks, if they may import; for everybody else there is nothing here."""
    user = account_of(request)
    if not rules.may_import_something(user):
        raise Http404
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file and let a worker examine it; nothing is applied before a person has decided."""
    user = _importer(request)
    sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES, user=user) if sent else ImportForm(user=user)
    if form.is_valid():
        try:
            batch = begin_upload(form.cleaned_data, user)
        except Invalid as invalid:
            for name, texts in invalid.errors.items():
                form.add_error(name if name in form.fields else None, texts)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            is_mapped = batch.state != BatchState.MAPPING
            page = import_batches.detail_address if is_mapped else "office.import.map"
            return redirect(page, batch.pk)
    context = {
        "form": form,
        "breadcrumbs": [("Imports", reverse(import_batches.list_address)), ("Import a file", "")],
    }
    return render(request, "office/upload.html", context, status=422 if form.is_bound else 200)


def begin_upload(
    given: dict[str, Any], user: Account, mapping_of: ReadMapping | None = None
) -> ImportBatch:
    """Store the file, then open its batch; a file whose batch is refused does not stay.

    What `mapping_of` says of its columns holds, else what was said of the last table of its source.
    """
    file: UploadedFile[bytes] = given["file"]
    stored = default_storage.save(f"imports/{secrets.token_hex(16)}", file)
    path = Path(default_storage.path(stored))
    try:
        _check_readable(path, given["encoding"], profile_of(given["profile"]))
        if mapping_of is None:
            known = known_mapping(given["profile"], given["source"], path)
        else:
            known = mapping_of(path)
        return upload_import(
            profile=given["profile"],
            source=given["source"],
            file_name=file.name or "upload",
            file_digest=digest_of(path),
            mapping=known.mapping,
            notices=known.notices,
            zone=given["zone"],
            stored_file=stored,
            actor=user,
            at=clock.now(),
        )
    except Exception:
        default_storage.delete(stored)
        raise


def _check_readable(path: Path, encoding: str, profile: Format) -> None:
    """Refuse a file at once whose first lines are no table, or that lacks a column which it must
    have: no batch waits for what cannot be.

    Of a workbook with several sheets a person chooses one later.
    """
    try:
        write_in_utf_8(path, encoding or UTF_8)
        if len(sheets_in(path)) <= 1 or not isinstance(profile, MappedProfile):
            check_needed(sample_of(path).header, profile.needed)
    except UnreadableFile as problem:
        raise Invalid({"file": [str(problem)]}) from problem


@require_safe
def batch(request: HttpRequest, key: int) -> HttpResponse:
    """Show one batch: how far it has come, what was found, and what may be decided."""
    user = account_of(request)
    row: ImportBatch = find_visible(import_batches, key, user)
    findings = Paginator(row.findings.order_by("pk"), FINDINGS_A_PAGE)
    is_mappable = may_map(row, user)
    context = {
        "batch": row,
        "tone": STATE_BADGES[BatchState(row.state)].tone,
        "progress": ImportProgress.objects.filter(batch=row).first(),
        "is_working": row.state in WORKING,
        "is_waiting": row.state == BatchState.EXAMINED and rules.may_import(user, row.profile),
        "may_withdraw": rules.may_import(user, row.profile)
        and (rules.can_withdraw(row) or rules.can_discard(row)),
        "came_in": row.applied_at is not None,
        "may_map": is_mappable,
        "unexplained": _unexplained(row) if is_mappable else [],
        "mapped": mapped_columns(row),
        "findings": findings.get_page(request.GET.get("page")),
        "breadcrumbs": [("Imports", reverse(import_batches.list_address)), (str(row), "")],
    }
    if request.headers.get("HX-Target", "").endswith("batch"):
        return render(request, "office/batch_part.html", context)
    context["panels"] = panels_of(import_batches, row, user)
    context["changes"] = changes_of(row, user)
    return render(request, "office/batch.html", context)


def _unexplained(row: ImportBatch) -> list[ImportFinding]:
    """Return the words of an examined file that somebody can explain before it is taken in."""
    if row.state != BatchState.EXAMINED:
        return []
    return list(row.findings.filter(kind=FindingKind.WORD).order_by("pk"))


@require_POST
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Let an examined batch in, whole or as far as it is valid."""
    user = _importer(request)
    row = find_visible(import_batches, key, user)
    accept = Accept.VALID if request.POST.get("accept") == Accept.VALID else Accept.ALL
    try:
        approve_import(batch=row, accept=accept, actor=user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(import_batches.detail_address, key)


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take an applied batch back, or discard one that is not applied yet."""
    user = _importer(request)
    row = find_visible(import_batches, key, user)
    try:
        done = withdraw_import(batch=row, actor=user, at=clock.now())
        messages.success(request, f"{done}: {done.get_state_display().lower()}.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(import_batches.detail_address, key)
