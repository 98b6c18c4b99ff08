"""What webhooks hear of the desk, and what they never hear."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Announcement, RoleAssignment, Team
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket, TicketRule
from quarterdeck.desk.tests.promised import RESOLUTION, promised
from quarterdeck.desk.tests.web_cast import NOON, Desk, add_tickets
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.clock_events import note_clock_events
from quarterdeck.desk.verbs.escalations import escalate_ticket
from quarterdeck.desk.verbs.major_incidents import (
    Declaration,
    declare_major_incident,
    publish_update,
    resolve_major_incident,
)
from quarterdeck.desk.verbs.rule_news import TICKET_NEWS
from quarterdeck.desk.verbs.tickets import assign_ticket, resolve_ticket
from quarterdeck.desk.vocabulary.ticket_life import RuleTrigger
from quarterdeck.kernels.chat import CHAT_FORMATS
from quarterdeck.office.models import Webhook, WebhookPost
from quarterdeck.office.models.webhooks import TELLING
from quarterdeck.office.queries.webhook_subjects import body_of
from quarterdeck.office.verbs.webhooks import drop_post, note_posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(operator: Account) -> Desk:
    """The desk, whose every event a program is told."""
    desk = staffed_desk()
    with acting(actor=operator, verb_name="tests.webhook", at=NOON):
        told = dict.fromkeys(TELLING, True)
        Webhook.objects.create(name="all", format="event", owner=operator, **told)
        RoleAssignment.objects.create(account=account("vera"), role=Role.TEAM_LEAD)
    return desk


def told() -> list[tuple[str, Any]]:
    """What is posted of each event that was noted, in its order."""
    with override_settings(PUBLIC_URL="https://desk.example.org"):
        posts = WebhookPost.objects.select_related("webhook").order_by("pk")
        bodies = [(post.event, body_of(post)) for post in posts]
    return [(event, None if body is None else body["data"]) for event, body in bodies]


def events() -> list[str]:
    return list(WebhookPost.objects.order_by("pk").values_list("event", flat=True))


def test_a_ticket_that_comes_into_a_queue_is_told_with_its_number_and_nothing_private(
    desk: Desk,
) -> None:
    ticket = opened(desk, description="My password is 1234")

    (event, data), *others = told()

    assert (event, others) == ("ticket_assigned", [])
    assert data == {
        "headline": "A ticket came into the queue",
        "number": ticket.number,
        "title": "The printer on the second floor eats paper",
        "link": f"https://desk.example.org/desk/tickets/{ticket.pk}/",
        "priority": ticket.priority,
        "team": "Network",
        "service": "Mail",
        "due": None,
    }
    # Neither what was reported nor who did stands in any format.
    with acting(actor=desk.operator, verb_name="tests.formats", at=NOON):
        for name in CHAT_FORMATS:
            Webhook.objects.update(format=name)
            said = json.dumps(body_of(WebhookPost.objects.get()), ensure_ascii=False)
            assert ("1234" in said, "Mona" in said, ticket.number in said) == (False, False, True)


def test_only_another_queue_is_news(desk: Desk) -> None:
    ticket = opened(desk)
    for team, assignee in ((desk.network, person("Nils")), (desk.workplace, None)):
        words: dict[str, Any] = {"version": ticket.version, "team": team, "assignee": assignee}
        ticket = assign_ticket(ticket=ticket, actor=account("vera"), at=MONDAY, **words)

    assert [(event, data["team"]) for event, data in told()] == [
        ("ticket_assigned", "Workplace"),
        ("ticket_assigned", "Workplace"),
    ]


def test_a_ticket_that_has_gone_to_another_team_is_told_there_and_no_longer_here(
    desk: Desk,
) -> None:
    with acting(actor=desk.operator, verb_name="tests.narrow", at=NOON):
        Webhook.objects.update(team=desk.workplace)
        Webhook.objects.create(
            name="network",
            format="event",
            owner=desk.operator,
            team=desk.network,
            tells_assignments=True,
        )
    ticket = opened(desk, team=desk.network)
    assign_ticket(
        ticket=ticket,
        version=ticket.version,
        team=desk.workplace,
        assignee=None,
        actor=account("vera"),
        at=MONDAY,
    )

    # Both were noted before anything was posted; each channel is asked again when it is its turn.
    noted = WebhookPost.objects.order_by("pk").values_list("webhook__name", flat=True)
    assert list(noted) == ["network", "all"]
    assert [None if data is None else data["team"] for _, data in told()] == [None, "Workplace"]


def heard() -> list[tuple[str, str, bool]]:
    """Which channels are told what, by now, and whether anything is posted of it."""
    posts = WebhookPost.objects.select_related("webhook").order_by("pk")
    return [(post.webhook.name, post.event, body_of(post) is not None) for post in posts]


def assigned(ticket: Ticket, team: Team) -> None:
    present = Ticket.objects.get(pk=ticket.pk)
    words: dict[str, Any] = {"version": present.version, "team": team, "assignee": None}
    assign_ticket(ticket=present, actor=account("vera"), at=MONDAY, **words)


@pytest.fixture
def channels(desk: Desk) -> Desk:
    """One channel of each team and one of all, which hear of priority 1; one of quieter things."""
    with acting(actor=desk.operator, verb_name="tests.channels", at=NOON):
        Webhook.objects.all().delete()
        RoleAssignment.objects.create(account=account("vera"), role=Role.IT_MANAGER)
        scopes: dict[str, dict[str, Any]] = {
            "all": {},
            "network": {"team": desk.network},
            "workplace": {"team": desk.workplace},
            "deaf": {"team": desk.workplace, "tells_urgent_tickets": False},
            "paused": {"team": desk.workplace, "is_active": False},
        }
        for name, scope in scopes.items():
            words = {"format": "event", "owner": desk.operator, "tells_urgent_tickets": True}
            Webhook.objects.create(name=name, **words | scope)
    return desk


def test_what_still_waits_is_told_to_the_team_that_has_the_ticket_by_now_once_each(
    channels: Desk,
) -> None:
    ticket = opened(channels, team=channels.network, impact=1, urgency=1)
    for team in (channels.workplace, channels.network, channels.workplace):
        assigned(ticket, team)

    assert heard() == [
        ("all", "urgent_ticket", True),
        ("network", "urgent_ticket", False),
        ("workplace", "urgent_ticket", True),
    ]


def test_what_was_dropped_while_a_ticket_was_elsewhere_is_told_when_it_comes_back(
    channels: Desk,
) -> None:
    ticket = opened(channels, team=channels.network, impact=1, urgency=1)
    assigned(ticket, channels.workplace)
    post = WebhookPost.objects.get(webhook__name="network")
    drop_post(post=post, actor=channels.operator, at=MONDAY)
    assigned(ticket, channels.network)

    # Whoever finds nothing to tell, and is overtaken by the return, drops nothing.
    again = WebhookPost.objects.filter(webhook__name="network").latest("pk")
    drop_post(post=again, actor=channels.operator, at=MONDAY)
    states = WebhookPost.objects.filter(webhook__name="network").order_by("pk")
    assert list(states.values_list("state", flat=True)) == ["dropped", "waiting"]


def test_what_was_told_already_is_not_told_anew_to_another_team(channels: Desk) -> None:
    ticket = opened(channels, team=channels.network, impact=1, urgency=1)
    for post in WebhookPost.objects.all():
        note_posted(post=post, status=200, actor=channels.operator, at=MONDAY)

    assigned(ticket, channels.workplace)

    assert [name for name, _, _ in heard()] == ["all", "network"]


def test_an_act_that_is_undone_passes_nothing_on(channels: Desk) -> None:
    ticket = opened(channels, team=channels.network, impact=1, urgency=1)
    with suppress(ArithmeticError), transaction.atomic():
        assigned(ticket, channels.workplace)
        raise ArithmeticError

    assert [name for name, _, _ in heard()] == ["all", "network"]


def test_a_breach_that_waits_goes_with_its_ticket_too(channels: Desk) -> None:
    promised({RESOLUTION: 1}, actor=channels.operator)
    ticket = opened(channels, team=channels.network)
    note_clock_events(actor=channels.operator, at=MONDAY + timedelta(hours=2))

    assigned(ticket, channels.workplace)

    assert heard() == [
        ("all", "clock_breach", True),
        ("network", "clock_breach", False),
        ("workplace", "clock_breach", True),
        ("deaf", "clock_breach", True),
    ]


def test_what_was_noted_is_not_told_to_a_channel_that_wants_no_such_thing_any_more(
    desk: Desk,
) -> None:
    opened(desk)
    with acting(actor=desk.operator, verb_name="tests.narrow", at=NOON):
        Webhook.objects.update(tells_assignments=False)

    assert told() == [("ticket_assigned", None)]


def test_a_new_ticket_of_priority_one_is_told(desk: Desk) -> None:
    opened(desk, impact=1, urgency=1)

    assert events() == ["urgent_ticket", "ticket_assigned"]


def test_the_first_act_on_an_old_imported_ticket_is_no_news(desk: Desk) -> None:
    (ticket,) = add_tickets(desk, 1, priority=1)
    with acting(actor=desk.operator, verb_name="tests.rules", at=NOON):
        for trigger in (RuleTrigger.OPENED, RuleTrigger.CHANGED):
            TicketRule.objects.create(
                name=trigger, trigger=trigger, steps=[], made_by=desk.operator, is_active=True
            )

    assign_ticket(
        ticket=ticket,
        version=1,
        team=desk.network,
        assignee=person("Nils"),
        actor=account("vera"),
        at=MONDAY,
    )

    news = Announcement.objects.filter(topic=TICKET_NEWS)
    assert (events(), [each.payload["trigger"] for each in news]) == ([], ["changed"])


def test_clocks_that_run_out_are_told_once_each_and_not_of_what_has_ended(desk: Desk) -> None:
    promised({RESOLUTION: 10}, actor=desk.operator)
    ticket = opened(desk)
    for hours in (8.5, 9, 24.5, 25):
        note_clock_events(actor=desk.operator, at=MONDAY + timedelta(hours=hours))

    heard = [(event, data["headline"]) for event, data in told()[1:]]
    ended(ticket)

    assert heard == [
        ("clock_warning", "Resolution is due soon"),
        ("clock_breach", "Resolution is overdue"),
    ]
    assert [data for _, data in told()] == [None] * 3


def ended(ticket: Ticket) -> None:
    present = Ticket.objects.get(pk=ticket.pk)
    resolve_ticket(
        ticket=present,
        version=present.version,
        resolution="Done",
        true_category="Printing",
        actor=account("nils"),
        at=MONDAY + timedelta(hours=26),
    )


def test_a_major_incident_is_told_from_its_declaration_to_its_end(desk: Desk) -> None:
    ticket = opened(desk)
    lead = account("vera")
    declaration = Declaration(
        title="Mail is down",
        reason="Nobody can write",
        commander=person("Vera"),
        first_update_due_at=MONDAY + timedelta(minutes=30),
    )
    incident = declare_major_incident(ticket=ticket, declaration=declaration, actor=lead, at=MONDAY)
    publish_update(
        incident=incident,
        text="Soon",
        next_due_at=MONDAY + timedelta(hours=1),
        actor=lead,
        at=MONDAY + timedelta(minutes=5),
    )
    incident.refresh_from_db()
    early = [(event, data["headline"]) for event, data in told()[1:]]
    resolve_major_incident(
        incident=incident,
        version=incident.version,
        resolution="A cable",
        true_category="Printing",
        text="It works again",
        actor=lead,
        at=MONDAY + timedelta(minutes=50),
    )

    # What could not be posted before the end is no news after it.
    late = [(event, data and data["headline"]) for event, data in told()[1:]]
    assert early == [
        ("major_incident_declared", "A major incident was declared"),
        ("major_incident_updated", "News of a major incident"),
    ]
    assert late == [
        ("major_incident_declared", None),
        ("major_incident_updated", None),
        ("major_incident_ended", "A major incident has ended"),
    ]


def test_a_major_incident_is_told_to_the_team_that_is_to_end_it(
    desk: Desk, operator: Account
) -> None:
    ticket, workplace = opened(desk), Team.objects.get(pk=desk.workplace.pk)
    with acting(actor=operator, verb_name="tests.webhook", at=MONDAY):
        Webhook.objects.update(tells_major_incidents=False)
        words: dict[str, Any] = {"format": "event", "owner": operator}
        for team in (ticket.team, workplace):
            named = str(team)
            Webhook.objects.create(name=named, team=team, tells_major_incidents=True, **words)
    declaration = Declaration(
        title="Mail is down",
        reason="Nobody can send",
        commander=person("Vera"),
        first_update_due_at=MONDAY + timedelta(minutes=30),
        team=workplace,
    )

    declare_major_incident(ticket=ticket, declaration=declaration, actor=account("vera"), at=MONDAY)

    news = WebhookPost.objects.filter(event="major_incident_declared")
    assert [(post.webhook.name, body_of(post) is not None) for post in news] == [
        ("Workplace", True)
    ]


def test_an_escalation_is_told_without_its_reason(desk: Desk) -> None:
    ticket = opened(desk)
    escalate_ticket(
        ticket=ticket,
        direction="functional",
        to_team=desk.workplace,
        reason="Mona is angry",
        answer_hours=4,
        resolution_hours=8,
        actor=account("nils"),
        at=MONDAY,
    )

    event, data = told()[-1]

    assert (event, data["headline"]) == ("escalation_raised", "An escalation waits for an answer")
    assert "angry" not in json.dumps(data)


def test_without_a_webhook_nothing_is_written() -> None:
    opened(staffed_desk(), impact=1, urgency=1)

    assert events() == []
