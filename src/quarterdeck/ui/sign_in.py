"""Signing in and out, and the choice of a theme."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import make_password, verify_password
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from quarterdeck.core import clock
from quarterdeck.core.acts import acting, subject_of
from quarterdeck.core.models import Account
from quarterdeck.ui.surroundings import THEME_COOKIE, THEMES

_A_YEAR = 365 * 24 * 3600


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
        """Return the account of a session with its person, whose name every page shows."""
        account = Account.objects.select_related("person").filter(pk=user_id).first()
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


class SignIn(LoginView):
    """The sign-in page; a refused attempt shows the form with its error (422)."""

    template_name = "ui/sign_in.html"
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view(next_page="sign-in")


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
@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Answer that this process serves; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")
