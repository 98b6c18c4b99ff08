"""A catalogue for the tests of the portal: what may be asked for, and who approves."""

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person
from quarterdeck.core.outbox import deliver_due
from quarterdeck.desk import reactions  # noqa: F401 — a worker has them, and so do these tests
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY
from quarterdeck.kernels.questions import Question, QuestionType
from quarterdeck.office.models import ApprovalPolicy, ApprovalPolicyApprover, ApprovalPolicyStep
from quarterdeck.office.vocabulary import ApproverSource
from quarterdeck.services.models import CatalogueForm, CatalogueItem
from quarterdeck.services.verbs.catalogue import set_catalogue_form

DEVICE = Question(
    "device", "Which device?", QuestionType.CHOICE, is_required=True, options=("Laptop", "Phone")
)
MEMORY = Question(
    "memory",
    "How much memory, in GB?",
    QuestionType.NUMBER,
    is_required=True,
    asked_when="device",
    asked_for="Laptop",
)
FOR_WHOM = Question("for_whom", "For whom?", QuestionType.PERSON)
LETTER = Question("letter", "The letter of your manager", QuestionType.FILE)


def catalogue_item(desk: Desk, **given: object) -> CatalogueItem:
    """Add an item of the mail service, which Network sees to."""
    words = {"title": "A device", "service": desk.mail, "team": desk.network, **given}
    with acting(actor=desk.operator, verb_name="test.item", at=MONDAY):
        return CatalogueItem.objects.create(**words)


def formed(desk: Desk, item: CatalogueItem, *questions: Question) -> CatalogueForm:
    present = item.form
    return set_catalogue_form(
        catalogue_item=item,
        questions=questions,
        seen=0 if present is None else present.number,
        actor=desk.operator,
        at=MONDAY,
    )


def approved_by(desk: Desk, *names: str) -> ApprovalPolicy:
    """Add a policy by which all of these people approve, in one step."""
    with acting(actor=desk.operator, verb_name="test.policy", at=MONDAY):
        policy = ApprovalPolicy.objects.create(name=f"By {', '.join(names)}")
        step = ApprovalPolicyStep.objects.create(policy=policy, position=1, title="Costs")
        for name in names:
            ApprovalPolicyApprover.objects.create(
                step=step, source=ApproverSource.PERSON, person=Person.objects.get(name=name)
            )
    return policy


def requester(desk: Desk, name: str) -> Account:
    """Let somebody else report: a requester with a person of their own."""
    with acting(actor=desk.operator, verb_name="test.requester", at=MONDAY):
        person = Person.objects.create(name=name, email=f"{name.lower()}@example.org")
        return Account.objects.create(username=name.lower(), person=person)


def news_arrives() -> None:
    """Let a worker deliver what was announced."""
    while deliver_due(at=MONDAY.replace(year=2100)):
        pass
