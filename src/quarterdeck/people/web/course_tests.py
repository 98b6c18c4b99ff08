"""The pages of tests: written by trainers, sat by participants, and read by whom they concern."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.kernels.course_tests import written
from quarterdeck.people import rules
from quarterdeck.people.models import (
    Course,
    CourseSession,
    CourseTestAttempt,
    CourseTestItem,
    Enrolment,
)
from quarterdeck.people.queries.course_tests import (
    SMALLEST_FOR_DISCRIMINATION,
    asked_test,
    current_test,
    item_results,
    items_of,
    sittings,
    written_items,
)
from quarterdeck.people.queries.learning import SMALLEST_GROUP
from quarterdeck.people.records.training import courses, sessions
from quarterdeck.people.verbs.course_tests import publish_course_test, sit_course_test
from quarterdeck.people.vocabulary import TestMoment
from quarterdeck.ui.details import breadcrumbs, find_visible

_LONGEST = 100_000
# Digits of an order; a longer text is none that a page of ours sent.
_LONGEST_ORDER = 5


def _account(request: HttpRequest) -> Account:
    user: Account = request.user  # type: ignore[assignment]  # pages are for the signed-in alone
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, key: int) -> HttpResponse:
    """Show the test of a course with what its items turned out to be, and publish another."""
    user = _account(request)
    course: Course = find_visible(courses, key, user)
    if not rules.may_keep_test(user, course):
        raise Http404
    test, refusal = current_test(course), ""
    text = written(written_items(test))
    if request.method == "POST":
        text = request.POST.get("text", "")[:_LONGEST]
        try:
            made = publish_course_test(course=course, text=text, actor=user, at=clock.now())
        except Refused as problem:
            refusal = str(problem)
        else:
            messages.success(request, "The test is published." if made else "Nothing has changed.")
            return redirect("people.course.test", key)
    context = {
        "course": course,
        "test": test,
        "text": text,
        "refusal": refusal,
        "moments": [
            (moment, TestMoment(moment).label, item_results(test, moment) if test else [])
            for moment in TestMoment.values
        ],
        "smallest": SMALLEST_GROUP,
        "smallest_for_discrimination": SMALLEST_FOR_DISCRIMINATION,
        "breadcrumbs": [
            *breadcrumbs(courses, course.title)[:1],
            (course.title, reverse(courses.detail_address, args=[course.pk])),
            ("Test", ""),
        ],
    }
    return render(request, "people/course_test.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def sit(request: HttpRequest, key: int, moment: str) -> HttpResponse:
    """Let a participant answer a test once, and show afterwards what was answered."""
    user, at = _account(request), clock.now()
    session: CourseSession = find_visible(sessions, key, user)
    own = Enrolment.objects.filter(session=session, person=user.person_id).first()
    found = {each.moment: each for each in sittings(own, at)} if own else {}
    sitting = found.get(moment)
    if own is None or sitting is None:
        raise Http404
    # What somebody answered stays theirs to read, also once the test has ended.
    test = sitting.attempt.test if sitting.attempt else asked_test(own, moment)
    if test is None:
        raise Http404
    refusal, items = "", items_of(test)
    if request.method == "POST":
        try:
            given = _given(request.POST, items)
            sit_course_test(enrolment=own, moment=moment, answers=given, actor=user, at=at)
        except Refused as problem:
            refusal = str(problem)
        else:
            messages.success(request, "Your answers are kept.")
            return redirect("people.session.test", key, moment)
    after = found[TestMoment.POST]
    context: dict[str, Any] = {
        "session": session,
        "sitting": sitting,
        "refusal": refusal,
        "items": [_shown(item, _chosen(request.POST, item)) for item in items],
        # Who still has to answer the same items learns which were right after that.
        "is_key_shown": after.attempt is not None or at >= after.last,
        "breadcrumbs": _way(session, sitting.title),
    }
    if sitting.attempt is not None:
        context["answers"] = _answers(sitting.attempt, items)
    return render(request, "people/sit_test.html", context, status=422 if refusal else 200)


@require_safe
def show_answers(request: HttpRequest, key: int) -> HttpResponse:
    """Show the trainer of a session what was answered by whom."""
    user = _account(request)
    session: CourseSession = find_visible(sessions, key, user)
    if not rules.may_read_answers(user, session):
        raise Http404
    attempts = (
        CourseTestAttempt.objects.visible_to(user)
        .filter(enrolment__session=session)
        .select_related("enrolment__person", "result", "test")
        .order_by("enrolment__person__name", "enrolment", "-moment")
    )
    known: dict[int, list[CourseTestItem]] = {}
    rows = []
    for each in attempts:
        items = known.setdefault(each.test_id, items_of(each.test))
        rows.append((each, _answers(each, items)))
    context = {"session": session, "rows": rows, "breadcrumbs": _way(session, "Answers")}
    return render(request, "people/test_answers.html", context)


def _way(session: CourseSession, here: str) -> list[tuple[str, str]]:
    return [
        ("Training", reverse("people.training")),
        (str(session), reverse(sessions.detail_address, args=[session.pk])),
        (here, ""),
    ]


def _chosen(sent: QueryDict, item: CourseTestItem) -> list[int]:
    return [
        int(text)
        for text in sent.getlist(f"item_{item.order}")
        if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ORDER
    ]


def _given(sent: QueryDict, items: list[CourseTestItem]) -> dict[int, list[int]]:
    return {item.order: _chosen(sent, item) for item in items}


def _shown(item: CourseTestItem, chosen: list[int]) -> dict[str, Any]:
    """Return an item to answer; only what was sent just now is chosen."""
    choices = sorted(item.choices.all(), key=lambda choice: choice.order)
    return {
        "item": item,
        "is_single": sum(each.is_right for each in choices) == 1,
        "choices": [(each, each.order in chosen) for each in choices],
    }


def _answers(attempt: CourseTestAttempt, items: list[CourseTestItem]) -> list[dict[str, Any]]:
    """Return each item with what was chosen."""
    answers = {each.item_id: each for each in attempt.answers.all()}
    return [{**_shown(item, answers[item.pk].chosen), "answer": answers[item.pk]} for item in items]
