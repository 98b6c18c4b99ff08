"""The pages of one catalogue item: what it asks, how that looks, and how to change it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.core.records import record_of
from quarterdeck.kernels.questions import faults_of
from quarterdeck.services.models import CatalogueItem
from quarterdeck.services.records import catalogue_items
from quarterdeck.services.rules import may_keep_services
from quarterdeck.services.verbs.catalogue import set_catalogue_form
from quarterdeck.services.web.question_rows import RowForms, rows_of, typed_rows
from quarterdeck.ui.details import breadcrumbs, detail_of, find_visible
from quarterdeck.ui.question_forms import QuestionForm


@require_safe
def show_item(request: HttpRequest, key: int) -> HttpResponse:
    """Show one item, its questions as the portal asks them, and the versions before."""
    detail = detail_of(catalogue_items, key, request.user)
    item: CatalogueItem = detail.row
    forms = list(item.forms.select_related("made_by__person").order_by("-number"))
    people = record_of(Person).visible_to(request.user)
    context = {
        "detail": detail,
        "versions": forms,
        "preview": QuestionForm(forms[0].asked, people) if forms else None,
        "may_keep": may_keep_services(request.user),
        "breadcrumbs": breadcrumbs(catalogue_items, str(item)),
    }
    return render(request, "services/item.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, key: int) -> HttpResponse:
    """Change what an item asks: look at it first, then keep it as the next version."""
    user = request.user
    if not isinstance(user, Account) or not may_keep_services(user):
        raise Http404
    item: CatalogueItem = find_visible(catalogue_items, key, user)
    present = item.form
    seen = 0 if present is None else present.number
    if request.method != "POST":
        rows = rows_of(() if present is None else present.asked)
        return _page(request, item, rows, seen)
    rows = typed_rows(request.POST)
    told = request.POST.get("seen", "")
    seen = int(told) if told.isascii() and told.isdigit() else 0
    if not rows.is_valid():
        return _page(request, item, rows, seen, status=422)
    if "keep" not in request.POST:
        return _page(request, item, rows, seen, faults=faults_of(rows.questions()))
    try:
        set_catalogue_form(
            catalogue_item=item,
            questions=rows.questions(),
            seen=seen,
            actor=user,
            at=clock.now(),
        )
    except Invalid as invalid:
        faults = [text for texts in invalid.errors.values() for text in texts]
        return _page(request, item, rows, seen, faults=faults, status=422)
    except Refused as refusal:
        return _page(request, item, rows, seen, faults=[str(refusal)], status=422)
    messages.success(
        request, "This is asked from now on; earlier requests keep what they answered."
    )
    return redirect(catalogue_items.detail_address, key)


def _page(
    request: HttpRequest,
    item: CatalogueItem,
    rows: RowForms,
    seen: int,
    *,
    faults: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = rows.questions() if rows.is_valid() else ()
    people = record_of(Person).visible_to(request.user)
    is_sound = bool(asked) and not faults_of(asked)
    context = {
        "item": item,
        "rows": rows.forms,
        "seen": seen,
        "faults": faults or [],
        "preview": QuestionForm(asked, people) if is_sound else None,
        "breadcrumbs": breadcrumbs(catalogue_items, f"{item}: what it asks"),
    }
    return render(request, "services/questions.html", context, status=status)
