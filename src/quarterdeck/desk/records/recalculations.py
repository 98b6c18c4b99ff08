"""How recalculations of clocks, and what each changes, are listed and shown."""

from datetime import datetime

from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Badge, Record, Tone, Writing
from quarterdeck.desk.models import ClockChange, ClockRecalculation
from quarterdeck.desk.rules import may_set_service_levels
from quarterdeck.desk.verbs import recalculations
from quarterdeck.desk.vocabulary import ClockOutcome, RecalculationState
from quarterdeck.desk.vocabulary.recalculation import ClockChangeKind

OUTCOME_BADGES = {
    ClockOutcome.RUNNING: Badge(Tone.ACTIVE),
    ClockOutcome.PAUSED: Badge(Tone.WARNING),
    ClockOutcome.MET: Badge(Tone.GOOD),
    ClockOutcome.MISSED: Badge(Tone.BAD),
    ClockOutcome.CANCELLED: Badge(Tone.NEUTRAL),
}


def _may_decide(user: User, _recalculation: ClockRecalculation) -> bool:
    return may_set_service_levels(user)


clock_recalculations = Record(
    ClockRecalculation,
    columns=("reason", "state", "requested_by", "requested_at", "finished_at"),
    filters=("state",),
    order=("-id",),
    titles={"requested_at": "Asked for", "requested_by": "By", "finished_at": "Finished"},
    badges={
        "state": {
            RecalculationState.EXAMINING: Badge(Tone.ACTIVE),
            RecalculationState.EXAMINED: Badge(Tone.WARNING),
            RecalculationState.APPLYING: Badge(Tone.ACTIVE),
            RecalculationState.APPLIED: Badge(Tone.GOOD),
            RecalculationState.DISCARDED: Badge(Tone.NEUTRAL),
            RecalculationState.SUPERSEDED: Badge(Tone.NEUTRAL),
        }
    },
    may_add=may_set_service_levels,
    writing=Writing(added=("reason",), add=recalculations.request_recalculation),
    acts=(
        RecordAct("apply", "Apply", recalculations.approve_recalculation, _may_decide),
        RecordAct("discard", "Discard", recalculations.discard_recalculation, _may_decide),
    ),
    action=Action("Count clocks anew", "desk.recalculate", "refresh", may_set_service_levels),
    icon="refresh",
    section="Desk",
    empty="After a calendar was changed, have all clocks compared with what it gives now.",
)

clock_changes = Record(
    ClockChange,
    columns=(
        *("ticket", "kind", "agreement", "metric"),
        *("due_before", "due_after", "outcome_before", "outcome_after"),
    ),
    filters=("recalculation", "kind", "agreement", "metric", "outcome_before", "outcome_after"),
    details=(
        *("recalculation", "ticket", "agreement", "metric", "number", "kind"),
        *("due_before", "due_after", "outcome_before", "outcome_after"),
    ),
    order=("-id",),
    titles={
        "kind": "What changes",
        "agreement": "Promise",
        "metric": "For",
        "due_before": "Due before",
        "due_after": "Due after",
        "outcome_before": "Outcome before",
        "outcome_after": "Outcome after",
    },
    badges={
        "kind": {
            ClockChangeKind.NOW_KEPT: Badge(Tone.GOOD),
            ClockChangeKind.NOW_MISSED: Badge(Tone.BAD),
        },
        "outcome_before": OUTCOME_BADGES,
        "outcome_after": OUTCOME_BADGES,
    },
    icon="refresh",
    section="Desk",
    empty="When clocks are counted anew, each that changes stands here, before and after.",
)
RECORDS = (clock_recalculations, clock_changes)


def waiting_recalculations(account: Account, _at: datetime) -> waiting.Told:
    """Give whoever sets service levels the comparison of clocks that waits for a decision."""
    if not may_set_service_levels(account):
        return
    compared = ClockRecalculation.objects.filter(state=RecalculationState.EXAMINED).order_by("pk")
    yield [compared]
    for each in compared:
        yield waiting.WaitingItem(
            title=each.reason,
            address=reverse(clock_recalculations.detail_address, args=[each.pk]),
            due_at=None,
            consequence=waiting.Consequence.ORDINARY,
            kind="Clocks",
            detail="Clocks would change: they stand as they were until somebody decides.",
        )
