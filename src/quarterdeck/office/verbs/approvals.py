"""The acts on requests for approval: ask, decide, withdraw, ask anew, remind, and let expire."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.approvable import kind_of
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Noun, Person
from quarterdeck.core.outbox import announce
from quarterdeck.core.records import record_of
from quarterdeck.office.models import (
    ApprovalDecision,
    ApprovalPolicy,
    ApprovalRequest,
    ApprovalSeat,
    ApprovalStep,
)
from quarterdeck.office.queries.approvals import (
    PlannedStep,
    letters_to_approvers,
    planned_steps,
    subject_of_request,
)
from quarterdeck.office.queries.webhook_subjects import APPROVAL
from quarterdeck.office.rules.approvals import authorities, can_decide, may_withdraw
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.office.verbs.webhooks import WebhookNews
from quarterdeck.office.vocabulary import ApprovalState, ApprovalVerdict, WebhookEvent

# What the outbox tells when a request has ended, with its key, kind, record and state.
APPROVAL_ENDED = "office.approval_ended"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What shall be approved: for whom, in which words, for how much, by which policy."""

    kind: str
    policy: ApprovalPolicy
    requester: Person
    title: str
    summary: str = ""
    amount: Decimal | None = None


@verb
def ask_for_approval(
    *,
    subject: Noun,
    question: Question,
    previous: ApprovalRequest | None = None,
    actor: Account,
    at: datetime,
) -> ApprovalRequest:
    """Ask for the approval of a record as it stands, and write to those who decide first.

    Refused where nobody could approve it, and while an earlier request for the same still waits.
    Whoever asked for the earlier one that it follows stays who asked: neither do they approve this.
    """
    kind = kind_of(question.kind)
    if not record_of(type(subject)).visible_to(actor).filter(pk=subject.pk).exists():
        raise Refused("There is no such record.")
    asker = actor if previous is None else previous.asked_by
    steps = planned_steps(
        question.policy, question.requester, kind.owner_of(subject), asker, question.amount
    )
    try:
        with transaction.atomic():
            request = _stored(subject, question, previous, asker, at)
    except IntegrityError as problem:
        raise Refused(f"“{question.title}” waits for approval already.") from problem
    for position, step in enumerate(steps, start=1):
        _add_step(request, position, step)
    _write_to_approvers(request, actor, at)
    WebhookNews(event=WebhookEvent.APPROVAL, about=f"{APPROVAL}:{request.pk}", at=at).tell()
    return request


def _stored(
    subject: Noun,
    question: Question,
    previous: ApprovalRequest | None,
    asker: Account,
    at: datetime,
) -> ApprovalRequest:
    kind = kind_of(question.kind)
    return ApprovalRequest.objects.create(
        kind=kind.key,
        noun_class=kind.noun_class,
        record=subject._meta.label_lower,
        row=subject.pk,
        title=question.title[:300],
        summary=question.summary,
        amount=question.amount,
        digest=kind.digest_of(subject),
        requester=question.requester,
        asked_by=asker,
        asked_at=at,
        policy=question.policy,
        may_approve_own=question.policy.may_approve_own,
        due_at=at + timedelta(days=question.policy.days_to_decide),
        expires_at=at + timedelta(days=question.policy.days_to_expire),
        previous=previous,
    )


def _add_step(request: ApprovalRequest, position: int, step: PlannedStep) -> None:
    added = ApprovalStep.objects.create(
        request=request, position=position, title=step.title, needed=step.needed
    )
    for seat in step.seats:
        ApprovalSeat.objects.create(
            step=added, person=seat.person, role=seat.role, source=seat.source
        )


def _write_to_approvers(request: ApprovalRequest, actor: Account, at: datetime) -> None:
    for letter in letters_to_approvers(request, at):
        write_letter(letter=letter, actor=actor, at=at)


def _held(request: ApprovalRequest) -> ApprovalRequest:
    """Return the request as it stands, locked: of two who act at once, the second sees the first's.

    Refused where it has ended.
    """
    present = ApprovalRequest.objects.select_for_update().get(pk=request.pk)
    if not can_decide(present):
        ended = f"{present.ended_at:%Y-%m-%d %H:%M} UTC"
        state = present.get_state_display().lower()
        raise Refused(f"“{present}” waits no more: it is {state} since {ended}.")
    return present


@verb
def decide_approval(
    *,
    request: ApprovalRequest,
    seat: ApprovalSeat,
    verdict: str,
    comment: str = "",
    digest: str,
    actor: Account,
    at: datetime,
) -> ApprovalDecision:
    """Approve or reject in one seat, for oneself or for whom one stands in.

    `digest` is that of what the decider has seen. Refused where the record is no longer what was
    asked about, where the actor has no authority in the seat, and where the request has ended.
    """
    if not ApprovalRequest.objects.visible_to(actor).filter(pk=request.pk).exists():
        raise Refused("There is no such request.")
    present = _held(request)
    _check(present, verdict, comment, digest, at)
    found = [each for each in authorities(actor, present, at) if each.seat.pk == seat.pk]
    if not found or actor.person is None:
        raise Refused(f"You may not decide on “{present}” there, or have decided already.")
    decision = ApprovalDecision.objects.create(
        request=present,
        seat=found[0].seat,
        step=found[0].seat.step,
        decider=actor.person,
        for_whom=found[0].for_whom,
        delegation=found[0].delegation,
        verdict=verdict,
        comment=comment.strip(),
        digest=present.digest,
        at=at,
    )
    _go_on(present, found[0].seat.step, actor, at)
    return decision


def _check(request: ApprovalRequest, verdict: str, comment: str, digest: str, at: datetime) -> None:
    """Refuse what is no decision, and one that comes too late or on something else."""
    if verdict not in ApprovalVerdict.values:
        raise Invalid({"verdict": ["Approve it, or reject it."]})
    if verdict == ApprovalVerdict.REJECT and not comment.strip():
        raise Invalid({"comment": ["Say why, so that the requester knows what to change."]})
    if at >= request.expires_at:
        raise Refused(f"“{request}” has expired: it has to be asked for anew.")
    subject = subject_of_request(request)
    if subject is None or not kind_of(request.kind).is_wanted(subject):
        raise Refused(f"“{request}” needs no approval any more.")
    if digest != request.digest or _digest_now(request) != request.digest:
        raise Refused(f"“{request}” has changed since approval was asked: it has to be asked anew.")


def _digest_now(request: ApprovalRequest) -> str:
    subject = subject_of_request(request)
    return "" if subject is None else kind_of(request.kind).digest_of(subject)


def _go_on(request: ApprovalRequest, step: ApprovalStep, actor: Account, at: datetime) -> None:
    """Open the next step, or end the request, where the step has come to an answer."""
    verdicts = list(step.decisions.values_list("verdict", flat=True))
    approved = verdicts.count(ApprovalVerdict.APPROVE)
    rejected = verdicts.count(ApprovalVerdict.REJECT)
    if step.seats.counting().count() - rejected < step.needed:
        last = step.decisions.filter(verdict=ApprovalVerdict.REJECT).order_by("-pk")[0]
        _end(request, ApprovalState.REJECTED, last.comment, at)
    elif approved < step.needed:
        return
    elif request.steps.filter(position=request.step + 1).exists():
        request.step += 1
        request.version += 1
        request.save(update_fields=["step", "version"])
        _write_to_approvers(request, actor, at)
    else:
        _end(request, ApprovalState.APPROVED, "", at)


def _end(request: ApprovalRequest, state: ApprovalState, reason: str, at: datetime) -> None:
    request.state, request.reason, request.ended_at = state, reason, at
    request.version += 1
    request.save(update_fields=["state", "reason", "ended_at", "version"])
    news = {"request": request.pk, "kind": request.kind, "row": request.row, "state": str(state)}
    announce(APPROVAL_ENDED, {**news, "record": request.record}, at)


@verb
def withdraw_approval(
    *, request: ApprovalRequest, reason: str = "", actor: Account, at: datetime
) -> ApprovalRequest:
    """Take a request back that one asked for; decisions that were made stay on record."""
    present = _held(request)
    if not may_withdraw(actor, present):
        raise Refused("There is no such request of yours.")
    _end(present, ApprovalState.WITHDRAWN, reason.strip(), at)
    return present


@verb
def end_unwanted_approval(
    *,
    request: ApprovalRequest,
    reason: str,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> ApprovalRequest:
    """End a request whose record waits for the answer no more, whoever has brought that about."""
    present = _held(request)
    subject = subject_of_request(present)
    if subject is not None and kind_of(present.kind).is_wanted(subject):
        raise Refused(f"“{present}” is still needed: only whoever asked may take it back.")
    _end(present, ApprovalState.WITHDRAWN, reason.strip(), at)
    return present


@verb
def ask_again(
    *, request: ApprovalRequest, question: Question, actor: Account, at: datetime
) -> ApprovalRequest:
    """Ask anew, after the record has changed or nothing came of it; the earlier request ends."""
    if not may_withdraw(actor, request):
        raise Refused("There is no such request of yours.")
    present = ApprovalRequest.objects.select_for_update().get(pk=request.pk)
    subject = subject_of_request(present)
    if subject is None or _standing(present) == ApprovalState.APPROVED:
        raise Refused(f"“{present}” is approved as it stands.")
    if can_decide(present):
        _end(present, ApprovalState.SUPERSEDED, "", at)
    return ask_for_approval(
        subject=subject, question=question, previous=present, actor=actor, at=at
    )


def _standing(request: ApprovalRequest) -> str:
    """Return the state of a request, or nothing where its record is no longer what was asked."""
    return request.state if _digest_now(request) == request.digest else ""


@verb
def remind_approvers(*, actor: Account, at: datetime) -> int:
    """Write once more to those who have not decided in time; return of how many requests."""
    due = ApprovalRequest.objects.waiting().filter(
        due_at__lte=at, reminded_at__isnull=True, expires_at__gt=at
    )
    late = list(due.select_for_update().order_by("pk")[:200])
    for request in late:
        request.reminded_at = at
        request.version += 1
        request.save(update_fields=["reminded_at", "version"])
        _write_to_approvers(request, actor, at)
    if not late:
        raise NothingDone(0)
    return len(late)


@verb
def expire_approvals(*, actor: Account, at: datetime) -> int:  # noqa: ARG001 — the act is written for this actor
    """End the requests that nobody decided on until they expired; return how many."""
    over = ApprovalRequest.objects.waiting().filter(expires_at__lte=at)
    ended = list(over.select_for_update().order_by("pk")[:200])
    for request in ended:
        _end(request, ApprovalState.EXPIRED, "Nobody decided in time.", at)
    if not ended:
        raise NothingDone(0)
    return len(ended)
