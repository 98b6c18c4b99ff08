"""The portal for requesters: what may be asked for, and what does not work."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.core.records import record_of
from quarterdeck.core.search import LONGEST_TEXT
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.articles import LONGEST_REPORT
from quarterdeck.desk.queries.catalogue_requests import items_on_offer, today
from quarterdeck.desk.queries.own_tickets import own_tickets, with_stands
from quarterdeck.desk.queries.queues import people_offered
from quarterdeck.desk.records.knowledge import ARTICLE
from quarterdeck.desk.records.today import waiting_in_portal
from quarterdeck.desk.verbs.catalogue_requests import Wish, request_from_catalogue
from quarterdeck.desk.verbs.own_tickets import Trouble, report_trouble
from quarterdeck.desk.vocabulary.knowledge import VisitOrigin
from quarterdeck.desk.web.knowledge import note_offer
from quarterdeck.desk.web.portal_forms import TroubleForm, files_of
from quarterdeck.office.queries.periods import own_day
from quarterdeck.services.models import CatalogueItem
from quarterdeck.ui.question_forms import QuestionForm
from quarterdeck.ui.service_news import news_for
from quarterdeck.ui.suggested import suggestions_for

Crumbs = list[tuple[str, str]]
_NEWEST = 5


def person_of(request: HttpRequest) -> Account:
    """Return who asks; for an account that belongs to nobody there is nothing here."""
    user = request.user
    if not isinstance(user, Account) or user.person_id is None:
        raise Http404
    return user


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is disturbed, what waits for the reader, what may be asked for, and own tickets."""
    user, at = person_of(request), clock.now()
    words = request.GET.get("q", "").strip()[:LONGEST_TEXT]
    found = [item for item in items_on_offer(user, at) if _speaks_of(item, words)]
    services: dict[str, list[CatalogueItem]] = {}
    for item in found:
        services.setdefault(item.service.name if item.service else "", []).append(item)
    context = {
        "words": words,
        "services": list(services.items()),
        "suggestions": suggestions_for(words, user),
        "news": news_for(user, at),
        "waiting": () if words else waiting_in_portal(user, at),
        "tickets": with_stands(own_tickets(user).open()[:_NEWEST]),
    }
    return render(request, "desk/portal/home.html", context)


def _speaks_of(item: CatalogueItem, words: str) -> bool:
    told = f"{item.title} {item.description} {item.service or ''}".lower()
    return all(word in told for word in words.lower().split())


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggest pages that may answer what is being typed; nothing where none does.

    A report comes as a form, since what it describes is too long for an address.
    """
    user = person_of(request)
    is_report = request.method == "POST"
    if is_report:
        told = (request.POST.get(name, "") for name in ("title", "description"))
        words = " ".join(told)[:LONGEST_REPORT]
    else:
        words = request.GET.get("q", "")[:LONGEST_TEXT]
    found = suggestions_for(words, user)
    origin = VisitOrigin.REPORT if is_report else VisitOrigin.SEARCH
    note_offer(request, sum(each.kind == ARTICLE for each in found), origin)
    return render(request, "desk/portal/suggestions.html", {"suggestions": found})


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Suggest people whom the reader may see, while the answer to a question is typed."""
    user = person_of(request)
    typed = request.GET.get(request.GET.get("field", ""), "")[:200]
    found = people_offered(user, typed, own_day(clock.now()))
    return render(request, "desk/portal/people_part.html", {"people": found})


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Take down what does not work."""
    user = person_of(request)
    is_sent = request.method == "POST"
    form = TroubleForm(
        request.POST if is_sent else None, initial={"entry_key": secrets.token_hex(16)}
    )
    if is_sent and form.is_valid():

        def run() -> Ticket:
            files = files_of(request)
            trouble = Trouble(**form.cleaned_data)
            return report_trouble(trouble=trouble, files=files, actor=user, at=clock.now())

        ticket = attempted(form, run)
        if ticket is not None:
            messages.success(request, f"{ticket.number} is with the service desk.")
            return redirect("portal.ticket", ticket.pk)
    crumbs: Crumbs = [("Help", "/portal/"), ("Something does not work", "")]
    context = {"form": form, "breadcrumbs": crumbs}
    return render(request, "desk/portal/report.html", context, status=422 if is_sent else 200)


def attempted(form: forms.Form, run: Callable[[], Ticket]) -> Ticket | None:
    """Do what a form asks for; a refusal goes onto the form, field by field where it names any."""
    try:
        return run()
    except Invalid as invalid:
        if isinstance(form, QuestionForm):
            form.show_errors(invalid.errors)
        else:
            for name, texts in invalid.errors.items():
                form.add_error(name if name in form.fields else None, " ".join(texts))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, key: int) -> HttpResponse:
    """Show one item of the catalogue with its questions, and take in what is asked for."""
    user = person_of(request)
    offered = CatalogueItem.objects.for_person_of(user).on_offer(today(clock.now()))
    found = offered.select_related("service", "approval_policy").filter(pk=key).first()
    if found is None:
        raise Http404
    is_sent = request.method == "POST"
    present = found.form
    data, files = (request.POST, request.FILES) if is_sent else (None, None)
    form = QuestionForm(questions_of(found), record_of(Person).visible_to(user), data, files)
    if is_sent and form.is_valid():

        def run() -> Ticket:
            wish = wish_of(request, found, form)
            return request_from_catalogue(wish=wish, actor=user, at=clock.now())

        ticket = attempted(form, run)
        if ticket is not None:
            messages.success(request, f"{ticket.number}: your request is in.")
            return redirect("portal.ticket", ticket.pk)
    context = {
        "item": found,
        "form": form,
        "version": "" if present is None else present.pk,
        "entry_key": request.POST.get("entry_key") or secrets.token_hex(16),
        "breadcrumbs": [("Help", "/portal/"), (found.title, "")],
    }
    return render(request, "desk/portal/item.html", context, status=422 if is_sent else 200)


def wish_of(request: HttpRequest, found: CatalogueItem, form: QuestionForm) -> Wish:
    """Return what a form for an item asks for."""
    seen = request.POST.get("form", "")
    return Wish(
        item=found,
        form=found.forms.filter(pk=seen).first() if seen.isdigit() else None,
        answers=form.answers(),
        files=_plain(form),
        entry_key=request.POST.get("entry_key", "")[:64],
    )


def questions_of(found: CatalogueItem) -> Sequence[Any]:
    """Return what an item asks today."""
    present = found.form
    return () if present is None else present.asked


def _plain(form: QuestionForm) -> dict[str, File[bytes]]:
    return dict(form.sent_files())
