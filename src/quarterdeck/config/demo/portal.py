"""What the people of the demo may ask for, who approves it, and what one of them has asked for."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from quarterdeck.config.demo import cast
from quarterdeck.core.changes import add_record
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.records import record_of
from quarterdeck.desk.verbs.catalogue_requests import Wish, request_from_catalogue
from quarterdeck.kernels.questions import YES, Question, QuestionType
from quarterdeck.office.models import ApprovalPolicy, ApprovalPolicyApprover, ApprovalPolicyStep
from quarterdeck.office.verbs.delegations import Mandate, delegate_authority
from quarterdeck.office.vocabulary import ApprovalQuorum, ApproverSource
from quarterdeck.services.models import CatalogueForm, CatalogueItem, Service
from quarterdeck.services.verbs.catalogue import set_catalogue_form

_LAPTOP = (
    Question(
        "model",
        "Which one?",
        QuestionType.CHOICE,
        is_required=True,
        options=("Light, for travel", "Strong, for drawings"),
    ),
    Question("start", "From when on?", QuestionType.DATE, is_required=True, is_ahead=True),
    Question("abroad", "Will you take it abroad?", QuestionType.YES_NO, is_required=True),
    Question(
        "where",
        "Where to?",
        QuestionType.TEXT,
        is_required=True,
        help="Some countries want to know of encrypted devices.",
        asked_when="abroad",
        asked_for=YES,
    ),
    Question("remarks", "Anything else?", QuestionType.LONG_TEXT),
)
_FOLDER = (
    Question("name", "What shall it be called?", QuestionType.TEXT, is_required=True),
    Question("owner", "Who decides who may see it?", QuestionType.PERSON, is_required=True),
)
# Each with its team, its description, its questions, whether it is approved, and hours.
_ITEMS: tuple[tuple[str, str, str, tuple[Question, ...], bool, int], ...] = (
    (
        "A laptop",
        cast.WORKPLACE,
        "A laptop with a bag and a second power supply, set up for you.",
        _LAPTOP,
        True,
        40,
    ),
    (
        "A shared folder",
        cast.SERVERS,
        "A place for the files of a group, backed up each night.",
        _FOLDER,
        False,
        8,
    ),
    (
        "Access for a new colleague",
        cast.SERVICE_DESK,
        "Account, mailbox and phone for somebody who begins with you.",
        (
            Question("name", "Name of your new colleague", QuestionType.TEXT, is_required=True),
            Question("start", "First day", QuestionType.DATE, is_required=True, is_ahead=True),
        ),
        True,
        16,
    ),
)


def offer_services(*, accounts: Mapping[str, Account], at: datetime) -> None:
    """Fill the catalogue, let the requester ask for a laptop, and let the manager be away."""
    manager, requester = accounts[cast.IT_MANAGER], accounts[cast.REQUESTER]
    policy = _policy(manager, at)
    items = {each[0]: _item(each, policy, manager, at) for each in _ITEMS}
    laptop = items["A laptop"]
    start = (at + timedelta(days=14)).date().isoformat()
    wish = Wish(
        item=laptop.item,
        form=laptop,
        answers={
            "model": "Light, for travel",
            "start": start,
            "abroad": YES,
            "where": "Utrecht, to our twin town",
        },
    )
    request_from_catalogue(wish=wish, actor=requester, at=at)
    mandate = Mandate(
        giver=Person.objects.get(name=cast.IT_MANAGER),
        receiver=Person.objects.get(name="Ulrike Steinhagen"),
        begins_at=at + timedelta(days=20),
        ends_at=at + timedelta(days=34),
        reason="On leave.",
    )
    delegate_authority(mandate=mandate, actor=manager, at=at)


def _policy(manager: Account, at: datetime) -> ApprovalPolicy:
    """Let the IT manager approve what costs money."""
    policy = add_record(
        record=record_of(ApprovalPolicy),
        values={"name": "What costs money", "days_to_decide": 3, "days_to_expire": 30},
        actor=manager,
        at=at,
    )
    words = {"policy": policy, "position": 1, "title": "Costs", "quorum": ApprovalQuorum.ALL}
    step = add_record(record=record_of(ApprovalPolicyStep), values=words, actor=manager, at=at)
    words = {"step": step, "source": ApproverSource.PERSON, "person": manager.person}
    add_record(record=record_of(ApprovalPolicyApprover), values=words, actor=manager, at=at)
    return ApprovalPolicy.objects.get(pk=policy.pk)


def _item(
    told: tuple[str, str, str, tuple[Question, ...], bool, int],
    policy: ApprovalPolicy,
    manager: Account,
    at: datetime,
) -> CatalogueForm:
    title, team, description, questions, is_approved, hours = told
    values = {
        "title": title,
        "description": description,
        "service": Service.objects.get(name="Workplace computer"),
        "team": Team.objects.get(name=team),
        "approval_policy": policy if is_approved else None,
        "expected_hours": hours,
    }
    record = record_of(CatalogueItem)
    added = add_record(record=record, values=values, actor=manager, at=at)
    item = CatalogueItem.objects.get(pk=added.pk)
    return set_catalogue_form(
        catalogue_item=item, questions=questions, seen=0, actor=manager, at=at
    )
