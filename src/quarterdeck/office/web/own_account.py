"""The pages of one's own account: who one is here, where one is signed in, the password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock, lockout
from quarterdeck.core.accounts import end_sessions, may_keep_accounts, reset_tokens
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account, RoleAssignment
from quarterdeck.core.permission import account_of
from quarterdeck.core.sessions import sessions_of
from quarterdeck.office.gateways.smtp import route
from quarterdeck.office.web.sign_in_forms import (
    ChangePasswordForm,
    ForgottenForm,
    NewPasswordForm,
)
from quarterdeck.ui.middleware import before_password_change
from quarterdeck.ui.sign_in import address_of


@require_safe
def show_own(request: HttpRequest) -> HttpResponse:
    """Show who one is here, and where one is signed in."""
    account = account_of(request)
    context = {
        "roles": RoleAssignment.objects.of(account).select_related("unit", "team"),
        "sessions": sessions_of(account, clock.now(), request.session.session_key),
        "may_link": may_keep_accounts(account),
        "breadcrumbs": [("Your account", "")],
    }
    return render(request, "office/own_account.html", context)


@require_POST
def end_own_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out of one other browser, or of all others."""
    account = account_of(request)
    ended = end_sessions(
        account=account,
        handle=request.POST.get("session", ""),
        session=request.session.session_key,
        actor=account,
        at=clock.now(),
    )
    browsers = "browser" if ended == 1 else "browsers"
    messages.success(request, f"Signed out of {ended} other {browsers}.")
    return redirect("account")


@before_password_change
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password, which one has to where somebody else has chosen it."""
    account = account_of(request)
    is_first = account.must_change_password
    form = ChangePasswordForm(
        account,
        request.POST or None,
        session=request.session.session_key,
        address=address_of(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = form.save()
        except Refused as refusal:
            form.add_error("new_password1", str(refusal))
        else:
            update_session_auth_hash(request, changed)
            messages.success(request, "Your password is changed; other browsers are signed out.")
            return redirect("home" if is_first else "account")
    context = {
        "form": form,
        "is_first": is_first,
        "breadcrumbs": [("Your account", reverse("account")), ("Change the password", "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "office/password.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a mail with which to choose another password.

    The answer is the same whoever is asked for, and a worker looks whether there is such an
    account, so that neither text nor time tells.
    """
    form = ForgottenForm(request.POST or None)
    context = {"form": form, "is_sent": False, "has_mail": route() is not None}
    if request.method == "POST" and form.is_valid():
        try:
            _ask_for_mail(request, form.cleaned_data["who"])
            context["is_sent"] = True
        except Refused as refusal:
            form.add_error(None, str(refusal))
    refused = request.method == "POST" and not context["is_sent"]
    return render(request, "office/forgotten.html", context, status=422 if refused else 200)


def _ask_for_mail(request: HttpRequest, who: str) -> None:
    subjects = [(lockout.MAIL, who), (lockout.ADDRESS, lockout.network_of(address_of(request)))]
    lockout.admit_all(subjects, clock.now())
    enqueue("office.mail_password_links", who=who, place=request.build_absolute_uri("/"))


@method_decorator(login_not_required, name="dispatch")
class ResetPassword(PasswordResetConfirmView):
    """Choose another password by the address from a mail, which works once and for an hour."""

    template_name = "office/reset.html"
    form_class = NewPasswordForm
    token_generator = reset_tokens
    success_url = reverse_lazy("sign-in")

    def get_user(self, uidb64: str) -> Account | None:
        """Return the account that may sign in and whose key the address names."""
        try:
            key = int(urlsafe_base64_decode(uidb64).decode())
        except ValueError:
            return None
        people = Account.objects.people().select_related("person")
        return people.filter(pk=key, is_active=True).first() if 0 < key < 2**63 else None

    def form_valid(self, form: Any) -> HttpResponse:
        """Change the password; say so where one signs in."""
        try:
            form.save()
        except Refused as refusal:
            form.add_error("new_password1", str(refusal))
            return self.form_invalid(form)
        del self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        messages.success(self.request, "Your password is changed. Sign in with the new one.")
        return redirect("sign-in")

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def render_to_response(self, context: dict[str, Any], **how: Any) -> HttpResponse:
        """Answer 404 where the address opens nothing any more."""
        if not context.get("validlink"):
            how["status"] = 404
        return super().render_to_response(context, **how)


reset = ResetPassword.as_view()
