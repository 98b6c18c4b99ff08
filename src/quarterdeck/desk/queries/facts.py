"""What a source says of a ticket, as plain values between its profile and our tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from quarterdeck.core.evidence import digest
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.vocabulary import HistoryDepth, Oddity
from quarterdeck.office.models import ImportBatch, SourceRecord
from quarterdeck.office.models.imports import COUNTING

NOUN = "desk.ticket"
# Where a source record keeps what the source calls the teams of its changes.
GROUPS = "groups"


class ChangeFacts(NamedTuple):
    """One line of a ticket's log; instants are seconds since 1970 UTC.

    A line by hand was written here, not told by a source; it alone knows the assignee as a person.
    A source tells a service by its name, which may be that of none of ours.
    """

    external_id: str
    occurred: int
    state: str
    source_state: str
    pause_reason: str
    priority: int | None
    team: str
    assignee: str
    changed_by: str
    assignee_id: int | None = None
    by_hand: bool = False
    service_name: str = ""
    service_id: int | None = None


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
    depth: str = HistoryDepth.LOG.value
    description: str = ""


# The changes of a ticket in the log's own order, each with its sequence.
Log = tuple[tuple[int, ChangeFacts], ...]


@dataclass(frozen=True)
class TicketFacts:
    """A ticket with its whole log, in the log's own order, and the sequence of each change.

    `groups` has what the source calls the team of a change, by the change's external id, where
    another team of ours, or none, was written in its place.
    """

    external_id: str
    header: HeaderFacts
    changes: Log
    groups: Mapping[str, str] = field(default_factory=dict)

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
    changes: Log


def said(header: HeaderFacts, changes: Sequence[ChangeFacts]) -> str:
    """Return the digest of all that a source says of one ticket, in its own order."""
    return digest(header, *changes)


def instant(seconds: int) -> datetime:
    """Return the instant that lies so many seconds after 1970 began in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def header_of(stored: Mapping[str, Any]) -> HeaderFacts:
    """Return a header as a source record keeps it."""
    return HeaderFacts(**{name: value for name, value in stored.items() if name != GROUPS})


def whole_second(at: datetime) -> datetime:
    """Return the second in which an instant lies: logs and clocks count in whole seconds."""
    return at.replace(microsecond=0)


def header_of_ticket(ticket: Ticket) -> HeaderFacts:
    """Return what is known of a ticket beside its log, whoever said it."""
    due = ticket.recorded_due_at
    return HeaderFacts(
        number=ticket.number,
        kind=ticket.kind,
        title=ticket.title,
        opened=int(ticket.opened_at.timestamp()),
        opened_from=ticket.opened_from,
        requester=ticket.requester_name,
        category=ticket.category,
        channel=ticket.contact_channel,
        impact=ticket.impact,
        urgency=ticket.urgency,
        sla_kept=ticket.recorded_sla_kept,
        reopen_count=ticket.recorded_reopen_count,
        reassignment_count=ticket.recorded_reassignment_count,
        due=None if due is None else int(due.timestamp()),
        repeats_events=Oddity.REPEATED_EVENT.value in ticket.oddities,
        depth=ticket.history_depth,
        description=ticket.description,
    )


def stored_facts(ticket: TicketFacts) -> dict[str, Any]:
    """Return what a source record keeps of a ticket: its header, and its groups by other names.

    That there are none is kept too: records of earlier days do not say it.
    """
    return {**ticket.header._asdict(), GROUPS: dict(ticket.groups)}


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
    changes = _logs(list(keys.values()))
    return {
        external_id: StandingTicket(
            key,
            latest[external_id].digest,
            header_of(latest[external_id].facts),
            _as_told(changes.get(key, ())),
        )
        for external_id, key in keys.items()
    }


def _as_told(changes: Sequence[tuple[int, ChangeFacts]]) -> Log:
    """Return a log without what we found behind the source's words."""
    return tuple(
        (place, change if change.by_hand else change._replace(service_id=None))
        for place, change in changes
    )


def last_digests(source: str, external_ids: Sequence[str]) -> dict[str, str]:
    """Return the digest of the last standing word of a source on each of the named tickets."""
    records = SourceRecord.objects.filter(
        noun=NOUN, source=source, external_id__in=external_ids, batch__state__in=COUNTING
    )
    return dict(records.order_by("batch_id").values_list("external_id", "digest"))


def latest_records(
    source: str, external_ids: Sequence[str], beside: ImportBatch | None = None
) -> dict[str, SourceRecord]:
    """Return the last standing word of a source on each of the named tickets, the batch `beside`
    taken as standing too."""
    counts = Q(batch__state__in=COUNTING)
    records = SourceRecord.objects.filter(
        counts if beside is None else counts | Q(batch=beside),
        noun=NOUN,
        source=source,
        external_id__in=external_ids,
    )
    return {record.external_id: record for record in records.order_by("batch_id")}


def effective_changes(
    ticket_keys: Sequence[int], beside: ImportBatch | None = None
) -> dict[int, Log]:
    """Return each ticket's log in its own order, corrections in the place of what they correct.

    Of a source's line that stands after a line by hand, only what the source itself changed
    counts: what it merely repeats does not undo what was done here. The batch `beside` is taken as
    standing too.
    """
    return {key: _folded(log) for key, log in _logs(ticket_keys, beside).items()}


# What of a line changes together, so that no half of it is kept.
_CHANGED_TOGETHER = (
    ("state", "source_state", "pause_reason"),
    ("priority",),
    ("team",),
    ("assignee", "assignee_id"),
    ("service_name", "service_id"),
)


def _folded(log: Log) -> Log:
    """Let the lines by hand stand against what a source repeats after them."""
    if not any(change.by_hand for _, change in log):
        return log
    folded: list[tuple[int, ChangeFacts]] = []
    told: ChangeFacts | None = None
    for sequence, change in log:
        present = change
        if not change.by_hand:
            if told is not None:
                present = _changed(folded[-1][1], told, change)
            told = change
        folded.append((sequence, present))
    return tuple(folded)


def _changed(present: ChangeFacts, told: ChangeFacts, change: ChangeFacts) -> ChangeFacts:
    """Return a source's line, with all that it only repeats as it stands at present."""
    kept: dict[str, Any] = {}
    for names in _CHANGED_TOGETHER:
        if all(getattr(change, name) == getattr(told, name) for name in names):
            kept |= {name: getattr(present, name) for name in names}
    return change._replace(**kept)


# The columns of a line: its ticket and place, what `_change_in` reads, and from where on it annuls.
_LINE = (
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
    "assignee_id",
    "batch_id",
    "service_name",
    "service_id",
    "annuls_from",
)


class WholeLog(NamedTuple):
    """A ticket's log as it was written: what counts, what was annulled, and which lines did so."""

    counting: Log
    annulled: Log = ()
    annulling: frozenset[int] = frozenset()


def log_with_annulled(ticket_key: int) -> WholeLog:
    """Return a ticket's log as `effective_changes` does, and beside it what was annulled."""
    whole = _whole_logs([ticket_key]).get(ticket_key, WholeLog(()))
    return whole._replace(counting=_folded(whole.counting))


def _logs(ticket_keys: Sequence[int], beside: ImportBatch | None = None) -> dict[int, Log]:
    """Return each ticket's log as it was written, in the version of the latest standing batch."""
    return {key: whole.counting for key, whole in _whole_logs(ticket_keys, beside).items()}


def _whole_logs(
    ticket_keys: Sequence[int], beside: ImportBatch | None = None
) -> dict[int, WholeLog]:
    logs: dict[int, dict[tuple[int, bool], ChangeFacts]] = {}
    annulling: dict[int, dict[int, int]] = {}
    if beside is None and len(ticket_keys) == 1:
        rows: Iterable[tuple[Any, ...]] = _LINES.rows(ticket=ticket_keys[0])
    else:
        rows = _lines(Q(ticket__in=ticket_keys), beside)
    for row in rows:
        change = _change_in(row)
        # A line by hand corrects none of a source's, even if both took the same place at once.
        logs.setdefault(row[0], {})[row[1], change.by_hand] = change
        if row[-1] is not None:
            annulling.setdefault(row[0], {})[row[1]] = row[-1]
    return {
        key: _whole(
            tuple((sequence, log[sequence, by_hand]) for sequence, by_hand in sorted(log)),
            annulling.get(key, {}),
        )
        for key, log in logs.items()
    }


def _whole(log: Log, annulling: Mapping[int, int]) -> WholeLog:
    """Tell what counts of a log from what was annulled; given is from where on each line annuls."""
    if not annulling:
        return WholeLog(log)
    gone = {place for until, first in annulling.items() for place in range(first, until)}
    parts: dict[bool, list[tuple[int, ChangeFacts]]] = {True: [], False: []}
    for sequence, change in log:
        parts[change.by_hand and sequence in gone].append((sequence, change))
    return WholeLog(tuple(parts[False]), tuple(parts[True]), frozenset(annulling))


def _lines(which: Q, beside: ImportBatch | None = None) -> QuerySet[StateChange, tuple[Any, ...]]:
    rows = StateChange.objects.standing(beside).filter(which)
    return rows.in_log_order().values_list(*_LINE)


_LINES = Prepared(lambda: _lines(Q(ticket=Slot("ticket"))))


def _change_in(row: Sequence[Any]) -> ChangeFacts:
    return ChangeFacts(
        external_id=row[2],
        occurred=int(row[3].timestamp()),
        state=row[4],
        source_state=row[5],
        pause_reason=row[6],
        priority=row[7],
        team=row[8] or "",
        assignee=row[9],
        changed_by=row[10],
        assignee_id=row[11],
        by_hand=row[12] is None,
        service_name=row[13],
        service_id=row[14],
    )
