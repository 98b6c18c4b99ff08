"""A ticket's state history as its page shows it."""

from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.facts import ChangeFacts, instant, log_with_annulled
from quarterdeck.desk.vocabulary import PauseReason, TicketState


@dataclass(frozen=True)
class LogLine:
    """One change in the log's own order, what it changed, and the time since the line before.

    `elapsed` is in seconds and negative where the log steps back in time; None on the first line.
    A line `is_annulled` where a later one that `annuls` says that it does not count.
    """

    sequence: int
    change: ChangeFacts
    elapsed: int | None
    is_new_state: bool
    is_new_priority: bool
    is_new_team: bool
    is_new_assignee: bool
    is_new_service: bool
    is_annulled: bool = False
    annuls: bool = False

    @property
    def at(self) -> datetime:
        """When it happened."""
        return instant(self.change.occurred)

    @property
    def state(self) -> str:
        """What pages call the state."""
        return str(TicketState(self.change.state).label)

    @property
    def source_word(self) -> str:
        """What the source calls a new state, where that is another word."""
        word = self.change.source_state
        return word if self.is_new_state and word.lower() != self.state.lower() else ""

    @property
    def pause_reason(self) -> str:
        """For whom or what the ticket waited, if it did."""
        return str(PauseReason(self.change.pause_reason).label) if self.change.pause_reason else ""


def log_of(ticket: Ticket) -> list[LogLine]:
    """Return the standing changes of a ticket, each in the latest batch's version of it, and those
    that were annulled in their places."""
    whole = log_with_annulled(ticket.pk)
    annulled = {sequence for sequence, _ in whole.annulled}
    lines: list[LogLine] = []
    previous: ChangeFacts | None = None
    for sequence, change in sorted((*whole.counting, *whole.annulled), key=itemgetter(0)):
        line = _line(sequence, change, previous)
        counts = not (change.by_hand and sequence in annulled)
        annuls = change.by_hand and sequence in whole.annulling
        lines.append(replace(line, is_annulled=not counts, annuls=annuls))
        previous = change if counts else previous
    return lines


def _line(sequence: int, change: ChangeFacts, previous: ChangeFacts | None) -> LogLine:
    if previous is None:
        return LogLine(sequence, change, None, True, True, True, True, bool(change.service_name))
    return LogLine(
        sequence,
        change,
        elapsed=change.occurred - previous.occurred,
        is_new_state=(change.state, change.source_state) != (previous.state, previous.source_state),
        is_new_priority=change.priority != previous.priority,
        is_new_team=change.team != previous.team,
        is_new_assignee=change.assignee != previous.assignee,
        is_new_service=change.service_name != previous.service_name,
    )
