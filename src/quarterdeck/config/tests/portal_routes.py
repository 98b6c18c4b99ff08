"""The rows of the table of routes for approvals, the service catalogue and the portal."""

from django.core.files.base import ContentFile

from quarterdeck.config.demo import cast as department
from quarterdeck.config.tests.cast import AT, OF_NETWORK, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.catalogue_requests import approval_of
from quarterdeck.desk.verbs.catalogue_requests import Wish, request_from_catalogue
from quarterdeck.kernels.questions import Question, QuestionType
from quarterdeck.office.models import (
    ApprovalPolicy,
    ApprovalPolicyApprover,
    ApprovalPolicyStep,
    Delegation,
)
from quarterdeck.office.verbs.delegations import Mandate, delegate_authority
from quarterdeck.office.vocabulary import ApproverSource
from quarterdeck.services.models import CatalogueForm, CatalogueItem, Service
from quarterdeck.services.verbs.catalogue import set_catalogue_form

# The requester has asked for a laptop, which the IT manager approves; the team lead stands in.
LINES = """
office.approvals         GET  -           in 200  200  200  200  200  200  200  200  200
office.approvalrequest.list GET  -           in 200  200  200  200  200  200  200  200  200
office.approvalrequest.detail GET  request     in 200  404  200  200  404  404  404  200  200
office.approvalrequest.detail GET  no-record   in 404  404  404  404  404  404  404  404  404
office.approval.decide   POST request     in 404  404  422  422  404  404  404  404  404
office.approval.inquire  POST request     in 404  404  422  422  404  404  404  404  404
office.approval.answer   POST request     in 404  404  404  404  404  404  404  404  404
office.approval.withdraw POST request     in 302  404  404  404  404  404  404  404  404
office.delegation.list   GET  -           in 200  200  200  200  200  200  200  200  200
office.delegation.add    GET  -           in 200  200  200  200  200  200  200  200  200
office.delegation.add    POST -           in 422  422  422  422  422  422  422  422  422
office.delegation.detail GET  delegation  in 404  404  200  200  404  404  404  200  200
office.delegation.revoke POST delegation  in 404  404  404  302  404  404  404  404  302
office.approvalpolicy.list GET  -           in 200  200  200  200  200  200  200  200  200
office.approvalpolicy.detail GET  costs-policy  in 200  200  200  200  200  200  200  200  200
office.approvalpolicy.add GET  -           in 404  404  404  200  404  404  404  404  200
office.approvalpolicy.add POST -           in 404  404  404  422  404  404  404  404  422
office.approvalpolicy.change GET  costs-policy  in 404  404  404  200  404  404  404  404  200
office.approvalpolicy.change POST costs-policy  in 404  404  404  400  404  404  404  404  400
office.approvalpolicystep.list GET  -           in 200  200  200  200  200  200  200  200  200
office.approvalpolicystep.detail GET  step-asked  in 200  200  200  200  200  200  200  200  200
office.approvalpolicystep.add GET  -           in 404  404  404  200  404  404  404  404  200
office.approvalpolicystep.add POST -           in 404  404  404  422  404  404  404  404  422
office.approvalpolicystep.change GET  step-asked  in 404  404  404  200  404  404  404  404  200
office.approvalpolicystep.change POST step-asked  in 404  404  404  400  404  404  404  404  400
office.approvalpolicyapprover.list GET  -           in 200  200  200  200  200  200  200  200  200
office.approvalpolicyapprover.detail GET  approver    in 200  200  200  200  200  200  200  200  200
office.approvalpolicyapprover.add GET  -           in 404  404  404  200  404  404  404  404  200
office.approvalpolicyapprover.add POST -           in 404  404  404  422  404  404  404  404  422
office.approvalpolicyapprover.change GET  approver    in 404  404  404  200  404  404  404  404  200
office.approvalpolicyapprover.change POST approver    in 404  404  404  400  404  404  404  404  400
services.catalogueitem.list GET  -           in 200  200  200  200  200  200  200  200  200
services.catalogueitem.list POST -           in 302  302  302  302  302  302  302  302  302
services.catalogueitem.detail GET  item        in 200  200  200  200  200  200  200  200  200
services.catalogueitem.add GET  -           in 404  404  404  200  404  404  404  404  200
services.catalogueitem.add POST -           in 404  404  404  422  404  404  404  404  422
services.catalogueitem.change GET  item        in 404  404  404  200  404  404  404  404  200
services.catalogueitem.change POST item        in 404  404  404  400  404  404  404  404  400
services.catalogue.questions GET  item        in 404  404  404  200  404  404  404  404  200
services.catalogue.questions POST item        in 404  404  404  200  404  404  404  404  200
portal.home              GET  -           in 200  200  200  200  200  200  200  200  200
portal.suggest           GET  -           in 200  200  200  200  200  200  200  200  200
portal.suggest           POST -           in 200  200  200  200  200  200  200  200  200
portal.people            GET  -           in 200  200  200  200  200  200  200  200  200
desk.new.request         GET  item        in 404  200  200  200  404  404  404  404  200
desk.new.request         POST item        in 404  422  422  422  404  404  404  404  422
portal.report            GET  -           in 200  200  200  200  200  200  200  200  200
portal.report            POST -           in 422  422  422  422  422  422  422  422  422
portal.item              GET  item        in 200  200  200  200  200  200  200  200  200
portal.item              POST item        in 422  422  422  422  422  422  422  422  422
portal.item              GET  no-record   in 404  404  404  404  404  404  404  404  404
portal.tickets           GET  -           in 200  200  200  200  200  200  200  200  200
portal.ticket            GET  asked-ticket  in 200  404  404  404  404  404  404  404  404
portal.ticket            GET  own-net     in 200  404  404  404  404  404  404  404  404
portal.ticket            GET  desk-ticket  in 404  404  404  404  404  404  404  404  404
portal.act               POST withdraw-asked  in 302  404  404  404  404  404  404  404  404
portal.act               POST answer-asked  in 422  404  404  404  404  404  404  404  404
portal.act               POST no-act      in 404  404  404  404  404  404  404  404  404
portal.file              GET  no-record   in 404  404  404  404  404  404  404  404  404
"""
_TITLE = "A laptop of one’s own"


def _arguments(cast: Cast) -> Arguments:
    """Return what the addresses of these records are made with."""
    item = CatalogueItem.objects.filter(title=_TITLE).first() or _item(cast)
    ticket = Ticket.objects.get(catalogue_request__item=item)
    request, policy = approval_of(ticket), ApprovalPolicy.objects.get()
    assert request is not None
    return {
        "item": [item.pk],
        "request": [request.pk],
        "delegation": [Delegation.objects.get().pk],
        "costs-policy": [policy.pk],
        "step-asked": [policy.steps.get().pk],
        "approver": [ApprovalPolicyApprover.objects.get().pk],
        "asked-ticket": [ticket.pk],
        "own-net": [cast.tickets[OF_NETWORK]],
        "withdraw-asked": [ticket.pk, "withdraw"],
        "answer-asked": [ticket.pk, "answer"],
        "no-act": [ticket.pk, "no-such-act"],
    }


def _item(cast: Cast) -> CatalogueItem:
    """Offer a laptop, let the requester ask for it, and the IT manager delegate the decision."""
    manager = cast.accounts[Role.IT_MANAGER]
    with acting(actor=manager, verb_name="test.catalogue", at=AT):
        policy = ApprovalPolicy.objects.create(name="Costs")
        step = ApprovalPolicyStep.objects.create(policy=policy, position=1, title="Costs")
        person = Person.objects.get(name=department.IT_MANAGER)
        source = ApproverSource.PERSON
        ApprovalPolicyApprover.objects.create(step=step, source=source, person=person)
        item = CatalogueItem.objects.create(
            title=_TITLE, service=Service.objects.get(pk=cast.service), approval_policy=policy
        )
    questions = (
        Question("why", "What for?", QuestionType.CHOICE, options=("Travel", "Home")),
        Question("where", "Where to?", QuestionType.TEXT, asked_when="why", asked_for="Travel"),
        Question("letter", "A letter", QuestionType.FILE),
        Question("ports", "Ports", QuestionType.MULTI_CHOICE, options=("USB", "HDMI")),
    )
    form = set_catalogue_form(
        catalogue_item=item, questions=questions, seen=0, actor=manager, at=AT
    )
    _ask(item, form, cast.accounts[Role.REQUESTER])
    lead = cast.accounts[Role.TEAM_LEAD].person
    assert lead is not None
    mandate = Mandate(giver=person, receiver=lead, begins_at=AT, reason="On leave.")
    delegate_authority(mandate=mandate, actor=manager, at=AT)
    return item


def _ask(item: CatalogueItem, form: CatalogueForm, requester: Account) -> None:
    wish = Wish(
        item=item,
        form=form,
        answers={"why": "Travel", "where": "Oslo", "letter": "letter.txt"},
        files={"letter": ContentFile(b"Please.", name="letter.txt")},
    )
    request_from_catalogue(wish=wish, actor=requester, at=AT)


TABLE = RouteTable(LINES, _arguments)
