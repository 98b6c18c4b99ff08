"""An organisation with approvals: who asks, who decides, and something to be approved."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from quarterdeck.core import approvable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import (
    ApprovalDecision,
    ApprovalPolicy,
    ApprovalPolicyApprover,
    ApprovalPolicyStep,
    ApprovalRequest,
    Calendar,
    Delegation,
)
from quarterdeck.office.rules.approvals import authorities
from quarterdeck.office.verbs.approvals import Question, ask_for_approval, decide_approval
from quarterdeck.office.verbs.delegations import Mandate, delegate_authority
from quarterdeck.office.vocabulary import ApprovalQuorum, ApprovalVerdict, ApproverSource

MONDAY = datetime(2016, 4, 4, 9, tzinfo=UTC)
KIND = "test.calendar"


def _owner(_calendar: Calendar) -> Person | None:
    return Person.objects.filter(name="Olga").first()


approvable.register(
    approvable.ApprovalKind(
        key=KIND,
        title="Calendar",
        model=Calendar,
        digest_of=lambda calendar: calendar.name,
        owner_of=_owner,
        is_wanted=lambda _calendar: True,
    )
)


@dataclass(frozen=True)
class House:
    """Rita reports to Lena, who reports to Dora; Olga owns what is asked for, Max manages IT."""

    operator: Account
    policy: ApprovalPolicy
    subject: Calendar


def account(name: str) -> Account:
    """The account of somebody, as a fresh request would read it."""
    return Account.objects.select_related("person").get(username=name.lower())


def person(name: str) -> Person:
    return Person.objects.get(name=name)


def found_house() -> House:
    operator = Account.objects.get(username="operator")
    with acting(actor=operator, verb_name="test.found_house", at=MONDAY):
        above: Person | None = None
        for name in ("Dora", "Lena", "Rita", "Olga", "Max", "Sven"):
            reports_to = above if name in {"Lena", "Rita"} else None
            above = Person.objects.create(
                name=name, email=f"{name.lower()}@example.org", reports_to=reports_to
            )
            made = Account.objects.create(username=name.lower(), person=above)
            role = Role.IT_MANAGER if name == "Max" else Role.REQUESTER
            RoleAssignment.objects.create(account=made, role=role)
        policy = ApprovalPolicy.objects.create(name="Usual")
        subject = Calendar.objects.create(name="Plain", key="plain", zone="UTC")
    return House(operator, policy, subject)


def step(house: House, *approvers: str, quorum: str = "all", **given: object) -> ApprovalPolicyStep:
    """Add a step: a source, a role after `role:`, or else the name of a person approves."""
    with acting(actor=house.operator, verb_name="test.step", at=MONDAY):
        position = house.policy.steps.count() + 1
        added = ApprovalPolicyStep.objects.create(
            policy=house.policy,
            position=position,
            title=f"Step {position}",
            quorum=ApprovalQuorum(quorum),
            **given,
        )
        for each in approvers:
            source, _, role = each.partition(":")
            known = source in ApproverSource.values
            ApprovalPolicyApprover.objects.create(
                step=added,
                source=source if known else ApproverSource.PERSON,
                role=role,
                person=None if known else person(each),
            )
    return added


def asked(
    house: House, by: str = "Rita", at: datetime = MONDAY, **given: object
) -> ApprovalRequest:
    words = {"kind": KIND, "policy": house.policy, "requester": person(by), "title": "A day off"}
    question = Question(**{**words, **given})  # type: ignore[arg-type]  # the words fit
    return ask_for_approval(subject=house.subject, question=question, actor=account(by), at=at)


def decided(
    request: ApprovalRequest,
    by: str,
    verdict: ApprovalVerdict = ApprovalVerdict.APPROVE,
    at: datetime = MONDAY + timedelta(hours=1),
    **given: object,
) -> ApprovalDecision:
    """Decide in the first seat that is open to somebody, or in any where none is."""
    request.refresh_from_db()
    open_to = authorities(account(by), request, at)
    seat = open_to[0].seat if open_to else request.steps.order_by("position")[0].seats.all()[0]
    words = {"comment": "As discussed.", "digest": request.digest, **given}
    return decide_approval(
        request=request,
        seat=seat,
        verdict=verdict,
        actor=account(by),
        at=at,
        **words,  # type: ignore[arg-type]  # the words fit
    )


def delegated(giver: str, receiver: str, **given: object) -> Delegation:
    words: dict[str, object] = {"begins_at": MONDAY, "reason": "On leave.", **given}
    mandate = Mandate(giver=person(giver), receiver=person(receiver), **words)  # type: ignore[arg-type]  # the words fit
    return delegate_authority(mandate=mandate, actor=account(giver), at=MONDAY)
