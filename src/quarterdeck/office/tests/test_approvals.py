"""Who decides on a request for approval, in which order, and what comes of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Announcement
from quarterdeck.office.models import ApprovalDecision, ApprovalRequest, OutgoingMail
from quarterdeck.office.queries.approvals import standing_approval, waiting_for_decision
from quarterdeck.office.tests.approval_cast import (
    KIND,
    MONDAY,
    House,
    account,
    asked,
    decided,
    delegated,
    found_house,
    person,
    step,
)
from quarterdeck.office.verbs.approvals import (
    Question,
    ask_again,
    expire_approvals,
    remind_approvers,
    withdraw_approval,
)
from quarterdeck.office.verbs.delegations import revoke_delegation
from quarterdeck.office.vocabulary import ApprovalState, ApprovalVerdict

pytestmark = pytest.mark.django_db
LATER, REJECT = MONDAY + timedelta(hours=1), ApprovalVerdict.REJECT


@pytest.fixture
def house() -> House:
    return found_house()


def state(request: ApprovalRequest) -> str:
    request.refresh_from_db()
    return request.state


def deciders() -> set[str]:
    """Who of the house finds something to decide."""
    names = ("Dora", "Lena", "Rita", "Olga", "Max", "Sven")
    return {name for name in names if list(waiting_for_decision(account(name), LATER))}


def test_one_step_comes_after_the_other_and_each_is_told_by_mail(house: House) -> None:
    step(house, "line_manager")
    step(house, "owner")
    request = asked(house)

    first = deciders()
    decided(request, "Lena")
    second = deciders()
    decided(request, "Olga")

    recipients = list(OutgoingMail.objects.order_by("pk").values_list("recipient", flat=True))
    news = Announcement.objects.get(topic="office.approval_ended").payload
    assert (first, second, state(request)) == ({"Lena"}, {"Olga"}, ApprovalState.APPROVED)
    assert recipients == ["lena@example.org", "olga@example.org"]
    assert (news["request"], news["state"]) == (request.pk, "approved")


@pytest.mark.parametrize(
    ("quorum", "number", "verdicts", "outcome"),
    [
        ("all", None, ["approve", "approve"], "waiting"),
        ("all", None, ["approve", "reject"], "rejected"),
        ("any", None, ["reject", "reject"], "waiting"),
        ("any", None, ["reject", "approve"], "approved"),
        ("number", 2, ["approve", "approve"], "approved"),
        ("number", 2, ["reject", "reject"], "rejected"),
        ("number", 2, ["reject", "approve"], "waiting"),
    ],
)
def test_a_step_ends_as_soon_as_its_answer_is_certain(
    house: House, quorum: str, number: int | None, verdicts: list[str], outcome: str
) -> None:
    step(house, "Lena", "Olga", "Sven", quorum=quorum, number=number)
    request = asked(house)

    for name, verdict in zip(("Lena", "Olga"), verdicts, strict=True):
        decided(request, name, ApprovalVerdict(verdict))

    assert state(request) == outcome


def test_a_step_is_left_out_below_its_amount(house: House) -> None:
    step(house, "Lena")
    step(house, "role:it_manager", from_amount=Decimal(1000))

    small, large = (asked(house, amount=Decimal(999)), None)
    decided(small, "Lena")
    large = asked(house, amount=Decimal(1000))
    decided(large, "Lena")

    assert (state(small), state(large), deciders()) == ("approved", "waiting", {"Max"})


def test_nobody_approves_their_own_request_and_it_goes_to_the_line_manager(house: House) -> None:
    step(house, "Lena")
    request = asked(house, by="Lena")

    with pytest.raises(Refused, match="You may not decide"):
        decided(request, "Lena")

    assert deciders() == {"Dora"}


def test_where_nobody_else_could_approve_nothing_is_asked(house: House) -> None:
    step(house, "Sven")

    with pytest.raises(Refused, match="nobody approves their own request"):
        asked(house, by="Sven")


def test_the_policy_may_let_people_approve_their_own(house: House) -> None:
    step(house, "Sven")
    with acting(actor=house.operator, verb_name="test.policy", at=MONDAY):
        house.policy.may_approve_own = True
        house.policy.save()

    request = asked(house, by="Sven")
    decided(request, "Sven")

    assert state(request) == ApprovalState.APPROVED


def test_a_role_is_one_seat_for_whoever_holds_it(house: House) -> None:
    step(house, "role:it_manager")
    request = asked(house)

    found = deciders()
    decided(request, "Max")

    assert (found, state(request)) == ({"Max"}, "approved")


def test_a_rejection_says_why(house: House) -> None:
    step(house, "Lena")
    request = asked(house)

    with pytest.raises(Invalid, match="Say why"):
        decided(request, "Lena", REJECT, comment=" ")
    decided(request, "Lena", REJECT, comment="Too dear.")

    assert (state(request), request.reason) == ("rejected", "Too dear.")


def test_an_approval_is_bound_to_what_was_asked(house: House) -> None:
    step(house, "Lena", "Olga")
    request = asked(house)
    decided(request, "Lena")

    with acting(actor=house.operator, verb_name="test.change", at=MONDAY):
        house.subject.name = "Another"
        house.subject.save()
    with pytest.raises(Refused, match="has changed"):
        decided(request, "Olga")
    question = Question(
        kind=KIND, policy=house.policy, requester=person("Rita"), title="Another day"
    )
    again = ask_again(request=request, question=question, actor=account("Rita"), at=LATER)
    decided(again, "Lena")
    decided(again, "Olga")

    found = standing_approval(house.subject, KIND)
    assert (state(request), state(again), found) == ("superseded", "approved", again)


def test_what_is_approved_holds_no_more_once_the_record_changes(house: House) -> None:
    step(house, "Lena")
    decided(asked(house), "Lena")

    house.subject.name = "Another"

    assert standing_approval(house.subject, KIND) is None


def test_a_record_waits_for_one_approval_of_a_kind_at_a_time(house: House) -> None:
    step(house, "Lena")
    asked(house)

    with pytest.raises(Refused, match="waits for approval already"):
        asked(house)


def test_nobody_decides_on_what_was_withdrawn(house: House) -> None:
    step(house, "Lena")
    request = asked(house)
    withdraw_approval(request=request, actor=account("Rita"), at=LATER)

    with pytest.raises(Refused, match="it is withdrawn since 2016-04-04 10:00"):
        decided(request, "Lena")


def test_only_whoever_asked_withdraws(house: House) -> None:
    step(house, "Lena")
    request = asked(house)

    with pytest.raises(Refused, match="no such request of yours"):
        withdraw_approval(request=request, actor=account("Lena"), at=LATER)


def test_who_is_late_is_reminded_once_and_then_it_expires(house: House) -> None:
    step(house, "Lena")
    request = asked(house)
    due, over = request.due_at, request.expires_at

    reminded = [remind_approvers(actor=house.operator, at=due) for _ in range(2)]
    with pytest.raises(Refused, match="has expired"):
        decided(request, "Lena", at=over)
    expired = [expire_approvals(actor=house.operator, at=over) for _ in range(2)]

    mails = OutgoingMail.objects.filter(recipient="lena@example.org").count()
    assert (reminded, expired, mails, state(request)) == ([1, 0], [1, 0], 2, "expired")


def test_whoever_stands_in_decides_and_it_is_said_for_whom(house: House) -> None:
    step(house, "Lena")
    delegated("Lena", "Sven")
    request = asked(house)

    found = deciders()
    decided(request, "Sven")

    decision = ApprovalDecision.objects.get()
    told = (str(decision), decision.delegation is not None, state(request))
    assert found == {"Lena", "Sven"}
    assert told == ("Sven for Lena: approve", True, "approved")


def test_delegated_authority_ends_with_its_scope(house: House) -> None:
    step(house, "Lena")
    tomorrow = MONDAY + timedelta(days=1)
    delegated("Lena", "Sven", amount_limit=Decimal(100))
    delegated("Lena", "Olga", begins_at=tomorrow)
    delegated("Lena", "Max", ends_at=MONDAY + timedelta(minutes=30))
    revoked = delegated("Lena", "Dora")
    revoke_delegation(delegation=revoked, actor=account("Lena"), at=MONDAY)
    asked(house, amount=Decimal("100.01"))

    assert deciders() == {"Lena"}


@pytest.mark.parametrize("giver", ["Rita", "Lena"])
def test_nobody_approves_their_own_request_by_delegation(house: House, giver: str) -> None:
    """Neither Rita in Lena's place, nor Sven in Rita's."""
    step(house, "Lena", "Rita", quorum="any")
    receiver = {"Rita": "Sven", "Lena": "Rita"}[giver]
    delegated(giver, receiver)
    request = asked(house)

    with pytest.raises(Refused):
        decided(request, receiver)


def test_two_seats_are_two_people(house: House) -> None:
    step(house, "Lena", "Olga")
    delegated("Lena", "Olga")
    request = asked(house)
    decided(request, "Olga")

    with pytest.raises(Refused, match="have decided already"):
        decided(request, "Olga")

    assert state(request) == "waiting"


def test_authority_counts_once_in_a_step_whoever_uses_it(house: House) -> None:
    step(house, "Max", "role:it_manager")
    delegated("Max", "Sven")
    request = asked(house)
    decided(request, "Max")

    with pytest.raises(Refused, match="have decided already"):
        decided(request, "Sven")

    assert (state(request), deciders()) == ("waiting", set())


@pytest.mark.usefixtures("house")
def test_delegations_close_no_circle() -> None:
    delegated("Lena", "Sven")
    delegated("Sven", "Olga")

    with pytest.raises(Refused, match="nobody decides for whoever decides for them"):
        delegated("Olga", "Lena")
    after = delegated("Olga", "Dora")

    assert after.receiver.name == "Dora"


@pytest.mark.usefixtures("house")
def test_a_circle_of_other_times_is_none() -> None:
    delegated("Lena", "Sven", ends_at=MONDAY + timedelta(days=5))

    back = delegated("Sven", "Lena", begins_at=MONDAY + timedelta(days=5))

    assert str(back) == "Lena decides for Sven"


@pytest.mark.usefixtures("house")
def test_authority_is_delegated_by_whoever_has_it() -> None:
    delegation = delegated("Lena", "Sven")

    with pytest.raises(Refused, match="no such delegation of yours"):
        revoke_delegation(delegation=delegation, actor=account("Sven"), at=LATER)


def test_a_request_is_seen_by_those_whom_it_concerns(house: House) -> None:
    step(house, "Lena")
    delegated("Lena", "Sven")
    delegated("Lena", "Olga", begins_at=MONDAY - timedelta(9), ends_at=MONDAY + timedelta(1))
    request = asked(house, at=MONDAY + timedelta(days=2))

    names = ("Dora", "Lena", "Rita", "Olga", "Max", "Sven")
    seen = {name for name in names if request in ApprovalRequest.objects.visible_to(account(name))}

    assert seen == {"Lena", "Rita", "Sven", "Max"}
