"""The page on which a person says what the columns of an uploaded table hold."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.date_forms import in_words
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.mapping import (
    ColumnMapping,
    MappedProfile,
    Sample,
    filled,
    fitted,
    propose,
    unfit_columns,
)
from quarterdeck.core.mapping_checks import check_mapping
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.profiles import profile_of
from quarterdeck.office import rules
from quarterdeck.office.gateways.delimited import UnreadableFile, check_needed
from quarterdeck.office.gateways.tables import sample_of, sheets_in
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries.mappings import remembered_mapping
from quarterdeck.office.records import import_batches
from quarterdeck.office.verbs.mappings import map_import
from quarterdeck.office.vocabulary import FindingKind
from quarterdeck.office.web.known_mappings import with_found_words
from quarterdeck.office.web.mapping_form import MappingForm
from quarterdeck.ui.details import find_visible

_SHOWN_LINES = 5


@require_http_methods(["GET", "HEAD", "POST"])
def map_columns(request: HttpRequest, key: int) -> HttpResponse:
    """Show the first lines of a table and take what a person says of its columns."""
    user = account_of(request)
    if not rules.may_import_something(user):
        raise Http404
    batch: ImportBatch = find_visible(import_batches, key, user)
    profile = profile_of(batch.profile)
    if not isinstance(profile, MappedProfile) or not rules.can_map(batch):
        return redirect(import_batches.detail_address, key)
    path = Path(default_storage.path(batch.stored_file))
    context = {
        "batch": batch,
        "profile": profile,
        "told_of_file": batch.findings.filter(kind=FindingKind.NOTICE),
        "breadcrumbs": [
            ("Imports", reverse(import_batches.list_address)),
            (str(batch), reverse(import_batches.detail_address, args=[key])),
            ("Columns", ""),
        ],
    }
    sheets: tuple[str, ...] = ()
    sheet = ""
    try:
        sheets = sheets_in(path)
        sheet = sheet_to_begin_with(batch, sheets, request.GET.get("sheet", ""))
        if len(sheets) > 1 and not sheet:
            return render(request, "office/mapping.html", {**context, "sheets": sheets})
        sample = sample_of(path, sheet)
        check_needed(sample.header, profile.needed)
    except UnreadableFile as problem:
        context |= {"refusal": str(problem), "sheets": sheets, "sheet": sheet}
        return render(request, "office/mapping.html", context, status=422)
    context |= {"sheets": sheets, "sheet": sheet, "sample": sample, "lines": _first(sample)}
    return _answered(request, user, batch, profile, context)


def sheet_to_begin_with(batch: ImportBatch, sheets: tuple[str, ...], chosen: str = "") -> str:
    """Return the sheet that was chosen, else the one of the last mapping, else the only one."""
    known = remembered_mapping(batch.profile, batch.source)
    remembered = "" if known is None else str(known.mapping.get("sheet", ""))
    for name in (chosen, batch.mapping.get("sheet", ""), remembered):
        if name in sheets:
            return name
    return sheets[0] if len(sheets) == 1 else ""


def _first(sample: Sample) -> list[tuple[str, ...]]:
    return [line[: len(sample.header)] for line in sample.lines[:_SHOWN_LINES]]


def _answered(
    request: HttpRequest,
    user: Account,
    batch: ImportBatch,
    profile: MappedProfile,
    context: dict[str, Any],
) -> HttpResponse:
    sample = with_found_words(batch, context["sample"])
    start = mapping_to_begin_with(batch, profile, sample, context["sheet"])
    sent = request.method == "POST"
    form = MappingForm(
        profile, sample, start, request.POST if sent else None, initial={"zone": batch.zone}
    )
    is_look = sent and "look" in request.GET
    if sent and not is_look and _is_mapped(form, batch, user):
        return redirect(import_batches.detail_address, batch.pk)
    context |= {
        "form": form,
        "is_look": is_look,
    }
    status = 422 if sent and not is_look else 200
    return render(request, "office/mapping.html", context, status=status)


def mapping_to_begin_with(
    batch: ImportBatch, profile: MappedProfile, sample: Sample, sheet: str
) -> ColumnMapping:
    """Return what a person is shown first: this batch's mapping, its source's last one, or a
    proposal."""
    known = remembered_mapping(batch.profile, batch.source)
    for stored in (batch.mapping, {} if known is None else known.mapping):
        if stored:
            mapping = fitted(profile, ColumnMapping.restored(stored), sample)
            if not unfit_columns(mapping, sample.header):
                return replace(mapping, sheet=sheet)
    return propose(profile, sample, sheet)


def _is_mapped(form: MappingForm, batch: ImportBatch, user: Account) -> bool:
    if not form.is_valid():
        return False
    said = filled(form.profile, form.said, form.sample)
    try:
        check_mapping(form.profile, said, form.sample)
        map_import(
            batch=batch,
            mapping=said,
            zone=form.cleaned_data["zone"],
            actor=user,
            at=clock.now(),
        )
    except Invalid as invalid:
        form.show_errors(invalid.errors)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


def may_map(batch: ImportBatch, user: Account) -> bool:
    """Whether the reader may say what the columns of this batch hold."""
    is_table = isinstance(profile_of(batch.profile), MappedProfile) and bool(batch.stored_file)
    return is_table and rules.can_map(batch) and rules.may_import(user, batch.profile)


def mapped_columns(batch: ImportBatch) -> list[tuple[str, str]]:
    """Return which column was taken for what, in words."""
    profile = profile_of(batch.profile)
    if not batch.mapping or not isinstance(profile, MappedProfile):
        return []
    mapping = ColumnMapping.restored(batch.mapping)
    return [
        (each.title, f"{column} ({in_words(form)})" if form else column)
        for each in profile.fields
        if (column := mapping.columns.get(each.name, ""))
        for form in (mapping.forms.get(each.name, ""),)
    ]
