"""The pages of approvals: what waits for one's decision, one request, and the block on a record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.records import Record, Tone
from quarterdeck.core.together import Asking
from quarterdeck.office.models import ApprovalRequest, ApprovalSeat, ApprovalStep, Delegation
from quarterdeck.office.queries.approvals import (
    open_inquiry,
    subject_address,
    waiting_for_decision,
)
from quarterdeck.office.records.approvals import STATE_BADGES, approval_requests
from quarterdeck.office.rules.approvals import authorities, can_decide, may_inquire, may_withdraw
from quarterdeck.office.verbs.approvals import decide_approval, withdraw_approval
from quarterdeck.office.verbs.inquiries import answer_inquiry, ask_requester
from quarterdeck.office.vocabulary import ApprovalState
from quarterdeck.office.web.approval_forms import AnswerForm, DecisionForm, InquiryForm, ReasonForm
from quarterdeck.office.web.records import account_of
from quarterdeck.ui.details import breadcrumbs, facts_of, find_visible
from quarterdeck.ui.panels import Panel, provide

_MOST = 50


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader's decision, what they asked for, and who decides for whom."""
    user, at = account_of(request), clock.now()
    own = ApprovalRequest.objects.none()
    if user.person_id is not None:
        own = ApprovalRequest.objects.filter(requester=user.person_id).order_by("-pk")
    mine = Delegation.objects.filter(giver=user.person_id or 0).in_force(at)
    others = Delegation.objects.filter(receiver=user.person_id or 0).in_force(at)
    context = {
        "waiting": list(waiting_for_decision(user, at)),
        "own": [(each, STATE_BADGES[ApprovalState(each.state)].tone) for each in own[:_MOST]],
        "given": mine.select_related("receiver").order_by("pk"),
        "received": others.select_related("giver").order_by("pk"),
        "at": at,
        "has_person": user.person_id is not None,
    }
    return render(request, "office/approvals.html", context)


@require_safe
def show_request(request: HttpRequest, key: int) -> HttpResponse:
    """Show one request: what is asked, who decides and has decided, and what one may do."""
    user = account_of(request)
    return _page(request, find_visible(approval_requests, key, user), user)


def _page(
    request: HttpRequest, row: ApprovalRequest, user: Account, refused: forms.Form | None = None
) -> HttpResponse:
    allowed = authorities(user, row, clock.now())
    decision = refused if isinstance(refused, DecisionForm) else None
    if decision is None and allowed:
        decision = DecisionForm(allowed, initial={"digest": row.digest})
    context = {
        "row": row,
        "tone": STATE_BADGES[ApprovalState(row.state)].tone,
        "facts": facts_of(approval_requests, row, user),
        "steps": _steps(row),
        "subject_address": subject_address(row, user),
        "decision": decision,
        "withdrawal": ReasonForm(auto_id="withdraw-%s")
        if can_decide(row) and may_withdraw(user, row)
        else None,
        **_inquiry(row, user, refused),
        "previous": row.previous
        if row.previous
        and ApprovalRequest.objects.visible_to(user).filter(pk=row.previous.pk).exists()
        else None,
        "breadcrumbs": breadcrumbs(approval_requests, row.title),
    }
    return render(request, "office/approval.html", context, status=422 if refused else 200)


def _inquiry(row: ApprovalRequest, user: Account, refused: forms.Form | None) -> dict[str, object]:
    """Return what the requester has been asked, and the form of whoever may ask or answer."""
    asked = open_inquiry(row)
    may_answer = asked is not None and user.person_id == row.requester_id
    may_ask = asked is None and row.policy_id is not None and may_inquire(user, row, clock.now())
    answer = refused if isinstance(refused, AnswerForm) else AnswerForm()
    question = refused if isinstance(refused, InquiryForm) else InquiryForm()
    return {
        "inquiry": asked,
        "answer_form": answer if may_answer else None,
        "inquiry_form": question if may_ask else None,
    }


@dataclass(frozen=True)
class ShownStep:
    """One step as a page shows it: whose seats there are, and what each has come to."""

    step: ApprovalStep
    seats: list[ApprovalSeat]
    standing: str
    tone: Tone


def _steps(row: ApprovalRequest) -> list[ShownStep]:
    """Return the steps with their seats, all read at once."""
    seats = (
        ApprovalSeat.objects.counting()
        .filter(step__request=row)
        .select_related("step", "person", "decision__decider", "decision__for_whom")
    )
    steps: dict[int, list[ApprovalSeat]] = {}
    for seat in seats.order_by("step__position", "pk"):
        steps.setdefault(seat.step.position, []).append(seat)
    return [
        ShownStep(found[0].step, found, *_standing(row, position))
        for position, found in steps.items()
    ]


def _standing(row: ApprovalRequest, position: int) -> tuple[str, Tone]:
    """Say in a word how a step stands."""
    if position < row.step or row.state == ApprovalState.APPROVED:
        return "Approved", Tone.GOOD
    if position > row.step:
        return "Not begun", Tone.NEUTRAL
    if row.state == ApprovalState.WAITING:
        return "Open", Tone.ACTIVE
    return row.get_state_display(), STATE_BADGES[ApprovalState(row.state)].tone


@require_POST
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Approve or reject."""
    user = account_of(request)
    row: ApprovalRequest = find_visible(approval_requests, key, user)
    allowed = authorities(user, row, clock.now())
    if not allowed:
        if can_decide(row):
            raise Http404
        messages.error(request, f"“{row}” is {row.get_state_display().lower()} already.")
        return redirect(approval_requests.detail_address, key)
    form = DecisionForm(allowed, request.POST)

    def run() -> None:
        given = form.cleaned_data
        seat = next(each.seat for each in allowed if each.seat.pk == given["seat"])
        words = {name: given[name] for name in ("verdict", "comment", "digest")}
        decide_approval(request=row, seat=seat, **words, actor=user, at=clock.now())

    return _answer(request, row, form, run, "Your decision is recorded.")


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take back what one has asked for."""
    user = account_of(request)
    row: ApprovalRequest = find_visible(approval_requests, key, user)
    if not may_withdraw(user, row):
        raise Http404
    form = ReasonForm(request.POST, auto_id="withdraw-%s")

    def run() -> None:
        reason = form.cleaned_data["reason"]
        withdraw_approval(request=row, reason=reason, actor=user, at=clock.now())

    return _answer(request, row, form, run, "It is withdrawn.")


@require_POST
def inquire(request: HttpRequest, key: int) -> HttpResponse:
    """Ask the requester what is not clear before it is decided."""
    user = account_of(request)
    row: ApprovalRequest = find_visible(approval_requests, key, user)
    if not may_inquire(user, row, clock.now()):
        raise Http404
    form = InquiryForm(request.POST)

    def run() -> None:
        text = form.cleaned_data["question"]
        ask_requester(request=row, text=text, actor=user, at=clock.now())

    return _answer(request, row, form, run, f"{row.requester} is asked.")


@require_POST
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Answer what an approver asked; it leads to the request that is asked anew."""
    user = account_of(request)
    row: ApprovalRequest = find_visible(approval_requests, key, user)
    asked = open_inquiry(row)
    if asked is None or user.person_id != row.requester_id:
        raise Http404
    form = AnswerForm(request.POST)

    def run() -> ApprovalRequest:
        text = form.cleaned_data["answer"]
        again: ApprovalRequest = answer_inquiry(
            inquiry=asked, text=text, actor=user, at=clock.now()
        )
        return again

    return _answer(request, row, form, run, "Your answer is in, and the approval is asked anew.")


def _answer(
    request: HttpRequest,
    row: ApprovalRequest,
    form: forms.Form,
    run: Callable[[], ApprovalRequest | None],
    done: str,
) -> HttpResponse:
    """Do it, say so, and lead to the request that came of it, or to this one.

    What was typed stays on the page where it is refused.
    """
    user = account_of(request)
    if form.is_valid():
        try:
            made = run()
        except Invalid as invalid:
            for name, texts in invalid.errors.items():
                form.add_error(name if name in form.fields else None, " ".join(texts))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(approval_requests.detail_address, (made or row).pk)
    return _page(request, find_visible(approval_requests, row.pk, user), user, form)


def approvals_panel(record: Record, row: Any, user: User) -> Asking[Panel | None]:
    """Return the approvals of a record that the reader may see, the newest first."""
    if not isinstance(user, Account):
        return None
    about = ApprovalRequest.objects.filter(record=record.key, row=row.pk)
    # Few records have any, so who may see them is asked only then.
    first = about.order_by("pk").values_list("pk")[:1]
    yield [first]
    if not first:
        return None
    seen = about.filter(pk__in=ApprovalRequest.objects.visible_to(user).values("pk"))
    shown = [
        (each, STATE_BADGES[ApprovalState(each.state)].tone, _address(each))
        for each in seen.select_related("requester").order_by("-pk")[:_MOST]
    ]
    return Panel("office/approvals_block.html", shown) if shown else None


def _address(row: ApprovalRequest) -> str:
    return reverse(approval_requests.detail_address, args=[row.pk])


provide(approvals_panel)
