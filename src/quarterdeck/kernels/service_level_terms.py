"""What is agreed about tickets: the terms of service levels, and the histories that they judge.

How clocks follow from both is said in `service_levels`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from quarterdeck.kernels.calendars import WorkingCalendar

__all__ = ["AfterReopening", "Ending", "History", "Line", "Metric", "Standing", "Target", "Terms"]


class Metric(StrEnum):
    """What is agreed to happen in time."""

    RESPONSE = "response"
    UPDATE = "update"
    RESOLUTION = "resolution"


class Standing(StrEnum):
    """What a line of the log says of the ticket, as far as clocks ask."""

    OPEN = "open"
    ON_HOLD = "on_hold"
    FIXED = "fixed"
    CANCELLED = "cancelled"


class AfterReopening(StrEnum):
    """What becomes of the time for a resolution when the ticket is reopened."""

    RESUMES = "resumes"
    COUNTS = "counts"
    RESTARTS = "restarts"


class Ending(StrEnum):
    """Why a clock ended."""

    NONE = ""
    ANSWERED = "answered"
    FIXED = "fixed"
    TICKET_CANCELLED = "ticket_cancelled"
    SUBJECT_CHANGED = "subject_changed"
    TERMS_CHANGED = "terms_changed"
    HANDED_ON = "handed_on"


class Line(NamedTuple):
    """One line of the log: what held from an aware instant on.

    `units` holds the keys of the customer's unit and of all above it; `team` names who has it.
    """

    at: datetime
    standing: Standing
    pause_reason: str = ""
    priority: int | None = None
    service: int | None = None
    units: frozenset[int] = frozenset()
    team: str = ""

    @property
    def subject(self) -> tuple[int | None, int | None, frozenset[int]]:
        """What terms and targets are chosen by."""
        return self.priority, self.service, self.units


class History(NamedTuple):
    """A ticket: when it was reported, its log in its own order, the desk's public replies."""

    opened_at: datetime
    lines: Sequence[Line]
    replies: Sequence[datetime] = ()
    # Without them (a source that tells no replies) only resolutions can be clocked.
    knows_replies: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """So many seconds for one metric, on a calendar or, without one, around the clock."""

    metric: Metric
    seconds: int
    calendar: WorkingCalendar | None = None
    key: int = 0


@dataclass(frozen=True, kw_only=True)
class Terms:
    """One version of a policy: for whom it holds, from when on, and what it promises.

    `service` and `unit` narrow it; None is for all. `targets` are by priority (None for a ticket
    without one); without any the policy has ended. `pauses` are the reasons for a hold that stop
    the clocks for updates and resolutions. `warning_percent` of a target gives the warning.

    Operational-level terms are what a team promises of its own part, beneath what the desk promises
    its customers: those of `team`, or of every team where none is named.
    """

    policy: int
    version: int
    rank: int
    holds_from: datetime
    targets: Mapping[int | None, Sequence[Target]]
    service: int | None = None
    unit: int | None = None
    pauses: frozenset[str] = frozenset()
    covers_running: bool = False
    restarts: bool = False
    after_reopening: AfterReopening = AfterReopening.RESUMES
    warning_percent: int = 80
    is_operational: bool = False
    team: str = ""

    def fits(self, line: Line) -> bool:
        """Tell whether it is for the line's service and customer, and for the team that has it."""
        if self.is_operational and (not line.team or self.team not in {"", line.team}):
            return False
        return self.service in {None, line.service} and (
            self.unit is None or self.unit in line.units
        )
