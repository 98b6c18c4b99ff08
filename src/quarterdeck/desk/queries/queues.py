"""The open work as its pages show it: whose it is, how old it is, how urgent."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, cast

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from quarterdeck.core.models import Account, Person, Team, TeamMembership
from quarterdeck.core.models.directory import PersonQuerySet
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.models.kept import DESK_READERS
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.queries.major_incidents import active_majors
from quarterdeck.desk.rules import legal_acts, sees_notes
from quarterdeck.desk.vocabulary import WORKING_ROLES, TicketState
from quarterdeck.office.queries import calendar_named, working_calendar

MOST_A_LANE = 30
# Names that begin with the same letters are compared; above this share of letters they are alike.
_MOST_NAMES, _BEGINNING, _MOST_COMPARED, _ALIKE = 4, 2, 500, 0.75
# The next due time first, and behind all of them by priority what has none.
ORDER = ("due_order", "id")
_URGENT = 2
# In the order of work; what is unknown waits with the new ones.
LANES = (
    TicketState.NEW,
    TicketState.ASSIGNED,
    TicketState.IN_PROGRESS,
    TicketState.ON_HOLD,
)
_NEW = frozenset({TicketState.NEW, TicketState.UNKNOWN})


@dataclass(frozen=True)
class QueuedTicket:
    """An open ticket with its age in seconds of calendar and of business time.

    `acts` is what the reader may do with it as it stands; `due` is when it is due by what was
    promised to the customer (SLA) and by its team (OLA, for the desk alone), the sooner one first,
    each with whether that is past. `is_major` says that it is a major incident now.
    """

    ticket: Ticket
    calendar_seconds: int
    business_seconds: int
    acts: frozenset[str]
    due: tuple[tuple[datetime, str, bool], ...]
    is_major: bool = False


@dataclass(frozen=True)
class QueueSum:
    """What the open tickets of a queue add up to; the age of the oldest is in seconds."""

    total: int
    urgent: int
    on_hold: int
    overdue: int
    oldest_seconds: int


@dataclass(frozen=True)
class Lane:
    """One column of a team's board."""

    state: TicketState
    total: int
    rows: tuple[QueuedTicket, ...]


def my_tickets(user: Account) -> TicketQuerySet:
    """Return the open tickets that the account's person works on."""
    return Ticket.objects.visible_to(user).open().assigned_to(user.person_id)


def unassigned_tickets(user: Account) -> TicketQuerySet:
    """Return the open tickets of the account's teams, or of no team, that nobody works on."""
    return Ticket.objects.visible_to(user).open().unassigned()


def unassigned_in_parts(user: Account) -> list[TicketQuerySet]:
    """Return the same tickets team by team, where that is how they are found sooner."""
    return [part.open().unassigned() for part in Ticket.objects.all().visible_in_parts(user)]


def watched_tickets(user: Account) -> TicketQuerySet:
    """Return the open tickets that the account watches and may still see."""
    keys = user.watched.values("ticket")
    return Ticket.objects.visible_to(user).open().filter(pk__in=keys)


def board_tickets(user: Account, team: Team) -> TicketQuerySet:
    """Return the open tickets of a team."""
    return Ticket.objects.visible_to(user).open().filter(team=team)


def teams_of(user: Account) -> list[Team]:
    """Return the teams whose work the account reaches, its own first, then by name."""
    sight = sight_of(user, NounClass.ORDINARY, WORKING_ROLES)
    works_there = Exists(TeamMembership.objects.filter(team=OuterRef("pk"), person=user.person_id))
    teams = Team.objects.annotate(is_own=works_there).order_by("-is_own", "name")
    return list(teams if sight.everything else teams.filter(pk__in=sight.team_keys))


def own_team(user: Account) -> Team | None:
    """Return the team that the account's person works in, the first of several."""
    return Team.objects.filter(memberships__person=user.person_id).order_by("name").first()


def sum_of(tickets: TicketQuerySet, at: datetime) -> QueueSum:
    """Return what a queue adds up to, all its pages together."""
    found: dict[str, Any] = tickets.order_by().aggregate(
        total=Count("pk"),
        urgent=Count("pk", filter=Q(priority__lte=_URGENT)),
        on_hold=Count("pk", filter=Q(state=TicketState.ON_HOLD)),
        overdue=Count("pk", filter=Q(due_order__lt=at)),
        oldest=Min("opened_at"),
    )
    oldest = found.pop("oldest")
    age = 0 if oldest is None else max(int((at - oldest).total_seconds()), 0)
    return QueueSum(**found, oldest_seconds=age)


def lanes_of(tickets: TicketQuerySet, user: Account, at: datetime) -> list[Lane]:
    """Return tickets as a board, one lane for each open state; major incidents stand first."""
    counts = Counter(tickets.order_by().values_list("state", flat=True))
    majors = active_majors(user)
    # The lanes of one state ask the same but for the state, so that it is written once.
    of_one = _Lanes(tickets.filter(state=Slot("state")), majors)
    of_new = _Lanes(tickets.filter(state__in=_NEW), majors)
    found = []
    for state in LANES:
        is_new = state == TicketState.NEW
        total = sum(counts[each] for each in (_NEW if is_new else {state}))
        # An empty lane asks nothing.
        rows = (of_new if is_new else of_one).first(state) if total else []
        found.append(Lane(state, total, queued(rows, user, at, majors) if rows else ()))
    return found


class _Lanes:
    """The first tickets of lanes; what is asked of each has a place for its state, or needs none.

    Major incidents are asked for apart, so that the others still come in the order of an index.
    """

    def __init__(self, tickets: QuerySet[Any], majors: frozenset[int]) -> None:
        here = with_what_a_card_shows(tickets).order_by(*ORDER)
        self._majors = Prepared(lambda: here.filter(pk__in=majors)[:MOST_A_LANE])
        self._others = Prepared(lambda: here.exclude(pk__in=majors)[:MOST_A_LANE])
        self._has_majors = bool(majors)

    def first(self, state: TicketState) -> list[Ticket]:
        first = self._majors.records(state=state.value) if self._has_majors else []
        return [*first, *self._others.records(state=state.value)][:MOST_A_LANE]


def with_what_a_card_shows(tickets: QuerySet[Any]) -> QuerySet[Any]:
    """Bring along what the card of a ticket names."""
    return tickets.select_related("team", "service", "requester", "assignee")


def queued(
    tickets: Iterable[Ticket], user: Account, at: datetime, majors: frozenset[int] = frozenset()
) -> tuple[QueuedTicket, ...]:
    """Return tickets with their ages, due times and what the reader may do with them."""
    count = working_calendar(calendar_named("")).business_seconds
    return tuple(
        QueuedTicket(
            ticket,
            max(int((at - ticket.opened_at).total_seconds()), 0),
            count(ticket.opened_at, max(at, ticket.opened_at)),
            legal_acts(user, ticket),
            _due(ticket, at, sees_team=sees_notes(user, ticket)),
            ticket.pk in majors,
        )
        for ticket in tickets
    )


def _due(
    ticket: Ticket, at: datetime, *, sees_team: bool
) -> tuple[tuple[datetime, str, bool], ...]:
    found = [(ticket.due_at, "SLA"), (ticket.team_due_at if sees_team else None, "OLA")]
    return tuple(sorted((due, word, due < at) for due, word in found if due is not None))


def known_categories() -> list[str]:
    """Return the categories of the newest tickets, to choose from while typing."""
    newest = Ticket.objects.standing().order_by("-opened_at", "-pk")[:300]
    return sorted({name for name in newest.values_list("category", flat=True) if name})


def people_like(text: str, day: date, most: int = 10) -> list[Person]:
    """Return people who are there that day and whose name, or a part of it, begins so."""
    return list(_called_like(Person.objects.all(), text).here_on(day)[:most])


def people_offered(user: Account, text: str, day: date, most: int = 10) -> list[tuple[Person, str]]:
    """Return people like that whom the account may see, each with what one types to name them.

    It is the name, or the key behind a # where several are called so.
    """
    seen = record_of(Person).visible_to(user)
    found = list(_called_like(cast("PersonQuerySet", seen), text).here_on(day)[:most])
    names = [person.name for person in found]
    same = seen.filter(name__in=names).order_by().values("name").annotate(bearers=Count("pk"))
    borne = dict(same.values_list("name", "bearers"))
    return [
        (person, person.name if borne.get(person.name) == 1 else f"#{person.pk}")
        for person in found
    ]


def _called_like(people: PersonQuerySet, text: str) -> PersonQuerySet:
    words = text.strip()
    if not words:
        return people.none()
    named = Q(name__istartswith=words) | Q(name__icontains=f" {words}")
    return people.filter(named).select_related("unit").order_by("name", "pk")


def people_resembling(typed: str, day: date, most: int = 3) -> list[Person]:
    """Return people who are there that day and whose names are spelt much like this one."""
    begins = Q(pk__in=())
    for word in typed.split()[:_MOST_NAMES]:
        part = word[:_BEGINNING]
        begins |= Q(name__istartswith=part) | Q(name__icontains=f" {part}")
    some = Person.objects.filter(begins).here_on(day).order_by("name", "pk")[:_MOST_COMPARED]
    named: dict[str, Person] = {person.name.casefold(): person for person in some}
    alike = get_close_matches(typed.strip().casefold(), named, n=most, cutoff=_ALIKE)
    return [named[name] for name in alike]


def people_called(name: str) -> list[Person]:
    """Return the people of exactly this name, whatever the case."""
    return list(Person.objects.filter(name__iexact=name.strip()).order_by("pk")[:5])


def assignee_choices(user: User) -> list[tuple[str, str]]:
    """Return everybody who works in a team, to filter by; nobody for whoever only asks."""
    if not holds(user, *DESK_READERS):
        return []
    people = Person.objects.filter(memberships__isnull=False).order_by("name", "pk").distinct()
    return [(str(key), name) for key, name in people.values_list("pk", "name")]


def of_assignees(column: str, keys: Sequence[str]) -> Q:
    """Return the condition on tickets that one of these people works on, or did at last."""
    return Q(**{f"{column}__in": keys})
