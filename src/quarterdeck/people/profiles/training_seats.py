"""Which seats tables of training give and move, so that nobody gets two at one time."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.columns import BadCell
from quarterdeck.people.models import CourseSession, Enrolment
from quarterdeck.people.queries.training import seats_elsewhere
from quarterdeck.people.vocabulary import EnrolmentState


@dataclass(frozen=True)
class ToldSeat:
    """What one line says anew of one person in a session to come."""

    line: int
    session: CourseSession
    person: int
    state: EnrolmentState


class FileSeats:
    """What all lines of a file say of seats to come: of two at one time, the first line counts.

    A seat that the file itself takes away stands in nobody's way, and neither does one that a line
    asks for in vain.
    """

    def __init__(self, told: Iterable[ToldSeat]) -> None:
        self._problems: dict[tuple[int, int], BadCell] = {}
        of_person: dict[int, list[ToldSeat]] = defaultdict(list)
        for seat in sorted(told, key=lambda seat: seat.line):
            of_person[seat.person].append(seat)
        for seats in of_person.values():
            self._judge(seats)

    def ask_free(self, session: int, person: int) -> None:
        """Raise BadCell where a person has, or is given by an earlier line, a seat elsewhere."""
        if problem := self._problems.get((session, person)):
            raise problem

    def _judge(self, seats: list[ToldSeat]) -> None:
        left = {each.session.pk for each in seats if each.state != EnrolmentState.ENROLLED}
        given: list[ToldSeat] = []
        for seat in seats:
            if seat.state != EnrolmentState.ENROLLED:
                continue
            if problem := _hindrance(seat, given, left):
                expected = f"a session at a time at which the person has no other seat: {problem}"
                found = BadCell("session", str(seat.session), expected)
                self._problems[seat.session.pk, seat.person] = found
            else:
                given.append(seat)


def _hindrance(seat: ToldSeat, given: Iterable[ToldSeat], left: Container[int]) -> str:
    """Return what keeps a person from a seat; nothing where nothing does."""
    for other in given:
        if _overlap(other.session, seat.session):
            return f"line {other.line} gives one"
    standing = seats_elsewhere(seat.session).filter(person=seat.person)
    is_held = any(key not in left for key in standing.values_list("session", flat=True))
    return "one stands here already" if is_held else ""


class FileMoves:
    """Where a file puts sessions that stand: each new time is compared with the new ones of the
    others, and with those that stand where the file moves them not, or in vain."""

    def __init__(self, moved: Iterable[CourseSession], begun_at: datetime) -> None:
        self._moved = {session.pk: session for session in moved}
        self._problems: dict[int, BadCell] = {}
        self._seated: dict[int, set[int]] = defaultdict(set)
        self._held: dict[int, dict[int, CourseSession]] = defaultdict(dict)
        self._read_seats()
        asked = [each for each in self._moved.values() if each.ends_at > begun_at]
        while hindered := self._hindered(asked):
            session, other = hindered
            expected = f"a time at which nobody with a seat has another one, in “{other}”"
            self._problems[session.pk] = BadCell("starts_at", str(session), expected)
            asked.remove(session)
            del self._moved[session.pk]

    def ask_movable(self, session: int) -> None:
        """Raise BadCell where somebody with a seat in a session sits elsewhere at its new time."""
        if problem := self._problems.get(session):
            raise problem

    def _read_seats(self) -> None:
        seats = Enrolment.objects.filter(
            state=EnrolmentState.ENROLLED, session__cancelled_at=None
        ).select_related("session__course")
        people = seats.filter(session__in=list(self._moved)).values("person")
        for seat in seats.filter(person__in=people):
            self._seated[seat.session_id].add(seat.person_id)
            self._held[seat.person_id][seat.session_id] = seat.session

    def _hindered(self, asked: list[CourseSession]) -> tuple[CourseSession, CourseSession] | None:
        """Return a session that cannot be moved, and the one in its way: first what is in the way
        of another that stays, and then the later line of two."""
        both = None
        for session in reversed(asked):
            for other in self._at_its_time(session):
                if other.pk not in self._moved:
                    return session, other
                both = both or (session, other)
        return both

    def _at_its_time(self, session: CourseSession) -> Iterable[CourseSession]:
        for person in self._seated[session.pk]:
            for key, standing in self._held[person].items():
                other = self._moved.get(key, standing)
                if _overlap(session, other):
                    yield other


def _overlap(one: CourseSession, other: CourseSession) -> bool:
    """Whether two are different sessions of which one is on at a time of the other."""
    is_other = one.pk != other.pk
    return is_other and one.starts_at < other.ends_at and one.ends_at > other.starts_at
