"""The acts on services."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.office.models import Calendar
from quarterdeck.services import rules
from quarterdeck.services.models import Service


@verb
def add_service(
    *,
    name: str,
    description: str = "",
    owner: Person | None = None,
    agreed_hours: Calendar | None = None,
    team: Team | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Service:
    """Add a service to the catalogue; no other has its name."""
    if not rules.may_keep_services(actor):
        raise Refused("You may not change the list of services.")
    if not name.strip():
        raise Refused("A service needs a name.")
    if Service.objects.filter(name=name).exists():
        raise Refused(f"There is a service “{name}” already.")
    return Service.objects.create(
        name=name,
        description=description,
        owner=owner,
        agreed_hours=agreed_hours,
        team=team,
    )
