"""What ends with a ticket, and who is told: approvals, merged reports, escalations."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Act
from quarterdeck.desk.jobs import watch_escalations
from quarterdeck.desk.models import (
    CatalogueRequest,
    Escalation,
    EscalationEvent,
    Ticket,
    TicketMessage,
)
from quarterdeck.desk.queries.catalogue_requests import approval_of
from quarterdeck.desk.tests.portal_cast import approved_by, catalogue_item, news_arrives
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.catalogue_requests import Wish, request_from_catalogue
from quarterdeck.desk.verbs.escalation_work import Complaint
from quarterdeck.desk.verbs.escalations import complain, escalate_ticket
from quarterdeck.desk.verbs.own_tickets import withdraw_own_ticket
from quarterdeck.desk.verbs.ticket_links import merge_ticket, unmerge_ticket
from quarterdeck.desk.verbs.tickets import (
    cancel_ticket,
    mark_spam,
    reopen_ticket,
    resolve_ticket,
)
from quarterdeck.office.models import ApprovalRequest, OutgoingMail
from quarterdeck.office.queries.approvals import waiting_for_decision
from quarterdeck.office.rules.approvals import authorities
from quarterdeck.office.verbs.approvals import (
    decide_approval,
    end_unwanted_approval,
    remind_approvers,
)

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def words(by: str = "nils") -> dict[str, Any]:
    return {"actor": account(by), "at": LATER}


def asked_for(desk: Desk) -> Ticket:
    """Mona asks for a device, which Ada has to approve."""
    item = catalogue_item(desk, approval_policy=approved_by(desk, "Ada"))
    wish = Wish(item=item, form=None)
    return request_from_catalogue(wish=wish, actor=account("mona"), at=MONDAY)


def decide(ticket: Ticket, verdict: str) -> None:
    request = approval_of(ticket)
    assert request is not None
    decide_approval(
        request=request,
        seat=authorities(account("ada"), request, LATER)[0].seat,
        verdict=verdict,
        comment="We have none left.",
        digest=request.digest,
        **words("ada"),
    )
    news_arrives()
    ticket.refresh_from_db()


def cancel(ticket: Ticket, **given: Any) -> Ticket:
    said = {"cancelled_as": "mistake", "reason": "It is not ours.", **given}
    return cancel_ticket(ticket=ticket, version=ticket.version, **said, **words())


def merge(ticket: Ticket, into: Ticket) -> Ticket:
    return merge_ticket(ticket=ticket, version=ticket.version, into=into, **words())


def reopen(ticket: Ticket) -> Ticket:
    return reopen_ticket(ticket=ticket, version=ticket.version, reason="We need it.", **words())


def resolve(ticket: Ticket) -> Ticket:
    said = {"resolution": "A new roller.", "true_category": "Hardware", **words()}
    return resolve_ticket(ticket=ticket, version=ticket.version, **said)


def states(ticket: Ticket) -> list[str]:
    rows = ApprovalRequest.objects.about(ticket).order_by("pk")
    return list(rows.values_list("state", flat=True))


def mails_to(name: str) -> list[str]:
    rows = OutgoingMail.objects.filter(recipient=f"{name}@example.org").order_by("pk")
    return list(rows.values_list("text", flat=True))


def ended_before(desk: Desk, *tickets: Ticket) -> None:
    """Cancel tickets as earlier versions did, which left what hung on them."""
    with acting(actor=desk.operator, verb_name="test.earlier", at=LATER):
        rows = Ticket.objects.filter(pk__in=[each.pk for each in tickets])
        rows.update(state="cancelled", pause_reason="")


def watched() -> None:
    """Let a worker do what is scheduled."""
    with time_machine.travel(LATER, tick=False):
        watch_escalations.func()


def test_a_refused_request_that_is_reopened_waits_for_approval_anew(desk: Desk) -> None:
    ticket = asked_for(desk)
    decide(ticket, "reject")

    reopened = reopen(ticket)
    news_arrives()
    with pytest.raises(Refused, match="cannot be resolved"):
        resolve(reopened)
    decide(reopened, "approve")

    assert states(ticket) == ["rejected", "approved"]
    assert (reopened.state, reopened.cancelled_as) == ("new", "")


def test_what_was_approved_once_is_reopened_to_be_worked_on(desk: Desk) -> None:
    ticket = asked_for(desk)
    decide(ticket, "approve")

    reopened = reopen(cancel(ticket))

    assert (reopened.state, states(ticket)) == ("new", ["approved"])


@pytest.mark.parametrize("way", ["cancel", "spam", "merge"])
def test_nobody_is_asked_to_approve_what_has_ended(desk: Desk, way: str) -> None:
    ticket, other = asked_for(desk), opened(desk)
    ways = {
        "cancel": lambda: cancel(ticket),
        "spam": lambda: mark_spam(ticket=ticket, version=ticket.version, **words()),
        "merge": lambda: merge(ticket, other),
    }

    ways[way]()
    reminded = remind_approvers(actor=desk.operator, at=MONDAY + timedelta(days=10))

    assert (states(ticket), reminded) == (["withdrawn"], 0)
    assert list(waiting_for_decision(account("ada"), LATER)) == []


def test_a_cancelled_request_is_reopened_before_word_of_its_withdrawal_arrives(
    desk: Desk,
) -> None:
    reopened = reopen(cancel(asked_for(desk)))
    news_arrives()

    reopened.refresh_from_db()
    assert (reopened.state, reopened.pause_reason) == ("on_hold", "approval")
    assert states(reopened) == ["withdrawn", "waiting"]


def test_a_request_that_is_taken_apart_again_waits_for_approval_again(desk: Desk) -> None:
    merged = merge(asked_for(desk), opened(desk))

    apart = unmerge_ticket(ticket=merged, version=merged.version, reason="Another", **words())

    assert (apart.pause_reason, states(apart)) == ("approval", ["withdrawn", "waiting"])


def test_an_approval_that_is_still_needed_is_not_ended_for_others(desk: Desk) -> None:
    request = approval_of(asked_for(desk))
    assert request is not None

    with pytest.raises(Refused, match="is still needed"):
        end_unwanted_approval(request=request, reason="x", **words())


def test_whose_ticket_is_cancelled_is_told_why(desk: Desk) -> None:
    cancel(opened(desk))

    told = TicketMessage.objects.public().order_by("pk").last()
    assert told is not None
    assert told.text == "Closed without work: Opened by mistake.\n\nIt is not ours."
    assert mails_to("mona")[-1] == (
        "Your ticket T-000001 is closed without work: Opened by mistake.\n\nIt is not ours.\n\n"
        "If you need it still, tell the service desk."
    )


def test_of_spam_nobody_is_told(desk: Desk) -> None:
    ticket = opened(desk)
    before = OutgoingMail.objects.count()

    mark_spam(ticket=ticket, version=ticket.version, **words())

    assert OutgoingMail.objects.count() == before


def test_whose_report_was_merged_hears_that_the_other_one_is_cancelled(desk: Desk) -> None:
    counts = opened(desk, requester=person("Omar"))
    merged = merge(opened(desk), counts)

    cancel(counts)

    told = "closed without\nwork: Opened by mistake.\n\nIt is not ours.\n\n"
    assert told in mails_to("mona")[-1]
    assert merged.messages.order_by("-pk")[0].text == "Opened by mistake.\n\nIt is not ours."


def test_whose_report_was_merged_into_spam_hears_that_nothing_is_done(desk: Desk) -> None:
    counts = opened(desk)
    merged = merge(opened(desk, requester=person("Omar")), counts)
    before = mails_to("mona")

    cancel(counts, cancelled_as="spam", reason="Phishing")

    assert merged.messages.order_by("-pk")[0].text == "There was nothing to do for it."
    assert "work: There was nothing to do for it." in mails_to("omar")[-1]
    assert mails_to("mona") == before


def test_nobody_withdraws_what_others_have_reported_too(desk: Desk, client: Client) -> None:
    counts = opened(desk, by="vera")
    merge(opened(desk, requester=person("Omar")), counts)
    before = mails_to("omar")
    client.force_login(account("mona"))
    page = client.get(f"/portal/tickets/{counts.pk}/").content.decode()

    with pytest.raises(Refused, match="worked on for others too"):
        withdraw_own_ticket(ticket=counts, reason="My secret", actor=account("mona"), at=LATER)

    counts.refresh_from_db()
    assert ("I do not need it any more" in page, counts.state) == (False, "new")
    assert mails_to("omar") == before


def test_whoever_reported_twice_withdraws_both(desk: Desk) -> None:
    counts = opened(desk, by="vera")
    merge(opened(desk), counts)

    ended = withdraw_own_ticket(ticket=counts, actor=account("mona"), at=LATER)

    assert ended.cancelled_as == "withdrawn"


def test_what_is_merged_into_a_resolved_ticket_is_told_at_once_what_was_done(desk: Desk) -> None:
    first, second = opened(desk), opened(desk, requester=person("Omar"))
    merge(first, second)
    second.refresh_from_db()
    done = resolve(opened(desk, requester=person("Vera")))

    merge(second, done)

    told = [mails_to(name)[-1] for name in ("mona", "omar")]
    assert ["resolved:\n\nA new roller." in text for text in told] == [True, True]
    assert ["You are told when it is done" in text for text in told] == [False, False]


def test_an_escalation_ends_with_its_ticket_and_a_complaint_does_not(desk: Desk) -> None:
    ticket = opened(desk)
    plain = escalate_ticket(
        ticket=ticket, direction="hierarchical", reason="We are stuck.", **words()
    )
    complaint = complain(
        ticket=ticket,
        complaint=Complaint(reason="Too slow.", complainant=person("Mona")),
        **words("mona"),
    )

    resolve(ticket)

    plain.refresh_from_db()
    complaint.refresh_from_db()
    assert (plain.state, complaint.state, plain.answered_at) == ("resolved", "raised", LATER)
    assert EscalationEvent.objects.filter(escalation=plain).order_by("-pk")[0].text == (
        "It ended with its ticket: T-000001 is resolved."
    )


@pytest.mark.parametrize("way", ["cancel", "merge"])
def test_an_escalation_of_what_is_cancelled_is_withdrawn(desk: Desk, way: str) -> None:
    ticket, other = opened(desk), opened(desk)
    plain = escalate_ticket(
        ticket=ticket, direction="hierarchical", reason="We are stuck.", **words()
    )

    if way == "cancel":
        cancel(ticket)
    else:
        merge(ticket, other)

    plain.refresh_from_db()
    assert (plain.state, plain.resolved_at) == ("withdrawn", None)


def test_what_earlier_versions_left_on_cancelled_tickets_is_ended_once(desk: Desk) -> None:
    ticket = asked_for(desk)
    catalogued = CatalogueRequest.objects.get(ticket=ticket)
    wish = Wish(item=catalogued.item, form=None)
    at_work = request_from_catalogue(wish=wish, actor=account("omar"), at=MONDAY)
    raised = {"direction": "hierarchical", "reason": "We are stuck.", **words()}
    plain, kept = (escalate_ticket(ticket=each, **raised) for each in (ticket, at_work))
    ended_before(desk, ticket)
    acts = Act.objects.filter(verb__endswith=".end_what_was_left")

    done = []
    for _ in range(2):
        watched()
        done.append(acts.count())

    plain.refresh_from_db()
    kept.refresh_from_db()
    assert (done, states(ticket), states(at_work)) == ([1, 1], ["withdrawn"], ["waiting"])
    assert (plain.state, kept.state) == ("withdrawn", "raised")
    assert plain.events.order_by("-pk")[0].text == (
        "It ended with its ticket: T-000001 is cancelled."
    )


def test_a_ticket_that_cannot_be_rid_of_what_was_left_keeps_no_other_from_it(desk: Desk) -> None:
    broken, other = opened(desk), opened(desk)
    raised = {"direction": "hierarchical", "reason": "We are stuck.", **words()}
    stuck, plain = (escalate_ticket(ticket=each, **raised) for each in (broken, other))
    ended_before(desk, broken, other)
    with acting(actor=desk.operator, verb_name="test.version", at=LATER):
        # No version comes after the last one that the database holds.
        last = connection.ops.integer_field_range("PositiveIntegerField")[1]
        Escalation.objects.filter(pk=stuck.pk).update(version=last)

    with pytest.raises(ExceptionGroup) as failed:
        watched()

    stuck.refresh_from_db()
    plain.refresh_from_db()
    named = [note for each in failed.value.exceptions for note in each.__notes__]
    assert named == [f"The ticket {broken.pk}, “{broken}”."]
    assert (stuck.state, plain.state) == ("raised", "withdrawn")


def test_of_what_was_left_an_approval_ends_that_is_not_the_last_asked_for(desk: Desk) -> None:
    ticket = asked_for(desk)
    decide(ticket, "reject")
    reopen(ticket)
    first, second = ApprovalRequest.objects.about(ticket).order_by("pk")
    waits = {"state": second.state, "ended_at": None}
    with acting(actor=desk.operator, verb_name="test.order", at=LATER):
        told = {"state": first.state, "ended_at": first.ended_at}
        ApprovalRequest.objects.filter(pk=second.pk).update(**told)
        ApprovalRequest.objects.filter(pk=first.pk).update(**waits)
    ended_before(desk, ticket)

    watched()

    assert states(ticket) == ["withdrawn", "rejected"]
