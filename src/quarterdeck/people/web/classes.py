"""The pages of job classes: one whole, the ladder of a family, two side by side, measures."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Measure, State, Terms, all_measures, measure_of
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.kernels.similarity import Entry, Index
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people import rules
from quarterdeck.people.models import ClassVersion, Incumbency, JobClass, JobFamily, Level
from quarterdeck.people.queries.ladder import contrast, ladder_of, rung_of
from quarterdeck.people.queries.sheet import sheet_of, version_in_force
from quarterdeck.people.queries.success import Answer, answers_of
from quarterdeck.people.records import (
    class_versions,
    job_classes,
    job_families,
    success_measures,
)
from quarterdeck.people.verbs.classes import (
    link_success_measure,
    mark_not_computable,
    note_class_review,
)
from quarterdeck.people.web.forms import LinkForm
from quarterdeck.people.web.review import reviewer
from quarterdeck.ui.details import breadcrumbs, find_visible, panels_and_changes
from quarterdeck.ui.formats import figure_text

# How much of a measure of success has to stand in a measure's title for it to be offered.
_RESEMBLES = 0.3
_SILENT = {
    State.NOT_ENOUGH_EVIDENCE: "Not enough evidence",
    State.NOT_APPLICABLE: "Not applicable",
}


def today() -> date:
    """Return the day it is in the organisation's zone."""
    return own_day(clock.now())


def version_asked(request: HttpRequest, job_class: JobClass) -> ClassVersion | None:
    """Return the version that the address names, else the one in force; 404 for an unknown one."""
    told = request.GET.get("version", "")
    if not told:
        return version_in_force(job_class, today())
    if not (told.isascii() and told.isdigit() and len(told) < 5):  # noqa: PLR2004 — no class has so many
        raise Http404
    version = job_class.versions.select_related("approved_by", "draft").filter(number=told).first()
    if version is None:
        raise Http404
    return version


@require_safe
def show_class(request: HttpRequest, key: int) -> HttpResponse:
    """Show a class whole: one version of what it says, its history, and who holds it."""
    user = account_of(request)
    job_class: JobClass = find_visible(job_classes, key, user)
    version = version_asked(request, job_class)
    held = Incumbency.objects.visible_to(user).filter(
        position__job_class=job_class, valid_to__isnull=True
    )
    context = {
        "job_class": job_class,
        "version": version,
        "sheet": sheet_of(version) if version else None,
        "versions": job_class.versions.order_by("-number"),
        "events": job_class.events.order_by("happened_on", "pk"),
        "holders": held.select_related("person", "position__unit").order_by("person__name"),
        "may_keep": rules.may_keep_job_classes(user),
        **panels_and_changes(job_classes, job_class, user),
        "breadcrumbs": breadcrumbs(job_classes, job_class.title),
    }
    return render(request, "people/class.html", context)


@require_safe
def show_family(request: HttpRequest, key: int) -> HttpResponse:
    """Show the ladder of a family: its levels in order, and what changes from each to the next."""
    user = account_of(request)
    family: JobFamily = find_visible(job_families, key, user)
    context = {
        "family": family,
        "steps": ladder_of(family, today()),
        "classes": family.classes.order_by("series_order", "title"),
        "may_keep": rules.may_keep_job_classes(user),
        **panels_and_changes(job_families, family, user),
        "breadcrumbs": breadcrumbs(job_families, family.name),
    }
    return render(request, "people/ladder.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Show two levels, of one class or of two, side by side."""
    user = account_of(request)
    levels = Level.objects.visible_to(user).filter(job_class__versions__isnull=False).distinct()
    offered = list(
        levels.select_related("job_class").order_by(
            "job_class__family__name", "job_class__series_order", "job_class__title", "rank"
        )
    )
    chosen = [_chosen(request, name, offered) for name in ("left", "right")]
    rungs = [rung_of(level, today()) if level else None for level in chosen]
    left, right = rungs
    context = {
        "levels": offered,
        "left_level": chosen[0],
        "right_level": chosen[1],
        "left": left,
        "right": right,
        "sections": contrast(left, right) if left and right else (),
        "breadcrumbs": breadcrumbs(job_classes, "Compare"),
    }
    return render(request, "people/compare.html", context)


def _chosen(request: HttpRequest, name: str, offered: list[Level]) -> Level | None:
    told = request.GET.get(name, "")
    return next((level for level in offered if str(level.pk) == told), None)


@require_safe
def show_measures(request: HttpRequest, key: int) -> HttpResponse:
    """Show of a class's measures of success what is computed, surveyed, and missing."""
    user = account_of(request)
    job_class: JobClass = find_visible(job_classes, key, user)
    version = version_asked(request, job_class)
    context: dict[str, Any] = {
        "job_class": job_class,
        "version": version,
        "may_keep": rules.may_keep_job_classes(user),
        "breadcrumbs": [
            *breadcrumbs(job_classes, "")[:1],
            (job_class.title, reverse(job_classes.detail_address, args=[key])),
            ("Measures of success", ""),
        ],
    }
    if version is not None:
        context |= _answered(request, version, user)
    return render(request, "people/measures.html", context)


def _answered(request: HttpRequest, version: ClassVersion, user: Account) -> dict[str, Any]:
    """Read the linked measures over the month asked for, or the last whole one."""
    at = clock.now()
    month = request.GET.get("period", "")
    try:
        period = period_named(month)
    except Refused:
        period = period_named(f"{own_day(at):%Y-%m}").previous()
    found = answers_of(version, user, period, Terms(as_of=at))
    parts = (
        ("computed", "Computed from evidence", found.computed),
        ("surveyed", "Asked in surveys", found.surveyed),
        ("missing", "Not yet computable", found.missing),
    )
    known = Index(Entry(each.key, each.title) for each in all_measures())
    return {
        "period": period,
        "parts": [
            (key, title, [_line(each, user, known) for each in part]) for key, title, part in parts
        ],
        "total": sum(len(part) for _, _, part in parts),
        "computed": len(found.computed),
    }


def _resembled(answer: Answer, known: Index) -> Measure | None:
    """Return the measure whose title shares most with what is written, if it shares enough."""
    near = known.suggest(answer.success.text, limit=1, least=_RESEMBLES)
    return measure_of(near[0].entry.key) if near and answer.measure is None else None


def _line(answer: Answer, user: Account, known: Index) -> dict[str, Any]:
    success, reading = answer.success, answer.reading
    figure = ""
    if reading is not None and answer.measure is not None:
        figure = _SILENT.get(reading.state) or figure_text(reading.value, answer.measure.unit)
    initial = {
        "version": success.version,
        "measure": success.measure_key,
        "reason": success.why_not,
    }
    may_link = rules.may_keep_job_classes(user)
    return {
        "success": success,
        "measure": answer.measure,
        "reading": reading,
        "figure": figure,
        "resembled": _resembled(answer, known) if may_link else None,
        "form": LinkForm(initial=initial, auto_id=f"link-{success.pk}-%s") if may_link else None,
    }


@require_POST
def link(request: HttpRequest, key: int) -> HttpResponse:
    """Link a measure of success to what computes it, or say why nothing does."""
    user = reviewer(request)
    success = find_visible(success_measures, key, user)
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise Refused("Choose a measure that the product has, or say what is missing.")
    given = form.cleaned_data
    words: dict[str, Any] = {
        "success": success,
        "version": given["version"],
        "actor": user,
        "at": clock.now(),
    }
    if given["measure"]:
        link_success_measure(measure=given["measure"], **words)
    else:
        mark_not_computable(reason=given["reason"], **words)
    messages.success(request, f"“{success}” is saved.")
    address = reverse("people.class.measures", args=[success.class_version.job_class_id])
    return redirect(f"{address}#success-{key}")


@require_POST
def note_review(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a version was read again and is still right."""
    user = reviewer(request)
    version: ClassVersion = find_visible(class_versions, key, user)
    told = request.POST.get("version", "")
    seen = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0  # noqa: PLR2004 — more digits are no version
    note_class_review(class_version=version, version=seen, actor=user, at=clock.now())
    messages.success(request, "Noted: it was read again today and is still right.")
    return redirect(job_classes.detail_address, version.job_class_id)
