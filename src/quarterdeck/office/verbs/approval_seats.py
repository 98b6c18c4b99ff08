"""The act that keeps approvals from being stuck: a seat whose holders have left goes on."""

from datetime import datetime

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.models import Account, Person
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import ApprovalRequest, ApprovalSeat
from quarterdeck.office.queries.approvals import letters_to_approvers
from quarterdeck.office.rules.superiors import holders_for, superior_beyond
from quarterdeck.office.verbs.letters import write_letter


@verb
def reseat_approvals(*, actor: Account, at: datetime) -> int:
    """Give the open seats of roles that nobody can decide in any more to a line manager.

    While anybody who may decide holds the role where the requester is, nothing changes. The seat
    that nobody can fill stays on record, and counts no more. Returns how many went on.
    """
    seats = ApprovalSeat.objects.open_to_roles()
    done = 0
    for seat in seats.select_related("step__request__requester").order_by("pk"):
        request = ApprovalRequest.objects.select_for_update().get(pk=seat.step.request_id)
        # Somebody may have decided or withdrawn until the request was ours.
        if not seats.filter(pk=seat.pk).exists():
            continue
        person = _in_their_place(seat, request)
        if person is None:
            continue
        source = f"{Role(seat.role).label}, in their place the line manager"
        ApprovalSeat.objects.create(step=seat.step, person=person, source=source, replaces=seat)
        for letter in letters_to_approvers(request, at):
            if letter.person.pk == person.pk:
                write_letter(letter=letter, actor=actor, at=at)
        done += 1
    if not done:
        raise NothingDone(0)
    return done


def _in_their_place(seat: ApprovalSeat, request: ApprovalRequest) -> Person | None:
    """Return who decides instead, or None where somebody can, or where nobody is above."""
    barred = (
        set()
        if request.may_approve_own
        else {key for key in (request.requester_id, request.asked_by.person_id) if key}
    )
    holders = holders_for(seat.role, request.requester)
    if any(key not in barred for key in holders):
        return None
    # Nobody has two seats in a step.
    seated = seat.step.seats.filter(person__isnull=False).values_list("person", flat=True)
    start = Person.objects.get(pk=holders[0]) if holders else request.requester
    return superior_beyond(start, barred | {key for key in seated if key})
