"""Rules: when something happens, if conditions hold, then steps are done, and logged."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from quarterdeck.core import clock, outbox
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.jobs.declaration import load
from quarterdeck.core.models import Announcement
from quarterdeck.desk import jobs
from quarterdeck.desk.models import RuleFiring, Ticket, TicketRule
from quarterdeck.desk.queries.rule_conditions import Condition
from quarterdeck.desk.queries.rules_on_time import tickets_due_for
from quarterdeck.desk.queries.steps import Step
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.kept import Shelf, keep_canned_reply
from quarterdeck.desk.verbs.rule_news import TICKET_NEWS
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.verbs.ticket_rules import (
    Occasion,
    RuleTerms,
    change_rule,
    follow_rule_on_time,
    follow_rules,
    keep_rule,
    try_rule,
)
from quarterdeck.desk.verbs.ticket_tags import tag_ticket
from quarterdeck.desk.verbs.tickets import start_ticket
from quarterdeck.desk.vocabulary.ticket_life import RuleComparison, RuleField, StepKind
from quarterdeck.office.models import OutgoingMail

pytestmark = pytest.mark.django_db

IS, CONTAINS = RuleComparison.IS, RuleComparison.CONTAINS
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    # Whoever delivers news has loaded who listens.
    load()
    return staffed_desk()


def rule(*steps: Step, by: str = "ada", **terms: Any) -> TicketRule:
    words = {"name": "Usual", "trigger": "opened", "is_active": True, "steps": steps, **terms}
    return keep_rule(terms=RuleTerms(**words), actor=account(by), at=MONDAY)


def tag(name: str) -> Step:
    return Step(StepKind.TAG, name)


def deliver() -> None:
    """Deliver all news, and what follows from it, which the reactions date by the clock."""
    while outbox.deliver_due(at=clock.now()):
        pass


def tags(ticket: Ticket) -> list[str]:
    return list(ticket.tags.order_by("name").values_list("name", flat=True))


def told() -> list[tuple[str, str, int]]:
    rows = RuleFiring.objects.order_by("pk")
    return list(rows.values_list("rule__name", "outcome", "depth"))


def test_a_rule_works_on_what_it_matches_and_says_why(desk: Desk) -> None:
    rule(
        Step(StepKind.TEAM, str(desk.workplace.pk)),
        tag("printers"),
        conditions=[
            Condition(RuleField.TITLE, CONTAINS, "PRINTER"),
            Condition(RuleField.TEAM, IS, str(desk.network.pk)),
        ],
    )
    ticket, other = opened(desk), opened(desk, title="No sound")

    deliver()

    ticket.refresh_from_db()
    firing = RuleFiring.objects.get()
    assert (ticket.team, tags(ticket), tags(other), firing.reason) == (
        desk.workplace,
        ["printers"],
        [],
        "Title contains “PRINTER”; Team is “Network”",
    )


def test_what_a_rule_does_is_done_by_the_worker(desk: Desk) -> None:
    rule(Step(StepKind.TEAM, str(desk.workplace.pk)))
    ticket = opened(desk)

    deliver()

    last = ticket.state_changes.order_by("-sequence")[0]
    assert last.changed_by == str(worker_account())


def test_any_condition_may_do(desk: Desk) -> None:
    conditions = [
        Condition(RuleField.TITLE, CONTAINS, "nothing such"),
        Condition(RuleField.KIND, IS, "incident"),
    ]
    rule(tag("any"), needs_all=False, conditions=conditions)
    ticket = opened(desk)

    deliver()

    assert tags(ticket) == ["any"]


def test_where_no_rule_waits_no_news_is_written(desk: Desk) -> None:
    rule(tag("x"), is_active=False)
    opened(desk)

    assert Announcement.objects.filter(topic=TICKET_NEWS).count() == 0


def test_the_lower_place_comes_first_and_may_stop_the_others(desk: Desk) -> None:
    rule(tag("last"), name="Last", place=30)
    rule(tag("first"), name="First", place=10)
    rule(tag("second"), name="Second", place=20, stops=True)
    opened(desk)

    deliver()

    assert told() == [("First", "done", 0), ("Second", "done", 0)]


def test_a_refused_step_leaves_nothing_and_is_logged(desk: Desk) -> None:
    rule(tag("half"), Step(StepKind.CLOSE))
    ticket = opened(desk)

    deliver()

    firing = RuleFiring.objects.get()
    assert (tags(ticket), firing.outcome, firing.told.startswith("Step 2, “Close”")) == (
        [],
        "refused",
        True,
    )


def test_two_rules_that_undo_each_other_end(desk: Desk) -> None:
    """Each changes the ticket back and is triggered by the other one: once each, then no more."""
    high, low = Step(StepKind.IMPACT, "1"), Step(StepKind.IMPACT, "3")
    rule(high, name="Up", trigger="changed", conditions=[Condition(RuleField.IMPACT, IS, "3")])
    rule(low, name="Down", trigger="changed", conditions=[Condition(RuleField.IMPACT, IS, "1")])
    ticket = opened(desk)
    start_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=MONDAY)

    deliver()

    # The change by hand triggers both in turn, and what each did triggers the other one alone.
    assert [(name, depth) for name, _, depth in told()] == [
        ("Up", 0),
        ("Down", 0),
        ("Up", 1),
    ]


def test_no_more_than_five_rules_follow_one_another(desk: Desk) -> None:
    rule(tag("deep"))
    ticket = opened(desk)
    occasion = Occasion(trigger="opened", name="deep", chain=(901, 902, 903, 904, 905))

    follow_rules(ticket=ticket, occasion=occasion, actor=worker_account(), at=LATER)

    assert (told(), tags(ticket)) == ([("Usual", "stopped", 5)], [])


def test_one_occasion_lets_a_rule_fire_once(desk: Desk) -> None:
    rule(tag("once"))
    ticket, occasion = opened(desk), Occasion(trigger="opened", name="the same")

    fired = [
        follow_rules(ticket=ticket, occasion=occasion, actor=worker_account(), at=LATER)
        for _ in range(2)
    ]

    assert fired == [1, 0]


def test_the_requesters_words_trigger_and_are_asked_about(desk: Desk) -> None:
    said = [Condition(RuleField.MESSAGE, CONTAINS, "urgent")]
    rule(Step(StepKind.URGENCY, "1"), trigger="message", conditions=said)
    ticket = opened(desk)
    reply_publicly(ticket=ticket, text="It is urgent!", actor=account("nils"), at=MONDAY)
    reply_publicly(ticket=ticket, text="Now it is URGENT", actor=account("mona"), at=LATER)

    deliver()

    ticket.refresh_from_db()
    assert (ticket.urgency, len(told())) == (1, 1)


def test_a_rule_on_time_fires_once_since_each_change(desk: Desk) -> None:
    waiting = rule(tag("old"), trigger="since", since="changed_at", minutes=60)
    ticket = opened(desk)
    moments = [MONDAY + timedelta(minutes=minutes) for minutes in (59, 60, 90)]
    found = []
    for at in moments:
        due = list(tickets_due_for(waiting, at))
        found.append(len(due))
        for each in due:
            follow_rule_on_time(rule=waiting, ticket=each, actor=worker_account(), at=at)
    start_ticket(
        ticket=ticket, version=ticket.version, actor=account("nils"), at=MONDAY + timedelta(hours=2)
    )

    later = [len(list(tickets_due_for(waiting, MONDAY + timedelta(hours=h)))) for h in (2, 3)]

    assert (found, later) == ([0, 1, 0], [0, 1])


def test_whom_a_rule_notifies_gets_a_mail(desk: Desk) -> None:
    rule(Step(StepKind.NOTIFY, "team"))
    opened(desk)

    deliver()

    mails = OutgoingMail.objects.filter(text__startswith="Rule “Usual”: T-000001")
    assert set(mails.values_list("recipient", flat=True)) == {
        "nils@example.org",
        "vera@example.org",
    }


def test_a_trial_shows_what_would_change_and_leaves_nothing(desk: Desk) -> None:
    text = keep_canned_reply(
        shelf=Shelf(name="Hello", audience="everybody"),
        text="We are on it.",
        actor=account("ada"),
        at=MONDAY,
    )
    tried = rule(
        Step(StepKind.TEAM, str(desk.workplace.pk)),
        Step(StepKind.REPLY, str(text.pk)),
        tag("seen"),
        is_active=False,
        conditions=[Condition(RuleField.TITLE, CONTAINS, "printer")],
    )
    ticket, _ = opened(desk), opened(desk, title="No sound")
    before = OutgoingMail.objects.count(), ticket.messages.count()

    trials = try_rule(rule=tried, by=worker_account(), actor=account("ada"), at=LATER)

    ticket.refresh_from_db()
    stays = ticket.team, tags(ticket), OutgoingMail.objects.count(), ticket.messages.count()
    assert (stays, [(each.ticket, each.changes) for each in trials]) == (
        (desk.network, [], *before),
        [
            (
                ticket,
                (
                    "Team: Network → Workplace",
                    "Tags: — → seen",
                    "1 new message(s)",
                    "1 new mail(s)",
                ),
            )
        ],
    )


def test_a_trial_tells_refusals(desk: Desk) -> None:
    tried = rule(Step(StepKind.CLOSE), is_active=False)
    opened(desk)

    trials = try_rule(rule=tried, by=worker_account(), actor=account("ada"), at=LATER)

    assert trials[0].changes[0].startswith("Refused. Step 1, “Close”: T-000001 cannot be closed")


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"steps": ()}, "Say what shall be done"),
        ({"steps": (Step(StepKind.TAKE),)}, "A rule is nobody who could take a ticket"),
        ({"trigger": "since"}, "Say how much time has to pass"),
        ({"conditions": [Condition(RuleField.TITLE, IS, "x")]}, "“Title” is not compared by “is”"),
        ({"conditions": [Condition(RuleField.STATE, IS, "x")]}, "what was chosen is not on offer"),
        (
            {"conditions": [Condition(RuleField.PRIORITY, RuleComparison.AT_LEAST, "9")]},
            "what was chosen is not on offer",
        ),
    ],
    ids=["no step", "take", "no time", "wrong comparison", "no such state", "no such priority"],
)
@pytest.mark.usefixtures("desk")
def test_a_rule_that_could_not_run_is_not_kept(terms: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        rule(*terms.pop("steps", (tag("x"),)), **terms)


@pytest.mark.usefixtures("desk")
def test_a_technician_keeps_no_rules() -> None:
    with pytest.raises(Refused, match="You may not say"):
        rule(tag("x"), by="nils")


@pytest.mark.usefixtures("desk")
def test_a_rule_is_switched_off() -> None:
    kept = rule(tag("x"))
    terms = RuleTerms(name="Usual", trigger="opened", steps=(tag("x"),))

    changed = change_rule(
        rule=kept, version=kept.version, terms=terms, actor=account("ada"), at=LATER
    )

    assert (changed.is_active, list(TicketRule.objects.active())) == (False, [])


def test_a_rule_is_made_and_tried_by_clicks(client: Client, desk: Desk) -> None:
    opened(desk)
    client.force_login(desk.ada)
    typed = {
        "name": "Printers",
        "trigger": "opened",
        "together": "all",
        "place": "10",
        "field-1": "title",
        "compared-1": "contains",
        "with-1": "printer",
        "kind-1": "tag",
        "value-1": "printing",
    }
    client.post("/desk/rules/new", typed)
    made = TicketRule.objects.get()

    page = client.post(f"/desk/rules/{made.pk}/try").content.decode()

    assert (made.is_active, "Tags: — → printing" in page) == (False, True)


def test_the_worker_looks_after_rules_on_time(desk: Desk) -> None:
    rule(tag("old"), trigger="since", since="opened_at", minutes=1)
    ticket = opened(desk)
    assert clock.now() > LATER

    jobs.watch_rules.func()

    assert tags(ticket) == ["old"]


def test_a_tag_is_asked_about(desk: Desk) -> None:
    rule(
        Step(StepKind.IMPACT, "1"),
        trigger="changed",
        conditions=[Condition(RuleField.TAG, IS, "vip")],
    )
    ticket, other = opened(desk), opened(desk)
    tag_ticket(ticket=ticket, name="VIP", actor=account("nils"), at=MONDAY)
    for each in (ticket, other):
        start_ticket(ticket=each, version=each.version, actor=account("nils"), at=MONDAY)

    deliver()

    impacts = [Ticket.objects.get(pk=each.pk).impact for each in (ticket, other)]
    assert impacts == [1, 3]
