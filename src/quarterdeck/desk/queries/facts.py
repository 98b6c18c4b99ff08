"""What a source says of a ticket, as plain values between its profile and our tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from quarterdeck.core.evidence import digest
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.office.models import SourceRecord
from quarterdeck.office.vocabulary import BatchState

NOUN = "desk.ticket"


class ChangeFacts(NamedTuple):
    """One line of a ticket's log; instants are seconds since 1970 UTC."""

    external_id: str
    occurred: int
    state: str
    source_state: str
    pause_reason: str
    priority: int | None
    team: str
    assignee: str
    changed_by: str


class HeaderFacts(NamedTuple):
    """What a source says of the ticket as a whole."""

    number: str
    kind: str
    title: str
    opened: int
    opened_from: str
    requester: str
    category: str
    channel: str
    impact: int | None
    urgency: int | None
    sla_kept: bool | None
    reopen_count: int | None
    reassignment_count: int | None
    due: int | None
    repeats_events: bool


@dataclass(frozen=True)
class TicketFacts:
    """A ticket with its whole log, in the log's own order, and the sequence of each change."""

    external_id: str
    header: HeaderFacts
    changes: tuple[tuple[int, ChangeFacts], ...]

    @property
    def digest(self) -> str:
        """What tells this ticket from one of which the source says anything else."""
        return said(self.header, [change for _, change in self.changes])


@dataclass(frozen=True)
class StandingTicket:
    """A ticket of this source that stands already: its key, last digest, header, and log."""

    ticket_key: int
    digest: str
    header: HeaderFacts
    changes: tuple[tuple[int, ChangeFacts], ...]


def said(header: HeaderFacts, changes: Sequence[ChangeFacts]) -> str:
    """Return the digest of all that a source says of one ticket, in its own order."""
    return digest(header, *changes)


def instant(seconds: int) -> datetime:
    """Return the instant that lies so many seconds after 1970 began in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def header_of(stored: Mapping[str, Any]) -> HeaderFacts:
    """Return a header as a source record keeps it."""
    return HeaderFacts(**stored)


def stored_header(header: HeaderFacts) -> dict[str, Any]:
    """Return a header as a source record keeps it."""
    return header._asdict()


def standing_tickets(source: str, external_ids: Sequence[str]) -> dict[str, StandingTicket]:
    """Return what stands of the named tickets of a source."""
    keys = dict(
        Ticket.objects.standing()
        .filter(source=source, external_id__in=external_ids, batch__isnull=False)
        .values_list("external_id", "pk")
    )
    if not keys:
        return {}
    latest = latest_records(source, list(keys))
    changes = effective_changes(list(keys.values()))
    return {
        external_id: StandingTicket(
            key,
            latest[external_id].digest,
            header_of(latest[external_id].facts),
            changes.get(key, ()),
        )
        for external_id, key in keys.items()
    }


def last_digests(source: str, external_ids: Sequence[str]) -> dict[str, str]:
    """Return the digest of the last standing word of a source on each of the named tickets."""
    records = SourceRecord.objects.filter(
        noun=NOUN, source=source, external_id__in=external_ids, batch__state=BatchState.APPLIED
    )
    return dict(records.order_by("batch_id").values_list("external_id", "digest"))


def latest_records(source: str, external_ids: Sequence[str]) -> dict[str, SourceRecord]:
    """Return the last standing word of a source on each of the named tickets."""
    records = SourceRecord.objects.filter(
        noun=NOUN, source=source, external_id__in=external_ids, batch__state=BatchState.APPLIED
    )
    return {record.external_id: record for record in records.order_by("batch_id")}


def effective_changes(ticket_keys: Sequence[int]) -> dict[int, tuple[tuple[int, ChangeFacts], ...]]:
    """Return each ticket's log in its own order, corrections in the place of what they correct."""
    logs: dict[int, dict[int, ChangeFacts]] = {}
    rows = StateChange.objects.standing().filter(ticket__in=ticket_keys).in_log_order()
    for row in rows.values_list(
        "ticket_id",
        "sequence",
        "external_id",
        "occurred_at",
        "state",
        "source_state",
        "pause_reason",
        "priority",
        "team__name",
        "assignee_name",
        "changed_by",
    ):
        change = ChangeFacts(
            external_id=row[2],
            occurred=int(row[3].timestamp()),
            state=row[4],
            source_state=row[5],
            pause_reason=row[6],
            priority=row[7],
            team=row[8] or "",
            assignee=row[9],
            changed_by=row[10],
        )
        logs.setdefault(row[0], {})[row[1]] = change
    return {key: tuple(log.items()) for key, log in logs.items()}
