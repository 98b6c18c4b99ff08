"""What each team kept of its own part, by spells: tickets that go from team to team and back."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.measures import ORGANISATION, Scope, State
from quarterdeck.core.models import Account, Team
from quarterdeck.desk.jobs import recalculate_clocks
from quarterdeck.desk.models import ClockRecalculation, ServiceLevelClock, Ticket
from quarterdeck.desk.tests.incident_log import reading
from quarterdeck.desk.tests.promised import FRIDAY, RESOLUTION, promise
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.recalculations import approve_recalculation, request_recalculation
from quarterdeck.desk.verbs.service_levels import add_service_level_policy
from quarterdeck.desk.verbs.tickets import assign_ticket, resolve_ticket
from quarterdeck.desk.vocabulary import Agreement

pytestmark = pytest.mark.django_db

KEY = "desk.ola_resolution_kept"
NETWORK, WORKPLACE = Scope("team", "Network"), Scope("team", "Workplace")
UNTOLD = "Unknown: counted before it was kept whose spell it was; have clocks counted anew"


@pytest.fixture
def desk(operator: Account) -> Desk:
    """Network does its part in two hours of business, Workplace in three."""
    desk = staffed_desk()
    for team, hours in ((desk.network, 2), (desk.workplace, 3)):
        add_service_level_policy(
            name=f"{team} in time",
            agreement=Agreement.OPERATIONAL_LEVEL,
            team=team,
            promise=promise({RESOLUTION: hours}),
            actor=operator,
            at=FRIDAY,
        )
    return desk


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def handed(ticket: Ticket, team: Team, when: datetime, by: str) -> Ticket:
    version = ticket.version
    return assign_ticket(ticket=ticket, version=version, team=team, actor=account(by), at=when)


def to_and_fro(desk: Desk, away: float, back: float, fixed: float) -> Ticket:
    """Network gets it at nine, Workplace so many hours later, Network again, which fixes it."""
    gone = handed(opened(desk), desk.workplace, at(away), "nils")
    again = handed(gone, desk.network, at(back), "omar")
    return resolve_ticket(
        ticket=again,
        version=again.version,
        resolution="Done",
        true_category="Printing",
        actor=account("nils"),
        at=at(fixed),
    )


def three_tickets(desk: Desk) -> None:
    """In hours: Network has 1 and 1.5, then 3 and 4, then 2 and 1; Workplace has 4, 1 and 3."""
    to_and_fro(desk, 1, 5, 6.5)
    to_and_fro(desk, 3, 4, 8)
    to_and_fro(desk, 2, 5, 6)


def figures(scope: Scope) -> tuple[State, Fraction | None, int, dict[str, int]]:
    taken = reading(KEY, "2016-04", scope=scope)
    return taken.state, taken.value, taken.n, {each.reason: each.n for each in taken.excluded}


def test_each_team_is_judged_by_its_own_spells_wherever_the_ticket_is_now(desk: Desk) -> None:
    three_tickets(desk)

    found = [figures(scope) for scope in (NETWORK, WORKPLACE, Scope("unit", "IT"), ORGANISATION)]

    # Of Network's six, 1 and 2 were handed on in time; 1.5 and 1 kept it, 3 and 4 did not.
    # Of Workplace's three, 1 and 3 were handed on in time, and 4 was not.
    assert found == [
        (State.VALUE, Fraction(1, 2), 4, {"Handed on in time": 2}),
        (State.VALUE, Fraction(0), 1, {"Handed on in time": 2}),
        (State.VALUE, Fraction(2, 5), 5, {"Handed on in time": 4}),
        (State.VALUE, Fraction(2, 5), 5, {"Handed on in time": 4}),
    ]


def test_what_is_overdue_and_has_not_ended_is_named_apart(desk: Desk) -> None:
    opened(desk)
    handed(opened(desk), desk.workplace, at(3), "nils")

    assert [figures(scope) for scope in (NETWORK, WORKPLACE)] == [
        (State.VALUE, Fraction(0), 1, {"Not ended yet, and overdue": 1}),
        (State.NOT_ENOUGH_EVIDENCE, None, 0, {"Not ended yet, and overdue": 1}),
    ]


def test_spells_that_were_counted_before_are_told_by_counting_anew(
    desk: Desk, operator: Account
) -> None:
    three_tickets(desk)
    # What the policies began with is done before.
    recalculate_clocks.call()
    keys = list(ServiceLevelClock.objects.order_by("pk").values_list("pk", flat=True))
    with acting(actor=operator, verb_name="test.before_teams_were_kept", at=at(9)):
        ServiceLevelClock.objects.update(promised_by=None)
    before = figures(WORKPLACE)

    asked = request_recalculation(reason="Teams", actor=operator, at=at(10))
    recalculate_clocks.call()
    approve_recalculation(
        recalculation=ClockRecalculation.objects.get(pk=asked.pk), actor=operator, at=at(11)
    )
    recalculate_clocks.call()

    assert before == (State.NOT_ENOUGH_EVIDENCE, None, 0, {UNTOLD: 5})
    assert ClockRecalculation.objects.get(pk=asked.pk).counts == {"its team is told": 9}
    assert figures(WORKPLACE) == (State.VALUE, Fraction(0), 1, {"Handed on in time": 2})
    assert list(ServiceLevelClock.objects.order_by("pk").values_list("pk", flat=True)) == keys


def test_a_teams_figure_leads_down_to_its_spells(desk: Desk, client: Client) -> None:
    three_tickets(desk)
    client.force_login(desk.ada)

    page = client.get(
        f"/scorecard/measures/{KEY}/",
        {"period": "2016-04", "scope": "team:Workplace"},
        headers={"HX-Request": "true", "HX-Target": "evidence"},
    )

    spell = ServiceLevelClock.objects.get(promised_by=desk.workplace, outcome="missed")
    content = page.content.decode()
    assert f'href="{reverse("desk.servicelevelclock.detail", args=[spell.pk])}"' in content
    assert content.count('<th scope="row">') == 1
