"""How services are listed and shown."""

from quarterdeck.core.permission import User
from quarterdeck.core.records import Record, register
from quarterdeck.people.rules import may_keep_courses
from quarterdeck.services.models import CatalogueItem, Service, ServiceCourse
from quarterdeck.services.rules import may_keep_services
from quarterdeck.ui import navigation


def _may_change(user: User, _service: Service) -> bool:
    return may_keep_services(user)


def _may_change_item(user: User, _item: CatalogueItem) -> bool:
    return may_keep_services(user)


services = Record(
    Service,
    columns=("name", "owner", "team", "agreed_hours"),
    filters=("team",),
    search=("name", "description"),
    form=("name", "description", "owner", "team", "agreed_hours", "is_application"),
    bulk=("owner", "team", "agreed_hours", "is_application"),
    order=("name",),
    may_add=may_keep_services,
    may_change=_may_change,
    icon="server",
    section="Services",
    empty="Add the services that your users would name, or import tickets that name them.",
)

catalogue_items = Record(
    CatalogueItem,
    columns=("title", "service", "team", "audience", "active_from", "active_until"),
    filters=("service", "team", "audience"),
    search=("title", "description"),
    form=(
        "title",
        "description",
        "service",
        "category",
        "team",
        "audience",
        "approval_policy",
        "expected_hours",
        "active_from",
        "active_until",
    ),
    bulk=("service", "team", "audience", "approval_policy", "active_from", "active_until"),
    order=("title", "id"),
    may_add=may_keep_services,
    may_change=_may_change_item,
    icon="list",
    section="Services",
    empty="Say what people may ask for, and the portal offers it to them.",
)


def _may_change_link(user: User, _link: ServiceCourse) -> bool:
    return may_keep_courses(user)


service_courses = Record(
    ServiceCourse,
    columns=("service", "course"),
    filters=("service", "course"),
    form=("service", "course"),
    order=("-id",),
    may_add=may_keep_courses,
    may_change=_may_change_link,
    icon="book",
    section="Services",
    empty="Say which course teaches which service, and its effect on tickets can be measured.",
)

register(services, catalogue_items, service_courses)
navigation.register(
    navigation.Entry("Services", "Services", services.list_address, services.icon),
    navigation.Entry(
        "Services", "Catalogue", catalogue_items.list_address, "list", may_keep_services
    ),
)
