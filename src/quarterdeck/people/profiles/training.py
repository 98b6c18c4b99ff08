"""Tables of training: courses, their sessions, and who took part with which results."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from quarterdeck.core.columns import BadCell
from quarterdeck.core.history.entries import entries_of
from quarterdeck.core.mapping import ColumnMapping, MappedField, MappedProfile, Option
from quarterdeck.core.profiles import Judgement, Profile
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people.models import Course, CourseSession, Enrolment, TestResult
from quarterdeck.people.models.base import TableRow
from quarterdeck.people.models.training import SEATED, TRAINING
from quarterdeck.people.profiles.tables import BoundTable, Told, instant_text
from quarterdeck.people.profiles.training_fields import (
    COURSES,
    ENROLMENTS,
    NAMED,
    PRESENT,
    SESSIONS,
)
from quarterdeck.people.profiles.training_seats import FileMoves, FileSeats, ToldSeat
from quarterdeck.people.vocabulary import EnrolmentState, TestMoment

_TIMES = ("starts_at", "ends_at")
_HAPPENED = (EnrolmentState.ATTENDED, EnrolmentState.ABSENT)


class _BoundCourses(BoundTable):
    """A table of courses."""

    domain: ClassVar[str] = TRAINING
    is_hidden: ClassVar[bool] = False

    @property
    def identity(self) -> str:
        """The column of the id at the source, or else that of the title."""
        return self.mapping.columns.get("external_id") or self.mapping.columns["title"]

    def told(self, key: str, read: Mapping[str, Any]) -> Told:
        """Return what is said of one course."""
        values = {
            name: "" if value is None else value
            for name, value in read.items()
            if name != "external_id"
        }
        return Told(Course.standing(self.batch.source, key, values), values)


class _BoundSessions(BoundTable):
    """A table of sessions; its times are in the zone that the import names."""

    domain: ClassVar[str] = TRAINING
    is_hidden: ClassVar[bool] = False
    instants: ClassVar[frozenset[str]] = frozenset({"starts_at", "ends_at"})

    def told(self, key: str, read: Mapping[str, Any]) -> Told:
        """Return what is said of one session.

        BadCell for a time at which somebody with a seat sits elsewhere.
        """
        told = self._said(key, read)
        if told.row is not None:
            self._moves.ask_movable(told.row.pk)
        return told

    def _said(self, key: str, read: Mapping[str, Any]) -> Told:
        course = self._course(read["course"])
        starts, ends = self._times(read)
        values: dict[str, Any] = {
            name: read[name] or "" for name in ("room", "link") if name in read
        }
        values |= {
            "course": course.pk,
            "starts_at": instant_text(starts),
            "ends_at": instant_text(ends),
            "zone": self.batch.zone,
            "seats": self._needed(read, "seats"),
        }
        if told := read.get("trainer"):
            trainer = self.person(told)
            if trainer is None:
                raise BadCell("trainer", told, "the mail address or the id of one person")
            values["trainer"] = trainer.pk
        return Told(CourseSession.standing(self.batch.source, key, values), values)

    @cached_property
    def _moves(self) -> FileMoves:
        """Where all lines of the file put sessions that stand; read once for each pass."""
        return FileMoves(self._moved(), self.batch.begun_at)

    def _moved(self) -> Iterator[CourseSession]:
        known = CourseSession.objects.filter(source=self.batch.source, cancelled_at=None)
        keys = set(known.values_list("external_id", flat=True))
        for _, told in self.right_lines(self._said, "external_id", keys):
            if isinstance(row := told.row, CourseSession):
                times = tuple(map(datetime.fromisoformat, (told.values[n] for n in _TIMES)))
                if times != (row.starts_at, row.ends_at):
                    row.starts_at, row.ends_at = times
                    yield row

    def _course(self, told: str) -> Course:
        of_source = Course.objects.filter(source=self.batch.source, external_id=told)
        course = of_source.first() or Course.objects.filter(title=told).first()
        if course is None:
            raise BadCell("course", told, "the title of a course, or its id at this source")
        return course

    def _times(self, read: Mapping[str, Any]) -> tuple[int, int]:
        starts = self._needed(read, "starts_at")
        if (ends := read.get("ends_at")) is None:
            ends = starts + 60 * self._needed(read, "minutes")
        if ends <= starts:
            raise BadCell("ends_at", instant_text(ends), "an end after the start")
        return starts, ends

    def _needed(self, read: Mapping[str, Any], name: str) -> int:
        if not (value := read.get(name)):
            raise BadCell(name, "" if value is None else str(value), "a value above nothing")
        return int(value)

    def spans(self, judgement: Judgement) -> Iterable[tuple[datetime, datetime]]:
        """Give when the session is, and when it was before."""
        for said in (judgement.facts["before"], judgement.facts["after"]):
            if said:
                yield tuple(  # type: ignore[misc]  # there are two of them
                    datetime.fromisoformat(said[name]) for name in _TIMES
                )


class _BoundEnrolments(BoundTable):
    """A table of who takes part, or took part, in sessions."""

    domain: ClassVar[str] = TRAINING
    instants: ClassVar[frozenset[str]] = frozenset({"asked_at"})

    @property
    def identity(self) -> str:
        """The column of the session, which is the first of two."""
        return self.mapping.columns["session"]

    @property
    def identities(self) -> tuple[str, ...]:
        """Session and person together say which enrolment is meant."""
        return (self.mapping.columns["session"], self.mapping.columns["person"])

    def record_key(self, cells: Sequence[str]) -> str:
        """Return the session's id and a digest of who: findings bear the key, and name nobody."""
        session, person = cells
        if not session or not person:
            return ""
        return f"{session}|{hashlib.sha256(person.casefold().encode()).hexdigest()[:24]}"

    def told(self, key: str, read: Mapping[str, Any]) -> Told:
        """Return what is said of one person in one session.

        A line without a state leaves that of an enrolment which stands as it is, unless the whole
        table is a list of attendance. What was entered here since the file was given in is newer
        than the file, and so is not overwritten.
        """
        told = self._said(key, read)
        if told.values.get("state") == EnrolmentState.ENROLLED:
            self._seats.ask_free(told.values["session"], told.values["person"])
        return told

    def _said(self, key: str, read: Mapping[str, Any]) -> Told:
        session, person = self._session(read["session"]), self.person(read["person"])
        if person is None:
            raise BadCell("person", read["person"], "the mail address or the id of one person")
        values: dict[str, Any] = {"session": session.pk, "person": person.pk}
        row = Enrolment.standing(self.batch.source, key, values)
        known = row if isinstance(row, Enrolment) else None
        state = self._state(known, read.get("state"))
        if known is None or state != known.state:
            values |= self._stated(session, state)
            self._ask_newer(known, values)
        if (asked := read.get("asked_at")) is not None:
            values["asked_at"] = instant_text(asked)
        elif row is None:
            values["asked_at"] = str(self.batch.begun_at)
        return Told(row, values, self._results(read, state, row))

    @cached_property
    def _seats(self) -> FileSeats:
        """What all lines of the file say of sessions to come; read once for each pass."""
        return FileSeats(self._told_seats())

    def _told_seats(self) -> Iterator[ToldSeat]:
        coming = CourseSession.objects.filter(
            source=self.batch.source, ends_at__gt=self.batch.begun_at, cancelled_at=None
        )
        sessions = {session.external_id: session for session in coming}
        by_key = {session.pk: session for session in sessions.values()}
        for line, told in self.right_lines(self._said, "session", sessions):
            if state := told.values.get("state"):
                session = by_key[told.values["session"]]
                yield ToldSeat(line, session, told.values["person"], EnrolmentState(state))

    def _state(self, row: Enrolment | None, said: str | None) -> EnrolmentState:
        """Return what becomes of an enrolment; BadCell where an absence was noted, and the table
        says of nobody that they were there but by their being in it."""
        named = self.mapping.options.get("named", NAMED.usual)
        if said:
            return EnrolmentState(said)
        if row is None or named == PRESENT:
            if row is not None and row.state == EnrolmentState.ABSENT:
                expected = "a state in a column of the table: an absence was noted here"
                raise BadCell("state", row.get_state_display(), expected)
            return EnrolmentState.ATTENDED if named == PRESENT else EnrolmentState(named)
        return EnrolmentState(row.state)

    def _ask_newer(self, row: Enrolment | None, values: Mapping[str, Any]) -> None:
        """Raise BadCell where somebody has entered otherwise since the file was given in."""
        begun = self.batch.begun_at
        if row is None:
            return
        if row.asked_at > begun or entries_of(row).filter(act__at__gt=begun).exists():
            expected = (
                "nothing else than was entered here since the file was given in: if the table is "
                "right all the same, give it in again"
            )
            raise BadCell("state", str(values["state"]), expected)

    def _stated(self, session: CourseSession, state: EnrolmentState) -> dict[str, str]:
        if state in _HAPPENED and session.starts_at > self.batch.begun_at:
            raise BadCell("state", state.label, "a session that has begun")
        completed_on = _day_of(session) if state == EnrolmentState.ATTENDED else ""
        return {"state": state.value, "completed_on": completed_on}

    def _session(self, told: str) -> CourseSession:
        of_source = CourseSession.objects.filter(source=self.batch.source, external_id=told)
        session = of_source.first()
        if session is None:
            raise BadCell("session", told, "the id of a session of this source")
        if session.cancelled_at is not None:
            raise BadCell("session", told, "a session that takes place")
        return session

    def _results(
        self, read: Mapping[str, Any], state: EnrolmentState, row: TableRow | None
    ) -> dict[str, tuple[int, int]]:
        """Return what the line says of tests that nobody has said yet."""
        most, new = read.get("most"), {}
        for moment in TestMoment.values:
            if (points := read.get(moment)) is None:
                continue
            if not most or points > most:
                raise BadCell(moment, str(points), "points up to the most that the tests give")
            if state not in SEATED:
                raise BadCell(moment, str(points), "no points of somebody without a seat")
            known = TestResult.objects.standing().filter(
                enrolment=row.pk if row else None, moment=moment
            )
            last = known.order_by("-at", "-pk").values_list("points", "most").first()
            if last != (points, most):
                new[moment] = (points, most)
        return new

    def spans(self, judgement: Judgement) -> Iterable[tuple[datetime, datetime]]:
        """Give when the session is."""
        session = CourseSession.objects.get(pk=judgement.facts["after"]["session"])
        yield session.starts_at, session.ends_at


def _day_of(session: CourseSession) -> str:
    """Return the day on which attendance completes a course: that of the session's end here."""
    return own_day(session.ends_at).isoformat()


class TrainingTable(MappedProfile):
    """A profile for any table of one kind of training records."""

    domain: ClassVar[str] = TRAINING

    def __init__(
        self,
        kind: type[BoundTable],
        model: type[TableRow],
        key: str,
        title: str,
        fields: tuple[MappedField, ...],
        *,
        options: tuple[Option, ...] = (),
        needs: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        self.kind, self.model, self.fields = kind, model, fields
        self.key, self.noun, self.title = key, model._meta.label_lower, title
        self.options, self.needs = options, needs  # type: ignore[misc]  # one class for three tables

    def bound(self, mapping: ColumnMapping, batch_key: int) -> Profile:
        """Return the profile of one table."""
        return self.kind(self.model, self.fields, mapping, batch_key, self.key, self.title)


TRAINING_TABLES = (
    TrainingTable(
        _BoundCourses,
        Course,
        "course-table",
        "Table of courses (any columns, one row each)",
        COURSES,
    ),
    TrainingTable(
        _BoundSessions,
        CourseSession,
        "session-table",
        "Table of training sessions (any columns, one row each)",
        SESSIONS,
        needs=(("ends_at", "minutes"),),
    ),
    TrainingTable(
        _BoundEnrolments,
        Enrolment,
        "enrolment-table",
        "Table of who took part in training (any columns, one row each)",
        ENROLMENTS,
        options=(NAMED,),
    ),
)
