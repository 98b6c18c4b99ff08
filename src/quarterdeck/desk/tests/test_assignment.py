"""Tickets find whoever works on them: in turn or by load, among those who are there and able."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from quarterdeck.core.acts import acting
from quarterdeck.core.changes import add_record
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person, Team, TeamMembership
from quarterdeck.core.tests.patience import PATIENCE
from quarterdeck.desk.models import AssignmentDecision, AssignmentPolicy, Skill, Ticket
from quarterdeck.desk.queries.assignment import choice_of, policy_of
from quarterdeck.desk.queries.log import log_of
from quarterdeck.desk.records.assignment import skills
from quarterdeck.desk.tests.escalation_cast import led_desk
from quarterdeck.desk.tests.web_cast import Desk, open_desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person
from quarterdeck.desk.verbs.assignment import choose_strategy
from quarterdeck.desk.verbs.own_tickets import reopen_own_ticket
from quarterdeck.desk.verbs.rota import WeeklyTimes, add_single_shift, add_weekly_shift
from quarterdeck.desk.verbs.tickets import (
    Report,
    assign_ticket,
    open_ticket,
    reopen_ticket,
    resolve_ticket,
)
from quarterdeck.office.models import Calendar
from quarterdeck.office.queries import organisation
from quarterdeck.people.verbs.absences import record_absence


def named(tickets: Sequence[Ticket]) -> list[str]:
    return [ticket.assignee_name or "nobody" for ticket in tickets]


def strategy(desk: Desk, name: str, **given: Any) -> AssignmentPolicy:
    return choose_strategy(
        team=desk.network, strategy=name, actor=account("vera"), at=MONDAY, **given
    )


@pytest.fixture
def desk(db: None) -> Desk:  # noqa: ARG001 — it opens the database
    """Nils and Vera work in Network, which Vera leads."""
    return led_desk()


def test_in_turn_everybody_gets_one_and_the_turn_is_kept(desk: Desk) -> None:
    strategy(desk, "round_robin")

    tickets = [opened(desk) for _ in range(3)]

    assert named(tickets) == ["Nils", "Vera", "Nils"]
    assert AssignmentPolicy.objects.get().last_assignee == person("Nils")
    assert [line.change.changed_by for line in log_of(tickets[0])] == [
        "Nils",
        "Round robin of Network",
    ]


def test_whoever_has_least_gets_the_next_weighed_by_priority(desk: Desk) -> None:
    opened_first = opened(desk, impact=1, urgency=1)
    assign_ticket(
        ticket=opened_first,
        version=opened_first.version,
        assignee=person("Nils"),
        actor=account("vera"),
        at=MONDAY,
    )
    strategy(desk, "least_load")

    # Nils has the weight 5; the others weigh 2 each, so Vera gets three of them.
    tickets = [opened(desk) for _ in range(4)]

    assert {ticket.priority for ticket in tickets} == {4}
    assert named(tickets) == ["Vera", "Vera", "Vera", "Nils"]


def test_only_who_is_on_duty_and_not_away_gets_one(desk: Desk) -> None:
    strategy(desk, "round_robin")
    span: dict[str, Any] = {"starts_at": MONDAY, "ends_at": MONDAY + timedelta(hours=1)}
    acts: dict[str, Any] = {"actor": account("vera"), "at": MONDAY}
    record_absence(person=person("Nils"), **span, **acts)
    present = opened(desk)
    add_single_shift(team=desk.network, person=person("Nils"), **span, **acts)
    nobody = opened(desk)
    later = opened(desk, at=MONDAY + timedelta(hours=2))

    assert named([present, nobody, later]) == ["Vera", "nobody", "nobody"]
    told = AssignmentDecision.objects.get(ticket=nobody)
    assert told.reason == "Nobody in Network can get it; it stays in the queue"
    assert told.considered == [["Nils", 0, "Away"], ["Vera", 2, "Not on duty"]]
    assert [line.change.changed_by for line in log_of(nobody)] == ["Nils"]


def test_two_weeks_after_its_last_shift_a_rota_stands_in_nobodys_way(desk: Desk) -> None:
    strategy(desk, "round_robin")
    acts: dict[str, Any] = {"team": desk.network, "actor": account("vera"), "at": MONDAY}
    end = MONDAY + timedelta(hours=1)
    add_single_shift(person=person("Nils"), starts_at=MONDAY, ends_at=end, **acts)
    add_weekly_shift(
        person=person("Nils"),
        times=WeeklyTimes(
            weekday=0,
            start_minute=0,
            end_minute=60,
            first_on=MONDAY.date(),
            last_on=MONDAY.date(),
        ),
        **acts,
    )

    # Both are of Monday the 4th; the day of the weekly one counts whole, to the 18th.
    passed = [opened(desk, at=MONDAY + timedelta(days=days)) for days in (14, 15)]

    assert named(passed) == ["nobody", "Nils"]


def test_only_who_has_the_skill_gets_one(desk: Desk) -> None:
    strategy(desk, "round_robin", least_level=2)
    unskilled = opened(desk)
    values = {"person": person("Vera"), "service": desk.mail, "category": None, "level": 2}
    add_record(record=skills, values=values, actor=account("vera"), at=MONDAY)
    skilled = [opened(desk), opened(desk)]
    # What is about nothing that is known needs no skill.
    free = opened(desk, service=None, category="")

    assert named([unskilled, *skilled, free]) == ["nobody", "Vera", "Vera", "Nils"]


@pytest.mark.parametrize("both", [True, False])
def test_a_skill_is_in_one_thing(desk: Desk, both: bool) -> None:
    values: dict[str, Any] = {
        "person": person("Vera"),
        "service": None,
        "category": None,
        "level": 2,
    }
    if both:
        add_record(
            record=skills, values={**values, "service": desk.mail}, actor=account("vera"), at=MONDAY
        )
        values["service"] = desk.mail

    with pytest.raises(Invalid):
        add_record(record=skills, values=values, actor=account("vera"), at=MONDAY)


def test_a_lead_keeps_no_skills_of_other_teams(desk: Desk) -> None:
    values = {"person": person("Omar"), "service": desk.mail, "category": None, "level": 2}

    with pytest.raises(Refused):
        add_record(record=skills, values=values, actor=account("vera"), at=MONDAY)

    assert not Skill.objects.exists()


def test_handing_a_ticket_to_a_team_is_a_part_of_the_same_act(desk: Desk) -> None:
    ticket = opened(desk, by="omar", team=desk.workplace)
    strategy(desk, "round_robin")

    handed = assign_ticket(
        ticket=ticket, version=ticket.version, team=desk.network, actor=account("omar"), at=MONDAY
    )
    back = assign_ticket(ticket=handed, version=handed.version, actor=account("nils"), at=MONDAY)

    # Whoever puts a ticket back into the queue of the same team does not get it again.
    assert named([handed, back]) == ["Nils", "nobody"]


def test_who_is_named_by_hand_is_asked_no_strategy(desk: Desk) -> None:
    strategy(desk, "round_robin")
    report = Report(title="A call", team=desk.network)

    ticket = open_ticket(report=report, assignee=person("Vera"), actor=account("nils"), at=MONDAY)

    assert named([ticket]) == ["Vera"]
    assert not AssignmentDecision.objects.exists()


def test_looking_at_who_would_get_it_passes_no_turn(client: Client, desk: Desk) -> None:
    ticket = opened(desk)
    strategy(desk, "round_robin")
    client.force_login(account("nils"))

    page = client.get(f"/desk/tickets/{ticket.pk}/who").content.decode()
    policy = policy_of(desk.network)

    assert policy is not None
    assert choice_of(ticket, policy, MONDAY).person == person("Nils")
    assert "Round robin: <strong>Nils</strong>. It was their turn." in page
    assert (policy.last_assignee, AssignmentDecision.objects.count()) == (None, 0)


def test_only_who_leads_chooses_a_strategy(desk: Desk) -> None:
    with pytest.raises(Refused):
        choose_strategy(
            team=desk.workplace, strategy="round_robin", actor=account("vera"), at=MONDAY
        )
    with pytest.raises(Invalid):
        strategy(desk, "by_dice")


def test_the_forms_of_a_rota_begin_with_what_is_in_force(client: Client, desk: Desk) -> None:
    strategy(desk, "least_load", least_level=2)
    with acting(actor=desk.ada, verb_name="tests.calendar", at=MONDAY):
        # It is the first of the list, and not that of the organisation.
        Calendar.objects.create(name="Around the clock", zone="UTC")
    client.force_login(account("vera"))

    page = client.get(f"/desk/rota?team={desk.network.pk}").content.decode()

    chosen = re.findall(r'<option value="[^"]+" selected>([^<]+)', page)
    assert [word for word in chosen if word != "Monday"] == [
        "Least load",
        "Able",
        organisation().calendar.name,
    ]


def work(team: Team, actor: Account, start: Barrier, amount: int) -> None:
    """Open tickets for a team once everybody is ready."""
    start.wait(timeout=PATIENCE)
    try:
        for number in range(amount):
            report = Report(title=f"At once {number}", team=team)
            open_ticket(report=report, actor=actor, at=datetime(2016, 4, 4, 9, tzinfo=UTC))
    finally:
        connection.close()


@pytest.mark.usefixtures("fresh_database")
def test_two_at_once_neither_assign_twice_nor_skip_a_turn() -> None:
    desk = open_desk()
    with acting(actor=desk.operator, verb_name="test.vera", at=MONDAY):
        vera = Person.objects.create(name="Vera")
        TeamMembership.objects.create(person=vera, team=desk.network)
    choose_strategy(team=desk.network, strategy="round_robin", actor=desk.ada, at=MONDAY)
    start = Barrier(2)

    with ThreadPoolExecutor(2) as both:
        for each in [both.submit(work, desk.network, desk.operator, start, 5) for _ in range(2)]:
            each.result()

    decided = AssignmentDecision.objects.order_by("pk")
    assert len(set(decided.values_list("ticket", flat=True))) == 10
    assert list(decided.values_list("person__name", flat=True)) == ["Nils", "Vera"] * 5


_REOPENINGS: dict[str, Any] = {"desk": reopen_ticket, "portal": reopen_own_ticket}


@pytest.mark.parametrize(
    ("case", "keeper", "by"),
    [
        *(("there", "Nils", "desk"), ("away", "Vera", "desk"), ("away", "Vera", "portal")),
        *(("off duty", "Vera", "desk"), ("locked", "Vera", "desk")),
        *(("left the team", "Vera", "desk"), ("away, by hand", "Nils", "desk")),
        ("all away", "nobody", "portal"),
    ],
)
def test_a_reopened_ticket_goes_to_somebody_who_is_there(
    desk: Desk, case: str, keeper: str, by: str
) -> None:
    strategy(desk, "round_robin")
    ticket = opened(desk)
    ended = resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Done",
        true_category="Printing",
        actor=account("nils"),
        at=MONDAY,
    )
    _let(desk, case)

    words: dict[str, Any] = {"ticket": ended, "reason": "Again", "actor": account("mona")}
    if by == "desk":
        words["version"] = ended.version
    again = _REOPENINGS[by](**words, at=MONDAY)

    states = {"Nils": "in_progress", "Vera": "assigned", "nobody": "new"}
    assert (named([again]), again.state) == ([keeper], states[keeper])


def _let(desk: Desk, case: str) -> None:
    """Nils, who had the ticket, is not there any more, in one way or another."""
    span: dict[str, Any] = {"starts_at": MONDAY, "ends_at": MONDAY + timedelta(hours=1)}
    acts: dict[str, Any] = {"actor": account("vera"), "at": MONDAY}
    if "away" in case:
        for name in ("Nils", "Vera") if case == "all away" else ("Nils",):
            record_absence(person=person(name), **span, **acts)
    if "by hand" in case:
        strategy(desk, "by_hand")
    if case == "off duty":
        add_single_shift(team=desk.network, person=person("Vera"), **span, **acts)
    with acting(actor=desk.operator, verb_name="test.gone", at=MONDAY):
        if case == "locked":
            Account.objects.filter(username="nils").update(is_active=False)
        if case == "left the team":
            TeamMembership.objects.filter(person=person("Nils")).delete()
