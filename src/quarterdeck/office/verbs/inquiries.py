"""The acts by which approvers ask the requester back, and by which it is answered."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.office.models import ApprovalInquiry, ApprovalRequest, InquiryAnswer
from quarterdeck.office.queries.approvals import open_inquiry
from quarterdeck.office.queries.letters import letter
from quarterdeck.office.rules.approvals import can_decide, may_inquire
from quarterdeck.office.verbs.approvals import Question, ask_again
from quarterdeck.office.verbs.letters import write_letter

_LONGEST = 4_000


@verb
def ask_requester(
    *, request: ApprovalRequest, text: str, actor: Account, at: datetime
) -> ApprovalInquiry:
    """Ask whoever wants the approval what is not clear; they hear of it by mail and on Today.

    Refused while an earlier inquiry waits for its answer.
    """
    if not ApprovalRequest.objects.visible_to(actor).filter(pk=request.pk).exists():
        raise Refused("There is no such request.")
    present = ApprovalRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not may_inquire(actor, present, at):
        raise Refused(f"“{present}” waits no more, or is not yours to decide.")
    if present.policy_id is None:
        raise Refused(f"“{present}” was asked for before its policy was kept: decide as it stands.")
    if open_inquiry(present) is not None:
        raise Refused(f"“{present}” waits for an answer already.")
    inquiry = ApprovalInquiry.objects.create(
        request=present, text=_words(text, "question"), by=actor, at=at
    )
    facts = {
        "by": str(actor),
        "question": inquiry.text,
        "title": present.title,
        "address": _place(present),
    }
    about = f"approval:{present.pk}"
    written = letter("office.inquiry", present.requester, facts, about=about)
    write_letter(letter=written, actor=actor, at=at)
    return inquiry


@verb
def answer_inquiry(
    *, inquiry: ApprovalInquiry, text: str, actor: Account, at: datetime
) -> ApprovalRequest:
    """Answer what an approver asked; the approval is asked for anew, with the answer in it.

    What was decided on the earlier request was decided without it, and counts no more.
    """
    present = ApprovalRequest.objects.select_for_update(of=("self",)).get(pk=inquiry.request_id)
    is_requester = actor.person_id is not None and present.requester_id == actor.person_id
    if not is_requester:
        raise Refused("There is no such inquiry to you.")
    if not can_decide(present) or InquiryAnswer.objects.filter(inquiry=inquiry).exists():
        raise Refused(f"“{present}” waits for no answer any more.")
    answer = InquiryAnswer.objects.create(
        inquiry=inquiry, text=_words(text, "answer"), by=actor, at=at
    )
    if present.policy is None:
        raise Refused(f"“{present}” cannot be asked anew: its policy was not kept.")
    told = f"{inquiry.by} asked: {inquiry.text}\n{present.requester} answered: {answer.text}"
    question = Question(
        kind=present.kind,
        policy=present.policy,
        requester=present.requester,
        title=present.title,
        summary=f"{present.summary}\n\n{told}".strip(),
        amount=present.amount,
    )
    return ask_again(request=present, question=question, actor=actor, at=at)


def _words(text: str, name: str) -> str:
    words = text.strip()
    if not words or len(words) > _LONGEST:
        raise Invalid({name: [f"Write something, of at most {_LONGEST:,} characters."]})
    return words


def _place(request: ApprovalRequest) -> str:
    if not settings.PUBLIC_URL:
        return "You can answer in Quarterdeck, under Approvals."
    address = reverse("office.approvalrequest.detail", args=[request.pk])
    return f"You can answer after you have signed in: {settings.PUBLIC_URL}{address}"
