"""The pages of escalations and complaints: raise them, answer them, see which are one's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk import rules
from quarterdeck.desk.models import Escalation, Ticket
from quarterdeck.desk.queries.escalations import (
    events_of,
    legal_acts,
    on_ticket,
    owners_offered,
)
from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.escalations import STATE_BADGES, escalations, sees_escalations
from quarterdeck.desk.verbs import escalations as verbs
from quarterdeck.desk.verbs.escalation_work import Complaint
from quarterdeck.desk.vocabulary import Channel, EscalationState
from quarterdeck.desk.web.escalation_forms import (
    AcknowledgeForm,
    AnswerForm,
    ComplaintForm,
    EscalateForm,
    EscalationActForm,
    OwnComplaintForm,
    PassOnForm,
    ResolveEscalationForm,
    VerdictForm,
    WithdrawForm,
    initial_complainant,
)
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.ui.details import breadcrumbs, facts_of, find_visible, panels_and_changes

_MOST = 100
_FACTS = ("owner", "direction", "to_team", "from_team", "from_person", "cause", "policy")
_TIMES = ("raised_by", "raised_at", "answer_due_at", "answered_at", "resolution_due_at")
_LAST_TIMES = ("resolved_at", "resolved_by", "calendar", "round")
_OF_COMPLAINT = ("complainant", "complainant_name", "channel")
_OF_VERDICT = ("verdict", "verdict_proof", "verdict_at")


@dataclass(frozen=True)
class Offer:
    """What the page asks for an act in, and what it says when that is done."""

    form: type[EscalationActForm]
    done: str


OFFERS: Mapping[str, Offer] = {
    "acknowledge": Offer(AcknowledgeForm, "It is yours."),
    "answer": Offer(AnswerForm, "The answer is sent."),
    "resolve": Offer(ResolveEscalationForm, "It is resolved."),
    "pass-on": Offer(PassOnForm, "It is passed on."),
    "verdict": Offer(VerdictForm, "The verdict is kept."),
    "withdraw": Offer(WithdrawForm, "It is withdrawn."),
}


@require_safe
def of_ticket(request: HttpRequest, key: int) -> HttpResponse:
    """Show the escalations of one ticket, which its page loads, and the ways to another."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    context = {
        "ticket": ticket,
        "rows": _badged(on_ticket(ticket, user)),
        "may_escalate": rules.may_work(user, ticket) and rules.can_escalate(ticket),
        "may_complain": rules.may_complain(user, ticket),
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/ticket_escalations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def escalate(request: HttpRequest, key: int) -> HttpResponse:
    """Bring a ticket before another team or up the line."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    if not rules.may_work(user, ticket):
        raise Http404
    offered = owners_offered(ticket, clock.now())
    form = EscalateForm(request.POST if request.method == "POST" else None, offered=offered)

    def run(form: forms.Form) -> Escalation:
        return verbs.escalate_ticket(ticket=ticket, actor=user, at=clock.now(), **form.cleaned_data)

    return _asked(request, ticket, form, run, "Escalate", "desk/escalate.html")


@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest, key: int) -> HttpResponse:
    """Write down somebody's complaint about a ticket; the requester's own asks for words alone."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    if not rules.may_complain(user, ticket):
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form: forms.Form = OwnComplaintForm(sent)
    if rules.may_work(user, ticket):
        form = ComplaintForm(sent, offered=owners_offered(ticket, clock.now()))
        form.initial["requester"] = initial_complainant(ticket)

    def run(form: forms.Form) -> Escalation:
        given = dict(form.cleaned_data)
        told: dict[str, Any] = {"ticket": ticket, "actor": user, "at": clock.now()}
        if not isinstance(form, ComplaintForm):
            own = Complaint(
                reason=given["reason"], complainant=user.person, channel=Channel.OWN_PAGE
            )
            return verbs.complain(complaint=own, **told)
        promise = {name: given[name] for name in ("owner", "answer_hours", "resolution_hours")}
        return verbs.complain(complaint=form.complaint(), **told, **promise)

    return _asked(request, ticket, form, run, "Complaint", "desk/escalate.html")


def _asked(  # noqa: PLR0917 — two pages that differ in these alone
    request: HttpRequest,
    ticket: Ticket,
    form: forms.Form,
    run: Callable[[forms.Form], Escalation],
    title: str,
    template: str,
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            row = run(form)
        except Refused as refusal:
            _told(form, refusal)
        else:
            messages.success(request, _whose(row))
            return redirect(escalations.detail_address, row.pk)
    context = {
        "ticket": ticket,
        "form": form,
        "title": title,
        "is_own": (is_own := _is_own(ticket, account_of(request))),
        "breadcrumbs": _way_to(ticket) if is_own else breadcrumbs(tickets, ticket.number),
    }
    return render(request, template, context, status=422 if form.is_bound else 200)


def _way_to(ticket: Ticket) -> list[tuple[str, str]]:
    """Return how requesters come here: by their ticket on the portal."""
    address = reverse("portal.ticket", args=[ticket.pk])
    return [("Help", "/portal/"), (ticket.number, address), ("Complaint", "")]


def _whose(row: Escalation) -> str:
    """Say who has an escalation now, and by when they answer."""
    if row.owner is None:
        return f"{row} is with nobody: every post is vacant."
    due = f"{timezone.localtime(row.answer_due_at):%Y-%m-%d %H:%M}"
    return f"{row} is with {row.owner}, who answers by {due}."


def _is_own(ticket: Ticket, user: Account) -> bool:
    """Whether the reader has the ticket on the portal alone."""
    return rules.is_requester(user, ticket) and not rules.may_work(user, ticket)


def _told(form: forms.Form, refusal: Refused) -> None:
    """Put a refusal onto the form, field by field where it names fields."""
    if not isinstance(refusal, Invalid):
        form.add_error(None, str(refusal))
        return
    for field, texts in refusal.errors.items():
        form.add_error(field if field in form.fields else None, " ".join(texts))


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what one has to answer, what one has escalated, and whom to ask for a verdict."""
    user = account_of(request)
    if not sees_escalations(user):
        raise Http404
    seen = Escalation.objects.visible_to(user).select_related("ticket", "owner", "complainant")
    raised = seen.filter(raised_by=user).order_by("-pk")
    context = {
        "answered_by_me": _badged(
            seen.open().owned_by(user.person_id).order_by("answer_due_at", "pk")[:_MOST]
        ),
        "unjudged": _badged(raised.unjudged()[:_MOST]),
        "raised": _badged(raised.open()[:_MOST]),
        "at": clock.now(),
    }
    return render(request, "desk/my_escalations.html", context)


def _badged(rows: Any) -> list[tuple[Escalation, str]]:
    return [(row, STATE_BADGES[EscalationState(row.state)].tone) for row in rows]


@require_safe
def show_escalation(request: HttpRequest, key: int) -> HttpResponse:
    """Show one escalation: what it is about, what is promised, what happened, what may be done."""
    user = account_of(request)
    return _page(request, find_visible(escalations, key, user), user)


def _page(
    request: HttpRequest,
    row: Escalation,
    user: Account,
    refused: Mapping[str, EscalationActForm] = MappingProxyType({}),
) -> HttpResponse:
    legal = legal_acts(user, row)
    at = clock.now()
    offered = owners_offered(row.ticket, at, row.to_team) if "pass-on" in legal else []
    told = _FACTS + _TIMES + (_LAST_TIMES if row.resolved_at else ("calendar", "round"))
    of_complaint = _OF_COMPLAINT + (_OF_VERDICT if row.verdict else ())
    context = {
        "escalation": row,
        "ticket": row.ticket,
        "is_own": (is_own := _is_own(row.ticket, user)),
        "tone": STATE_BADGES[EscalationState(row.state)].tone,
        "is_late": rules.can_answer(row) and not row.answered_at and row.answer_due_at < at,
        "acts": [
            (
                act.name,
                act.title,
                refused.get(act.name) or OFFERS[act.name].form(escalation=row, offered=offered),
                act.name in refused,
            )
            for act in escalations.acts
            if act.name in legal
        ],
        "out_of_place": [form for act, form in refused.items() if act not in legal],
        "facts": facts_of(escalations, row, user, _shown(row, told)),
        "of_complaint": facts_of(escalations, row, user, _shown(row, of_complaint))
        if row.is_complaint
        else [],
        "events": events_of(row),
        **(panels_and_changes(escalations, row, user) if rules.may_open(user) else {}),
        "breadcrumbs": _way_to(row.ticket) if is_own else breadcrumbs(escalations, str(row.ticket)),
    }
    return render(request, "desk/escalation.html", context, status=422 if refused else 200)


def _shown(row: Escalation, names: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what says nothing here."""
    return tuple(name for name in names if getattr(row, name))


@require_POST
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Do one act on an escalation; what was typed stays on the page if it is refused."""
    user = account_of(request)
    row: Escalation = find_visible(escalations, key, user)
    found, offer = escalations.act_named(name), OFFERS.get(name)
    if found is None or offer is None or not found.may(user, row):
        raise Http404
    offered = owners_offered(row.ticket, clock.now())
    form = offer.form(request.POST, escalation=row, offered=offered)
    if form.is_valid():
        given = dict(form.cleaned_data)
        run: Callable[..., object] = found.run
        if name == "resolve":
            # A browser knows where our pages stand, also where no setting says it.
            run, given["place"] = verbs.resolve_escalation, request.build_absolute_uri("/")
        try:
            run(escalation=row, actor=user, at=clock.now(), **given)
        except Refused as refusal:
            _told(form, refusal)
        else:
            messages.success(request, offer.done)
            return redirect(escalations.detail_address, key)
    return _page(request, find_visible(escalations, key, user), user, {name: form})
