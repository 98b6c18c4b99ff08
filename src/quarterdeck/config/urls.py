"""All addresses."""

from django.urls import URLPattern, URLResolver

from quarterdeck.ui.addresses import record_urls, shell_urls

urlpatterns: list[URLPattern | URLResolver] = [
    *shell_urls,
    *record_urls(),
]

handler400 = "quarterdeck.ui.errors.bad_request"
handler403 = "quarterdeck.ui.errors.forbidden"
handler404 = "quarterdeck.ui.errors.not_found"
handler500 = "quarterdeck.ui.errors.broken"
