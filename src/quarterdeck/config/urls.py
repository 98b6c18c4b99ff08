"""All addresses."""

from django.urls import URLPattern, URLResolver

from quarterdeck.config.api.assembly import api_urls
from quarterdeck.config.operation.web import operation_urls
from quarterdeck.desk.web import urls as desk
from quarterdeck.office.web.urls import urlpatterns as office_urls
from quarterdeck.people.web import urls as people
from quarterdeck.planning.web.urls import urlpatterns as planning_urls
from quarterdeck.scorecard.web.urls import urlpatterns as scorecard_urls
from quarterdeck.services.web.urls import urlpatterns as services_urls
from quarterdeck.ui.addresses import record_urls, shell_urls

urlpatterns: list[URLPattern | URLResolver] = [
    *shell_urls,
    *operation_urls,
    *api_urls,
    *scorecard_urls,
    *office_urls,
    *planning_urls,
    # A page that an app makes itself stands before the one made from its record.
    *desk.urlpatterns,
    *people.urlpatterns,
    *services_urls,
    *record_urls(),
]

handler400 = "quarterdeck.ui.errors.bad_request"
handler403 = "quarterdeck.ui.errors.forbidden"
handler404 = "quarterdeck.ui.errors.not_found"
handler500 = "quarterdeck.config.api.assembly.broken"
