"""Pages for what went wrong; htmx gets a fragment, since it swaps errors in as well."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


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
BROKEN = Fault(
    500,
    "Something broke on our side",
    "The error has been logged, and nothing that you sent was half done. Try again, or tell an "
    "administrator.",
)


def _answer(request: HttpRequest, fault: Fault) -> HttpResponse:
    """Say it inside the shell, bare to those who are not signed in, and short to htmx."""
    if request.headers.get("HX-Request") == "true":
        text = render_to_string("ui/errors/fragment.html", {"fault": fault})
        return HttpResponse(text, status=fault.status)
    user = getattr(request, "user", None)
    layout = "ui/base.html" if user is not None and user.is_authenticated else "ui/bare.html"
    text = render_to_string("ui/errors/page.html", {"fault": fault, "layout": layout}, request)
    return HttpResponse(text, status=fault.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer 400."""
    return _answer(request, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer 403."""
    return _answer(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer 404, also for what exists and may not be seen."""
    return _answer(request, NOT_FOUND)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 — Django's signature
    """Answer a form without a valid token."""
    return _answer(request, STALE_FORM)


def refused(request: HttpRequest, refusal: Exception) -> HttpResponse:
    """Answer 409 with what a verb said."""
    return _answer(request, Fault(409, "This was declined", str(refusal)))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500 without asking the database for anything: it may be what broke."""
    wants_fragment = request.headers.get("HX-Request") == "true"
    template = "ui/errors/fragment.html" if wants_fragment else "ui/errors/page.html"
    text = render_to_string(template, {"fault": BROKEN, "layout": "ui/bare.html"})
    return HttpResponse(text, status=BROKEN.status)
