"""How a team stands: who has how much, how old it is, what is stuck, what runs out next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from quarterdeck.core.models import Person, Team
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.desk.models import Escalation, ServiceLevelClock, Ticket, TicketMessage
from quarterdeck.desk.models.on_ticket import on_ticket
from quarterdeck.desk.queries.business_past import business_time_ago
from quarterdeck.desk.queries.running_clocks import ShownClock, rows_due, with_tickets
from quarterdeck.desk.vocabulary import TicketState
from quarterdeck.office.queries import calendar_named, working_calendar

# Hours on the usual calendar without any change or word on a ticket.
STALE_HOURS = 16
MOST_ROWS = 10
# More open tickets than one team can have in sight; beyond, those due last are left out and told.
MOST_OPEN = 20_000
_WEEK, _DAY = timedelta(days=7), timedelta(days=1)
_URGENT, _MOST_WEEKS = 2, 4
_WEIGHTS = {1: 5, 2: 4, 3: 3, 4: 2, 5: 1}
# Up to so many days, and what that is called.
AGES = (
    (1, "Up to a day"),
    (3, "Up to 3 days"),
    (7, "Up to a week"),
    (30, "Up to 30 days"),
    (None, "Longer"),
)


class OpenTicket(NamedTuple):
    """What is read of each open ticket."""

    key: int
    assignee: int | None
    assignee_name: str
    priority: int | None
    state: str
    opened_at: datetime
    changed_at: datetime
    reopen_count: int

    @property
    def is_urgent(self) -> bool:
        """Whether it is of priority 1 or 2."""
        return self.priority is not None and self.priority <= _URGENT

    def weight(self, at: datetime) -> int:
        """Return 5 for priority 1 down to 1 for 5 or none, and 1 for each of four weeks of age."""
        weeks = min(max(at - self.opened_at, timedelta()) // _WEEK, _MOST_WEEKS)
        return _WEIGHTS.get(self.priority or 0, 1) + weeks


# The columns of an open ticket, in its order.
OPEN_COLUMNS = (
    *("pk", "assignee_id", "assignee_name", "priority", "state"),
    *("opened_at", "changed_at", "reopen_count"),
)


@dataclass
class Load:
    """What one person has; `leaves_on` is their last day, where one is known."""

    name: str
    person: Person | None = None
    open: int = 0
    urgent: int = 0
    on_hold: int = 0
    weight: int = 0
    oldest: datetime | None = None

    def add(self, ticket: OpenTicket, at: datetime) -> None:
        """Count a ticket."""
        self.open += 1
        self.urgent += ticket.is_urgent
        self.on_hold += ticket.state == TicketState.ON_HOLD
        self.weight += ticket.weight(at)
        self.oldest = min(self.oldest or ticket.opened_at, ticket.opened_at)


@dataclass(frozen=True)
class TeamStanding:
    """A team at one moment; the lists hold the first rows, the numbers beside them all of them."""

    total: int
    is_cut: bool
    urgent: int
    loads: list[Load]
    ages: list[tuple[str, int]]
    unassigned: int
    stale: int
    reopened: int
    overdue: int
    escalated: int
    due: Sequence[ShownClock]
    rows: dict[str, list[Ticket]] = field(default_factory=dict)


def standing_of(team: Team, at: datetime) -> TeamStanding:
    """Return how a team stands, in a fixed number of questions to the database."""
    found = _open_of(team)
    kept = found[:MOST_OPEN]
    untouched = _without_news(team, at)
    stale = [each for each in kept if each.key in untouched]
    unassigned = [each for each in kept if not each.assignee and not each.assignee_name]
    parts = {
        "longest": sorted(kept, key=lambda each: (each.opened_at, each.key)),
        "unassigned": sorted(unassigned, key=lambda each: (each.priority or 9, each.opened_at)),
        "stale": sorted(stale, key=lambda each: (each.changed_at, each.key)),
        "reopened": sorted(
            (each for each in kept if each.reopen_count),
            key=lambda each: (-each.reopen_count, each.opened_at),
        ),
    }
    live = ServiceLevelClock.objects.live().standing().filter(team=team)
    late = live.promised_to_customers().filter(due_at__lt=at)
    raised = Escalation.objects.open().filter(on_ticket(team=team))
    figures = Team.objects.filter(pk=team.pk).values_list(_count(late), _count(raised))
    overdue, escalated = figures.get()
    return TeamStanding(
        total=len(kept),
        is_cut=len(found) > MOST_OPEN,
        urgent=sum(each.is_urgent for each in kept),
        loads=_loads(team, kept, at),
        ages=_ages(kept, at),
        unassigned=len(unassigned),
        stale=len(stale),
        reopened=len(parts["reopened"]),
        overdue=overdue,
        escalated=escalated,
        due=rows_due(with_tickets(live).order_by("due_at", "id")[:MOST_ROWS], at),
        rows=_rows(parts),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    """Count rows beside others in one question."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def without_news(team: Team, at: datetime) -> int:
    """Return how many open tickets of a team nobody has touched for STALE_HOURS of work."""
    return len(_without_news(team, at))


def _untouched() -> QuerySet[Any, Any]:
    spoken = TicketMessage.objects.filter(ticket=OuterRef("pk"), at__gt=Slot("since"))
    rows = Ticket.objects.standing().open().filter(team=Slot("team"), changed_at__lte=Slot("since"))
    return rows.exclude(Exists(spoken)).order_by().values_list("pk")[:MOST_OPEN]


_UNTOUCHED = Prepared(_untouched)


def _without_news(team: Team, at: datetime) -> set[int]:
    """Return the keys of the open tickets on which nothing changed and nobody wrote for so many
    business hours; what waits for somebody else is among them too: that is how it is forgotten."""
    hours = working_calendar(calendar_named(""))
    since = business_time_ago(hours, at, STALE_HOURS * 3_600)
    return {key for (key,) in _UNTOUCHED.rows(team=team.pk, since=since)}


def _open_of(team: Team) -> list[OpenTicket]:
    # In the order of an index of what is open: by age, SQLite would walk all that ever was.
    rows = Ticket.objects.standing().open().filter(team=team).order_by("due_order", "pk")
    return [OpenTicket(*row) for row in rows.values_list(*OPEN_COLUMNS)[: MOST_OPEN + 1]]


def _loads(team: Team, found: Iterable[OpenTicket], at: datetime) -> list[Load]:
    """Return what each person has, the heaviest first; members with nothing stand there too."""
    people = Person.objects.filter(memberships__team=team).order_by("name")
    loads = {str(person.pk): Load(person.name, person) for person in people}
    for ticket in found:
        if not ticket.assignee and not ticket.assignee_name:
            continue
        place = str(ticket.assignee or ticket.assignee_name)
        loads.setdefault(place, Load(ticket.assignee_name)).add(ticket, at)
    return sorted(loads.values(), key=lambda load: (-load.weight, load.name))


def _ages(found: Iterable[OpenTicket], at: datetime) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for ticket in found:
        age = at - ticket.opened_at
        counts[next(title for days, title in AGES if days is None or age <= days * _DAY)] += 1
    return [(title, counts[title]) for _, title in AGES]


def _rows(parts: dict[str, list[OpenTicket]]) -> dict[str, list[Ticket]]:
    """Read the first tickets of each part, all at once."""
    first = {name: [each.key for each in part[:MOST_ROWS]] for name, part in parts.items()}
    keys = {key for part in first.values() for key in part}
    read = Ticket.objects.select_related("assignee").in_bulk(keys)
    return {name: [read[key] for key in part] for name, part in first.items()}
