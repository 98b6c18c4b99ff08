"""Printed papers: listed, watched, and fetched. What they print has the button that asks for
them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quarterdeck.core import clock
from quarterdeck.core.jobs import has_worker
from quarterdeck.core.permission import account_of
from quarterdeck.office.models import PrintedPaper
from quarterdeck.office.queries.printing import (
    MOST_LISTED,
    Print,
    content_of,
    own_print,
    own_prints,
)
from quarterdeck.office.verbs.printing import KEPT


@require_safe
def prints(request: HttpRequest) -> HttpResponse:
    """List what the reader has had printed and may still read."""
    context = {
        "prints": own_prints(account_of(request)),
        "most": MOST_LISTED,
        "days": KEPT.days,
        "breadcrumbs": [("Printed papers", "")],
    }
    return render(request, "office/prints.html", context)


def _own(request: HttpRequest, key: int) -> Print:
    """Return what the reader asked for; what others asked for is not here, nor is what the reader
    may read no longer."""
    found = own_print(account_of(request), key)
    if found is None:
        raise Http404
    return found


@require_safe
def show_print(request: HttpRequest, key: int) -> HttpResponse:
    """Tell how far a paper is, and lead to the file once it is there."""
    found = _own(request, key)
    context = {
        "print": found,
        "is_without_worker": found.is_unfinished and not has_worker(clock.now()),
        "days": KEPT.days,
        "breadcrumbs": [
            ("Printed papers", reverse("office.prints")),
            (found.paper.title, ""),
        ],
    }
    part = request.headers.get("HX-Target", "").endswith("print")
    return render(request, f"office/{'print_part' if part else 'print'}.html", context)


@require_safe
def print_file(request: HttpRequest, key: int) -> HttpResponse:
    """Hand the file over."""
    found = _own(request, key)
    if found.made is None:
        raise Http404
    return pdf_answer(found, found.made)


def pdf_answer(found: Print, made: PrintedPaper) -> HttpResponse:
    """Return a paper that was made as the answer to a request."""
    answer = HttpResponse(content_of(made), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.paper.file_name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
