"""What was written on tickets, one row per message: the second file beside a log of tickets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from quarterdeck.core.columns import Choice, Column, Stamp, Text
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import (
    ALL_SETTLED,
    Finding,
    Judgement,
    Profile,
    ReadRow,
    Settled,
    StagedRow,
)
from quarterdeck.desk.profiles.tickets import TicketProfile
from quarterdeck.desk.profiles.told_texts import LONGEST_TEXT, plain_text
from quarterdeck.desk.queries.facts import instant
from quarterdeck.desk.queries.imported_messages import (
    NOUN,
    MessageFacts,
    ToldMessage,
    since_reported,
    standing_messages,
    tickets_of,
)
from quarterdeck.desk.verbs.imported_messages import take_in_messages
from quarterdeck.desk.vocabulary import MessageKind
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import FindingKind, Outcome

_NUMBER, _MESSAGE = "number", "message"
_PUBLIC, _INTERNAL = MessageKind.PUBLIC.value, MessageKind.INTERNAL.value
# Who may read a message is never guessed: what is not said to be public in so many words is an
# error, and no note goes out to a requester by an empty cell.
_READERS = {
    ("public",): _PUBLIC,
    ("internal",): _INTERNAL,
}
_NAMES = ("number", "message", "at", "author", "visibility", "text")
_COLUMNS: tuple[Column, ...] = (
    Text(_NUMBER, longest=64, required=True),
    Text(_MESSAGE, longest=120, required=True),
    Stamp("at", "iso", "2026-03-29T08:15:00Z", required=True),
    Text("author"),
    Choice(("visibility",), _READERS, required=True),
    Text("text", longest=LONGEST_TEXT),
)


class TicketMessages(Profile):
    """A profile for messages of tickets that the same source has told before."""

    key = "ticket-messages"
    title = "Messages of tickets (one row per message, after the tickets)"
    noun = NOUN
    domain: ClassVar[str] = TicketProfile.domain

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of every such file."""
        return _NAMES

    @property
    def identity(self) -> str:
        """The column of the message's id."""
        return _MESSAGE

    @property
    def identities(self) -> tuple[str, ...]:
        """A message is known by its ticket and its id there."""
        return (_NUMBER, _MESSAGE)

    def record_key(self, cells: Sequence[str]) -> str:
        """Return ticket and message, joined; nothing where either is missing."""
        number, message = (cell.strip() for cell in cells)
        return f"{number}|{message}" if number and message else ""

    def row_reader(self, header: Sequence[str], zone: ZoneInfo) -> ReadRow:
        """Return a function from a line's cells to the values of our columns in order."""
        places = {name: place for place, name in enumerate(header)}
        readers = [column.reader(places, frozenset({""}), zone) for column in _COLUMNS]
        return lambda cells: [read(cells) for read in readers]

    def judge(
        self, source: str, records: Sequence[tuple[str, Sequence[StagedRow]]]
    ) -> list[Judgement]:
        """Compare messages with what stands on the tickets of the same source; reads only."""
        told = [(key, rows, _values(rows[0])) for key, rows in records]
        tickets = tickets_of(source, {values["number"] for _, _, values in told})
        standing = standing_messages(tickets.values())
        return [_judged(key, rows, values, tickets, standing) for key, rows, values in told]

    def apply(
        self, batch_key: int, judgements: Sequence[Judgement], *, actor: Account, at: datetime
    ) -> tuple[datetime, datetime] | None:
        """Write new and corrected messages; return the span of what they bear on."""
        messages: list[ToldMessage] = [judgement.facts for judgement in judgements]
        if not messages:
            return None
        batch = ImportBatch.objects.get(pk=batch_key)
        take_in_messages(batch=batch, messages=messages, actor=actor, at=at)
        return since_reported(messages), instant(max(each.facts.at for each in messages))

    def settle(self, batch_key: int, after: str, *, actor: Account, at: datetime) -> Settled:  # noqa: ARG002 — every profile has the same signature
        """Nothing derives from a message: it appears and vanishes with its batch."""
        return ALL_SETTLED


TICKET_MESSAGES = TicketMessages()


def _values(row: StagedRow) -> Mapping[str, Any]:
    return dict(zip(_NAMES, row.values, strict=True))


def _judged(
    key: str,
    rows: Sequence[StagedRow],
    values: Mapping[str, Any],
    tickets: Mapping[str, int],
    standing: Mapping[tuple[int, str], MessageFacts],
) -> Judgement:
    first = rows[0]
    facts = MessageFacts(
        values["message"],
        values["visibility"],
        values["author"] or "",
        values["at"],
        plain_text(values["text"] or ""),
    )
    findings = [
        _error(row, _MESSAGE, f"one line for each message; line {first.line} is of the same")
        for row in rows[1:]
        if row.values != first.values
    ]
    ticket = tickets.get(values["number"])
    if ticket is None:
        findings.append(_error(first, _NUMBER, "a ticket of this source: import the tickets first"))
    if not facts.text:
        findings.append(_error(first, "text", "something to read"))
    if ticket is None or findings:
        return Judgement(key, Outcome.REJECTED, findings=tuple(findings))
    before = standing.get((ticket, facts.external_id))
    if before == facts:
        return Judgement(key, Outcome.UNCHANGED)
    told = ToldMessage(key, ticket, facts, is_correction=before is not None)
    if before is None:
        return Judgement(key, Outcome.CREATED, told)
    return Judgement(key, Outcome.UPDATED, told, _differences(first.line, before, facts))


def _error(row: StagedRow, column: str, expected: str) -> Finding:
    """Name the place; what was written is nobody's business there."""
    found = _values(row)[column] if column in {_NUMBER, _MESSAGE} else ""
    return Finding(FindingKind.ERROR, row.line, column, found, expected)


def _differences(line: int, before: MessageFacts, after: MessageFacts) -> tuple[Finding, ...]:
    return tuple(
        Finding(FindingKind.CHANGE, line, name, "said otherwise", "")
        for name, old, new in zip(before._fields, before, after, strict=True)
        if old != new
    )
