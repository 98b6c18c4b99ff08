"""A log of tickets, one line per change: how its columns map onto tickets and state changes.

A profile of this kind is data: which column holds what, in which form. The rules for judging a
ticket's lines together are the same for all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from quarterdeck.core.columns import Cells, Choice, Column, Flag, Joined, Stamp, Text, Whole
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import Finding, Judgement, Profile, ReadRow, StagedRow
from quarterdeck.desk.queries.facts import (
    ChangeFacts,
    HeaderFacts,
    StandingTicket,
    TicketFacts,
    instant,
    last_digests,
    said,
    standing_tickets,
)
from quarterdeck.desk.verbs.imported_tickets import settle_tickets, take_in_tickets
from quarterdeck.desk.vocabulary import OpenedFrom, PauseReason, TicketKind, TicketState
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import FindingKind, Outcome

State = tuple[TicketState, PauseReason]


@dataclass(frozen=True)
class Layout:
    """Which column of the file holds what; what a source does not tell stays None: unknown."""

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


class _Line(NamedTuple):
    """One parsed line: its number, what changed, and what it says of the whole ticket."""

    number: int
    change: ChangeFacts
    header: Mapping[str, Any]


class _Told(NamedTuple):
    """What a file says of one ticket, or the errors that keep it from saying anything."""

    external_id: str
    lines: list[_Line]
    header: HeaderFacts
    findings: tuple[Finding, ...]
    digest: str


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
    longest_key: ClassVar[int] = 64

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

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.layout.columns())

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
        """Compare tickets with what stands of them; reads only.

        Where the source says word for word what it said last, the ticket's log need not be read.
        """
        told = [self._told(key, rows) for key, rows in records]
        digests = last_digests(source, [each.external_id for each in told])
        known = {each.external_id: digests.get(each.external_id) for each in told}
        other = [t.external_id for t in told if known[t.external_id] not in {None, t.digest}]
        standing = standing_tickets(source, other)
        return [
            Judgement(each.external_id, Outcome.UNCHANGED)
            if known[each.external_id] == each.digest and not each.findings
            else _judgement(each, standing.get(each.external_id))
            for each in told
        ]

    def _told(self, key: str, rows: Sequence[StagedRow]) -> _Told:
        lines, findings = _without_repetitions([self._line(row) for row in rows])
        header = self._header(key, lines, repeats=len(lines) < len(rows))
        return _Told(key, lines, header, findings, said(header, [line.change for line in lines]))

    def _line(self, row: StagedRow) -> _Line:
        values = dict(zip(self._names, row.values, strict=True))
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
        """Return the ticket by its last line; a source without reports opens by its first event."""
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
        """Write new and changed tickets as rows of the batch; return the span of their events."""
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
                Finding(
                    FindingKind.ERROR, line.number, "(event)", line.change.external_id, expected
                )
            )
    return list(seen.values()), tuple(findings)


def _judgement(told: _Told, standing: StandingTicket | None) -> Judgement:
    """Say what becomes of a ticket of which the source says something new."""
    changes, misplaced = _sequenced(told.lines, standing)
    if findings := told.findings or misplaced:
        return Judgement(told.external_id, Outcome.REJECTED, findings=findings)
    facts = TicketFacts(told.external_id, told.header, changes)
    if standing is None:
        return Judgement(told.external_id, Outcome.CREATED, facts)
    differences = _differences(told.lines[-1].number, standing, facts)
    outcome = Outcome.UPDATED if differences else Outcome.UNCHANGED
    return Judgement(told.external_id, outcome, facts, differences)


def _sequenced(
    lines: Sequence[_Line], standing: StandingTicket | None
) -> tuple[tuple[tuple[int, ChangeFacts], ...], tuple[Finding, ...]]:
    """Give each change its place in the log: a known event keeps its own, a new one goes last.

    A new event in front of a known one would have to move the log's order, which is never changed.
    """
    if standing is None:
        return tuple(enumerate(line.change for line in lines)), ()
    places = {change.external_id: sequence for sequence, change in standing.changes}
    known = [places.get(line.change.external_id) for line in lines]
    last_known = max((index for index, place in enumerate(known) if place is not None), default=-1)
    free, last = max(places.values(), default=-1) + 1, -1
    changes, findings = [], []
    for index, (line, place) in enumerate(zip(lines, known, strict=True)):
        if place is None:
            misplaced = index < last_known
            changes.append((free, line.change))
            free += 1
        else:
            misplaced = place < last
            changes.append((place, line.change))
            last = max(last, place)
        if misplaced:
            findings.append(_misplaced(line))
    return tuple(changes), tuple(findings)


def _misplaced(line: _Line) -> Finding:
    expected = (
        "the order of the log as imported before, new events last; or withdraw that batch first"
    )
    return Finding(FindingKind.ERROR, line.number, "(order)", line.change.external_id, expected)


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
        found.append(Finding(FindingKind.CHANGE, line, "log", change.external_id, ", ".join(was)))
    return tuple(found)
