"""The acts by which one shift hands over to the next."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Team
from quarterdeck.desk import rules
from quarterdeck.desk.models import ShiftNote, ShiftReceipt
from quarterdeck.desk.queries.shift_facts import shift_facts

LONGEST_SHIFT = 60


@verb
def hand_over_shift(
    *, team: Team, shift: str, text: str = "", actor: Account, at: datetime
) -> ShiftNote:
    """Write down how a team's work stands, with what has to be told; it is never changed."""
    if not rules.may_hand_over(actor, team):
        raise Refused(f"You may not hand over for {team}.")
    if not 0 < len(shift.strip()) <= LONGEST_SHIFT:
        raise Invalid({"shift": [f"Say which shift ends, in at most {LONGEST_SHIFT} characters."]})
    return ShiftNote.objects.create(
        team=team,
        shift=shift.strip(),
        author=actor,
        at=at,
        facts=shift_facts(team, at),
        text=text.strip(),
    )


@verb
def take_over_shift(
    *, note: ShiftNote, remark: str = "", actor: Account, at: datetime
) -> ShiftReceipt:
    """Say that a hand-over was read and taken over: once, by somebody else than who wrote it."""
    row = ShiftNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if not rules.may_hand_over(actor, row.team):
        raise Refused(f"You may not take over for {row.team}.")
    if row.author_id == actor.pk:
        raise Refused("The next shift takes it over, not whoever wrote it.")
    known = ShiftReceipt.objects.filter(note=row).select_related("by__person").first()
    if known is not None:
        raise Refused(f"{known.by} has taken it over already.")
    return ShiftReceipt.objects.create(note=row, by=actor, at=at, remark=remark.strip())
