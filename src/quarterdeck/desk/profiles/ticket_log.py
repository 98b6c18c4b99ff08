"""A log of tickets, one line per change: how its columns map onto tickets and state changes.

A profile of this kind is data: which column holds what, in which form. The rules for judging a
ticket's lines together are the same for all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from zoneinfo import ZoneInfo

from quarterdeck.core.columns import Cells, Choice, Column, Flag, Joined, Stamp, Text, Whole
from quarterdeck.core.profiles import Finding, ReadRow, StagedRow
from quarterdeck.desk.profiles.tickets import Line, Sequenced, TicketProfile, Told, named
from quarterdeck.desk.profiles.told_texts import plain_text
from quarterdeck.desk.queries.facts import ChangeFacts, HeaderFacts, StandingTicket, said
from quarterdeck.desk.vocabulary import OpenedFrom, PauseReason, TicketKind, TicketState
from quarterdeck.office.vocabulary import FindingKind

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
    description: Text | None = None
    # Why a ticket is on hold, where the word of its state does not say so.
    hold_reason: Choice | None = None

    def columns(self) -> dict[str, Column | None]:
        """Return the mapping by our name, in the order in which staging keeps the values."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True)
class TicketLog(TicketProfile):
    """A profile for a log of ticket changes; the order of its lines is the order of the log."""

    key: str
    title: str
    kind: TicketKind
    number: str
    layout: Layout
    unknown: frozenset[str] = field(default=frozenset({""}))
    # What of the layout a file may leave out, by our name.
    optional: frozenset[str] = field(default=frozenset())

    @property
    def identity(self) -> str:
        """The column with the ticket's number."""
        return self.number

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a file must have, once."""
        named = (name for column in self._needed() for name in column.names)
        return tuple(dict.fromkeys([self.number, *named]))

    def _needed(self) -> Iterable[Column]:
        return (
            column
            for name, column in self.layout.columns().items()
            if column is not None and name not in self.optional
        )

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.layout.columns())

    def row_reader(self, header: Sequence[str], zone: ZoneInfo) -> ReadRow:
        """Return a function from a line's cells to the layout's values in order."""
        places = {name: place for place, name in enumerate(header)}
        readers = [
            _nothing
            if column is None or (name in self.optional and not places.keys() >= {*column.names})
            else column.reader(places, self.unknown, zone)
            for name, column in self.layout.columns().items()
        ]
        return lambda cells: [read(cells) for read in readers]

    def told(self, key: str, rows: Sequence[StagedRow]) -> Told:
        """Return the lines of a ticket without repetitions, and what its last line says."""
        lines, findings = _without_repetitions([self._line(row) for row in rows])
        header = self._header(key, lines, repeats=len(lines) < len(rows))
        return Told(key, lines, header, findings, said(header, [line.change for line in lines]))

    def _line(self, row: StagedRow) -> Line:
        values = named(self._names, row.values)
        state, pause_reason = values["state"]
        if pause_reason == PauseReason.UNSTATED and values["hold_reason"]:
            pause_reason = values["hold_reason"]
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
        return Line(row.line, change, values)

    def _header(self, key: str, lines: Sequence[Line], *, repeats: bool) -> HeaderFacts:
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
            description=plain_text(last["description"] or ""),
            repeats_events=repeats,
        )

    def sequenced(
        self, lines: Sequence[Line], standing: StandingTicket | None
    ) -> tuple[Sequenced, tuple[Finding, ...]]:
        """Give each change its place in the log: a known event keeps its own, a new one goes last.

        A new event in front of a known one would have to move the log's order, which is never
        changed.
        """
        return _sequenced(lines, standing)


def _nothing(_cells: Cells) -> None:
    """Read a value that the source does not have."""


def _without_repetitions(lines: Sequence[Line]) -> tuple[list[Line], tuple[Finding, ...]]:
    """Drop lines that repeat an event word for word; an event told in two ways is an error."""
    seen: dict[str, Line] = {}
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


def _sequenced(
    lines: Sequence[Line], standing: StandingTicket | None
) -> tuple[Sequenced, tuple[Finding, ...]]:
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


def _misplaced(line: Line) -> Finding:
    expected = (
        "the order of the log as imported before, new events last; or withdraw that batch first"
    )
    return Finding(FindingKind.ERROR, line.number, "(order)", line.change.external_id, expected)
