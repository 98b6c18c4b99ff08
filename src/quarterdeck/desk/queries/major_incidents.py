"""Major incidents as pages need them: the timeline, the parts, what requesters read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.prepared import Prepared
from quarterdeck.desk.models import MajorIncident, PublicUpdate, Ticket, TicketLink
from quarterdeck.desk.models.link import TicketLinkQuerySet
from quarterdeck.desk.models.major_incident import MajorIncidentQuerySet
from quarterdeck.desk.queries.log import log_of
from quarterdeck.desk.vocabulary import OPEN_STATES
from quarterdeck.desk.vocabulary.ticket_life import LinkKind
from quarterdeck.services.models import Service

DOMAIN = "desk.major-incidents"
# So long after its end a major incident is still told of.
TOLD_FOR = timedelta(days=7)
_MOST = 200


@dataclass(frozen=True)
class TimelineLine:
    """One thing that happened in a major incident, from whichever register it is known.

    `recorded_at` is None where it was written down as it happened.
    """

    at: datetime
    what: str
    text: str
    by: str
    is_public: bool = False
    recorded_at: datetime | None = None


def timeline_of(incident: MajorIncident, links: Iterable[TicketLink]) -> list[TimelineLine]:
    """Return what happened, oldest first: the log of the ticket, entries, updates and parts."""
    lines = [*_of_log(incident.ticket), *_of_entries(incident), *_of_updates(incident)]
    lines += [
        TimelineLine(link.made_at, "Part", str(link.ticket), str(link.made_by)) for link in links
    ]
    return sorted(lines, key=lambda line: line.at)


def _of_log(ticket: Ticket) -> list[TimelineLine]:
    found = []
    for line in log_of(ticket):
        told = []
        if line.is_new_state:
            told.append(line.state)
        if line.is_new_team or line.is_new_assignee:
            held = ", ".join(filter(None, (line.change.team, line.change.assignee)))
            told.append(f"with {held or 'nobody'}")
        if line.is_new_priority and line.change.priority:
            told.append(f"priority {line.change.priority}")
        if told:
            text = "; ".join(told)
            found.append(TimelineLine(line.at, "Ticket", text, line.change.changed_by or ""))
    return found


def _of_entries(incident: MajorIncident) -> list[TimelineLine]:
    entries = incident.entries.select_related("by__person").order_by("happened_at", "pk")
    return [
        TimelineLine(
            each.happened_at,
            each.get_kind_display(),
            each.text,
            str(each.by),
            recorded_at=each.recorded_at if each.recorded_at != each.happened_at else None,
        )
        for each in entries
    ]


def _of_updates(incident: MajorIncident) -> list[TimelineLine]:
    updates = incident.updates.select_related("by__person").order_by("at", "pk")
    return [
        TimelineLine(each.at, "Told everybody", each.text, str(each.by), is_public=True)
        for each in updates
    ]


def _links(ticket: Ticket) -> TicketLinkQuerySet:
    links = TicketLink.objects.filter(other=ticket, kind=LinkKind.CHILD_OF)
    return links.select_related("ticket", "made_by__person").order_by("pk")


def parts_seen(ticket: Ticket, user: User) -> list[TicketLink]:
    """Return the links to the parts of a ticket that the reader may see, the oldest first."""
    return list(_links(ticket).visible_to(user)[:_MOST])


def open_parts_of(ticket: Ticket) -> list[Ticket]:
    """Return the open parts of a ticket, however many, in the order in which they came."""
    return [link.ticket for link in _links(ticket).filter(ticket__state__in=OPEN_STATES)]


_ACTIVE = Prepared(lambda: MajorIncident.objects.active().values_list("ticket_id"))


def active_majors(user: User) -> frozenset[int]:
    """Return the keys of the tickets that are major incidents now, as far as the reader sees it."""
    active = MajorIncident.objects.visible_to(user).active()
    return frozenset(active.values_list("ticket_id", flat=True))


def majors_among(keys: Collection[int], user: User) -> frozenset[int]:
    """Return those of some tickets that are major incidents now, as far as the reader sees it.

    Mostly there are none, and then nobody has to be asked who may see them.
    """
    is_any = any(key in keys for (key,) in _ACTIVE.rows())
    return active_majors(user).intersection(keys) if is_any else frozenset()


def used_services(user: Account) -> set[int]:
    """Return the services that somebody is known to use: they reported tickets about them.

    Which services people use is recorded nowhere else.
    """
    own = Ticket.objects.standing().filter(requester=user.person_id, requester__isnull=False)
    named = Service.objects.filter(tickets__in=own)
    return set(named.order_by().values_list("pk", flat=True))


def told_to(user: Account, at: datetime) -> MajorIncidentQuerySet:
    """Return the major incidents whose updates somebody reads, those that go on first, then those
    that ended last.

    They are those of services that the reader uses, those that name no service, and all where
    nobody knows what the reader uses; those that have ended are told of for a week.
    """
    told = MajorIncident.objects.exclude(ended_at__lt=at - TOLD_FOR)
    used = used_services(user)
    if used:
        services = Service.objects.filter(pk__in=used)
        mine = told.filter(affected__service__in=services).values("pk")
        told = told.filter(pk__in=mine) | told.filter(affected__isnull=True)
    going_on_first = F("ended_at").desc(nulls_first=True)
    return told.distinct().order_by(going_on_first, "-declared_at", "-pk")


@dataclass(frozen=True)
class PublicIncident:
    """A major incident as requesters see it."""

    incident: MajorIncident
    services: Sequence[str]
    updates: Sequence[PublicUpdate]
    is_overdue: bool


def public_incidents(user: Account, at: datetime) -> list[PublicIncident]:
    """Return what somebody reads of major incidents, each with its updates, the newest first."""
    incidents = list(told_to(user, at)[:50])
    incidents.sort(key=lambda each: (each.ended_at is not None, -each.declared_at.timestamp()))
    updates: dict[int, list[PublicUpdate]] = {}
    for update in PublicUpdate.objects.filter(incident__in=incidents).order_by("-at", "-pk"):
        updates.setdefault(update.incident_id, []).append(update)
    services: dict[int, list[str]] = {}
    named = Service.objects.filter(major_incidents__incident__in=incidents).order_by("name")
    for key, name in named.values_list("major_incidents__incident", "name"):
        services.setdefault(key, []).append(name)
    return [
        PublicIncident(
            each, services.get(each.pk, []), updates.get(each.pk, []), is_overdue(each, at)
        )
        for each in incidents
    ]


def is_overdue(incident: MajorIncident, at: datetime) -> bool:
    """Say whether an update was promised for earlier than this."""
    return incident.next_update_due_at is not None and incident.next_update_due_at < at
