"""The pages of delegated authority: hand it on, look at it, and take it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.approvable import all_kinds
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.office.models import Delegation
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.records.approvals import delegations
from quarterdeck.office.rules.approvals import may_delegate_for
from quarterdeck.office.verbs.delegations import Mandate, delegate_authority, revoke_delegation
from quarterdeck.office.web.approval_forms import DelegationForm, ReasonForm
from quarterdeck.office.web.records import account_of
from quarterdeck.ui.details import breadcrumbs, detail_of, find_visible


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Let somebody decide in the reader's place."""
    user, at = account_of(request), clock.now()
    if user.person is None:
        raise Http404
    today = own_day(at)
    form = DelegationForm(request.POST or None, initial={"first_day": today})
    if request.method == "POST" and form.is_valid():
        made = _delegated(form, user.person, user)
        if made is not None:
            messages.success(request, f"{made}.")
            return redirect(delegations.detail_address, made.pk)
    context = {
        "form": form,
        "heading": "Delegate authority",
        "back": reverse("office.approvals"),
        "breadcrumbs": breadcrumbs(delegations, "Delegate authority"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "office/form.html", context, status=status)


def _delegated(form: DelegationForm, giver: Person, user: Account) -> Delegation | None:
    fields = {"begins_at": "first_day", "ends_at": "last_day"}
    try:
        mandate = Mandate(giver=giver, **form.words())
        return delegate_authority(mandate=mandate, actor=user, at=clock.now())
    except Invalid as invalid:
        for name, texts in invalid.errors.items():
            field = fields.get(name, name)
            form.add_error(field if field in form.fields else None, " ".join(texts))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None


@require_safe
def show(request: HttpRequest, key: int) -> HttpResponse:
    """Show one delegation, and to whoever gave it how to revoke it."""
    user = account_of(request)
    detail = detail_of(delegations, key, user)
    row: Delegation = detail.row
    is_over = row.until is not None and row.until <= clock.now()
    titles = {kind.key: kind.title for kind in all_kinds()}
    context = {
        "detail": detail,
        "kinds": [titles.get(each, each) for each in row.kinds],
        "form": ReasonForm() if may_delegate_for(user, row.giver) and not is_over else None,
        "breadcrumbs": breadcrumbs(delegations, str(row)),
    }
    return render(request, "office/delegation.html", context)


@require_POST
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Take delegated authority back."""
    user = account_of(request)
    row: Delegation = find_visible(delegations, key, user)
    if not may_delegate_for(user, row.giver):
        raise Http404
    reason = request.POST.get("reason", "")[:500]
    try:
        revoke_delegation(delegation=row, reason=reason, actor=user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is revoked from now on.")
    return redirect(delegations.detail_address, key)
