"""Reads of training: what is on offer, calendars, letters, and what surveys can ask about."""

from base64 import b32encode
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from quarterdeck.core.models import Account, Person
from quarterdeck.kernels.calendar_events import Event, calendar_text
from quarterdeck.office.queries.letters import Letter, letter
from quarterdeck.office.queries.mail_kinds import (
    NEVER_OMITTED,
    MailKind,
    MailSubject,
    Placeholder,
)
from quarterdeck.office.queries.occasions import Happening, Occasion
from quarterdeck.office.queries.own_letters import NAME
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.models.training import SEATED
from quarterdeck.people.vocabulary import EnrolmentState

TRAINING_ATTENDED = "people.training_attended"
_SALT = "quarterdeck.people.calendar"
# 128 bits, which nobody guesses.
_BYTES = 16
_PRODUCER = "-//Quarterdeck//Training//EN"
# Shorter words, such as "the", say nothing of what somebody wants to learn.
_TELLING = 4
# How far back a subscribed calendar goes.
_KEPT = timedelta(days=365)


def free_seats(session: CourseSession) -> int:
    """Return how many seats are free."""
    return max(0, session.seats - session.enrolments.seated().count())


def with_seats_taken(sessions: QuerySet[CourseSession]) -> QuerySet[CourseSession]:
    """Let each session say how many seats are `taken` and how many people are `waiting`."""
    return sessions.annotate(
        taken=Count("enrolments", filter=Q(enrolments__state__in=SEATED)),
        waiting=Count("enrolments", filter=Q(enrolments__state=EnrolmentState.WAITING)),
    )


def seats_elsewhere(session: CourseSession) -> QuerySet[Enrolment]:
    """Return the seats in other sessions at the time of this one, the first to begin first."""
    seats = Enrolment.objects.filter(
        state=EnrolmentState.ENROLLED,
        session__cancelled_at=None,
        session__starts_at__lt=session.ends_at,
        session__ends_at__gt=session.starts_at,
    ).exclude(session=session)
    return seats.select_related("person", "session__course").order_by("session__starts_at", "pk")


def free_to_move_up(session: CourseSession) -> QuerySet[Enrolment]:
    """Return who waits, will be here and sits nowhere else at that time, in the order of asking."""
    waiting = session.enrolments.waiting()
    staying = waiting.exclude(person__ends_on__lt=own_day(session.starts_at))
    return staying.exclude(person__in=seats_elsewhere(session).order_by().values("person"))


def sessions_to_fill(at: datetime) -> list[CourseSession]:
    """Return the coming sessions that have free seats, and people who wait and may have them."""
    coming = with_seats_taken(CourseSession.objects.coming(at))
    fillable = coming.filter(Q(waiting__gt=0, taken__lt=F("seats")))
    return [session for session in fillable if free_to_move_up(session).exists()]


def catalogue(at: datetime) -> QuerySet[Course]:
    """Return the courses on offer, each with its `coming` sessions and their seats."""
    coming = with_seats_taken(CourseSession.objects.coming(at)).select_related("trainer")
    return (
        Course.objects.on_offer()
        .order_by("title")
        .prefetch_related(Prefetch("sessions", queryset=coming, to_attr="coming"))
    )


def courses_about(words: str) -> QuerySet[Course]:
    """Return the courses on offer that speak of every longer word of a text; of none for none."""
    telling = [word for word in words.split() if len(word) >= _TELLING]
    found = Course.objects.on_offer() if telling else Course.objects.none()
    for word in telling:
        found = found.filter(Q(title__icontains=word) | Q(summary__icontains=word))
    return found.order_by("title")


def own_enrolments(person_key: int | None) -> QuerySet[Enrolment]:
    """Return what one person takes part in, waits for or has attended, the latest first."""
    own = Enrolment.objects.filter(person=person_key).exclude(state=EnrolmentState.WITHDRAWN)
    return own.select_related("session__course").order_by("-session__starts_at", "-pk")


def calendar_token(person_key: int) -> str:
    """Return what the address of a person's calendar ends with: the key and our signature."""
    digest = salted_hmac(_SALT, str(person_key), algorithm="sha256").digest()
    return f"{person_key}-{b32encode(digest[:_BYTES]).decode().lower().rstrip('=')}"


def person_by_token(token: str) -> Person | None:
    """Return whose calendar an address leads to; None unless we signed it."""
    key = token.partition("-")[0]
    if not (key.isascii() and key.isdigit() and int(key) < 2**63):
        return None
    if not constant_time_compare(token, calendar_token(int(key))):
        return None
    return Person.objects.filter(pk=key).first()


def event_of(session: CourseSession, at: datetime) -> Event:
    """Return a session as calendars take it."""
    place = settings.PUBLIC_URL
    address = reverse("people.coursesession.detail", args=[session.pk])
    host = place.partition("://")[2] or "quarterdeck.invalid"
    return Event(
        uid=f"session-{session.pk}@{host}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=session.course.title,
        changed_at=at,
        revision=session.revision,
        location=session.room,
        description="\n".join(filter(None, [session.course.summary, session.link])),
        url=urljoin(place, address) if place else "",
        is_cancelled=session.cancelled_at is not None,
    )


def session_calendar(session: CourseSession, at: datetime) -> str:
    """Return one session as a calendar."""
    return calendar_text([event_of(session, at)], name=session.course.title, producer=_PRODUCER)


def personal_calendar(person: Person, at: datetime) -> str:
    """Return the sessions in which a person has or had a seat; also those that were cancelled."""
    own = Enrolment.objects.seated().filter(person=person, session__ends_at__gt=at - _KEPT)
    rows = own.select_related("session__course").order_by("session__starts_at", "pk")
    return calendar_text(
        (event_of(each.session, at) for each in rows), name="Training", producer=_PRODUCER
    )


def training_letter(enrolment: Enrolment, what: str) -> Letter | None:
    """Return the mail that tells somebody how they stand to a session."""
    session = enrolment.session
    zone = ZoneInfo(session.zone)
    begins, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    facts = {
        "name": str(enrolment.person),
        "what": what,
        "session": str(session),
        "course": session.course.title,
        "when": f"{begins:%Y-%m-%d %H:%M} to {ends:%H:%M} ({session.zone})",
        "where": " or ".join(filter(None, [session.room, session.link])) or "to be told",
        # To find an address, Django reads those of all pages and of the API first.
        "address": _page(session) if settings.PUBLIC_URL else "",
    }
    return letter("people.training", enrolment.person, facts, about=f"enrolment:{enrolment.pk}")


def _page(session: CourseSession) -> str:
    return urljoin(settings.PUBLIC_URL, reverse("people.coursesession.detail", args=[session.pk]))


def _own_enrolments(account: Account, keys: Collection[str]) -> set[str]:
    """Return those enrolments that are one's own."""
    own = Enrolment.objects.filter(pk__in=keys, person__account=account)
    return {str(key) for key in own.values_list("pk", flat=True)}


def _path(key: str) -> str:
    session = Enrolment.objects.values_list("session", flat=True).get(pk=int(key))
    return reverse("people.coursesession.detail", args=[session])


ENROLMENTS = MailSubject("enrolment", "A seat in a session", _own_enrolments, _path)
TRAINING = MailKind(
    key="people.training",
    title="A seat in a training session",
    reader="Whoever enrols",
    subject="{{session}}",
    text="""Hello {{name}},

{{what}}

{{course}}
When: {{when}}
Where: {{where}}

Calendar and withdrawal: {{address}}""",
    placeholders=(
        NAME,
        Placeholder("what", "what has happened", "You have a seat:", is_needed=True),
        Placeholder("session", "the session", "Spreadsheets on 2026-07-01"),
        Placeholder("course", "the course", "Spreadsheets for beginners"),
        Placeholder("when", "when it is", "2026-07-01 09:00 to 11:00 (UTC)"),
        Placeholder("where", "the room or link", "Room 12"),
        Placeholder("address", "the link", "https://desk.example.org/…"),
    ),
    timings=NEVER_OMITTED,
    about="enrolment",
)


def _attended(since: datetime, until: datetime) -> Iterator[Happening]:
    """Give those who attended a session that ended, once its attendance was taken."""
    there = Enrolment.objects.attended().filter(
        session__ends_at__gt=since, session__ends_at__lte=until
    )
    rows = there.select_related("session__course").order_by("session__ends_at", "pk")
    for enrolment in rows:
        yield Happening(
            person_key=enrolment.person_id,
            subject=f"people.enrolment:{enrolment.pk}",
            title=str(enrolment.session),
            at=enrolment.session.ends_at,
        )


# Attendance is taken within two days; the reaction is fresh still.
ATTENDED = Occasion(
    key=TRAINING_ATTENDED,
    title="A training session was attended",
    asks="You took part in a course",
    happenings=_attended,
    settles=timedelta(days=2),
)
