"""What surrounds every request: who is reading, in which zone, under which content policy."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware, get_user
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.memory import remembering
from quarterdeck.core.sessions import note_seen
from quarterdeck.ui import errors
from quarterdeck.ui.surroundings import zone_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_SAFE = frozenset({"GET", "HEAD"})
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def before_password_change(view: View) -> View:
    """Let a view answer also those who have to change their password first."""
    view.before_password_change = True  # type: ignore[attr-defined]  # a mark for the middleware
    return view


class ContentSecurityPolicyMiddleware:
    """Send the policy of the setting SECURE_CSP, which is named and shaped as in Django 6.

    Pages of signed-in people are not kept by caches either, so that nothing shows after signing
    out.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        policy = settings.SECURE_CSP.items()
        self.header = "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers that the view has not set itself."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.header)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Send whoever is not signed in to the sign-in page, and htmx the whole page with them.

    After signing in they come back to the page on which they were, never to an act's own address.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Ask who reads, which Django puts off until a view wants to know.

        A page asks its reader hundreds of things, and each would go through Django's lazy stand-in.
        """
        request.user = get_user(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Answer with a redirect that the browser, not htmx, follows."""
        is_htmx = request.headers.get("HX-Request") == "true"
        if not is_htmx and request.method in _SAFE:
            return super().handle_no_permission(request, view_func)
        sign_in = redirect_to_login(_page_before(request), resolve_url(settings.LOGIN_URL))
        if not is_htmx:
            return sign_in
        return HttpResponseClientRedirect(sign_in.url)  # type: ignore[return-value]  # htmx redirects by a header of its own


def _page_before(request: HttpRequest) -> str:
    """Return the address of the page from which something was sent, within this host."""
    told = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    # Anybody may send anything here: what is no address is none, and two slashes name a host.
    with suppress(ValueError):
        parts = urlsplit(told)
        if told and parts.netloc == request.get_host():
            return urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, ""))
    return request.get_full_path() if request.method in _SAFE else page_above(request.path)


def page_above(path: str) -> str:
    """Return the nearest address above an act's that leads anywhere: the page of its record."""
    above = path.rstrip("/")
    while "/" in above:
        above = above.rpartition("/")[0]
        for address in (f"{above}/", above):
            try:
                resolve(address)
            except Resolver404:
                continue
            return address
    return "/"


class WrongMethodMiddleware:
    """Lead whoever opens the address of an act, such as by reloading a refused form, to the page
    above it, and say in words what else cannot be done at an address.

    Programs are answered by status alone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Put a page in the place of an answer 405 without one."""
        response = self.get_response(request)
        is_bare = isinstance(response, HttpResponse) and not response.content
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not is_bare:
            return response
        if request.path.startswith("/api/"):
            return response
        if request.method in _SAFE:
            return HttpResponseRedirect(page_above(request.path))
        page = errors.not_allowed(request)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page


class PasswordChangeMiddleware:
    """Lead whoever signed in with a password of somebody else's choice to the page that changes it.

    Views that such a reader may open nevertheless are marked by `before_password_change`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Answer in place of the view where the password has to be changed first."""
        is_open = not getattr(view, "login_required", True)
        if is_open or getattr(view, "before_password_change", False):
            return None
        if not getattr(request.user, "must_change_password", False):
            return None
        address = resolve_url(settings.PASSWORD_CHANGE_URL)
        if request.headers.get("HX-Request") == "true":
            return HttpResponseClientRedirect(address)
        return HttpResponseRedirect(address)


class SeenMiddleware:
    """Note in a session when it was last used, to a few minutes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Note it before the view; Django keeps the session afterwards."""
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            note_seen(request.session, clock.now())
        return self.get_response(request)


class MemoryMiddleware:
    """Let what one request asks for again and again be asked once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Remember until the answer is made."""
        with remembering():
            return self.get_response(request)


class ReaderZoneMiddleware:
    """Show times in the reader's zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Forget the zone once the page is made: the thread serves others."""
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> None:
        """Open pages (sign-in, health) show no times and must not ask the database for a zone."""
        if getattr(view, "login_required", True):
            timezone.activate(zone_of(request))


class RefusalMiddleware:
    """Turn a verb's refusal that no view has dealt with into a page that says it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other error alone."""
        return errors.refused(request, error) if isinstance(error, Refused) else None
