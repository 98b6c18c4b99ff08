"""The pages of training: what is on offer, one session, my courses, attendance, calendars."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import Record
from quarterdeck.core.together import read_together
from quarterdeck.people import rules
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.queries.course_tests import current_test, open_tests, sittings
from quarterdeck.people.queries.learning import course_results
from quarterdeck.people.queries.training import (
    calendar_token,
    catalogue,
    free_seats,
    own_enrolments,
    person_by_token,
    personal_calendar,
    session_calendar,
)
from quarterdeck.people.records.training import ENROLMENT_BADGES, courses, sessions
from quarterdeck.people.verbs.training import (
    cancel_session,
    enrol,
    note_test_result,
    plan_session,
    replan_session,
    take_attendance,
    withdraw_enrolment,
)
from quarterdeck.people.vocabulary import EnrolmentState, TestMoment
from quarterdeck.people.web.training_forms import CancelForm, PlanForm, ReplanForm
from quarterdeck.ui.details import breadcrumbs, find_visible, panels_and_changes
from quarterdeck.ui.panels import Panel, provide

_CALENDAR = "text/calendar; charset=utf-8"


@require_safe
def show_training(request: HttpRequest) -> HttpResponse:
    """Show my courses, and what is on offer with its next sessions."""
    user = account_of(request)
    own = list(own_enrolments(user.person_id))
    states = {each.session_id: each for each in own}
    offers = [
        (
            course,
            [
                (each, states.get(each.pk), max(0, each.seats - each.taken))
                for each in course.coming  # type: ignore[attr-defined]  # the catalogue adds it
            ],
        )
        for course in catalogue(clock.now())
    ]
    to_sit = open_tests(own, clock.now())
    context: dict[str, Any] = {
        "own": [
            (each, ENROLMENT_BADGES[EnrolmentState(each.state)].tone, to_sit.get(each.pk))
            for each in own
        ],
        "offers": offers,
        "may_enrol": rules.may_enrol(user),
        "may_keep": rules.may_keep_courses(user),
        "courses_address": reverse(courses.list_address),
    }
    if user.person_id is not None:
        feed = reverse("people.training.calendar", args=[calendar_token(user.person_id)])
        context["feed"] = urljoin(settings.PUBLIC_URL or request.build_absolute_uri("/"), feed)
    return render(request, "people/training.html", context)


@login_not_required
@require_safe
def show_calendar(_request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar program, which cannot sign in, by the signature in the address."""
    person = person_by_token(token)
    if person is None:
        raise Http404
    return HttpResponse(personal_calendar(person, clock.now()), content_type=_CALENDAR)


@require_safe
def show_session_calendar(request: HttpRequest, key: int) -> HttpResponse:
    """Answer with one session as a calendar."""
    session: CourseSession = find_visible(sessions, key, account_of(request))
    answer = HttpResponse(session_calendar(session, clock.now()), content_type=_CALENDAR)
    answer.headers["Content-Disposition"] = f'attachment; filename="session-{session.pk}.ics"'
    return answer


@require_safe
def show_session(request: HttpRequest, key: int) -> HttpResponse:
    """Show one session, and what one may do there."""
    user = account_of(request)
    return _page(request, find_visible(sessions, key, user), user)


def _page(
    request: HttpRequest, session: CourseSession, user: Account, *bound: forms.Form
) -> HttpResponse:
    at, zone = clock.now(), ZoneInfo(session.zone)
    is_open = session.cancelled_at is None and session.starts_at > at
    own_rows = session.enrolments.filter(person=user.person_id)
    queue = session.enrolments.waiting().values_list("person", flat=True)
    visible = Enrolment.objects.visible_to(user).filter(session=session)
    participants = visible.select_related("person").order_by("asked_at", "pk")
    read_together([own_rows, queue, participants])
    own, waiting = next(iter(own_rows), None), list(queue)
    context: dict[str, Any] = {
        "session": session,
        "begins": session.starts_at.astimezone(zone),
        "ends": session.ends_at.astimezone(zone),
        "free": free_seats(session),
        "waiting": len(waiting),
        "place": 1 + waiting.index(user.person_id) if user.person_id in waiting else 0,
        "own": own if own and own.state != EnrolmentState.WITHDRAWN else None,
        "may_enrol": is_open and rules.may_enrol(user),
        "is_open": is_open,
        "has_begun": session.starts_at <= at and session.cancelled_at is None,
        "may_attend": rules.may_take_attendance(user, session),
        "may_read_answers": rules.may_read_answers(user, session),
        "may_keep_test": rules.may_keep_test(user, session.course),
        "sittings": sittings(own, at) if own else [],
        "participants": [
            (each, ENROLMENT_BADGES[EnrolmentState(each.state)].tone) for each in participants
        ],
        **panels_and_changes(sessions, session, user),
        "breadcrumbs": [("Training", reverse("people.training")), (str(session), "")],
    }
    if is_open and rules.may_keep_courses(user):
        context |= _forms(session, bound)
    return render(request, "people/session.html", context, status=422 if bound else 200)


def _forms(session: CourseSession, bound: tuple[forms.Form, ...]) -> dict[str, forms.Form]:
    refused = {type(form): form for form in bound}
    zone = ZoneInfo(session.zone)
    planned = {
        **{name: getattr(session, name) for name in ("zone", "seats", "room", "link", "version")},
        "trainer": session.trainer_id,
        "starts_at": f"{session.starts_at.astimezone(zone):%Y-%m-%dT%H:%M}",
        "ends_at": f"{session.ends_at.astimezone(zone):%Y-%m-%dT%H:%M}",
    }
    fresh: dict[str, tuple[type[forms.Form], dict[str, Any]]] = {
        "replanning": (ReplanForm, planned),
        "cancelling": (CancelForm, {"version": session.version}),
    }
    return {
        name: refused.get(kind) or kind(initial=initial, auto_id=f"{name}_%s")
        for name, (kind, initial) in fresh.items()
    }


@require_POST
def act(request: HttpRequest, key: int, what: str) -> HttpResponse:
    """Enrol in a session, or withdraw from it."""
    user = account_of(request)
    session: CourseSession = find_visible(sessions, key, user)
    if not rules.may_enrol(user) or user.person is None or what not in {"enrol", "withdraw"}:
        raise Http404
    try:
        if what == "enrol":
            told = enrol(session=session, person=user.person, actor=user, at=clock.now())
            messages.success(request, f"{told.get_state_display()}: {session}.")
        else:
            own = Enrolment.objects.filter(session=session, person=user.person_id).first()
            if own is None:
                raise Http404
            withdraw_enrolment(enrolment=own, actor=user, at=clock.now())
            messages.success(request, "You have withdrawn.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    back = "people.training" if request.POST.get("back") == "training" else ""
    return redirect(back) if back else redirect(sessions.detail_address, key)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, key: int) -> HttpResponse:
    """Plan a session of a course."""
    user = account_of(request)
    course: Course = find_visible(courses, key, user)
    if not rules.may_keep_courses(user):
        raise Http404
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            session = plan_session(course=course, plan=form.plan(), actor=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(sessions.detail_address, session.pk)
    context = {
        "form": form,
        "course": course,
        "breadcrumbs": [*breadcrumbs(courses, course.title)[:1], ("Plan a session", "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "people/plan_session.html", context, status=status)


def _kept(
    request: HttpRequest, key: int, form: forms.Form, verb: Callable[[CourseSession], object]
) -> HttpResponse:
    """Do with a session what a form of those who plan courses asks for."""
    user = account_of(request)
    session: CourseSession = find_visible(sessions, key, user)
    if not rules.may_keep_courses(user):
        raise Http404
    if form.is_valid():
        try:
            verb(session)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect(sessions.detail_address, key)
    return _page(request, session, user, form)


@require_POST
def replan(request: HttpRequest, key: int) -> HttpResponse:
    """Move a session, or change its place, trainer or seats."""
    form = ReplanForm(request.POST, auto_id="replanning_%s")

    def move(session: CourseSession) -> object:
        version, at = form.cleaned_data["version"], clock.now()
        return replan_session(
            session=session, version=version, plan=form.plan(), actor=account_of(request), at=at
        )

    return _kept(request, key, form, move)


@require_POST
def cancel(request: HttpRequest, key: int) -> HttpResponse:
    """Let a session not take place."""
    form = CancelForm(request.POST, auto_id="cancelling_%s")

    def end(session: CourseSession) -> object:
        return cancel_session(
            session=session, **form.cleaned_data, actor=account_of(request), at=clock.now()
        )

    return _kept(request, key, form, end)


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, key: int) -> HttpResponse:
    """Say who was there, and what they scored before and after."""
    user = account_of(request)
    session: CourseSession = find_visible(sessions, key, user)
    if not rules.may_take_attendance(user, session):
        raise Http404
    rows = list(session.enrolments.seated().select_related("person").order_by("person__name", "pk"))
    refusal = ""
    if request.method == "POST":
        try:
            _take(request, session, rows, user)
        except Refused as problem:
            refusal = str(problem)
        else:
            messages.success(request, "Attendance is taken.")
            return redirect(sessions.detail_address, key)
    context = {
        "session": session,
        "rows": rows,
        "refusal": refusal,
        "has_test": current_test(session.course) is not None,
        "breadcrumbs": [
            ("Training", reverse("people.training")),
            (str(session), reverse(sessions.detail_address, args=[session.pk])),
            ("Attendance", ""),
        ],
    }
    return render(request, "people/attendance.html", context, status=422 if refusal else 200)


def _take(
    request: HttpRequest, session: CourseSession, rows: list[Enrolment], user: Account
) -> None:
    at, given = clock.now(), request.POST
    attended = {
        each.pk: given[f"was_{each.pk}"] == "there" for each in rows if f"was_{each.pk}" in given
    }
    if not attended:
        raise Refused("Say of somebody whether they were there.")
    take_attendance(session=session, attended=attended, actor=user, at=at)
    for each in rows:
        for moment in TestMoment.values:
            points = given.get(f"{moment}_{each.pk}", "").strip()
            if points:
                note_test_result(
                    enrolment=each,
                    moment=moment,
                    points=_number(points),
                    most=_number(given.get("most", "")),
                    actor=user,
                    at=at,
                )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > len("9999"):
        raise Refused(f"“{text}” is no number of points: expected such as 12.")
    return int(text)


def course_panel(record: Record, row: object, user: User) -> Panel | None:
    """Show on the page of a course what became of it, and where sessions are planned."""
    if record is not courses or not isinstance(row, Course) or not rules.may_keep_courses(user):
        return None
    return Panel("people/course_results.html", {"course": row, "results": course_results(row)})


provide(course_panel)
