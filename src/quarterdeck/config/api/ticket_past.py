"""What happened to one ticket, for programs: its changes of state, and its service-level clocks."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import errors, json_answer
from quarterdeck.config.api.fields import Key
from quarterdeck.config.api.records import Door, door_to, only
from quarterdeck.config.api.tickets import TICKETS
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import ServiceLevelClock
from quarterdeck.desk.queries.log import LogLine, log_of

CLOCKS: Door = door_to(record_of(ServiceLevelClock))
router = Router(tags=["Desk"])
MOST = 200

_KEY = Path(..., description="The key of the record.")
_READ = errors(400, 401, 404, 422)


class ChangeTold(Schema):
    """What state, priority, team, assignee and service a ticket had from one moment on."""

    sequence: int = Field(description="Its place in the ticket's order, which dates never move.")
    at: datetime = Field(description="When it happened, as far as its source knows.")
    state: str = Field(description="The state from then on.", examples=["in_progress"])
    source_state: str = Field(description="What the source calls the state; empty by hand.")
    pause_reason: str = Field(description="What it waited for, if it was on hold.")
    priority: int | None = Field(description="1 is the most urgent; null where none is known.")
    team: str = Field(description="The team by its name.")
    assignee: str = Field(description="Who had it, by name.")
    service: str = Field(description="The service by its name.")
    changed_by: str = Field(description="Who changed it, as far as its source says.")
    is_by_hand: bool = Field(description="Whether it was done here, and not told by a source.")
    is_annulled: bool = Field(
        description="Whether a later line says that it was no reopening: it counts nowhere."
    )


class Changes(Schema):
    """The changes of a ticket that stand, each in its latest version, in the ticket's order."""

    items: list[ChangeTold] = Field(description="Those of withdrawn imports are left out.")
    after: int | None = Field(description="Where the next ones begin; null: these are all.")


class Clocks(Schema):
    """The service-level clocks of a ticket, in the order in which they were counted."""

    items: list[CLOCKS.schemas.row] = Field(  # type: ignore[name-defined]  # the schema is made from the record
        description="What teams promise beneath the service level is told to the desk alone."
    )
    after: int | None = Field(description="Where the next ones begin; null: these are all.")


class Asked(Schema):
    """From where on."""

    after: int = Field(-1, ge=-1, lt=2**63, description="What was given as `after` before.")


@router.get(
    "/desk/tickets/{key}/state-changes",
    response={200: Changes, **_READ},
    operation_id="ticket_state_changes",
    url_name="desk.ticket.changes",
    summary="Read how a ticket went",
)
def list_changes(
    request: HttpRequest,
    *,
    key: Key = _KEY,
    asked: Asked = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return the log of a ticket as its page shows it: every measure of time counts from this."""
    only(request, Asked)
    ticket = TICKETS.find(request, key)
    lines = [line for line in log_of(ticket) if line.sequence > asked.after]
    return json_answer(_cut([_change(line) for line in lines], "sequence"))


@router.get(
    "/desk/tickets/{key}/clocks",
    response={200: Clocks, **_READ},
    operation_id="ticket_clocks",
    url_name="desk.ticket.clocks",
    summary="Read what was promised for a ticket",
)
def list_clocks(
    request: HttpRequest,
    *,
    key: Key = _KEY,
    asked: Asked = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return the clocks of a ticket: which target ran, until when, and what became of it."""
    only(request, Asked)
    user, ticket = account_of(request), TICKETS.find(request, key)
    rows = CLOCKS.record.visible_to(user).filter(ticket=ticket, pk__gt=asked.after)
    found = list(CLOCKS.way.needed(rows.order_by("pk"))[: MOST + 1])
    return json_answer(_cut(CLOCKS.told(found, user), "id"))


def _cut(items: list[dict[str, Any]], place: str) -> dict[str, Any]:
    """Return the first items, and after which one the others begin."""
    shown = items[:MOST]
    return {"items": shown, "after": shown[-1][place] if len(items) > MOST else None}


def _change(line: LogLine) -> dict[str, Any]:
    change = line.change
    return {
        "sequence": line.sequence,
        "at": line.at,
        "state": change.state,
        "source_state": change.source_state,
        "pause_reason": change.pause_reason,
        "priority": change.priority,
        "team": change.team,
        "assignee": change.assignee,
        "service": change.service_name,
        "changed_by": change.changed_by,
        "is_by_hand": change.by_hand,
        "is_annulled": line.is_annulled,
    }
