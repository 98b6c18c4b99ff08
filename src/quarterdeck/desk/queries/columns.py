"""Which columns of a ticket hold what is known of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from quarterdeck.core.models import Team
from quarterdeck.desk.queries.facts import HeaderFacts, instant
from quarterdeck.desk.queries.projection import Projection
from quarterdeck.desk.vocabulary import LOWEST_PRIORITY, NOTHING_DUE


def header_columns(header: HeaderFacts, people: Mapping[str, int]) -> dict[str, Any]:
    """Return the columns that hold what a source says of a ticket as a whole.

    `people` has the key of each person behind a word for the requester.
    """
    return {
        "number": header.number,
        "kind": header.kind,
        "title": header.title,
        "description": header.description,
        "opened_at": instant(header.opened),
        "opened_from": header.opened_from,
        "requester_id": people.get(header.requester),
        "requester_name": header.requester,
        "category": header.category,
        "contact_channel": header.channel,
        "impact": header.impact,
        "urgency": header.urgency,
        "recorded_sla_kept": header.sla_kept,
        "recorded_reopen_count": header.reopen_count,
        "recorded_reassignment_count": header.reassignment_count,
        "history_depth": header.depth,
        "recorded_due_at": None if header.due is None else instant(header.due),
    }


def projected_columns(projection: Projection, teams: Mapping[str, Team]) -> dict[str, Any]:
    """Return the columns that hold what a ticket's log adds up to."""
    return {**projection._asdict(), "team": teams.get(projection.team)}


def due_order(
    due_at: datetime | None, team_due_at: datetime | None, priority: int | None
) -> datetime:
    """Return where a ticket stands among due times: by the sooner one, else by its priority."""
    due = [each for each in (due_at, team_due_at) if each is not None]
    rank = LOWEST_PRIORITY + 1 if priority is None else priority
    return min(due, default=NOTHING_DUE - timedelta(days=LOWEST_PRIORITY + 1 - rank))
