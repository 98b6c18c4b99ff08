"""A class as a file: a page of its own, Word, and JobPosting."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from quarterdeck.core.permission import account_of
from quarterdeck.office.queries import organisation
from quarterdeck.people.gateways.class_documents import word_document_of
from quarterdeck.people.gateways.paper import class_page
from quarterdeck.people.models import JobClass
from quarterdeck.people.queries.outline import outline_of, running_line
from quarterdeck.people.queries.posting import posting_of
from quarterdeck.people.queries.sheet import Sheet, sheet_of
from quarterdeck.people.records import job_classes
from quarterdeck.people.web.classes import version_asked
from quarterdeck.ui.details import find_visible


@dataclass(frozen=True)
class Form:
    """A form in which a class is handed over: how it is made, its type and its ending."""

    make: Callable[[Sheet], bytes]
    content_type: str
    ending: str


def _html(sheet: Sheet) -> bytes:
    return class_page(sheet).encode()


def _word(sheet: Sheet) -> bytes:
    return word_document_of(outline_of(sheet), running_line(sheet))


def _posting(sheet: Sheet) -> bytes:
    posting = posting_of(sheet, organisation().name)
    return json.dumps(posting, ensure_ascii=False, indent=2).encode()


FORMS: Mapping[str, Form] = {
    "html": Form(_html, "text/html; charset=utf-8", "html"),
    "docx": Form(
        _word,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    "job-posting": Form(_posting, "application/ld+json", "json"),
}


@require_safe
def export(request: HttpRequest, key: int, form: str) -> HttpResponse:
    """Hand a version of a class over as a file."""
    user = account_of(request)
    job_class: JobClass = find_visible(job_classes, key, user)
    version = version_asked(request, job_class)
    wanted = FORMS.get(form)
    if version is None or wanted is None:
        raise Http404
    response = HttpResponse(wanted.make(sheet_of(version)), content_type=wanted.content_type)
    name = f"{slugify(job_class.title)}-{version.number}.{wanted.ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    return response
