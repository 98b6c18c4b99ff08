"""How services are listed and shown."""

from quarterdeck.core.permission import User
from quarterdeck.core.records import Record, register
from quarterdeck.services.models import Service
from quarterdeck.services.rules import may_keep_services
from quarterdeck.ui import navigation


def _may_change(user: User, _service: Service) -> bool:
    return may_keep_services(user)


services = Record(
    Service,
    columns=("name", "owner", "agreed_hours"),
    search=("name", "description"),
    form=("name", "description", "owner", "agreed_hours"),
    bulk=("owner", "agreed_hours"),
    order=("name",),
    may_add=may_keep_services,
    may_change=_may_change,
    icon="server",
    section="Services",
    empty="Add the services that your users would name, or import tickets that name them.",
)

register(services)
navigation.register(navigation.Entry("Services", "Services", services.list_address, services.icon))
