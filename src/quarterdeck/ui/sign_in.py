"""Signing in and out, and the choice of a theme."""

from ipaddress import ip_address
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.hashers import make_password, verify_password
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock, lockout, sessions
from quarterdeck.core.acts import acting, subject_of
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.ui.middleware import before_password_change
from quarterdeck.ui.session_account import session_accounts
from quarterdeck.ui.surroundings import THEME_COOKIE, THEMES

_A_YEAR = 365 * 24 * 3600
_OF_SESSION = Prepared(lambda: session_accounts().filter(pk=Slot("account")).order_by())


class PasswordBackend(ModelBackend):
    """Checks a password, and hashes it anew as an act of its owner when the hash has aged.

    Django's own backend would write that hash without an actor, which the database refuses; and the
    hashing itself must not happen while a transaction holds SQLite's only writer's lock.
    """

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 — Django's signature
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> Account | None:
        """Return the account if the password is right and the account may sign in."""
        if username is None or password is None:
            return None
        account = Account.objects.filter(username__iexact=username, is_builtin=False).first()
        if account is None:
            # The same work for unknown names, so that the answer's time does not tell who exists.
            make_password(password)
            return None
        is_right, is_aged = verify_password(password, account.password)
        if not is_right or not self.user_can_authenticate(account):
            return None
        if is_aged:
            _hash_anew(account, password)
        return account

    def get_user(self, user_id: int) -> Account | None:
        """Return the account of a session with what every page shows of its reader."""
        account = next(iter(_OF_SESSION.records(account=user_id)), None)
        return account if self.user_can_authenticate(account) else None


def _hash_anew(account: Account, password: str) -> None:
    account.password = make_password(password)
    with acting(
        actor=account,
        verb_name="ui.rehash_password",
        at=clock.now(),
        subject=subject_of(account),
    ):
        account.save(update_fields=["password"])


def address_of(request: HttpRequest) -> str:
    """Return the network address of whoever asks.

    A proxy on this machine says for whom it asks at the end of X-Forwarded-For; nobody else is
    believed, since everybody can write that header.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told if _is_address(told) and (not peer or _is_this_machine(peer)) else peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_this_machine(peer: str) -> bool:
    return _is_address(peer) and ip_address(peer).is_loopback


class SignInForm(AuthenticationForm):
    """User name and password, under the lock-out of `core.lockout`."""

    error_messages = {
        "invalid_login": "This user name and password do not open anything. Check both.",
        "inactive": "This user name and password do not open anything. Check both.",
    }

    def clean(self) -> dict[str, Any]:
        """Count the attempt, look at the password, and forget the failures once it is right."""
        username = self.cleaned_data.get("username")
        if not username or not self.cleaned_data.get("password") or self.request is None:
            return super().clean()
        address = address_of(self.request)
        try:
            lockout.admit(username=username, address=address, at=clock.now())
        except Refused as refusal:
            raise ValidationError(str(refusal), code="locked_out") from refusal
        cleaned = super().clean()
        lockout.forgive(username=username, address=address)
        return cleaned


class SignIn(LoginView):
    """The sign-in page; a refused attempt shows the form with its error (422)."""

    template_name = "ui/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Begin the session, and note where."""
        answer = super().form_valid(form)
        agent = self.request.headers.get("User-Agent", "")
        address = address_of(self.request)
        sessions.begin(self.request.session, address=address, agent=agent, at=clock.now())
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


sign_in = SignIn.as_view()
# Where somebody was is nothing to whoever signs in next at the same browser.
sign_out = before_password_change(LogoutView.as_view(next_page="sign-in", redirect_field_name=""))


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in this browser; anything else goes back to the system's setting."""
    wanted = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(wanted if is_ours else "/")
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(THEME_COOKIE, theme, max_age=_A_YEAR, samesite="Lax")
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


@login_not_required
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Answer that this process serves; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")
