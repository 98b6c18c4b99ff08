"""Tickets under the hands of somebody who may work on them."""

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.models import Ticket


def worked_on(ticket: Ticket, actor: Account) -> Ticket:
    """Return the ticket as it stands, locked, for somebody who may work on it; else Refused."""
    rows = Ticket.objects.select_for_update(of=("self",))
    present = rows.filter(pk=ticket.pk).first()
    if present is None or not Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists():
        raise Refused("There is no such ticket.")
    if not rules.may_work(actor, present):
        raise Refused(f"You may not work on {present.number}: your roles do not reach it.")
    return present
