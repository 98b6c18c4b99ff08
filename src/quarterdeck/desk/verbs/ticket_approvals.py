"""What becomes of the approval of a request when its ticket ends, and when it is taken up again."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.desk.models import CatalogueRequest, Ticket
from quarterdeck.desk.queries.catalogue_requests import APPROVAL_KIND, unapproved
from quarterdeck.office.models import ApprovalPolicy, ApprovalRequest
from quarterdeck.office.verbs.approvals import Question, ask_for_approval, end_unwanted_approval
from quarterdeck.office.vocabulary import ApprovalState


@verb
def ask_for_request(
    *,
    ticket: Ticket,
    policy: ApprovalPolicy | None,
    previous: ApprovalRequest | None = None,
    actor: Account,
    at: datetime,
) -> None:
    """Ask for the approval of what a ticket asks for; Refused where nobody could give it."""
    if policy is None or ticket.requester is None:
        raise Refused(f"Nobody can approve {ticket.number}: it has to be asked for anew.")
    item = CatalogueRequest.objects.select_related("item").get(ticket=ticket).item
    question = Question(
        kind=APPROVAL_KIND,
        policy=policy,
        requester=ticket.requester,
        title=f"{item.title} for {ticket.requester}",
        summary=ticket.description,
    )
    ask_for_approval(subject=ticket, question=question, previous=previous, actor=actor, at=at)


@verb
def ask_for_request_again(*, ticket: Ticket, actor: Account, at: datetime) -> None:
    """Ask anew for the approval that a ticket waits for once more, by the policy of its item today.

    Whoever asked first stays who asked, so that neither they nor whoever reopens it approve it.
    """
    previous = unapproved(ticket)
    if previous is not None and previous.state != ApprovalState.WAITING:
        asked_for = CatalogueRequest.objects.select_related("item__approval_policy")
        policy = asked_for.get(ticket=ticket).item.approval_policy or previous.policy
        ask_for_request(ticket=ticket, policy=policy, previous=previous, actor=actor, at=at)


@verb
def release_approval(*, ticket: Ticket, reason: str, actor: Account, at: datetime) -> None:
    """Take back what still waits for approval once the ticket does not: nobody needs the answer."""
    asked = ApprovalRequest.objects.about(ticket).filter(kind=APPROVAL_KIND)
    # It is not always the last that was asked for.
    approval = asked.waiting().first()
    if approval is not None:
        told = reason.strip() or f"{ticket.number} is {ticket.get_state_display().lower()}."
        end_unwanted_approval(request=approval, reason=told, actor=actor, at=at)
