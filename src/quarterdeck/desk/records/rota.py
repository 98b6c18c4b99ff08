"""How rotas, their shifts and swaps are listed and shown."""

from quarterdeck.core.records import Action, Record
from quarterdeck.desk.models import DutyShift, Rota, ShiftSwap
from quarterdeck.desk.rules import may_open
from quarterdeck.ui import navigation

_ROTA = Action("Rota", "desk.rota", "calendar-event", may_open)

rotas = Record(
    Rota,
    columns=("team", "calendar"),
    filters=("team",),
    order=("id",),
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
    action=_ROTA,
    icon="refresh",
    section="Desk",
    empty="Who does another one's duty is written down on the rota of their team.",
)
RECORDS = (rotas, duty_shifts, shift_swaps)
ENTRY = navigation.Entry("Desk", "Rota", "desk.rota", "calendar-event", may_open)
