"""Pages for what went wrong; htmx gets a fragment, since it swaps errors in as well."""

import sys
from dataclasses import dataclass

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from quarterdeck.core.trouble import Trouble, trouble_of


@dataclass(frozen=True)
class Fault:
    """What a page says of something that went wrong, and what to do about it."""

    status: int
    title: str
    text: str


BAD_REQUEST = Fault(
    400, "This address cannot be read", "Part of it is malformed. Go back and follow the link anew."
)
FORBIDDEN = Fault(
    403,
    "This is not yours to do",
    "Your roles do not allow it. Ask an administrator if they should.",
)
STALE_FORM = Fault(
    403,
    "This form has expired",
    "It was opened before you signed in, or cookies are blocked. Reload the page and try again.",
)
NOT_FOUND = Fault(
    404,
    "There is nothing here",
    "It does not exist, has been withdrawn, or lies outside of what your roles reach.",
)
NOT_ALLOWED = Fault(
    405,
    "This cannot be done here",
    "The address takes what a form sends, or shows a page, and not the other way round. Go back "
    "and use the buttons of the page.",
)
BROKEN = Fault(
    500,
    "Something broke on our side",
    "The error has been logged, and nothing that you sent was half done. Try again, or tell an "
    "administrator.",
)
# What is in the way mostly passes by itself; programs are told when to ask again, in seconds.
RETRY_AFTER = {"Retry-After": "10"}
TROUBLES = {
    Trouble.AWAY: Fault(
        503,
        "The database does not answer",
        "What you sent was stored whole or not at all: look before you send it again. Reload this "
        "page in a minute, or tell an administrator.",
    ),
    Trouble.BUSY: Fault(
        503,
        "The database is busy",
        "Somebody else's work held it for too long. Nothing that you sent was stored: try again.",
    ),
    Trouble.FULL: Fault(
        503,
        "There is no room left",
        "The disk of the database or of the files is full. Nothing that you sent was stored. Tell "
        "an administrator to make room.",
    ),
    Trouble.READ_ONLY: Fault(
        503,
        "Nothing can be stored at present",
        "The database can only be read. Nothing that you sent was stored. Tell an administrator.",
    ),
}


def _answer(request: HttpRequest, fault: Fault) -> HttpResponse:
    """Say it inside the shell, bare to those who are not signed in, and short to htmx."""
    if request.headers.get("HX-Request") == "true":
        text = render_to_string("ui/errors/fragment.html", {"fault": fault})
        return HttpResponse(text, status=fault.status)
    user = getattr(request, "user", None)
    layout = "ui/base.html" if user is not None and user.is_authenticated else "ui/bare.html"
    context = {"fault": fault, "layout": layout, "back": _page_before(request)}
    text = render_to_string("ui/errors/page.html", context, request)
    return HttpResponse(text, status=fault.status)


def _page_before(request: HttpRequest) -> str:
    """Return the page of ours from which somebody came; nothing where it was this very one."""
    came_from = request.headers.get("Referer", "")
    try:
        host, here = request.get_host(), request.build_absolute_uri()
    except DisallowedHost:
        # Whoever asks for a host that is not served came from none of our pages.
        return ""
    is_ours = url_has_allowed_host_and_scheme(came_from, {host}, request.is_secure())
    return came_from if is_ours and came_from != here else ""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer 400."""
    return _answer(request, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer 403."""
    return _answer(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer 404, also for what exists and may not be seen."""
    return _answer(request, NOT_FOUND)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """Answer 405."""
    return _answer(request, NOT_ALLOWED)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer a form without a valid token."""
    return _answer(request, STALE_FORM)


def refused(request: HttpRequest, refusal: Exception) -> HttpResponse:
    """Answer 409 with what a verb said."""
    return _answer(request, Fault(409, "This was declined", str(refusal)))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 where database or disk are in trouble, without asking the database."""
    trouble = trouble_of(sys.exception())
    fault = TROUBLES[trouble] if trouble else BROKEN
    wants_fragment = request.headers.get("HX-Request") == "true"
    template = "ui/errors/fragment.html" if wants_fragment else "ui/errors/page.html"
    text = render_to_string(template, {"fault": fault, "layout": "ui/bare.html"})
    return HttpResponse(text, status=fault.status, headers=RETRY_AFTER if trouble else None)
