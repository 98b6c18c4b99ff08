"""The desk asks for something from the catalogue for whoever is on the phone."""

import secrets
from dataclasses import replace

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.models import Account, Person
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.catalogue_requests import today
from quarterdeck.desk.records import tickets
from quarterdeck.desk.verbs.catalogue_requests import request_from_catalogue
from quarterdeck.desk.vocabulary import Channel
from quarterdeck.desk.web.forms import RequesterField, requester_of
from quarterdeck.desk.web.portal import attempted, questions_of, wish_of
from quarterdeck.desk.web.queues import worker
from quarterdeck.services.models import CatalogueItem
from quarterdeck.ui.question_forms import QuestionForm


class ForWhomForm(forms.Form):
    """For whom something is asked, and how they asked the desk."""

    requester = RequesterField(label="For whom?", attributes={"autofocus": True})
    channel = forms.ChoiceField(
        label="Asked for by", choices=Channel.choices, initial=Channel.PHONE
    )

    def clean_requester(self) -> Person:
        """Accept somebody who is known."""
        typed: str = self.cleaned_data["requester"].strip()
        person = requester_of(typed)
        if person is None:
            raise forms.ValidationError(f"Nobody called “{typed}” is in the directory.")
        return person


@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for an item of the catalogue for somebody."""
    user = worker(request)
    offered = CatalogueItem.objects.on_offer(today(clock.now())).select_related("approval_policy")
    item = offered.filter(pk=key).first()
    if item is None:
        raise Http404
    is_sent = request.method == "POST"
    data, files = (request.POST, request.FILES) if is_sent else (None, None)
    whom = ForWhomForm(data)
    form = QuestionForm(questions_of(item), record_of(Person).visible_to(user), data, files)
    # Both are asked, so that all that is wrong is said at once.
    if is_sent and all([whom.is_valid(), form.is_valid()]):
        ticket = _asked(request, item, whom, form, user)
        if ticket is not None:
            messages.success(request, f"{ticket.number}: the request is in.")
            return redirect(tickets.detail_address, ticket.pk)
    present = item.form
    context = {
        "item": item,
        "whom": whom,
        "form": form,
        "version": "" if present is None else present.pk,
        "entry_key": request.POST.get("entry_key") or secrets.token_hex(16),
        "breadcrumbs": [("New ticket", reverse("desk.new")), (item.title, "")],
    }
    return render(request, "desk/new_request.html", context, status=422 if is_sent else 200)


def _asked(
    request: HttpRequest, item: CatalogueItem, whom: ForWhomForm, form: QuestionForm, user: Account
) -> Ticket | None:
    def run() -> Ticket:
        wish = replace(wish_of(request, item, form), **whom.cleaned_data)
        return request_from_catalogue(wish=wish, actor=user, at=clock.now())

    return attempted(form, run)
