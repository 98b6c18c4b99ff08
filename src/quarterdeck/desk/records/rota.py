"""How rotas, their shifts and swaps are listed and shown."""

from quarterdeck.core.permission import User, holds
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Record, Writing
from quarterdeck.desk.models import DutyShift, Rota, ShiftSwap
from quarterdeck.desk.rules import may_open
from quarterdeck.desk.rules.rota import LEADING, may_keep_rota
from quarterdeck.desk.verbs.rota import add_single_shift, end_shift, keep_rota, swap_shifts
from quarterdeck.ui import navigation

_ROTA = Action("Rota", "desk.rota", "calendar-event", may_open)


def may_keep_any_rota(user: User) -> bool:
    """Whether there can be a team whose rota this account keeps."""
    return holds(user, *LEADING)


def _may_keep(user: User, shift: DutyShift) -> bool:
    return may_keep_rota(user, shift.team)


rotas = Record(
    Rota,
    columns=("team", "calendar"),
    filters=("team",),
    order=("id",),
    may_add=may_keep_any_rota,
    writing=Writing(added=("team", "calendar"), add=keep_rota),
    action=_ROTA,
    icon="calendar-event",
    section="Desk",
    empty="Say on the rota of a team when somebody has to be on duty.",
)
duty_shifts = Record(
    DutyShift,
    columns=("person", "team", "weekday", "first_on", "last_on", "starts_at", "ends_at"),
    filters=("team", "person"),
    # The minutes of its day stand in the name of a shift, as times.
    details=(
        *("team", "person", "weekday", "every_weeks", "first_on", "last_on"),
        *("starts_at", "ends_at"),
    ),
    order=("-id",),
    titles={
        "first_on": "First day",
        "last_on": "Last day",
        "starts_at": "Once from",
        "ends_at": "Once until",
    },
    may_add=may_keep_any_rota,
    writing=Writing(added=("team", "person", "starts_at", "ends_at"), add=add_single_shift),
    acts=(
        RecordAct(
            "end",
            "End",
            end_shift,
            _may_keep,
            says={"last_on": "Its last day; what has begun stays."},
        ),
    ),
    action=_ROTA,
    icon="calendar-event",
    section="Desk",
    empty="Put people on duty on the rota of their team.",
)
shift_swaps = Record(
    ShiftSwap,
    columns=("stand_in", "person", "team", "starts_at", "ends_at", "made_by"),
    filters=("team", "starts_at"),
    order=("-id",),
    titles={
        "stand_in": "On duty",
        "person": "In place of",
        "starts_at": "From",
        "ends_at": "Until",
        "made_by": "By",
    },
    may_add=may_keep_any_rota,
    writing=Writing(
        added=("team", "person", "stand_in", "starts_at", "ends_at", "reason"), add=swap_shifts
    ),
    action=_ROTA,
    icon="refresh",
    section="Desk",
    empty="Who does another one's duty is written down on the rota of their team.",
)
RECORDS = (rotas, duty_shifts, shift_swaps)
ENTRY = navigation.Entry("Desk", "Rota", "desk.rota", "calendar-event", may_open)
