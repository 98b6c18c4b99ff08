"""The pages on which people are held against levels, and on which somebody judges."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import account_of
from quarterdeck.people import rules
from quarterdeck.people.models import Level
from quarterdeck.people.queries.background import evidence_for
from quarterdeck.people.queries.judged import Question
from quarterdeck.people.queries.qualification import PersonalStanding
from quarterdeck.people.queries.reach import (
    MOST_PEOPLE,
    levels_described,
    present_level,
    reached_by,
    standing_of,
)
from quarterdeck.people.verbs.judgements import judge_qualification
from quarterdeck.people.web.classes import today
from quarterdeck.people.web.judgement_forms import JudgementForm

_REACH = "people.qualification"


def person_asked(request: HttpRequest, key: int) -> Person:
    """Return a person whose personnel records the reader may see; nobody else is here."""
    people = rules.within_reach(account_of(request))
    return get_object_or_404(people.select_related("unit"), pk=key)


def _level(told: str, offered: Sequence[Level]) -> Level | None:
    return next((level for level in offered if str(level.pk) == told), None)


def standing_asked_for(person: Person, level: int, day: date) -> PersonalStanding:
    """Return how a person stands against a level; 404 for one that is none, or asks nothing."""
    found = get_object_or_404(Level.objects.select_related("job_class"), pk=level)
    standing = standing_of(person, found, day)
    if standing is None:
        raise Http404
    return standing


@require_safe
def show_reach(request: HttpRequest) -> HttpResponse:
    """Show who of the reader's reach meets a level, and of whom that is not known."""
    user, offered = account_of(request), levels_described()
    level = _level(request.GET.get("level", ""), offered)
    unit = request.GET.get("unit", "")
    reached = reached_by(user, level, today(), unit) if level else None
    context = {
        "levels": offered,
        "level": level,
        "unit": unit,
        "units": _units(user),
        "reached": reached,
        "counts": dict(reached.counts) if reached else {},
        "most": MOST_PEOPLE,
        "import_address": _import_address(user),
        "day": today(),
    }
    return render(request, "people/qualification/reach.html", context)


def _import_address(user: Account) -> str:
    """Return where a class is described first, for those who may."""
    return reverse("people.draft.import") if rules.may_keep_job_classes(user) else ""


def _units(user: Account) -> list[tuple[str, str]]:
    units = rules.within_reach(user).filter(unit__isnull=False).order_by("unit__name")
    found = dict(units.values_list("unit", "unit__name"))
    return [(str(key), name) for key, name in found.items()]


@require_safe
def show_person(request: HttpRequest, key: int) -> HttpResponse:
    """Show how a person stands against a level: that of the position held, or another one."""
    person, day, offered = person_asked(request, key), today(), levels_described()
    told = request.GET.get("level", "")
    level = _level(told, offered)
    if told and level is None:
        raise Http404
    level = level or present_level(person, day)
    standing = standing_of(person, level, day) if level else None
    context = {
        "person": person,
        "levels": offered,
        "level": level,
        "standing": standing,
        "counts": dict(standing.counts) if standing else {},
        "may_judge": rules.may_judge_within_reach(account_of(request), person.pk),
        "day": day,
        "import_address": _import_address(account_of(request)),
        "breadcrumbs": [("Qualification", reverse(_REACH)), (person.name, "")],
    }
    return render(request, "people/qualification/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, key: int, level: int, rule: str) -> HttpResponse:
    """Ask somebody who answers for a person to judge a rule, or the pieces of work under it."""
    user, person = account_of(request), person_asked(request, key)
    if not rules.may_judge_within_reach(user, person.pk):
        raise Http404
    standing = standing_asked_for(person, level, today())
    questions = [each for each in standing.questions if each.key == rule]
    if not questions:
        raise Http404
    form = JudgementForm(questions, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _judged(form, questions, person, user):
            messages.success(request, "Your judgement is recorded.")
            return redirect(f"{reverse('people.qualification.person', args=[key])}?level={level}")
        status = 409 if form.is_conflict else 422
    context = {
        "person": person,
        "standing": standing,
        "question": questions[0],
        "evidence": evidence_for(questions[0].demand.rule, standing.held),
        "form": form,
        "back": f"{reverse('people.qualification.person', args=[key])}?level={level}",
        "breadcrumbs": [
            ("Qualification", reverse(_REACH)),
            (person.name, f"{reverse('people.qualification.person', args=[key])}?level={level}"),
            ("Judge", ""),
        ],
    }
    return render(request, "people/qualification/judge.html", context, status=status)


def _judged(
    form: JudgementForm, questions: Sequence[Question], person: Person, user: Account
) -> bool:
    """Record what was decided; False, and why in the form, where it is declined."""
    try:
        judge_qualification(
            person=person,
            row=questions[0].demand.row,
            key=questions[0].key,
            decisions=form.decisions(),
            reason=form.cleaned_data["reason"],
            actor=user,
            at=clock.now(),
        )
    except Conflict as conflict:
        form.tell_conflict(conflict.present)
        return False
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
