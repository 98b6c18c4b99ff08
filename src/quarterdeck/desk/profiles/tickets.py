"""What every profile of tickets shares: a ticket as a file tells it is compared with what stands,
taken in, and settled."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from operator import itemgetter
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from quarterdeck.core.evidence import digest
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import Finding, Judgement, Profile, Settled, StagedRow
from quarterdeck.desk.queries.facts import (
    ChangeFacts,
    HeaderFacts,
    StandingTicket,
    TicketFacts,
    instant,
    last_digests,
    standing_tickets,
)
from quarterdeck.desk.queries.names import teams_said
from quarterdeck.desk.verbs.imported_tickets import take_in_tickets
from quarterdeck.desk.verbs.settled_tickets import prepare_tickets, settle_tickets
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import FindingKind, Outcome

Sequenced = tuple[tuple[int, ChangeFacts], ...]


class Line(NamedTuple):
    """One change of a ticket with the number of the line that tells it, and what that line says of
    the whole ticket."""

    number: int
    change: ChangeFacts
    header: Mapping[str, Any]


class Told(NamedTuple):
    """What a file says of one ticket, or the errors that keep it from saying anything.

    `groups` has what the file calls the team of a change where ours stands in its place.
    """

    external_id: str
    lines: list[Line]
    header: HeaderFacts | None
    findings: tuple[Finding, ...]
    digest: str
    groups: Mapping[str, str] = MappingProxyType({})


class TicketBatches(Profile):
    """A profile whose batches write tickets, and let those that stood before follow."""

    noun = "desk.ticket"
    domain: ClassVar[str] = "desk.tickets"
    longest_key: ClassVar[int] = 64

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

    def prepare(
        self, batch_key: int, external_ids: Sequence[str], *, actor: Account, at: datetime
    ) -> None:
        """Work out what these tickets will be once the batch counts."""
        batch = ImportBatch.objects.get(pk=batch_key)
        prepare_tickets(batch=batch, external_ids=external_ids, actor=actor, at=at)

    def settle(self, batch_key: int, after: str, *, actor: Account, at: datetime) -> Settled:
        """Rebuild the next of the tickets that the batch has changed."""
        batch = ImportBatch.objects.get(pk=batch_key)
        return settle_tickets(batch=batch, after=after, actor=actor, at=at)


class TicketProfile(TicketBatches):
    """A profile whose records are tickets, each with the changes that the file tells of it."""

    @abstractmethod
    def told(self, key: str, rows: Sequence[StagedRow]) -> Told:
        """Return what the lines of one record say of its ticket."""

    @abstractmethod
    def sequenced(
        self, lines: Sequence[Line], standing: StandingTicket | None
    ) -> tuple[Sequenced, tuple[Finding, ...]]:
        """Give each change its place in the log, beside what stands; or say why it has none."""

    def judge(
        self, source: str, records: Sequence[tuple[str, Sequence[StagedRow]]]
    ) -> list[Judgement]:
        """Compare tickets with what stands of them; reads only.

        Where the source says word for word what it said last, the ticket's log need not be read.
        """
        told = _in_our_teams(source, [self.told(key, rows) for key, rows in records])
        digests = last_digests(source, [each.external_id for each in told])
        known = {each.external_id: digests.get(each.external_id) for each in told}
        other = [t.external_id for t in told if known[t.external_id] not in {None, t.digest}]
        standing = standing_tickets(source, other)
        return [
            Judgement(each.external_id, Outcome.UNCHANGED)
            if known[each.external_id] == each.digest and not each.findings
            else self._judgement(each, standing.get(each.external_id))
            for each in told
        ]

    def _judgement(self, told: Told, standing: StandingTicket | None) -> Judgement:
        """Say what becomes of a ticket of which the source says something new."""
        if told.findings or told.header is None:
            return Judgement(told.external_id, Outcome.REJECTED, findings=told.findings)
        changes, misplaced = self.sequenced(told.lines, standing)
        if misplaced:
            return Judgement(told.external_id, Outcome.REJECTED, findings=misplaced)
        facts = TicketFacts(told.external_id, told.header, changes, told.groups)
        if standing is None:
            return Judgement(told.external_id, Outcome.CREATED, facts)
        differences = _differences(told.lines[-1].number, standing, facts)
        outcome = Outcome.UPDATED if differences else Outcome.UNCHANGED
        return Judgement(told.external_id, outcome, facts, differences)


def named(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """Return the values of a line by their names.

    A batch that has waited for a decision since before an upgrade lacks those that were read of no
    file then; new names stand last.
    """
    return dict(zip_longest(names, values))


def _in_our_teams(source: str, tickets: list[Told]) -> list[Told]:
    """Return what is told with our teams in the place of the names that are said to be the same.

    What was said of a name counts as the file's own word: so tickets that came in before change
    their team when the file comes again.
    """
    said = teams_said(source)
    return [_in_our_team(told, said) for told in tickets] if said else tickets


def _in_our_team(told: Told, said: Mapping[str, str]) -> Told:
    meant = {
        line.change.team: said[line.change.team] for line in told.lines if line.change.team in said
    }
    if not meant:
        return told
    lines = [
        line._replace(
            change=line.change._replace(team=meant.get(line.change.team, line.change.team))
        )
        for line in told.lines
    ]
    changes = [line.change for line in told.lines]
    groups = {each.external_id: each.team for each in changes if each.team in meant}
    return told._replace(
        lines=lines, digest=digest(told.digest, sorted(meant.items())), groups=groups
    )


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
        new_events = "1 new event" if len(new) == 1 else f"{len(new)} new events"
        found.append(Finding(FindingKind.CHANGE, line, "log", new_events, added))
    for old, change in corrected:
        was = [f"{n} was {a}" for n, a, b in zip(old._fields, old, change, strict=True) if a != b]
        found.append(Finding(FindingKind.CHANGE, line, "log", change.external_id, ", ".join(was)))
    return tuple(found)
