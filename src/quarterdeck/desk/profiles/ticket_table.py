"""Any table of tickets, one line per ticket: a person says which column holds what.

Such a table has dates and no history. What lay between the report and the fix, and whether there
was a fix before the last one, is not known, and no measure may take it for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, count
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from quarterdeck.core.columns import Column, Stamp, Text, Whole, Word
from quarterdeck.core.date_forms import has_time, told_by_example
from quarterdeck.core.mapping import (
    UNKNOWN,
    ColumnMapping,
    FieldKind,
    MappedField,
    MappedProfile,
    Option,
    meaning_of,
)
from quarterdeck.core.profiles import Finding, ReadRow, StagedRow
from quarterdeck.desk.profiles.ticket_fields import COVERS_FROM, COVERS_UNTIL, FIELDS, KIND
from quarterdeck.desk.profiles.tickets import Line, Sequenced, TicketProfile, Told, named
from quarterdeck.desk.profiles.told_texts import plain_text
from quarterdeck.desk.queries.facts import ChangeFacts, HeaderFacts, StandingTicket, said
from quarterdeck.desk.vocabulary import (
    ENDED_STATES,
    FIXED_STATES,
    HistoryDepth,
    OpenedFrom,
    PauseReason,
    TicketState,
)
from quarterdeck.kernels.period_rules import start_of_day
from quarterdeck.office.vocabulary import FindingKind

_YES = "yes"
_READ = tuple(each for each in FIELDS if each.name not in {"number", "hold_reason"})
# What the first tables were not read for stands behind what they were.
_LATER = tuple(each for each in FIELDS if each.name == "hold_reason")
# The source's own word for the state is kept beside what it means to us.
_NAMES = (*(each.name for each in _READ), "source_state", *(each.name for each in _LATER))
_DATES = tuple(each.name for each in FIELDS if each.kind is FieldKind.DATE)


class _Move(NamedTuple):
    """One state that a line tells of, and when it began."""

    name: str
    state: str
    occurred: int


@dataclass(frozen=True)
class BoundTable(TicketProfile):
    """The table of one batch, by its mapping."""

    mapping: ColumnMapping
    key: str = "tickets-table"
    title: str = "Table of tickets"

    @property
    def identity(self) -> str:
        """The column with the ticket's number."""
        return self.mapping.columns["number"]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the mapping names."""
        return tuple(dict.fromkeys(name for name in self.mapping.columns.values() if name))

    @property
    def depth(self) -> HistoryDepth:
        """How much the dates tell: with the time of day, or by the day alone."""
        forms = (self.mapping.forms[name] for name in _DATES if self.mapping.columns.get(name))
        return HistoryDepth.DATES if all(map(has_time, forms)) else HistoryDepth.DAYS

    def declared_coverage(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """Return the first instant of the first day and the last one of the last day, as told."""
        first, last = (
            self.mapping.options.get(each.name, "") for each in (COVERS_FROM, COVERS_UNTIL)
        )
        after = date.fromisoformat(last) + timedelta(days=1) if last else None
        return (
            None if not first else start_of_day(date.fromisoformat(first), zone),
            None if after is None else start_of_day(after, zone),
        )

    def row_reader(self, header: Sequence[str], zone: ZoneInfo) -> ReadRow:
        """Return a function from a line's cells to the values of our fields in order."""
        places = {name: place for place, name in enumerate(header)}
        unknown = frozenset({""})
        word = self.mapping.columns.get("state", "")
        columns = [self._column(each) for each in _READ]
        columns.append(Text(word, longest=100) if word else None)
        columns += [self._column(each) for each in _LATER]
        readers = [
            None if column is None else column.reader(places, unknown, zone) for column in columns
        ]
        return lambda cells: [None if read is None else read(cells) for read in readers]

    def _column(self, wanted: MappedField) -> Column | None:
        name = self.mapping.columns.get(wanted.name, "")
        if not name:
            return None
        if wanted.kind is FieldKind.DATE:
            form = self.mapping.forms[wanted.name]
            shown = told_by_example(form)
            return Stamp(name, form, shown, required=wanted.required, or_iso=True)
        if wanted.kind is FieldKind.WORD:
            return Word(name, meaning_of(wanted, self.mapping), blank=UNKNOWN)
        if wanted.kind is FieldKind.NUMBER:
            return Whole(name)
        return Text(name, longest=wanted.longest)

    def told(self, key: str, rows: Sequence[StagedRow]) -> Told:
        """Return what the one line of a ticket says; a second line that says otherwise is an
        error."""
        first = rows[0]
        others = [row for row in rows[1:] if row.values != first.values]
        values = _parted(named(_NAMES, first.values))
        findings = tuple(_second(row, first, self.identity, key) for row in others)
        findings += self._contradiction(first.line, values)
        if findings:
            return Told(key, [], None, findings, "")
        header = self._header(key, values, repeats=len(rows) > 1)
        moves = _moves(values, values["opened_at"])
        lines = [
            Line(first.line, _change(move, values, is_last=move is moves[-1]), {}) for move in moves
        ]
        return Told(key, lines, header, (), said(header, [line.change for line in lines]))

    def _contradiction(self, line: int, values: Mapping[str, Any]) -> tuple[Finding, ...]:
        """Refuse a ticket that has ended at a time that nobody told: no figure may come of it."""
        ended = values["state"] in {str(state) for state in ENDED_STATES}
        if not ended or values["resolved_at"] is not None or values["closed_at"] is not None:
            return ()
        place = self.mapping.columns.get("resolved_at") or self.mapping.columns.get("closed_at")
        found = f"{TicketState(values['state']).label}, and no date of it"
        expected = "the date on which it was resolved or closed"
        return (Finding(FindingKind.ERROR, line, place or "(no column)", found, expected),)

    def _header(self, key: str, values: Mapping[str, Any], *, repeats: bool) -> HeaderFacts:
        kept = values["sla_kept"]
        return HeaderFacts(
            number=key,
            kind=values["kind"] or self.mapping.options["kind"],
            title=values["title"] or "",
            opened=values["opened_at"],
            opened_from=OpenedFrom.REPORT.value,
            requester=values["requester"] or "",
            category=values["category"] or "",
            channel=values["channel"] or "",
            impact=_number(values["impact"]),
            urgency=_number(values["urgency"]),
            sla_kept=None if kept is None else kept == _YES,
            reopen_count=values["reopen_count"],
            reassignment_count=values["reassignment_count"],
            due=values["due_at"],
            repeats_events=repeats,
            depth=self.depth.value,
            description=plain_text(values["details"] or ""),
        )

    def sequenced(
        self, lines: Sequence[Line], standing: StandingTicket | None
    ) -> tuple[Sequenced, tuple[Finding, ...]]:
        """Let what the table says now stand in the place of what it said before.

        A table tells how things are and not what changed: where it now tells of fewer moves (a
        ticket is open again), the places that are left repeat the last one.
        """
        changes = [line.change for line in lines]
        standing_changes = () if standing is None else standing.changes
        told = [place for place, change in standing_changes if not change.by_hand]
        free = 1 + max((place for place, _ in standing_changes), default=-1)
        changes += [changes[-1]] * (len(told) - len(changes))
        return tuple(zip(chain(told, count(free)), changes, strict=False)), ()


class TicketTable(MappedProfile):
    """A profile for any table with an id and dates."""

    key = "tickets-table"
    title = "Table of tickets (any columns, one row per ticket)"
    noun = TicketProfile.noun
    domain: ClassVar[str] = TicketProfile.domain
    fields = FIELDS
    options: ClassVar[tuple[Option, ...]] = (KIND, COVERS_FROM, COVERS_UNTIL)

    def bound(self, mapping: ColumnMapping, batch_key: int) -> TicketProfile:  # noqa: ARG002 — every profile has the same signature
        """Return the profile of one table."""
        return BoundTable(mapping)

    def contradictions(self, options: Mapping[str, str]) -> dict[str, list[str]]:
        """Refuse a table that would end before it begins."""
        first, last = (options.get(each.name, "") for each in (COVERS_FROM, COVERS_UNTIL))
        if not first or not last or first <= last:
            return {}
        return {COVERS_UNTIL.name: [f"It ends before it begins: expected {first} or a later day."]}


TICKET_TABLE = TicketTable()


def _second(row: StagedRow, first: StagedRow, column: str, key: str) -> Finding:
    expected = f"one line for each ticket; line {first.line} tells of it too, and otherwise"
    return Finding(FindingKind.ERROR, row.line, column, key, expected)


def _parted(values: dict[str, Any]) -> dict[str, Any]:
    """Part a state from why the ticket is on hold, which its word tells or a column of its own."""
    state, _, said = (values["state"] or "").partition(":")
    reason = said or values["hold_reason"] or PauseReason.UNSTATED.value
    return {**values, "state": state or None, "pause_reason": reason}


def _moves(values: Mapping[str, Any], opened: int) -> list[_Move]:
    """Return the report, then resolution and closing where they are dated, then the state of now.

    A state that the dates do not explain (open, though once resolved) stands last, from the last
    date that is known.
    """
    moves = [_Move("opened", TicketState.NEW.value, opened)]
    for name, state in (("resolved", TicketState.RESOLVED), ("closed", TicketState.CLOSED)):
        if (occurred := values[f"{name}_at"]) is not None:
            moves.append(_Move(name, state.value, occurred))
    state = values["state"]
    if state is None or _says(moves[-1].state, state):
        return moves
    last = moves[-1].occurred
    if state == TicketState.CANCELLED:
        return [moves[0], _Move("cancelled", state, last)]
    return [*moves, _Move("present", state, last)]


def _says(dated: str, told: str) -> bool:
    """Whether the last date says what the word says: a resolved ticket may be called closed."""
    fixed = {str(state) for state in FIXED_STATES}
    return dated == told or {dated, told} <= fixed


def _change(move: _Move, values: Mapping[str, Any], *, is_last: bool) -> ChangeFacts:
    on_hold = move.state == TicketState.ON_HOLD
    return ChangeFacts(
        external_id=move.name,
        occurred=move.occurred,
        state=move.state,
        source_state=(values["source_state"] or "") if is_last else "",
        pause_reason=values["pause_reason"] if on_hold else PauseReason.NONE.value,
        priority=_number(values["priority"]),
        team=values["team"] or "",
        assignee=values["assignee"] or "",
        changed_by="",
        service_name=values["service"] or "",
    )


def _number(word: str | None) -> int | None:
    return None if word is None else int(word)
