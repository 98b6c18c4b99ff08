"""What a ticket's history adds up to: the derived columns of a ticket."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from quarterdeck.desk.queries.facts import ChangeFacts, HeaderFacts, instant
from quarterdeck.desk.vocabulary import ENDED_STATES, FIXED_STATES, Oddity
from quarterdeck.kernels.clocks import (
    ClockDefinition,
    Moment,
    OddityKind,
    Until,
    first_fix,
    last_fix,
    oddities_of,
    reopenings,
)

_WHOLE_LOG = ClockDefinition(fixed=FIXED_STATES, until=Until.LAST_FIX)
_ODDITIES = {
    OddityKind.CLOCK_STEPPED_BACK: Oddity.LOG_STEPS_BACK,
    OddityKind.MOVED_BEFORE_OPENING: Oddity.EVENT_BEFORE_REPORT,
}


class Projection(NamedTuple):
    """The derived columns of a ticket, as its history gives them."""

    state: str
    pause_reason: str
    priority: int | None
    team: str
    assignee_name: str
    assignee_id: int | None
    service_name: str
    service_id: int | None
    changed_at: datetime
    first_fix_at: datetime | None
    last_fix_at: datetime | None
    ended_at: datetime | None
    reopen_count: int
    oddities: list[str]


_NOBODY: Mapping[str, int] = {}


def project(
    header: HeaderFacts, changes: Sequence[ChangeFacts], assignees: Mapping[str, int] = _NOBODY
) -> Projection:
    """Return what a log in its own order adds up to; it holds at least one change.

    `assignees` has the key of the person behind a source's name, where somebody has said so.
    """
    moments = [Moment(instant(change.occurred), change.state) for change in changes]
    last = changes[-1]
    return Projection(
        state=last.state,
        pause_reason=last.pause_reason,
        priority=last.priority,
        team=last.team,
        assignee_name=last.assignee,
        assignee_id=last.assignee_id or assignees.get(last.assignee),
        service_name=last.service_name,
        service_id=last.service_id,
        changed_at=moments[-1].at,
        first_fix_at=first_fix(moments, FIXED_STATES),
        last_fix_at=last_fix(moments, FIXED_STATES),
        ended_at=last_fix(moments, ENDED_STATES),
        reopen_count=reopenings(moments, FIXED_STATES),
        oddities=_oddities(header, moments),
    )


def _oddities(header: HeaderFacts, moments: Sequence[Moment]) -> list[str]:
    found = {
        _ODDITIES[oddity.kind].value
        for oddity in oddities_of(instant(header.opened), moments, _WHOLE_LOG)
        if oddity.kind in _ODDITIES
    }
    if header.repeats_events:
        found.add(Oddity.REPEATED_EVENT.value)
    return sorted(found)
