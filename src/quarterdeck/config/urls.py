"""All addresses."""

from collections.abc import Iterable

from django.urls import URLPattern, URLResolver, include, path

from quarterdeck.config.api.assembly import api_urls
from quarterdeck.config.operation.web import operation_urls
from quarterdeck.desk.web import urls as desk
from quarterdeck.office.web.urls import urlpatterns as office_urls
from quarterdeck.people.web import urls as people
from quarterdeck.planning.web.urls import urlpatterns as planning_urls
from quarterdeck.scorecard.web.urls import urlpatterns as scorecard_urls
from quarterdeck.services.web.urls import urlpatterns as services_urls
from quarterdeck.ui.addresses import record_urls, shell_urls

Address = URLPattern | URLResolver


def _in_groups(addresses: Iterable[Address], depth: int) -> list[Address]:
    """Put addresses together by their first parts: Django tries one after the other, and half a
    thousand in a row take longer than a small question to the database."""
    groups, others = dict[str, list[Address]](), list[Address]()
    for each in addresses:
        part, slash, rest = str(each.pattern).partition("/")
        if depth and slash and "<" not in part and isinstance(each, URLPattern):
            inner = path(rest, each.callback, each.default_args, each.name)
            groups.setdefault(f"{part}/", []).append(inner)
        else:
            others.append(each)
    found = [path(part, include(_in_groups(each, depth - 1))) for part, each in groups.items()]
    return [*found, *others]


_pages = _in_groups(
    (
        *shell_urls,
        *operation_urls,
        *scorecard_urls,
        *office_urls,
        *planning_urls,
        # A page that an app makes itself stands before the one made from its record.
        *desk.urlpatterns,
        *people.urlpatterns,
        *services_urls,
        *record_urls(),
    ),
    depth=2,
)
urlpatterns = [*api_urls, *_pages]

handler400 = "quarterdeck.ui.errors.bad_request"
handler403 = "quarterdeck.ui.errors.forbidden"
handler404 = "quarterdeck.ui.errors.not_found"
handler500 = "quarterdeck.config.api.assembly.broken"
