"""The page on which people make and revoke the tokens that programs sign in with."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, ApiToken
from quarterdeck.core.permission import account_of, holds
from quarterdeck.core.tokens import create_token, may_keep_tokens, revoke_token
from quarterdeck.core.vocabulary import Role, TokenScope

LIVES = ((30, "30 days"), (90, "90 days"), (365, "365 days"))
MOST_SHOWN = 200


class TokenForm(forms.Form):
    """What a token is for, what it may do, and how long it lasts."""

    name = forms.CharField(
        label="Name", max_length=100, help_text="What the program is that will use it."
    )
    scope = forms.ChoiceField(label="It may", choices=TokenScope.choices)
    days = forms.TypedChoiceField(label="It lasts", choices=LIVES, coerce=int, initial=90)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def api_tokens(request: HttpRequest) -> HttpResponse:
    """List tokens; a new one shows its secret in the answer to the form, once and nowhere else."""
    user = account_of(request)
    sent = request.method == "POST"
    form = TokenForm(request.POST) if sent else TokenForm()
    secret = ""
    if sent and form.is_valid():
        secret = _make(form, user)
        form = TokenForm() if secret else form
    status = 422 if form.is_bound else 200
    return render(request, "ui/api_tokens.html", _context(form, secret, user), status=status)


def _make(form: TokenForm, user: Account) -> str:
    """Make the token; what is refused stands above the form, and there is no secret."""
    given, at = form.cleaned_data, clock.now()
    try:
        _, secret = create_token(
            account=user,
            name=given["name"],
            scope=TokenScope(given["scope"]),
            expires_at=at + timedelta(days=given["days"]),
            actor=user,
            at=at,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""
    return secret


def _context(form: TokenForm, secret: str, user: Account) -> dict[str, Any]:
    tokens = ApiToken.objects.select_related("account__person").newest_first()
    keeps_all = holds(user, Role.ADMINISTRATOR)
    shown = tokens if keeps_all else tokens.of(user)
    at = clock.now()
    return {
        "form": form,
        "secret": secret,
        "tokens": [(token, token.opens_at(at)) for token in shown[:MOST_SHOWN]],
        "keeps_all": keeps_all,
        "breadcrumbs": [("API tokens", "")],
    }


@require_POST
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Let a token open nothing any more; those of others do not exist but for administrators."""
    user = account_of(request)
    token = ApiToken.objects.select_related("account__person").filter(pk=key).first()
    if token is None or not may_keep_tokens(user, token.account):
        raise Http404
    try:
        revoke_token(token=token, actor=user, at=clock.now())
        messages.success(request, f"{token} is revoked.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("api-tokens")
