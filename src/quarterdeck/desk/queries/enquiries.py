"""Who looked for help, whether they read an article, and whether they reported something then."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from quarterdeck.core.measures import Terms
from quarterdeck.core.memory import asked_once
from quarterdeck.desk.models import KnowledgeVisit, Ticket
from quarterdeck.desk.queries.article_visits import WINDOW
from quarterdeck.desk.vocabulary.knowledge import VisitKind, VisitOrigin
from quarterdeck.kernels.spans import Span
from quarterdeck.office.queries import organisation

NOTHING_FOUND = "Searched, and nothing was found"
NO_ORIGIN = "Opened an article without having searched or been offered it"
UNKNOWN_ORIGIN = "Not known whether it was a search or a report"
HAD_REPORTED = f"Had reported something in the {WINDOW.days} days before"
SAME_PERSON = "The same person again: the first time in the period counts"
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Enquiry:
    """A day on which somebody looked for help: the visit that stands for it, and what came of it.

    It dates from the first article that was read after they had searched or been offered some, and
    else from when they had. `left_out` says why it tells nothing of sparing tickets.
    """

    visit: int
    person: int
    at: datetime
    origin: str
    has_read: bool
    has_reported: bool = False
    left_out: str = ""


@dataclass(frozen=True)
class _Visit:
    key: int
    kind: str
    origin: str
    found: int | None
    at: datetime


def enquiries_of(origin: VisitOrigin, period: Span, terms: Terms) -> list[Enquiry]:
    """Return who looked for help in one way, each person's first enquiry of the period counted.

    A person is asked after once, so that each of those counted is independent of the others. With
    them come those of whom the way is not known.
    """
    seen: set[int] = set()
    found = []
    for each in enquiries(period, terms):
        if each.origin not in {origin, ""}:
            continue
        if not each.left_out and each.person in seen:
            found.append(replace(each, left_out=SAME_PERSON))
            continue
        found.append(each)
        if not each.left_out:
            seen.add(each.person)
    return found


@asked_once
def enquiries(period: Span, terms: Terms) -> tuple[Enquiry, ...]:
    """Return what people looked for whose window ended in the period, and by `as_of`, by time.

    One person's visits of one day are one enquiry, in the way in which it began. A ticket follows
    it that the person reports within the window; one that they reported within as long before it
    shows that nothing was left to spare.
    """
    begin, end = period.start - WINDOW, min(period.end, terms.as_of) - WINDOW
    days = _days(begin, end)
    told = [_enquiry(person, visits) for (person, _), visits in days.items()]
    counted = sorted(
        (each for each in told if begin <= each.at < end), key=lambda each: (each.at, each.visit)
    )
    reported = _reports({each.person for each in counted}, begin - WINDOW, end + WINDOW)
    return tuple(_followed(each, reported.get(each.person, ())) for each in counted)


def _days(begin: datetime, end: datetime) -> Mapping[tuple[int, date], list[_Visit]]:
    """Return what each person did on each day, in the order of time.

    A day that only just reaches into the time between the two instants is read whole.
    """
    day_of = organisation().rules.day_of
    rows = KnowledgeVisit.objects.of_served().filter(at__gte=begin - _A_DAY, at__lt=end + _A_DAY)
    days: dict[tuple[int, date], list[_Visit]] = {}
    for key, person, kind, origin, found, at in rows.order_by("at", "pk").values_list(
        "pk", "person", "kind", "origin", "found", "at"
    ):
        days.setdefault((person, day_of(at)), []).append(_Visit(key, kind, origin, found, at))
    return days


def _enquiry(person: int, visits: Sequence[_Visit]) -> Enquiry:
    """Return what the visits of one day come to, before it is known what was reported."""
    found = [each for each in visits if each.kind == VisitKind.VIEWED or each.found != 0]
    first = found[0] if found else visits[0]
    # What was searched before origins were kept is known by its kind.
    origin = VisitOrigin.SEARCH.value if first.kind == VisitKind.SEARCHED else first.origin
    read = next((each for each in found[1:] if each.kind == VisitKind.VIEWED), None)
    left_out = "" if found else NOTHING_FOUND
    if not origin:
        left_out = NO_ORIGIN if first.kind == VisitKind.VIEWED else UNKNOWN_ORIGIN
    present = read or first
    return Enquiry(
        present.key, person, present.at, origin, has_read=read is not None, left_out=left_out
    )


def _followed(enquiry: Enquiry, reported: Sequence[datetime]) -> Enquiry:
    """Add to an enquiry what its person reported before and after it."""
    before, since, after = (
        bisect_left(reported, enquiry.at + shift) for shift in (-WINDOW, timedelta(), WINDOW)
    )
    left_out = enquiry.left_out or (HAD_REPORTED if before < since else "")
    return replace(enquiry, has_reported=since < after, left_out=left_out)


def _reports(
    people: Iterable[int], since: datetime, until: datetime
) -> Mapping[int, Sequence[datetime]]:
    """Return when each of these people reported something between two instants, in order."""
    found: dict[int, list[datetime]] = {}
    tickets = Ticket.objects.standing().filter(opened_at__gte=since, opened_at__lt=until)
    wanted = set(people)
    rows = tickets.filter(requester__isnull=False).order_by("opened_at")
    for person, at in rows.values_list("requester", "opened_at"):
        if person in wanted:
            found.setdefault(person, []).append(at)
    return found
