"""Approvers ask back, roles are held where the requester is, and nobody decides on their own."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from quarterdeck.core.acts import acting
from quarterdeck.core.directory import found_unit
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person, RoleAssignment, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.core.waiting import told_by
from quarterdeck.office.models import ApprovalInquiry, ApprovalRequest, Attachment, OutgoingMail
from quarterdeck.office.records.approvals import waiting_inquiries
from quarterdeck.office.rules.approvals import authorities
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
from quarterdeck.office.verbs.approvals import Question, ask_for_approval
from quarterdeck.office.verbs.inquiries import answer_inquiry, ask_requester
from quarterdeck.office.verbs.remarks import drop_old_uploads, keep_upload

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def house() -> House:
    return found_house()


def inquired(request: ApprovalRequest, by: str = "Lena") -> ApprovalInquiry:
    return ask_requester(request=request, text="For how long?", actor=account(by), at=LATER)


def test_an_approver_asks_and_the_answer_asks_anew(house: House) -> None:
    step(house, "line_manager")
    step(house, "Olga")
    request = asked(house)
    decided(request, "Lena")

    inquiry = inquired(request, "Olga")
    told = [each.kind for each in told_by([waiting_inquiries], account("Rita"), LATER)]
    again = answer_inquiry(inquiry=inquiry, text="A week", actor=account("Rita"), at=LATER)

    request.refresh_from_db()
    assert told == ["Your request"]
    assert (request.state, again.state, again.previous, again.step) == (
        "superseded",
        "waiting",
        request,
        1,
    )
    assert again.summary.endswith("asked: For how long?\nRita answered: A week")
    assert list(told_by([waiting_inquiries], account("Rita"), LATER)) == []


def test_whoever_asked_for_somebody_else_never_approves_it_whoever_asks_anew(house: House) -> None:
    step(house, "Olga", "Lena", quorum="any")
    question = Question(
        kind=KIND, policy=house.policy, requester=person("Rita"), title="A day off for Rita"
    )
    first = ask_for_approval(
        subject=house.subject, question=question, actor=account("Lena"), at=MONDAY
    )

    again = answer_inquiry(
        inquiry=inquired(first, "Olga"), text="A week", actor=account("Rita"), at=LATER
    )

    seats = [seat.person for seat in again.steps.get().seats.order_by("pk")]
    deciders = [
        name
        for name in ("Olga", "Lena", "Rita", "Dora")
        if authorities(account(name), again, LATER)
    ]
    # Lena reports to Dora, who has her seat.
    assert (again.asked_by, seats, deciders) == (
        account("Lena"),
        [person("Olga"), person("Dora")],
        ["Olga", "Dora"],
    )


def test_the_requester_hears_of_an_inquiry_by_mail(house: House) -> None:
    step(house, "line_manager")

    inquired(asked(house))

    letter = OutgoingMail.objects.order_by("-pk")[0]
    assert (letter.recipient, letter.subject) == (
        "rita@example.org",
        "A question about: A day off",
    )


@pytest.mark.parametrize("name", ["Rita", "Sven"])
def test_whoever_does_not_decide_asks_nothing(house: House, name: str) -> None:
    step(house, "line_manager")

    with pytest.raises(Refused, match=r"not yours to decide|There is no such request"):
        inquired(asked(house), name)


def test_only_the_requester_answers_and_only_once(house: House) -> None:
    step(house, "line_manager")
    request = asked(house)
    inquiry = inquired(request)

    with pytest.raises(Refused, match="waits for an answer already"):
        inquired(request)
    with pytest.raises(Refused, match="no such inquiry to you"):
        answer_inquiry(inquiry=inquiry, text="A week", actor=account("Lena"), at=LATER)
    answer_inquiry(inquiry=inquiry, text="A week", actor=account("Rita"), at=LATER)
    with pytest.raises(Refused, match="waits for no answer"):
        answer_inquiry(inquiry=inquiry, text="A month", actor=account("Rita"), at=LATER)


def test_it_is_asked_and_answered_on_the_pages(house: House, client: Client) -> None:
    step(house, "line_manager")
    address = f"/office/approval-requests/{asked(house).pk}/"

    client.force_login(account("Lena"))
    client.post(f"{address}inquire", {"question": "For <b>how</b> long?"})
    client.force_login(account("Rita"))
    page = client.get(address).content.decode()
    answer = client.post(f"{address}answer", {"answer": "A week"})

    assert "For &lt;b&gt;how&lt;/b&gt; long?" in page
    again = ApprovalRequest.objects.waiting().get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/office/approval-requests/{again.pk}/",
    )


def manager_of(house: House, name: str, unit: Unit) -> Account:
    """Give somebody the role of IT manager in one unit."""
    with acting(actor=house.operator, verb_name="test.role", at=MONDAY):
        RoleAssignment.objects.create(account=account(name), role=Role.IT_MANAGER, unit=unit)
    return account(name)


def test_a_role_is_held_where_the_requester_is(house: House) -> None:
    with acting(actor=house.operator, verb_name="test.units", at=MONDAY):
        RoleAssignment.objects.filter(role=Role.IT_MANAGER).delete()
        north, south = (
            found_unit(
                name=name, parent=Unit.objects.get(parent=None), actor=house.operator, at=MONDAY
            )
            for name in ("North", "South")
        )
        Person.objects.filter(name="Rita").update(unit=north)
    manager_of(house, "Olga", north)
    manager_of(house, "Sven", south)
    step(house, "role:it_manager")

    request = asked(house)

    with pytest.raises(Refused, match="You may not decide"):
        decided(request, "Sven")
    decided(request, "Olga")
    request.refresh_from_db()
    assert request.state == "approved"


def test_where_the_only_holder_asks_it_goes_to_their_line_manager_and_on(house: House) -> None:
    with acting(actor=house.operator, verb_name="test.role", at=MONDAY):
        RoleAssignment.objects.filter(role=Role.IT_MANAGER).delete()
    with acting(actor=house.operator, verb_name="test.role", at=MONDAY):
        RoleAssignment.objects.create(account=account("Rita"), role=Role.IT_MANAGER)
    step(house, "role:it_manager")
    delegated("Lena", "Sven")

    request = asked(house)

    with pytest.raises(Refused, match="You may not decide"):
        decided(request, "Rita")
    decided(request, "Sven")
    request.refresh_from_db()
    [decision] = request.decisions.all()
    assert (request.state, decision.for_whom) == ("approved", person("Lena"))


def test_an_upload_waits_for_a_day_and_is_seen_by_nobody_else(house: House) -> None:
    rita, lena = account("Rita"), account("Lena")
    kept = keep_upload(name="offer.pdf", content=ContentFile(b"%PDF"), actor=rita, at=MONDAY)

    seen = [Attachment.objects.uploaded_by(each).count() for each in (rita, lena)]
    early = drop_old_uploads(actor=house.operator, at=MONDAY + timedelta(hours=23))
    late = drop_old_uploads(actor=house.operator, at=MONDAY + timedelta(hours=24))

    assert (seen, early, late, Attachment.objects.count()) == ([1, 0], 0, 1, 0)
    assert default_storage.exists(kept.stored_name) is True  # the transaction of a test never ends
