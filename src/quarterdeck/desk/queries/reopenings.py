"""The reopening that a ticket stands in: how it stood before, and whether that may still count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from quarterdeck.core.acts import subject_of
from quarterdeck.core.history import entries_of
from quarterdeck.core.models import Act
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.queries.facts import ChangeFacts, Log, effective_changes
from quarterdeck.desk.vocabulary import OPEN_STATES

# What is emptied when a ticket is taken up again.
_EMPTIED = ("resolution", "true_category", "cancelled_as")
_SAID_BY_REQUESTER = "desk.own_tickets.reopen_own_ticket"


@dataclass(frozen=True)
class Reopening:
    """The lines of the act that took a ticket up again, from the first one on, and what stood
    before it: the last line, and the columns that were emptied."""

    first: int
    at: datetime
    stood: ChangeFacts
    emptied: Mapping[str, str]


def untouched_reopening(ticket: Ticket) -> Reopening | None:
    """Return the reopening with which the log of a ticket ends, if nothing has been done since.

    None as well where a source tells of it, who alone can take it back.
    """
    log = effective_changes([ticket.pk]).get(ticket.pk, ())
    ended = [place for place, (_, change) in enumerate(log) if change.state not in OPEN_STATES]
    lines: Log = log[ended[-1] + 1 :] if ended else ()
    if not lines or not all(change.by_hand for _, change in lines):
        return None
    by_hand = StateChange.objects.filter(ticket=ticket, batch__isnull=True)
    of_it = by_hand.filter(sequence__gte=lines[0][0])
    moments = set(of_it.values_list("recorded_at", flat=True))
    if len(moments) != 1:
        return None
    at = moments.pop()
    return Reopening(lines[0][0], at, log[ended[-1]][1], _emptied(ticket, at))


def _emptied(ticket: Ticket, at: datetime) -> dict[str, str]:
    """Return what the columns held that a reopening emptied, by the history of the ticket."""
    emptied = entries_of(ticket).filter(act__at=at, before__has_key="state").last()
    before: Mapping[str, Any] = emptied.before if emptied is not None else {}
    return {name: before.get(name, "") for name in _EMPTIED}


def is_said_by_requester(ticket: Ticket, reopening: Reopening) -> bool:
    """Whether who reported it, or what was merged into it, said in so many words that it is not
    solved; what they merely wrote by mail does not say so."""
    merged = Ticket.objects.filter(merged_into=ticket)
    subjects = [subject_of(each) for each in (ticket, *merged)]
    said = Act.objects.filter(subject__in=subjects, verb=_SAID_BY_REQUESTER, at=reopening.at)
    return said.exists()


def annulled_reopenings(tickets: QuerySet[Ticket]) -> int:
    """Return how many reopenings of some tickets the desk has taken for none."""
    annulling = StateChange.objects.filter(annuls_from__isnull=False)
    return annulling.filter(ticket__in=tickets.order_by().values("pk")).count()
