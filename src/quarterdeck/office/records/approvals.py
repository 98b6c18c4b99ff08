"""How requests for approval, delegations and approval policies are listed and shown."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quarterdeck.core import clock, waiting
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Badge, Record, Tone, View, register
from quarterdeck.office.models import (
    ApprovalInquiry,
    ApprovalPolicy,
    ApprovalPolicyApprover,
    ApprovalPolicyStep,
    ApprovalRequest,
    Delegation,
)
from quarterdeck.office.queries.approvals import (
    among_them,
    asked_to_decide,
    open_inquiry,
)
from quarterdeck.office.rules.approvals import may_inquire, may_keep_policies
from quarterdeck.office.verbs.inquiries import answer_inquiry, ask_requester
from quarterdeck.office.vocabulary import ApprovalState
from quarterdeck.ui import navigation

STATE_BADGES = {
    ApprovalState.WAITING: Badge(Tone.ACTIVE),
    ApprovalState.APPROVED: Badge(Tone.GOOD),
    ApprovalState.REJECTED: Badge(Tone.BAD),
    ApprovalState.WITHDRAWN: Badge(Tone.NEUTRAL),
    ApprovalState.EXPIRED: Badge(Tone.WARNING),
    ApprovalState.SUPERSEDED: Badge(Tone.NEUTRAL),
}


def _may_change(user: User, _row: Any) -> bool:
    return may_keep_policies(user)


def has_person(user: User) -> bool:
    """Whether this account belongs to somebody who could ask, decide or delegate."""
    return isinstance(user, Account) and user.person_id is not None


def _reads_all(user: User) -> bool:
    return sight_of(user, NounClass.ORDINARY).everything


def _inquire(*, request: ApprovalRequest, question: str, actor: Account, at: datetime) -> None:
    """Ask whoever wants the approval what is not clear; they hear of it by mail and on Today."""
    ask_requester(request=request, text=question, actor=actor, at=at)


def _answer(
    *, request: ApprovalRequest, answer: str, actor: Account, at: datetime
) -> ApprovalRequest:
    """Answer what an approver asked; the approval is asked for anew, with the answer in it."""
    inquiry = open_inquiry(request)
    if inquiry is None:
        raise Refused(f"Nobody has asked anything about “{request}”.")
    return answer_inquiry(inquiry=inquiry, text=answer, actor=actor, at=at)


def _may_inquire(user: User, request: ApprovalRequest) -> bool:
    return may_inquire(user, request, clock.now())


def _is_requester(user: User, request: ApprovalRequest) -> bool:
    return isinstance(user, Account) and user.person_id == request.requester_id


approval_requests = Record(
    ApprovalRequest,
    columns=("title", "state", "requester", "amount", "asked_at", "due_at", "ended_at"),
    filters=("state", "requester", "asked_at"),
    search=("title",),
    details=("state", "requester", "asked_by", "amount", "asked_at", "due_at", "expires_at"),
    order=("-id",),
    titles={"asked_at": "Asked", "due_at": "Due", "ended_at": "Ended", "expires_at": "Expires"},
    badges={"state": STATE_BADGES},
    views=(View("Waiting", "waiting"), View("Ended", "ended")),
    acts=(
        RecordAct(
            "inquire", "Ask the requester", _inquire, _may_inquire, says={"question": "What."}
        ),
        RecordAct(
            "answer",
            "Answer the approver",
            _answer,
            _is_requester,
            says={"answer": "What they asked for."},
            makes=ApprovalRequest,
        ),
    ),
    icon="circle-check",
    section="Office",
    empty="What somebody has to approve appears here.",
)
delegations = Record(
    Delegation,
    columns=("giver", "receiver", "begins_at", "ends_at", "amount_limit", "revoked_at"),
    filters=("giver", "receiver"),
    details=("giver", "receiver", "begins_at", "ends_at", "amount_limit", "reason", "revoked_at"),
    order=("-id",),
    titles={
        "giver": "Of",
        "receiver": "To",
        "begins_at": "From",
        "ends_at": "Until",
        "amount_limit": "Up to",
        "revoked_at": "Revoked",
    },
    action=Action("Delegate authority", "office.delegation.add", "plus", has_person),
    icon="users",
    section="Office",
    empty="Before you are away, let somebody decide on approvals in your place.",
)
approval_policies = Record(
    ApprovalPolicy,
    columns=("name", "days_to_decide", "days_to_expire", "may_approve_own"),
    search=("name",),
    form=("name", "days_to_decide", "days_to_expire", "may_approve_own"),
    order=("name",),
    may_add=may_keep_policies,
    may_change=_may_change,
    icon="list",
    section="Office",
    empty="Say who approves what: a policy has steps, and each step those who approve in it.",
)
policy_steps = Record(
    ApprovalPolicyStep,
    columns=("title", "policy", "position", "quorum", "number", "from_amount"),
    filters=("policy",),
    form=("policy", "position", "title", "quorum", "number", "from_amount"),
    order=("-id",),
    may_add=may_keep_policies,
    may_change=_may_change,
    icon="list",
    section="Office",
    empty="Give a policy its first step.",
)
policy_approvers = Record(
    ApprovalPolicyApprover,
    columns=("source", "person", "role", "step"),
    filters=("step",),
    form=("step", "source", "person", "role"),
    order=("-id",),
    titles={"source": "Who"},
    may_add=may_keep_policies,
    may_change=_may_change,
    icon="users",
    section="Office",
    empty="Name who approves in a step.",
)


def _inquiries() -> QuerySet[ApprovalInquiry]:
    asked = ApprovalInquiry.objects.filter(
        request__requester=Slot("person"),
        request__state=ApprovalState.WAITING,
        answer__isnull=True,
    )
    return asked.select_related("request", "by__person").order_by("pk")


_INQUIRIES = Prepared(_inquiries)


def waiting_approvals(account: Account, at: datetime) -> waiting.Told:
    """Give the requests on which the account may decide: somebody else waits for each."""
    requests = asked_to_decide(account, at)
    yield [requests]
    for each in among_them(account, requests, at):
        request, first = each.request, each.authorities[0]
        overdue = request.due_at < at
        for_whom = f", in place of {first.for_whom}" if first.for_whom else ""
        yield waiting.WaitingItem(
            title=request.title,
            address=reverse(approval_requests.detail_address, args=[request.pk]),
            due_at=request.due_at,
            consequence=waiting.Consequence.SEVERE if overdue else waiting.Consequence.SERIOUS,
            kind="Approval",
            detail=f"{request.requester} waits for your decision{for_whom}.",
        )


def waiting_inquiries(account: Account, at: datetime) -> waiting.Told:
    """Give what approvers have asked the account's person, and what waits for the answer."""
    if account.person_id is None:
        return
    asked = _INQUIRIES.posed(person=account.person_id)
    yield [asked]
    for each in asked:
        yield waiting.WaitingItem(
            title=each.request.title,
            address=reverse(approval_requests.detail_address, args=[each.request_id]),
            due_at=each.request.due_at,
            consequence=waiting.Consequence.SEVERE
            if each.request.due_at < at
            else waiting.Consequence.SERIOUS,
            kind="Your request",
            detail=f"{each.by} asks you something before it is decided.",
        )


register(approval_requests, delegations, approval_policies, policy_steps, policy_approvers)
waiting.register(waiting_approvals)
waiting.register(waiting_inquiries)
navigation.register(
    navigation.Entry(
        "Today", "Approvals", "office.approvals", "circle-check", has_person, for_requesters=True
    ),
    navigation.Entry(
        "Office",
        "Approval requests",
        approval_requests.list_address,
        approval_requests.icon,
        _reads_all,
    ),
    navigation.Entry(
        "Office",
        "Approval policies",
        approval_policies.list_address,
        approval_policies.icon,
        may_keep_policies,
    ),
    navigation.Entry(
        "Office",
        "Delegations",
        delegations.list_address,
        delegations.icon,
        has_person,
        for_requesters=True,
    ),
)
