"""How a team stands and how teams compare, by hand-made tickets; what a shift hands over."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Team
from quarterdeck.core.waiting import waiting_for
from quarterdeck.desk.models import ShiftNote
from quarterdeck.desk.queries import team_standing
from quarterdeck.desk.queries.business_past import business_time_ago
from quarterdeck.desk.queries.shift_facts import shift_facts
from quarterdeck.desk.queries.team_comparison import compared, teams_reached
from quarterdeck.desk.queries.team_standing import standing_of
from quarterdeck.desk.tests.escalation_cast import complaint, led_desk
from quarterdeck.desk.tests.promised import RESOLUTION, promised
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, opened
from quarterdeck.desk.verbs.shift_notes import hand_over_shift, take_over_shift
from quarterdeck.desk.verbs.ticket_messages import note_internally
from quarterdeck.desk.verbs.tickets import reopen_ticket, resolve_ticket, take_ticket
from quarterdeck.kernels.calendars import standard_week

pytestmark = pytest.mark.django_db

# A Monday; the usual calendar is open from 08:00 to 18:00 UTC.
NOW = datetime(2016, 4, 25, 12, tzinfo=UTC)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2016, 4, day, hour, tzinfo=UTC)


@pytest.fixture
def desk() -> Desk:
    """Five tickets of Network: two are Nils's, one of them old, urgent and reopened."""
    desk = led_desk()
    promised({RESOLUTION: 10}, actor=desk.operator)
    old = opened(desk, at=at(4), impact=1, urgency=1)
    old = take_ticket(ticket=old, version=old.version, actor=account("nils"), at=at(4, 10))
    old = resolve_ticket(
        ticket=old,
        version=old.version,
        resolution="Done",
        true_category="Printing",
        actor=account("nils"),
        at=at(5),
    )
    reopen_ticket(ticket=old, version=old.version, reason="No", actor=account("nils"), at=at(6))
    held = opened(desk, at=at(22))
    take_ticket(ticket=held, version=held.version, actor=account("nils"), at=at(22, 10))
    taken = opened(desk, at=at(25, 8))
    take_ticket(ticket=taken, version=taken.version, actor=account("vera"), at=at(25, 9))
    opened(desk, at=at(18))
    opened(desk, at=at(25, 11))
    return desk


def test_a_team_stands_as_its_tickets_add_up(desk: Desk) -> None:
    standing = standing_of(Team.objects.get(pk=desk.network.pk), NOW)

    # Priority 1 weighs 5 and three full weeks 3; priority 4 weighs 2.
    loads = [
        (each.name, each.weight, each.open, each.urgent, each.oldest) for each in standing.loads
    ]
    assert loads == [("Nils", 10, 2, 1, at(4)), ("Vera", 2, 1, 0, at(25, 8))]
    told = (standing.total, standing.urgent, standing.unassigned, standing.reopened)
    assert told == (5, 1, 2, 1)


def test_ages_are_counted_from_the_report(desk: Desk) -> None:
    standing = standing_of(Team.objects.get(pk=desk.network.pk), NOW)

    # Of the 22nd at nine it is three days and three hours, of the 18th a week and three hours.
    assert standing.ages == [
        ("Up to a day", 2),
        ("Up to 3 days", 0),
        ("Up to a week", 1),
        ("Up to 30 days", 2),
        ("Longer", 0),
    ]


def test_what_nobody_has_touched_for_two_working_days_is_without_news(desk: Desk) -> None:
    # Sixteen hours before Monday noon began on Thursday the 21st at 16:00.
    team = Team.objects.get(pk=desk.network.pk)
    old = standing_of(team, NOW).rows["longest"][0]

    before = [ticket.number for ticket in standing_of(team, NOW).rows["stale"]]
    note_internally(ticket=old, text="Still waiting", actor=account("nils"), at=at(25, 9))
    after = [ticket.number for ticket in standing_of(team, NOW).rows["stale"]]

    assert (before, after) == (["T-000001", "T-000004"], ["T-000004"])


def test_going_back_over_a_weekend_finds_the_last_second() -> None:
    hours = standard_week()

    found = [business_time_ago(hours, NOW, each * 3_600) for each in (0, 4, 5, 16)]

    assert found == [NOW, at(25, 8), at(22, 17), at(21, 16)]


def test_teams_side_by_side_say_what_came_and_went(desk: Desk) -> None:
    # Three of the five were promised a resolution that is over by then.
    complaint(standing_of(Team.objects.get(pk=desk.network.pk), NOW).rows["longest"][0])
    boss = account("greta")

    rows = {str(row.team): row for row in compared(teams_reached(boss), NOW)}

    network = rows["Network"]
    counted = (network.open, network.urgent, network.unassigned, network.reopened)
    assert counted == (5, 1, 2, 1)
    assert (network.escalated, network.unjudged, network.overdue) == (1, 0, 3)
    assert (network.came, network.came_before, network.went, network.growth) == (5, 0, 0, 5)
    assert rows["Workplace"].open == 0


@pytest.mark.usefixtures("desk")
def test_what_came_before_is_told_apart() -> None:
    later = NOW + timedelta(days=28)

    network = next(row for row in compared(teams_reached(account("greta")), later))

    assert (network.came, network.came_before, network.old) == (0, 5, 3)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("vera", "/desk/lead", 200),
        ("nils", "/desk/lead", 404),
        ("mona", "/desk/lead", 404),
        ("vera", "/desk/teams", 404),
        ("greta", "/desk/teams", 200),
        ("boris", "/desk/teams", 200),
    ],
)
def test_the_pages_are_for_those_who_lead_and_manage(
    client: Client, name: str, path: str, status: int
) -> None:
    client.force_login(account(name))

    assert client.get(path).status_code == status


def test_a_lead_reaches_no_other_team(client: Client, desk: Desk) -> None:
    client.force_login(account("vera"))

    assert client.get("/desk/lead", {"team": desk.workplace.pk}).status_code == 404


@pytest.mark.parametrize(
    ("path", "queries"), [("/desk/lead", 14), ("/desk/teams", 11), ("/desk/shift-notes/new", 11)]
)
def test_the_pages_ask_as_often_for_many_tickets_as_for_few(
    client: Client, desk: Desk, path: str, queries: int
) -> None:
    client.force_login(account("greta"))
    client.get(path)
    for _ in range(5):
        opened(desk, at=at(25, 11))

    with CaptureQueriesContext(connection) as asked:
        client.get(path)

    assert len(asked) == queries


@pytest.mark.usefixtures("desk")
def test_today_tells_the_lead_what_is_without_news() -> None:
    items = [each.title for each in waiting_for(account("vera"), NOW) if each.kind == "Team"]

    assert items == ["2 without news for 16 h of work in Network"]


def handed_over(desk: Desk, when: datetime = NOW) -> ShiftNote:
    return hand_over_shift(
        team=desk.network, shift="Early", text="The vendor calls.", actor=account("nils"), at=when
    )


def test_a_shift_hands_over_its_figures_as_they_stood(desk: Desk) -> None:
    first = handed_over(desk)
    opened(desk, at=NOW + timedelta(hours=1))
    second = handed_over(desk, NOW + timedelta(hours=2))

    told = dict(first.facts)
    assert (told["Open"], told["Unassigned"], told["Promised times overdue"]) == ("5", "2", "3")
    assert told["Priority 1"].endswith(", Nils")
    later = dict(second.facts)
    assert (later["Open"], later["Reported since the last hand-over"]) == ("6", "1")


def test_what_was_fixed_since_the_last_shift_is_found_by_when_it_was_fixed(desk: Desk) -> None:
    handed_over(desk, at(5, 8))
    fixed = opened(desk, at=at(6))
    fixed = take_ticket(ticket=fixed, version=fixed.version, actor=account("nils"), at=at(7))
    resolve_ticket(
        ticket=fixed,
        version=fixed.version,
        resolution="Done",
        true_category="Printing",
        actor=account("nils"),
        at=at(7, 10),
    )

    with CaptureQueriesContext(connection) as asked:
        facts = dict(shift_facts(desk.network, NOW))

    questions = [each["sql"] for each in asked if '"last_fix_at" >' in each["sql"]]
    # SQLite alone takes the index of the team first, having no statistics.
    is_sqlite = connection.vendor == "sqlite"
    by_itself = ['+"desk_ticket"."team_id" = ' in each for each in questions]
    assert (facts["Reported since the last hand-over"], facts["Fixed since"]) == ("5", "1")
    assert by_itself == [is_sqlite]


def test_a_page_that_leaves_tickets_out_says_which(
    client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team_standing, "MOST_OPEN", 4)
    client.force_login(account("vera"))

    page = client.get("/desk/lead", {"team": desk.network.pk}).content.decode()

    assert "than this page counts: those due last are left out." in page


def test_the_next_shift_takes_it_over_once(desk: Desk) -> None:
    note = handed_over(desk)
    told = [each.title for each in waiting_for(account("vera"), NOW) if each.kind == "Hand-over"]
    take_over_shift(note=note, actor=account("vera"), at=NOW)

    with pytest.raises(Refused, match="Vera has taken it over already"):
        take_over_shift(note=note, actor=account("greta"), at=NOW)

    assert told == [f"Take over from {note}"]
    assert list(ShiftNote.objects.waiting()) == []


@pytest.mark.parametrize("name", ["nils", "omar", "mona"])
def test_neither_its_author_nor_another_team_takes_it_over(desk: Desk, name: str) -> None:
    note = handed_over(desk)

    with pytest.raises(Refused):
        take_over_shift(note=note, actor=account(name), at=NOW)


def test_a_shift_has_a_name(desk: Desk) -> None:
    with pytest.raises(Invalid):
        hand_over_shift(team=desk.network, shift=" ", actor=account("nils"), at=NOW)
