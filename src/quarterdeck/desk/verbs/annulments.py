"""The act by which the desk says that a ticket was reopened by nothing that asks for work."""

from datetime import datetime
from typing import Any

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.desk import rules
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.reopenings import is_said_by_requester, untouched_reopening
from quarterdeck.desk.verbs.ticket_messages import note_internally, reply_publicly
from quarterdeck.desk.verbs.ticket_work import TicketWork


@verb
def annul_reopening(
    *, ticket: Ticket, version: int, reason: str, actor: Account, at: datetime
) -> Ticket:
    """Let a ticket stand as it did before it was reopened, since nothing was left to do: somebody
    only said thank you.

    The requester is told why, and may answer again. It is refused where the requester has said that
    it is not solved, and once anything was done on it. The lines of the reopening stay in the log
    and count no more, nor does the time since; measures of reopenings say how many were annulled.
    """
    if not reason.strip():
        raise Invalid({"reason": ["Say to the requester why it stays as it was."]})
    done = "taken for not reopened"
    work = TicketWork.begin(ticket, version, actor, at, rules.can_annul_reopening, done)
    present = work.ticket
    reopening = untouched_reopening(present)
    if reopening is None:
        raise Refused(f"{present.number} was worked on since it was reopened: resolve it again.")
    if is_said_by_requester(present, reopening):
        raise Refused(f"The requester of {present.number} said that it is not solved.")
    stood = reopening.stood
    work.append(
        annuls_from=reopening.first,
        state=stood.state,
        pause_reason=stood.pause_reason,
        assignee=Person.objects.get(pk=stood.assignee_id) if stood.assignee_id else None,
        assignee_name=stood.assignee,
    )
    emptied: dict[str, Any] = {**reopening.emptied}
    work.set(**emptied)
    annulled = work.finish()
    tell = note_internally if annulled.requester is None else reply_publicly
    tell(ticket=annulled, text=reason, actor=actor, at=at)
    return annulled
