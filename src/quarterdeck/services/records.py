"""How services are listed and shown."""

from quarterdeck.core.records import Record, register
from quarterdeck.services.models import Service
from quarterdeck.ui import navigation

services = Record(
    Service,
    columns=("name", "owner", "agreed_hours"),
    search=("name",),
    form=("name", "description", "owner", "agreed_hours"),
    order=("name",),
    icon="server",
    section="Services",
    empty="Services are added by imports that name them.",
)

register(services)
navigation.register(navigation.Entry("Services", "Services", services.list_address, services.icon))
