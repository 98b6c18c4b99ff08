"""Bulk acts of imports on tickets: rows of a batch, unseen by readers before the batch counts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from quarterdeck.core.acts import verb
from quarterdeck.core.database import insert_rows, update_rows
from quarterdeck.core.directory import name_teams
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Team
from quarterdeck.desk.models import StateChange, Ticket, TicketMessage
from quarterdeck.desk.queries.facts import (
    NOUN,
    ChangeFacts,
    HeaderFacts,
    TicketFacts,
    effective_changes,
    header_of,
    instant,
    latest_records,
    standing_tickets,
    stored_header,
)
from quarterdeck.desk.queries.projection import Projection, project
from quarterdeck.office.models import ImportBatch, SourceRecord
from quarterdeck.office.rules import may_import
from quarterdeck.office.vocabulary import BatchState, Outcome

TICKETS_A_CHUNK = 1_000
NAMED = 3

_CHANGE = (
    "ticket",
    "sequence",
    "occurred_at",
    "recorded_at",
    "batch",
    "external_id",
    "state",
    "source_state",
    "pause_reason",
    "priority",
    "team",
    "assignee_name",
    "changed_by",
)
_SOURCE_RECORD = ("batch", "noun", "source", "external_id", "outcome", "digest", "facts")


@verb
def take_in_tickets(
    *, batch: ImportBatch, tickets: Sequence[TicketFacts], actor: Account, at: datetime
) -> None:
    """Write tickets of a batch with their logs; of a ticket that stands, only what is new."""
    if not may_import(actor):
        raise Refused("You may not import tickets.")
    teams = name_teams(
        names=(change.team for ticket in tickets for _, change in ticket.changes),
        actor=actor,
        at=at,
    )
    standing = standing_tickets(batch.source, [ticket.external_id for ticket in tickets])
    added = [ticket for ticket in tickets if ticket.external_id not in standing]
    keys = _insert_tickets(batch, [_ticket(batch, facts, teams) for facts in added])
    keys |= {external_id: ticket.ticket_key for external_id, ticket in standing.items()}
    changes = [
        _change(batch, keys[ticket.external_id], sequence, change, teams, at)
        for ticket in tickets
        for sequence, change in ticket.changes
        if (known := standing.get(ticket.external_id)) is None
        or dict(known.changes).get(sequence) != change
    ]
    insert_rows(StateChange, _CHANGE, changes)
    insert_rows(
        SourceRecord,
        _SOURCE_RECORD,
        [_source_record(batch, ticket, ticket.external_id in standing) for ticket in tickets],
    )


def _insert_tickets(batch: ImportBatch, tickets: Sequence[Ticket]) -> dict[str, int]:
    """Insert tickets of a batch, and return their keys by external id."""
    columns = [field for field in Ticket._meta.concrete_fields if not field.primary_key]
    rows = ([getattr(ticket, column.attname) for column in columns] for ticket in tickets)
    insert_rows(Ticket, [column.name for column in columns], rows)
    external_ids = [ticket.external_id for ticket in tickets]
    inserted = Ticket.objects.filter(batch=batch, external_id__in=external_ids)
    return dict(inserted.values_list("external_id", "pk"))


def _ticket(batch: ImportBatch, facts: TicketFacts, teams: dict[str, Team]) -> Ticket:
    projection = project(facts.header, [change for _, change in facts.changes])
    return Ticket(
        source=batch.source,
        external_id=facts.external_id,
        batch=batch,
        **_header_columns(facts.header),
        **_projected_columns(projection, teams),
    )


def _header_columns(header: HeaderFacts) -> dict[str, Any]:
    return {
        "number": header.number,
        "kind": header.kind,
        "title": header.title,
        "opened_at": instant(header.opened),
        "opened_from": header.opened_from,
        "requester_name": header.requester,
        "category": header.category,
        "contact_channel": header.channel,
        "impact": header.impact,
        "urgency": header.urgency,
        "recorded_sla_kept": header.sla_kept,
        "recorded_reopen_count": header.reopen_count,
        "recorded_reassignment_count": header.reassignment_count,
        "history_depth": header.depth,
        "recorded_due_at": None if header.due is None else instant(header.due),
    }


def _projected_columns(projection: Projection, teams: dict[str, Team]) -> dict[str, Any]:
    return {**projection._asdict(), "team": teams.get(projection.team)}


def _change(  # noqa: PLR0917 — the sides of one row, called in one place
    batch: ImportBatch,
    ticket_key: int,
    sequence: int,
    change: ChangeFacts,
    teams: dict[str, Team],
    at: datetime,
) -> tuple[Any, ...]:
    """Return the row of one change, in the order of _CHANGE."""
    return (
        ticket_key,
        sequence,
        instant(change.occurred),
        at,
        batch.pk,
        change.external_id,
        change.state,
        change.source_state,
        change.pause_reason,
        change.priority,
        teams[change.team].pk if change.team else None,
        change.assignee,
        change.changed_by,
    )


def _source_record(batch: ImportBatch, ticket: TicketFacts, stands: bool) -> tuple[Any, ...]:
    """Return the row of what a source says of one ticket, in the order of _SOURCE_RECORD."""
    outcome = Outcome.UPDATED if stands else Outcome.CREATED
    facts = stored_header(ticket.header)
    return (batch.pk, NOUN, batch.source, ticket.external_id, outcome.value, ticket.digest, facts)


@verb
def settle_tickets(*, batch: ImportBatch, actor: Account, at: datetime) -> int:
    """Rebuild the tickets that a batch has changed, once it counts or no longer counts.

    The tickets that it created need nothing: they appear and vanish with the batch. Refused where
    somebody has worked on one that would vanish.
    """
    if batch.state == BatchState.WITHDRAWN:
        _refuse_to_hide_work(batch)
    changed = SourceRecord.objects.filter(batch=batch, noun=NOUN, outcome=Outcome.UPDATED)
    done, through = 0, ""
    while keys := list(
        changed.filter(external_id__gt=through)
        .order_by("external_id")
        .values_list("external_id", flat=True)[:TICKETS_A_CHUNK]
    ):
        done += _rebuild(batch.source, keys, actor, at)
        through = keys[-1]
    return done


def _refuse_to_hide_work(batch: ImportBatch) -> None:
    lines = StateChange.objects.filter(ticket=OuterRef("pk"), batch__isnull=True)
    messages = TicketMessage.objects.filter(ticket=OuterRef("pk"))
    worked = Ticket.objects.filter(Exists(lines) | Exists(messages), batch=batch).order_by("pk")
    numbers = list(worked.values_list("number", flat=True)[: NAMED + 1])
    if numbers:
        named = ", ".join(numbers[:NAMED]) + (" and others" if len(numbers) > NAMED else "")
        raise Refused(f"{batch} cannot be withdrawn: its tickets {named} were worked on by hand.")


def _rebuild(source: str, external_ids: Sequence[str], actor: Account, at: datetime) -> int:
    tickets = list(Ticket.objects.standing().filter(source=source, external_id__in=external_ids))
    headers = latest_records(source, external_ids)
    logs = effective_changes([ticket.pk for ticket in tickets])
    teams = name_teams(
        names=(change.team for log in logs.values() for _, change in log), actor=actor, at=at
    )
    changed: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for ticket in tickets:
        header = header_of(headers[ticket.external_id].facts)
        projection = project(header, [change for _, change in logs[ticket.pk]])
        columns = {**_header_columns(header), **_projected_columns(projection, teams)}
        before = _stored(ticket, columns)
        for name, value in columns.items():
            if name not in ticket.set_by_hand:
                setattr(ticket, name, value)
        after = _stored(ticket, columns)
        names = tuple(name for name in columns if before[name] != after[name])
        changed[names].append([*(after[name] for name in names), ticket.pk])
    # Naming a column costs its indexes a write each, even where the value stays.
    for names, rows in changed.items():
        if names:
            update_rows(Ticket, names, rows)
    return len(tickets)


def _stored(ticket: Ticket, names: Iterable[str]) -> dict[str, Any]:
    """Return a ticket's columns as stored: of a team, its key."""
    return {name: ticket.team_id if name == "team" else getattr(ticket, name) for name in names}
