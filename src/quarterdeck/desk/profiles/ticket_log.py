"""A log of tickets, one line per change: how its columns map onto tickets and state changes.

A profile of this kind is data: which column holds what, in which form. The rules for judging a ticket's
lines together are the same for all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import itemgetter
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from quarterdeck.core.columns import Cells, Choice, Column, Flag, Joined, Stamp, Text, Whole
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import Finding, Judgement, Profile, ReadRow, Row, StagedRow
from quarterdeck.desk.queries.facts import (
    ChangeFacts,
    HeaderFacts,
    StandingTicket,
    TicketFacts,
    instant,
    standing_tickets,
)
from quarterdeck.desk.verbs.imported_tickets import settle_tickets, take_in_tickets
from quarterdeck.desk.vocabulary import OpenedFrom, PauseReason, TicketKind, TicketState
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import FindingKind, Outcome

State = tuple[TicketState, PauseReason]


@dataclass(frozen=True)
class Layout:
    """Which column of the file holds what; what a source does not tell stays None, hence unknown."""

    event: Joined
    occurred: Stamp
    state: Choice
    source_state: Joined
    priority: Choice | None = None
    team: Text | None = None
    assignee: Text | None = None
    changed_by: Text | None = None
    opened: Stamp | None = None
    title: Text | None = None
    requester: Text | None = None
    category: Text | None = None
    channel: Text | None = None
    impact: Choice | None = None
    urgency: Choice | None = None
    sla_kept: Flag | None = None
    reopen_count: Whole | None = None
    reassignment_count: Whole | None = None
    due: Stamp | None = None

    def columns(self) -> dict[str, Column | None]:
        """Return the mapping by our name, in the order in which staging keeps the values."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True)
class _Line:
    """One parsed line: its number in the file, what changed, and what it says of the whole ticket."""

    number: int
    change: ChangeFacts
    header: Mapping[str, Any]


@dataclass(frozen=True)
class TicketLog(Profile):
    """A profile for a log of ticket changes; the order of its lines is the order of the log."""

    key: str
    title: str
    kind: TicketKind
    number: str
    layout: Layout
    unknown: frozenset[str] = field(default=frozenset({""}))
    noun: str = "desk.ticket"
    domain: ClassVar[str] = "desk.tickets"

    @property
    def identity(self) -> str:
        """The column with the ticket's number."""
        return self.number

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the layout names, once."""
        named = (name for column in self._mapped() for name in column.names)
        return tuple(dict.fromkeys([self.number, *named]))

    def _mapped(self) -> Iterable[Column]:
        return (column for column in self.layout.columns().values() if column is not None)

    def row_reader(self, header: Sequence[str], zone: ZoneInfo) -> ReadRow:
        """Return a function from a line's cells to the layout's values in order."""
        places = {name: place for place, name in enumerate(header)}
        readers = [
            _nothing if column is None else column.reader(places, self.unknown, zone)
            for column in self.layout.columns().values()
        ]
        return lambda cells: [read(cells) for read in readers]

    def judge(
        self, source: str, records: Sequence[tuple[str, Sequence[StagedRow]]]
    ) -> list[Judgement]:
        """Compare tickets with what stands of them; reads only."""
        standing = standing_tickets(source, [key for key, _ in records])
        return [self._judgement(key, rows, standing.get(key)) for key, rows in records]

    def _judgement(
        self, key: str, rows: Sequence[StagedRow], standing: StandingTicket | None
    ) -> Judgement:
        lines = [self._line(row) for row in rows]
        lines, findings = _without_repetitions(lines)
        repeats = len(lines) < len(rows)
        if not findings:
            header = self._header(key, lines, repeats=repeats)
            changes, findings = _sequenced(lines, standing)
        if findings:
            return Judgement(key, Outcome.REJECTED, findings=findings)
        facts = TicketFacts(key, header, changes)
        if standing is None:
            return Judgement(key, Outcome.CREATED, facts)
        if standing.digest == facts.digest:
            return Judgement(key, Outcome.UNCHANGED)
        differences = _differences(lines[-1].number, standing, facts)
        outcome = Outcome.UPDATED if differences else Outcome.UNCHANGED
        return Judgement(key, outcome, facts, differences)

    def _line(self, row: StagedRow) -> _Line:
        values = dict(zip(self.layout.columns(), row.values, strict=True))
        state, pause_reason = values["state"]
        change = ChangeFacts(
            external_id=values["event"],
            occurred=values["occurred"],
            state=state,
            source_state=values["source_state"],
            pause_reason=pause_reason,
            priority=values["priority"],
            team=values["team"] or "",
            assignee=values["assignee"] or "",
            changed_by=values["changed_by"] or "",
        )
        return _Line(row.line, change, values)

    def _header(self, key: str, lines: Sequence[_Line], *, repeats: bool) -> HeaderFacts:
        """Return the ticket as its last line has it; a source without reports opens by its first event."""
        last = lines[-1].header
        reported = last["opened"]
        return HeaderFacts(
            number=key,
            kind=self.kind.value,
            title=last["title"] or "",
            opened=lines[0].change.occurred if reported is None else reported,
            opened_from=(OpenedFrom.FIRST_EVENT if reported is None else OpenedFrom.REPORT).value,
            requester=last["requester"] or "",
            category=last["category"] or "",
            channel=last["channel"] or "",
            impact=last["impact"],
            urgency=last["urgency"],
            sla_kept=last["sla_kept"],
            reopen_count=last["reopen_count"],
            reassignment_count=last["reassignment_count"],
            due=last["due"],
            repeats_events=repeats,
        )

    def apply(
        self, batch_key: int, judgements: Sequence[Judgement], *, actor: Account, at: datetime
    ) -> tuple[datetime, datetime] | None:
        """Write created and updated tickets as rows of the batch; return the span of their events."""
        tickets: list[TicketFacts] = [judgement.facts for judgement in judgements]
        if not tickets:
            return None
        batch = ImportBatch.objects.get(pk=batch_key)
        take_in_tickets(batch=batch, tickets=tickets, actor=actor, at=at)
        instants = [change.occurred for ticket in tickets for _, change in ticket.changes]
        return instant(min(instants)), instant(max(instants))

    def settle(self, batch_key: int, *, actor: Account, at: datetime) -> None:
        """Rebuild the tickets that the batch has changed."""
        batch = ImportBatch.objects.get(pk=batch_key)
        settle_tickets(batch=batch, actor=actor, at=at)


def _nothing(_cells: Cells) -> None:
    """Read a value that the source does not have."""


def _without_repetitions(lines: Sequence[_Line]) -> tuple[list[_Line], tuple[Finding, ...]]:
    """Drop lines that repeat an event word for word; an event told in two ways is an error."""
    seen: dict[str, _Line] = {}
    findings = []
    for line in lines:
        first = seen.setdefault(line.change.external_id, line)
        if first is not line and (first.change, first.header) != (line.change, line.header):
            expected = f"the same as at line {first.number}, which tells of the same event"
            findings.append(
                Finding(FindingKind.ERROR, line.number, "(event)", line.change.external_id, expected)
            )
    return list(seen.values()), tuple(findings)


def _sequenced(
    lines: Sequence[_Line], standing: StandingTicket | None
) -> tuple[tuple[tuple[int, ChangeFacts], ...], tuple[Finding, ...]]:
    """Give each change its place in the log: a known event keeps its own, a new one follows the last.

    An unknown event in front of a known one would have to move the log's order, which is never changed.
    """
    if standing is None:
        return tuple(enumerate(line.change for line in lines)), ()
    places = {change.external_id: sequence for sequence, change in standing.changes}
    free = max(places.values(), default=-1) + 1
    changes, findings = [], []
    last = -1
    for line in lines:
        place = places.get(line.change.external_id)
        if place is None:
            place, free = free, free + 1
        if place < last:
            expected = "the order of the log as imported before; withdraw that batch first"
            event = line.change.external_id
            findings.append(Finding(FindingKind.ERROR, line.number, "(order)", event, expected))
        last = max(last, place)
        changes.append((place, line.change))
    return tuple(changes), tuple(findings)


def _differences(line: int, standing: StandingTicket, facts: TicketFacts) -> tuple[Finding, ...]:
    """Say field by field what an import would change on a ticket that stands."""
    before, after = standing.header._asdict(), facts.header._asdict()
    found = [
        Finding(FindingKind.CHANGE, line, name, str(after[name]), f"was {before[name]}")
        for name in before
        if before[name] != after[name]
    ]
    known = dict(standing.changes)
    new = [change for place, change in facts.changes if place not in known]
    corrected = [
        (known[place], change)
        for place, change in facts.changes
        if place in known and known[place] != change
    ]
    if new:
        added = ", ".join(map(itemgetter(0), new[:3]))
        found.append(Finding(FindingKind.CHANGE, line, "log", f"{len(new)} new events", added))
    for old, change in corrected:
        was = [f"{n} was {a}" for n, a, b in zip(old._fields, old, change, strict=True) if a != b]
        found.append(
            Finding(FindingKind.CHANGE, line, "log", change.external_id, ", ".join(was))
        )
    return tuple(found)
