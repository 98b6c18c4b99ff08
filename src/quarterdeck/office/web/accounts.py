"""The pages on which administrators keep accounts: add, lock, passwords, roles, sessions."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.accounts import (
    end_sessions,
    give_one_time_password,
    link_account,
    lock_account,
    may_keep_account,
    may_keep_accounts,
    unlock_account,
)
from quarterdeck.core.directory import add_account, assign_role, withdraw_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, RoleAssignment
from quarterdeck.core.permission import account_of
from quarterdeck.core.sessions import sessions_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.records import accounts
from quarterdeck.office.web.sign_in_forms import AccountForm, PersonForm, RoleForm
from quarterdeck.ui.details import breadcrumbs, detail_of, find_visible


def _keeper(request: HttpRequest) -> Account:
    """Return who asks, if they keep accounts; for everybody else there is nothing here."""
    user = account_of(request)
    if not may_keep_accounts(user):
        raise Http404
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add an account with its first role, and show the password that opens it this once."""
    user = _keeper(request)
    form = AccountForm(user, request.POST or None, initial={"person": request.GET.get("person")})
    if request.method == "POST" and form.is_valid():
        try:
            account, password = _add(form.cleaned_data, user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _show_password(request, account, password)
    context = {
        "form": form,
        "breadcrumbs": [("Accounts", reverse(accounts.list_address)), ("Add an account", "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "office/account_add.html", context, status=status)


def _add(given: dict[str, Any], user: Account) -> tuple[Account, str]:
    """Add account, role and password together, or nothing."""
    with transaction.atomic():
        account = add_account(
            username=given["username"], person=given["person"], actor=user, at=clock.now()
        )
        _assign(account, given, user)
        return account, give_one_time_password(account=account, actor=user, at=clock.now())


def _assign(account: Account, given: dict[str, Any], user: Account) -> None:
    assign_role(
        account=account,
        role=Role(given["role"]),
        unit=given["unit"],
        team=given["team"],
        actor=user,
        at=clock.now(),
    )


def _show_password(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    """Show a generated password on the answer itself: it is stored nowhere that could show it."""
    context = {
        "account": account,
        "password": password,
        "breadcrumbs": [
            ("Accounts", reverse(accounts.list_address)),
            (str(account), reverse(accounts.detail_address, args=[account.pk])),
            ("One-time password", ""),
        ],
    }
    return render(request, "office/one_time_password.html", context)


@require_safe
def detail(request: HttpRequest, key: int) -> HttpResponse:
    """Show an account with its roles, and to administrators its sessions and what they may do."""
    shown = detail_of(accounts, key, request.user)
    return render(request, "office/account.html", _context(request, shown))


def _context(
    request: HttpRequest,
    shown: Any,
    form: RoleForm | None = None,
    whose: PersonForm | None = None,
) -> dict[str, Any]:
    user = account_of(request)
    may_keep = may_keep_account(user, shown.row)
    return {
        "detail": shown,
        "roles": shown.row.roles.select_related("unit", "team").order_by("role", "pk"),
        "may_keep": may_keep,
        "form": (form or RoleForm(user)) if may_keep else None,
        "whose": (whose or PersonForm(shown.row)) if may_keep else None,
        "sessions": sessions_of(shown.row, clock.now(), request.session.session_key)
        if may_keep
        else [],
        "breadcrumbs": breadcrumbs(accounts, str(shown.row)),
    }


@require_POST
def act(request: HttpRequest, key: int) -> HttpResponse:
    """Lock or unlock an account, give it a one-time password, or sign it out everywhere."""
    user = _keeper(request)
    account: Account = find_visible(accounts, key, user)
    try:
        password = _do(request.POST.get("act", ""), account, user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if password:
            return _show_password(request, account, password)
        messages.success(request, "Done.")
    return redirect(accounts.detail_address, key)


def _do(wanted: str, account: Account, user: Account) -> str:
    at = clock.now()
    if wanted == "password":
        return give_one_time_password(account=account, actor=user, at=at)
    if wanted == "lock":
        lock_account(account=account, actor=user, at=at)
    elif wanted == "unlock":
        unlock_account(account=account, actor=user, at=at)
    elif wanted == "sessions":
        end_sessions(account=account, actor=user, at=at)
    else:
        raise Refused("This form asks for nothing that can be done to an account.")
    return ""


@require_POST
def give_role(request: HttpRequest, key: int) -> HttpResponse:
    """Give an account another role."""
    user = _keeper(request)
    account: Account = find_visible(accounts, key, user)
    form = RoleForm(user, request.POST)
    if form.is_valid():
        try:
            _assign(account, form.cleaned_data, user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(accounts.detail_address, key)
    shown = detail_of(accounts, key, user)
    return render(request, "office/account.html", _context(request, shown, form), status=422)


@require_POST
def link(request: HttpRequest, key: int) -> HttpResponse:
    """Say whose account it is."""
    user = _keeper(request)
    account: Account = find_visible(accounts, key, user)
    form = PersonForm(account, request.POST)
    if form.is_valid():
        person = form.cleaned_data["person"]
        try:
            link_account(account=account, person=person, actor=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The account is {person}’s." if person else "Nobody’s now.")
            return redirect(accounts.detail_address, key)
    shown = detail_of(accounts, key, user)
    return render(request, "office/account.html", _context(request, shown, whose=form), status=422)


@require_POST
def take_role(request: HttpRequest, key: int) -> HttpResponse:
    """Take a role away again."""
    user = _keeper(request)
    assignment = RoleAssignment.objects.visible_to(user).filter(pk=key).first()
    if assignment is None:
        raise Http404
    try:
        withdraw_role(assignment=assignment, actor=user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(accounts.detail_address, assignment.account_id)
