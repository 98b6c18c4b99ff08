"""Bulk acts of imports on tickets: rows of a batch, unseen by readers before the batch counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from quarterdeck.core.acts import verb
from quarterdeck.core.database import insert_rows
from quarterdeck.core.directory import name_teams
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Team
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.queries.columns import due_order, header_columns, projected_columns
from quarterdeck.desk.queries.facts import (
    NOUN,
    ChangeFacts,
    TicketFacts,
    instant,
    standing_tickets,
    stored_facts,
)
from quarterdeck.desk.queries.names import assignees_meant, people_meant, services_named
from quarterdeck.desk.queries.projection import project
from quarterdeck.office.models import ImportBatch, SourceRecord
from quarterdeck.office.rules import may_import
from quarterdeck.office.vocabulary import Outcome

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
    "service",
    "service_name",
)
_SOURCE_RECORD = ("batch", "noun", "source", "external_id", "outcome", "digest", "facts")


@verb
def take_in_tickets(
    *, batch: ImportBatch, tickets: Sequence[TicketFacts], actor: Account, at: datetime
) -> None:
    """Write tickets of a batch with their logs; of a ticket that stands, only what is new."""
    if not may_import(actor):
        raise Refused("You may not import tickets.")
    known = _Known.of(batch.source, tickets, actor, at)
    standing = standing_tickets(batch.source, [ticket.external_id for ticket in tickets])
    added = [ticket for ticket in tickets if ticket.external_id not in standing]
    keys = _insert_tickets(batch, [_ticket(batch, facts, known) for facts in added])
    keys |= {external_id: ticket.ticket_key for external_id, ticket in standing.items()}
    changes = [
        _change(batch, keys[ticket.external_id], sequence, change, known, at)
        for ticket in tickets
        for sequence, change in ticket.changes
        if (before := standing.get(ticket.external_id)) is None
        or dict(before.changes).get(sequence) != change
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


@dataclass(frozen=True)
class _Known:
    """What we know behind the names that a source uses: teams, services, and people."""

    teams: Mapping[str, Team]
    services: Mapping[str, int]
    people: Mapping[str, int]
    assignees: Mapping[str, int]

    @classmethod
    def of(cls, source: str, tickets: Sequence[TicketFacts], actor: Account, at: datetime) -> Self:
        """Look up what these tickets name; a team that is not known is founded."""
        changes = [change for ticket in tickets for _, change in ticket.changes]
        return cls(
            name_teams(names=(change.team for change in changes), actor=actor, at=at),
            services_named({change.service_name for change in changes}),
            people_meant({ticket.header.requester for ticket in tickets}, source),
            assignees_meant({change.assignee for change in changes}, source),
        )

    def served(self, change: ChangeFacts) -> ChangeFacts:
        """Return a change with the service behind its name."""
        return change._replace(service_id=self.services.get(change.service_name))


def _ticket(batch: ImportBatch, facts: TicketFacts, known: _Known) -> Ticket:
    changes = [known.served(change) for _, change in facts.changes]
    projection = project(facts.header, changes, known.assignees)
    return Ticket(
        source=batch.source,
        external_id=facts.external_id,
        batch=batch,
        due_order=due_order(None, None, projection.priority),
        **header_columns(facts.header, known.people),
        **projected_columns(projection, known.teams),
    )


def _change(  # noqa: PLR0917 — the sides of one row, called in one place
    batch: ImportBatch,
    ticket_key: int,
    sequence: int,
    change: ChangeFacts,
    known: _Known,
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
        known.teams[change.team].pk if change.team else None,
        change.assignee,
        change.changed_by,
        known.services.get(change.service_name),
        change.service_name,
    )


def _source_record(batch: ImportBatch, ticket: TicketFacts, stands: bool) -> tuple[Any, ...]:
    """Return the row of what a source says of one ticket, in the order of _SOURCE_RECORD."""
    outcome = Outcome.UPDATED if stands else Outcome.CREATED
    facts = stored_facts(ticket)
    return (batch.pk, NOUN, batch.source, ticket.external_id, outcome.value, ticket.digest, facts)
