"""The open work as its pages show it: whose it is, how old it is, how urgent."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.permission import NounClass, sight_of
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.rules import legal_acts
from quarterdeck.desk.vocabulary import WORKING_ROLES, TicketState
from quarterdeck.office.queries import calendar_named, working_calendar

MOST = 200
MOST_A_LANE = 50
# In the order of work; what is unknown waits with the new ones.
LANES = (
    TicketState.NEW,
    TicketState.ASSIGNED,
    TicketState.IN_PROGRESS,
    TicketState.ON_HOLD,
)
_LONG = 24 * 3600


@dataclass(frozen=True)
class QueuedTicket:
    """An open ticket with its age in seconds of calendar and of business time.

    `acts` is what the reader may do with it as it stands.
    """

    ticket: Ticket
    calendar_seconds: int
    business_seconds: int
    acts: frozenset[str]


@dataclass(frozen=True)
class Queue:
    """Open tickets, the most urgent and then the oldest first, and what they add up to."""

    rows: tuple[QueuedTicket, ...]
    total: int
    on_hold: int
    urgent: int
    oldest: QueuedTicket | None

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.total > len(self.rows)


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


def board_tickets(user: Account, team: Team) -> TicketQuerySet:
    """Return the open tickets of a team."""
    return Ticket.objects.visible_to(user).open().filter(team=team)


def teams_of(user: Account) -> list[Team]:
    """Return the teams whose work the account reaches, its own first, then by name."""
    sight = sight_of(user, NounClass.ORDINARY, WORKING_ROLES)
    teams = Team.objects.order_by("name")
    reached = list(teams if sight.everything else teams.filter(pk__in=sight.team_keys))
    own = set(teams.filter(memberships__person=user.person_id).values_list("pk", flat=True))
    return sorted(reached, key=lambda team: team.pk not in own)


def own_team(user: Account) -> Team | None:
    """Return the team that the account's person works in, the first of several."""
    return Team.objects.filter(memberships__person=user.person_id).order_by("name").first()


def queue_of(tickets: TicketQuerySet, user: Account, at: datetime) -> Queue:
    """Return tickets as a queue."""
    rows = list(_with_what_is_shown(tickets)[: MOST + 1])
    total = len(rows) if len(rows) <= MOST else tickets.count()
    queued = _queued(rows[:MOST], user, at)
    return Queue(
        rows=queued,
        total=total,
        on_hold=sum(row.ticket.state == TicketState.ON_HOLD for row in queued),
        urgent=sum((row.ticket.priority or _LONG) <= 2 for row in queued),  # noqa: PLR2004 — priorities 1 and 2
        oldest=max(queued, key=lambda row: row.calendar_seconds, default=None),
    )


def lanes_of(tickets: TicketQuerySet, user: Account, at: datetime) -> list[Lane]:
    """Return tickets as a board, one lane for each open state."""
    rows = list(_with_what_is_shown(tickets)[:MOST])
    counts = Counter(tickets.order_by().values_list("state", flat=True))
    queued = _queued(rows, user, at)
    return [_lane(state, queued, counts) for state in LANES]


def _lane(state: TicketState, rows: Iterable[QueuedTicket], counts: Counter[str]) -> Lane:
    states = {state, TicketState.UNKNOWN} if state == TicketState.NEW else {state}
    here = tuple(row for row in rows if row.ticket.state in states)
    return Lane(state, sum(counts[each] for each in states), here[:MOST_A_LANE])


def _with_what_is_shown(tickets: TicketQuerySet) -> TicketQuerySet:
    related = tickets.select_related("team", "service", "requester", "assignee")
    return related.most_urgent_first()


def _queued(tickets: Sequence[Ticket], user: Account, at: datetime) -> tuple[QueuedTicket, ...]:
    count = working_calendar(calendar_named("")).business_seconds
    return tuple(
        QueuedTicket(
            ticket,
            max(int((at - ticket.opened_at).total_seconds()), 0),
            count(ticket.opened_at, max(at, ticket.opened_at)),
            legal_acts(user, ticket),
        )
        for ticket in tickets
    )


def known_categories() -> list[str]:
    """Return the categories of the newest tickets, to choose from while typing."""
    newest = Ticket.objects.standing().order_by("-opened_at", "-pk")[:300]
    return sorted({name for name in newest.values_list("category", flat=True) if name})


def people_like(text: str, day: date, most: int = 10) -> list[Person]:
    """Return people who are there that day and whose name, or a part of it, begins so."""
    words = text.strip()
    if not words:
        return []
    named = Person.objects.filter(name__istartswith=words) | Person.objects.filter(
        name__icontains=f" {words}"
    )
    return list(named.here_on(day).select_related("unit").order_by("name", "pk")[:most])


def people_called(name: str) -> list[Person]:
    """Return the people of exactly this name, whatever the case."""
    return list(Person.objects.filter(name__iexact=name.strip()).order_by("pk")[:5])
