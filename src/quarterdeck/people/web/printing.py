"""Job classes and qualifications on paper: asked for on their pages, made by a worker."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.permission import account_of
from quarterdeck.office.queries.printing import Question
from quarterdeck.office.verbs.printing import ask_for_print
from quarterdeck.people.models import JobClass
from quarterdeck.people.queries.printing import class_asked, standing_asked
from quarterdeck.people.records import job_classes
from quarterdeck.people.web.classes import today, version_asked
from quarterdeck.people.web.qualification import person_asked, standing_asked_for
from quarterdeck.ui.details import find_visible


@require_POST
def print_class(request: HttpRequest, key: int) -> HttpResponse:
    """Have a version of a class printed, and lead to the page that tells how far it is."""
    job_class: JobClass = find_visible(job_classes, key, account_of(request))
    version = version_asked(request, job_class)
    if version is None:
        raise Http404
    back = reverse(job_classes.detail_address, args=[key])
    return _asked(request, class_asked(version), f"{back}?version={version.number}")


@require_POST
def print_standing(request: HttpRequest, key: int, level: int) -> HttpResponse:
    """Have printed how a person stands against a level, and lead to the page that tells how far it
    is."""
    person, day = person_asked(request, key), today()
    standing_asked_for(person, level, day)
    back = reverse("people.qualification.person", args=[key])
    return _asked(request, standing_asked(key, level, day), f"{back}?level={level}")


def _asked(request: HttpRequest, question: Question, back: str) -> HttpResponse:
    try:
        row = ask_for_print(question=question, actor=account_of(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return redirect("office.print", row.pk)
