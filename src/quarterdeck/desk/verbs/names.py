"""The acts that say whom the names of a source mean, and link the tickets that bear them."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q

from quarterdeck.core.acts import verb
from quarterdeck.core.database import update_rows
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account, Person
from quarterdeck.desk.models import PersonAlias, Ticket
from quarterdeck.desk.models.routine import DOMAIN
from quarterdeck.desk.queries.agreements import CLOCKED
from quarterdeck.desk.queries.facts import effective_changes
from quarterdeck.desk.queries.names import assignees_meant, people_meant
from quarterdeck.desk.verbs.clock_projection import ClockProjection
from quarterdeck.office.rules import may_import

TICKETS_A_CHUNK = 1_000


@verb
def link_name(
    *,
    source: str,
    text: str,
    person: Person | None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> PersonAlias:
    """Say whom a name of a source means, or that it is nobody of ours; the last word counts.

    A worker then links the tickets that bear the name, and imports to come link theirs.
    """
    if not may_import(actor):
        raise Refused("You may not say whom the names of sources mean.")
    if not source or not text.strip():
        raise Refused("Name a source, and a name as it writes it.")
    alias, is_new = PersonAlias.objects.select_for_update().get_or_create(
        source=source, text=text, defaults={"person": person}
    )
    if not is_new and alias.person_id != (person.pk if person else None):
        alias.person = person
        alias.version += 1
        alias.save(update_fields=["person", "version"])
    enqueue("desk.follow_name", source=source, text=text)
    return alias


@verb
def unlink_name(
    *,
    alias: PersonAlias,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Take back whom a name means: a worker puts its tickets back as the source tells them.

    What somebody has done on a ticket by hand since stays as they left it.
    """
    if not may_import(actor):
        raise Refused("You may not say whom the names of sources mean.")
    source, text = alias.source, alias.text
    PersonAlias.objects.filter(pk=alias.pk).delete()
    enqueue("desk.follow_name", source=source, text=text)


@verb
def follow_name(
    *,
    source: str,
    text: str,
    after: int,
    actor: Account,  # noqa: ARG001 — the act names who
    at: datetime,
) -> int:
    """Link the next tickets that bear a name to whom it means now.

    Returns the key of the last one, and 0 when there are no more; a run that is killed begins anew
    and finds what is linked already as it should be.
    """
    bearing = Q(requester_name=text) | Q(assignee_name=text)
    rows = Ticket.objects.filter(bearing, source=source, batch__isnull=False, pk__gt=after)
    tickets = list(rows.select_for_update(of=("self",)).order_by("pk")[:TICKETS_A_CHUNK])
    if not tickets:
        _touch_answered(source, text, at)
        return 0
    changed: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for ticket, columns in _linked(source, text, tickets):
        if columns:
            changed[tuple(columns)].append([*columns.values(), ticket.pk])
    for names, values in changed.items():
        update_rows(Ticket, names, values)
    _catch_up([row[-1] for values in changed.values() for row in values], at)
    return tickets[-1].pk


def _linked(source: str, text: str, tickets: list[Ticket]) -> list[tuple[Ticket, dict[str, Any]]]:
    """Return each ticket with the columns that differ from whom the name means now."""
    requester = people_meant({text}, source).get(text)
    assignee = assignees_meant({text}, source).get(text)
    logs = effective_changes([ticket.pk for ticket in tickets])
    found = []
    for ticket in tickets:
        columns: dict[str, Any] = {}
        is_theirs = ticket.requester_name == text and "requester" not in ticket.set_by_hand
        if is_theirs and ticket.requester_id != requester:
            columns["requester"] = requester
        log = logs.get(ticket.pk, ())
        by_hand = log[-1][1].assignee_id if log else None
        if ticket.assignee_name == text and ticket.assignee_id != (by_hand or assignee):
            columns["assignee"] = by_hand or assignee
        found.append((ticket, columns))
    return found


def _touch_answered(source: str, text: str, at: datetime) -> None:
    """Let readings know that what the name wrote may be an answer, or none any more."""
    written = Ticket.objects.filter(source=source, imported_messages__author=text)
    first, last = written.aggregate(first=Min("opened_at"), last=Max("opened_at")).values()
    if first is not None:
        touch(DOMAIN, first, max(at, last))


def _catch_up(keys: list[int], at: datetime) -> None:
    """Let clocks and figures of the tickets follow; agreements may hang on the requester."""
    tickets = list(Ticket.objects.filter(pk__in=keys).select_related("requester__unit"))
    if not tickets:
        return
    clocked = Ticket.objects.standing().filter(CLOCKED, pk__in=keys)
    ClockProjection(list(clocked.select_related("requester__unit")), at).follow()
    opened = [ticket.opened_at for ticket in tickets]
    touch(DOMAIN, min(opened), max([at, *opened]))
