"""Tickets that are opened and worked by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Act, EvidenceMark
from quarterdeck.desk.models import StateChange, Ticket, TicketMessage
from quarterdeck.desk.queries.facts import effective_changes, header_of_ticket
from quarterdeck.desk.queries.projection import project
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, PRINTER, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.ticket_details import change_category, change_priority, set_requester
from quarterdeck.desk.verbs.ticket_messages import note_internally, reply_publicly
from quarterdeck.desk.verbs.tickets import (
    Report,
    assign_ticket,
    cancel_ticket,
    close_ticket,
    hold_ticket,
    mark_spam,
    open_ticket,
    reopen_ticket,
    resolve_at_once,
    resolve_ticket,
    resume_ticket,
    start_ticket,
    take_ticket,
)
from quarterdeck.desk.vocabulary import MessageKind
from quarterdeck.office.models import OutgoingMail

pytestmark = pytest.mark.django_db

Ask = Callable[..., Ticket]


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def do(act: Ask, ticket: Ticket, by: str = "nils", at: datetime = MONDAY, **given: Any) -> Ticket:
    return act(ticket=ticket, version=ticket.version, actor=account(by), at=at, **given)


def resolved(ticket: Ticket, by: str = "nils", at: datetime = MONDAY) -> Ticket:
    words = {"resolution": "Changed the roller.", "true_category": "Hardware"}
    return do(resolve_ticket, ticket, by, at, **words)


def mails() -> list[tuple[str, str]]:
    """What was written to whom, after the requester was told the number."""
    confirmed = TicketMessage.objects.filter(kind=MessageKind.CONFIRMATION).values("mail")
    rows = OutgoingMail.objects.exclude(pk__in=confirmed).order_by("pk")
    return list(rows.values_list("recipient", "subject"))


def test_tickets_are_numbered_without_gaps(desk: Desk) -> None:
    opened(desk)
    with pytest.raises(Invalid):
        open_ticket(report=Report(title=" "), actor=account("nils"), at=MONDAY)
    opened(desk)

    assert list(Ticket.objects.order_by("pk").values_list("number", flat=True)) == [
        "T-000001",
        "T-000002",
    ]


def test_an_opened_ticket_is_new_and_has_a_priority_from_impact_and_urgency(desk: Desk) -> None:
    ticket = opened(desk, impact=1, urgency=2)

    told = ticket.state, ticket.priority, ticket.opened_at, ticket.changed_at, ticket.team
    assert told == ("new", 2, MONDAY, MONDAY, desk.network)


def test_a_report_that_is_sent_twice_opens_one_ticket_by_one_act(desk: Desk) -> None:
    first, second = (opened(desk, entry_key="one form") for _ in range(2))

    acts = Act.objects.filter(verb__endswith=".open_ticket")
    assert (first, Ticket.objects.count(), acts.count()) == (second, 1, 1)


@pytest.mark.usefixtures("desk")
def test_somebody_without_a_desk_may_not_open_tickets() -> None:
    with pytest.raises(Refused, match="may not open tickets"):
        open_ticket(report=PRINTER, actor=account("mona"), at=MONDAY)


def test_a_ticket_goes_from_hand_to_hand_and_state_to_state(desk: Desk) -> None:
    ticket = opened(desk)
    states = [ticket.state]
    acts: tuple[tuple[Ask, dict[str, Any]], ...] = (
        (take_ticket, {}),
        (start_ticket, {}),
        (hold_ticket, {"pause_reason": "vendor"}),
        (resume_ticket, {}),
        (resolve_ticket, {"resolution": "Done", "true_category": "Hardware"}),
        (close_ticket, {}),
        (reopen_ticket, {"reason": "It eats paper again"}),
        (cancel_ticket, {"cancelled_as": "duplicate"}),
    )
    for act, given in acts:
        ticket = do(act, ticket, **given)
        states.append(ticket.state)

    assert states == [
        "new",
        "assigned",
        "in_progress",
        "on_hold",
        "in_progress",
        "resolved",
        "closed",
        "in_progress",
        "cancelled",
    ]


def test_what_is_derived_of_a_ticket_can_be_rebuilt_from_its_log(desk: Desk) -> None:
    ticket = resolved(do(take_ticket, opened(desk)), at=MONDAY + timedelta(hours=2))
    ticket = do(reopen_ticket, ticket, at=MONDAY + timedelta(hours=3), reason="Again")
    ticket = resolved(ticket, at=MONDAY + timedelta(hours=5))

    stored = Ticket.objects.get(pk=ticket.pk)
    log = [change for _, change in effective_changes([ticket.pk])[ticket.pk]]
    projection = project(header_of_ticket(stored), log)._asdict()
    team = stored.team.name if stored.team else ""
    assert projection == {**{name: getattr(stored, name) for name in projection}, "team": team}


def test_each_act_adds_one_line_of_no_batch(desk: Desk) -> None:
    ticket = do(start_ticket, do(take_ticket, opened(desk)))

    lines = StateChange.objects.filter(ticket=ticket, batch=None).order_by("sequence")
    assert list(lines.values_list("sequence", "state", "changed_by")) == [
        (0, "new", "Nils"),
        (1, "assigned", "Nils"),
        (2, "in_progress", "Nils"),
    ]


def test_a_ticket_is_not_resolved_twice(desk: Desk) -> None:
    ticket = opened(desk)
    resolved(ticket)

    with pytest.raises(Refused, match=r"T-000001 cannot be resolved: it is resolved since .* Nils"):
        resolved(ticket)


def test_a_second_resolution_writes_no_second_mail(desk: Desk) -> None:
    ticket = opened(desk)
    resolved(ticket)
    with pytest.raises(Refused):
        resolved(ticket)

    assert mails() == [("mona@example.org", f"[T-000001] {PRINTER.title}")]


def test_two_people_at_once_get_a_conflict(desk: Desk) -> None:
    ticket = opened(desk)
    do(take_ticket, ticket, "nils")

    with pytest.raises(Conflict):
        do(take_ticket, ticket, "vera")


def test_another_teams_ticket_is_not_there(desk: Desk) -> None:
    ticket = opened(desk)

    with pytest.raises(Refused, match="There is no such ticket"):
        do(take_ticket, ticket, "omar")


def test_a_requester_may_see_and_not_work_on_the_own_ticket(desk: Desk) -> None:
    ticket = opened(desk)

    with pytest.raises(Refused, match="cannot be started by you"):
        do(start_ticket, ticket, "mona")


def test_a_requester_may_reopen_what_was_not_done(desk: Desk) -> None:
    ticket = do(reopen_ticket, resolved(opened(desk)), "mona", reason="It eats paper again")

    assert (ticket.state, ticket.reopen_count, ticket.resolution) == ("new", 1, "")


def test_a_requester_may_not_reopen_what_is_closed(desk: Desk) -> None:
    ticket = do(close_ticket, resolved(opened(desk)))

    with pytest.raises(Refused, match="cannot be reopened by you"):
        do(reopen_ticket, ticket, "mona", reason="It eats paper again")


@pytest.mark.parametrize(
    ("act", "given", "said"),
    [
        (close_ticket, {}, "cannot be closed: it is new since 2016-04-04 09:00 UTC, by Nils"),
        (resume_ticket, {}, "cannot be resumed: it is new"),
        (reopen_ticket, {"reason": "Why not"}, "cannot be reopened: it is new"),
    ],
)
def test_an_act_out_of_place_is_refused(
    desk: Desk, act: Ask, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        do(act, opened(desk), **given)


@pytest.mark.parametrize(
    ("act", "given", "fields"),
    [
        (hold_ticket, {"pause_reason": ""}, {"pause_reason"}),
        (cancel_ticket, {"cancelled_as": "boredom"}, {"cancelled_as"}),
        (resolve_ticket, {"resolution": " ", "true_category": ""}, {"resolution", "true_category"}),
        (change_priority, {"impact": 0, "urgency": 4}, {"impact"}),
    ],
)
def test_what_is_missing_is_told_field_by_field(
    desk: Desk, act: Ask, given: dict[str, Any], fields: set[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        do(act, opened(desk), **given)

    assert set(refusal.value.errors) == fields


def test_whoever_gets_a_ticket_is_told_by_mail(desk: Desk) -> None:
    do(assign_ticket, opened(desk), assignee=person("Vera"))

    assert mails() == [("vera@example.org", f"[T-000001] {PRINTER.title}")]


def test_nobody_is_told_of_what_they_did_themselves(desk: Desk) -> None:
    do(take_ticket, opened(desk))

    assert mails() == []


def test_a_ticket_goes_only_to_people_of_its_team(desk: Desk) -> None:
    with pytest.raises(Refused, match="Omar does not work in Network"):
        do(assign_ticket, opened(desk), assignee=person("Omar"))


def test_a_ticket_goes_to_another_team_and_a_person_there(desk: Desk) -> None:
    ticket = do(assign_ticket, opened(desk), team=desk.workplace, assignee=person("Omar"))

    assert (ticket.team, ticket.assignee, ticket.state) == (
        desk.workplace,
        person("Omar"),
        "assigned",
    )


def test_handing_over_to_where_it_is_changes_nothing(desk: Desk) -> None:
    ticket = do(assign_ticket, opened(desk), assignee=person("Vera"))

    with pytest.raises(Refused, match="T-000001 is with Vera already"):
        do(assign_ticket, ticket, assignee=person("Vera"))


def test_naming_only_the_team_that_has_it_takes_it_from_nobody(desk: Desk) -> None:
    ticket = do(assign_ticket, opened(desk), assignee=person("Vera"))

    with pytest.raises(Refused, match="T-000001 is with Network already"):
        do(assign_ticket, ticket, team=desk.network)


def test_a_ticket_that_waits_goes_on_waiting_when_it_is_handed_over(desk: Desk) -> None:
    ticket = do(hold_ticket, opened(desk), pause_reason="vendor")
    ticket = do(assign_ticket, ticket, assignee=person("Vera"))

    assert (ticket.state, ticket.pause_reason) == ("on_hold", "vendor")


def test_the_true_category_stands_beside_the_presenting_one(desk: Desk) -> None:
    ticket = resolved(opened(desk))

    assert (ticket.category, ticket.true_category) == ("Printing", "Hardware")


def test_a_priority_is_judged_anew_while_the_ticket_is_open(desk: Desk) -> None:
    ticket = do(change_priority, opened(desk), impact=1, urgency=1)

    assert (ticket.impact, ticket.urgency, ticket.priority) == (1, 1, 1)


def test_a_fixed_ticket_keeps_the_priority_that_it_was_fixed_at(desk: Desk) -> None:
    with pytest.raises(Refused, match="cannot be prioritised: it is resolved"):
        do(change_priority, resolved(opened(desk)), impact=1, urgency=1)


def test_category_and_requester_can_be_set_right(desk: Desk) -> None:
    ticket = do(change_category, opened(desk), category="Paper")
    ticket = do(set_requester, ticket, requester=person("Ada"))

    assert (ticket.category, ticket.requester, ticket.set_by_hand) == (
        "Paper",
        person("Ada"),
        ["category", "requester"],
    )


def test_spam_is_cancelled_and_nobody_is_written_to(desk: Desk) -> None:
    ticket = do(mark_spam, opened(desk))

    assert (ticket.state, ticket.cancelled_as, mails()) == ("cancelled", "spam", [])


@pytest.mark.usefixtures("desk")
def test_resolving_at_once_opens_takes_and_resolves() -> None:
    ticket = resolve_at_once(
        report=PRINTER,
        resolution="Told where the paper is.",
        true_category="Advice",
        actor=account("nils"),
        at=MONDAY + timedelta(microseconds=700_000),
    )

    assert (ticket.state, ticket.assignee, ticket.first_fix_at, ticket.oddities) == (
        "resolved",
        person("Nils"),
        MONDAY,
        [],
    )


@pytest.mark.usefixtures("desk")
def test_a_report_resolved_at_once_and_sent_twice_is_one_ticket() -> None:
    for _ in range(2):
        resolve_at_once(
            report=Report(title="Where is the paper?", entry_key="one form"),
            resolution="There.",
            true_category="Advice",
            actor=account("nils"),
            at=MONDAY,
        )

    assert (Ticket.objects.count(), TicketMessage.objects.count()) == (1, 1)


def test_a_reply_goes_to_the_requester_and_answers_come_to_the_assignee(desk: Desk) -> None:
    ticket = do(take_ticket, opened(desk))
    reply_publicly(ticket=ticket, text="Which one?", actor=account("nils"), at=MONDAY)
    reply_publicly(ticket=ticket, text="The red one.", actor=account("mona"), at=MONDAY)

    assert [recipient for recipient, _ in mails()] == ["mona@example.org", "nils@example.org"]


def test_the_mails_of_a_ticket_are_one_thread(desk: Desk) -> None:
    ticket = opened(desk)
    for text in ("One", "Two", "Three"):
        reply_publicly(ticket=ticket, text=text, actor=account("nils"), at=MONDAY)

    # The confirmation stands first.
    one, two, three, _ = OutgoingMail.objects.order_by("pk")
    assert (one.headers.get("In-Reply-To"), three.headers["In-Reply-To"]) == (None, two.message_id)
    assert three.headers["References"] == f"{one.message_id} {two.message_id}"


def test_a_reply_that_is_sent_twice_is_written_once(desk: Desk) -> None:
    ticket = opened(desk)
    for _ in range(2):
        reply_publicly(
            ticket=ticket, text="Hello", entry_key="one form", actor=account("nils"), at=MONDAY
        )

    assert (TicketMessage.objects.count(), len(mails())) == (2, 1)


def test_a_note_stays_among_ourselves(desk: Desk) -> None:
    ticket = opened(desk)
    note_internally(ticket=ticket, text="He sounded cross.", actor=account("nils"), at=MONDAY)

    assert (TicketMessage.objects.public().count(), mails()) == (1, [])


def test_a_requester_writes_no_internal_note(desk: Desk) -> None:
    with pytest.raises(Refused, match="You may not write this"):
        note_internally(ticket=opened(desk), text="Hm", actor=account("mona"), at=MONDAY)


def test_an_act_marks_the_months_that_it_may_change(desk: Desk) -> None:
    ticket = opened(desk)
    EvidenceMark.objects.all().delete()
    resolved(ticket, at=MONDAY + timedelta(days=35))

    marks = EvidenceMark.objects.filter(domain="desk.tickets").order_by("month")
    assert [f"{mark.month:%Y-%m}" for mark in marks] == ["2016-04", "2016-05"]
