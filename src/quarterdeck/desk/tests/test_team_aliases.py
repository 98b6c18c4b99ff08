"""Groups of another tool that are said to be teams of ours, or none."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.changes import add_record
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import unfinished
from quarterdeck.core.models import (
    Account,
    JobProgress,
    Person,
    RoleAssignment,
    Team,
    TeamMembership,
    Unit,
)
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.jobs import follow_source, follow_teams
from quarterdeck.desk.models import StateChange, TeamAlias, Ticket
from quarterdeck.desk.queries import source_teams
from quarterdeck.desk.queries.source_teams import sources_that_wait
from quarterdeck.desk.queries.unresolved_teams import unresolved_teams, with_teams_suggested
from quarterdeck.desk.records.names import team_aliases
from quarterdeck.desk.tests.incident_log import (
    AT,
    INCIDENTS,
    counts,
    event,
    examine,
    history,
    take_in,
    write_log,
)
from quarterdeck.desk.verbs.team_aliases import link_team
from quarterdeck.desk.verbs.tickets import assign_ticket
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.verbs import imports
from quarterdeck.office.verbs.import_end import withdraw_import

pytestmark = pytest.mark.django_db

NAMES = ("INC1", "INC2", "INC3")


@pytest.fixture(autouse=True)
def _desk(operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.desk", at=AT):
        root = Unit.objects.filter(parent=None).first() or Unit.objects.create(name="IT", path="1.")
        team = Team.objects.create(name="Our desk", unit=root)
        TeamMembership.objects.create(person=Person.objects.create(name="Nils"), team=team)


def our_desk() -> Team:
    return Team.objects.get(name="Our desk")


def say(operator: Account, source: str = INCIDENTS) -> None:
    values = {"source": source, "text": "Group 1", "team": our_desk()}
    add_record(record=team_aliases, values=values, actor=operator, at=AT)


def link(
    operator: Account, team: Team | None = None, text: str = "Group 1", *, is_no_team: bool = False
) -> TeamAlias:
    return link_team(
        source=INCIDENTS, text=text, team=team, is_no_team=is_no_team, actor=operator, at=AT
    )


def let_follow() -> None:
    for source in sources_that_wait():
        follow_source.call(source=source)


def several(tmp_path: Path, operator: Account) -> ImportBatch:
    lines = [line for number in NAMES for line in history(number)[:2]]
    return take_in(write_log(tmp_path / "log.csv", lines), operator)


def teams() -> list[str]:
    standing = Ticket.objects.standing().order_by("number")
    return [str(ticket.team or "") for ticket in standing.select_related("team")]


def test_a_group_that_is_a_team_of_ours_founds_none(tmp_path: Path, operator: Account) -> None:
    say(operator)

    take_in(write_log(tmp_path / "log.csv", history()), operator)

    assert (teams(), Team.objects.filter(name="Group 1").exists()) == (["Our desk"], False)


def test_tickets_that_are_here_follow_and_go_back_without_their_file(
    tmp_path: Path, operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_teams, "TICKETS_A_CHUNK", 2)
    log = several(tmp_path, operator)
    found = []
    for team, is_no_team in ((our_desk(), False), (None, True), (None, False)):
        link(operator, team, is_no_team=is_no_team)
        let_follow()
        found.append(teams())

    assert found == [["Our desk"] * 3, [""] * 3, ["Group 1"] * 3]
    corrections = ImportBatch.objects.exclude(pk=log.pk).order_by("pk")
    assert [(counts(batch), batch.covers_from) for batch in corrections] == [
        ((0, 3, 0, 0), None),
        ((0, 3, 0, 0), None),
        ((0, 3, 0, 0), None),
    ]


def test_every_change_of_a_ticket_stands_in_the_team_that_was_meant(
    tmp_path: Path, operator: Account
) -> None:
    lines = [
        event("INC1", 0, "1/3/2016 09:00", "New"),
        event("INC1", 1, "2/3/2016 09:00", "Active", assignment_group="Group 2"),
        event("INC1", 2, "3/3/2016 09:00", "Active", assignment_group="Our desk"),
    ]
    take_in(write_log(tmp_path / "log.csv", lines), operator)

    def course() -> list[str]:
        changes = StateChange.objects.standing().in_log_order().select_related("team")
        return list({change.sequence: str(change.team) for change in changes}.values())

    link(operator, our_desk())
    let_follow()
    linked = course()
    link(operator)
    let_follow()

    assert (linked, course()) == (
        ["Our desk", "Group 2", "Our desk"],
        ["Group 1", "Group 2", "Our desk"],
    )


def test_tickets_that_came_after_it_was_said_go_back_too(tmp_path: Path, operator: Account) -> None:
    link(operator, our_desk())
    several(tmp_path, operator)
    before = teams()

    link(operator)
    let_follow()

    assert (before, teams()) == (["Our desk"] * 3, ["Group 1"] * 3)


def test_to_follow_twice_changes_nothing_and_the_file_agrees(
    tmp_path: Path, operator: Account
) -> None:
    several(tmp_path, operator)
    link(operator, our_desk())
    let_follow()
    lines, batches = StateChange.objects.count(), ImportBatch.objects.count()

    with acting(actor=operator, verb_name="tests.again", at=AT):
        TeamAlias.objects.update(waits=True)
    let_follow()
    again = (StateChange.objects.count(), ImportBatch.objects.count())
    log = several(tmp_path, operator)

    assert (again, counts(log), teams()) == ((lines, batches), (0, 0, 3, 0), ["Our desk"] * 3)


def test_what_is_said_again_holds_again_where_its_corrections_were_withdrawn(
    tmp_path: Path, operator: Account
) -> None:
    several(tmp_path, operator)
    link(operator, our_desk())
    let_follow()
    withdraw_import(batch=ImportBatch.objects.latest("pk"), actor=operator, at=AT)
    withdrawn = teams()

    link(operator, our_desk())
    let_follow()

    assert (withdrawn, teams()) == (["Group 1"] * 3, ["Our desk"] * 3)


def test_each_source_that_waits_has_a_job_of_its_own(operator: Account) -> None:
    for source in ("a", "b"):
        link_team(source=source, text="Group 1", team=our_desk(), actor=operator, at=AT)

    follow_teams.call()
    follow_teams.call()

    known = JobProgress.objects.filter(job=follow_source.name).order_by("subject")
    assert list(known.values_list("subject", flat=True)) == ["a", "b"]


def test_a_run_that_is_killed_is_gone_on_with(
    tmp_path: Path, operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    several(tmp_path, operator)
    link(operator, our_desk())
    for step in ("stage_lines", "examine_records", "apply_records"):

        def killed(**_terms: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(imports, step, killed)
            with pytest.raises(KeyboardInterrupt):
                let_follow()
    before = teams()

    let_follow()

    assert (before, teams()) == (["Group 1"] * 3, ["Our desk"] * 3)
    assert not TeamAlias.objects.filter(waits=True).exists()


def test_what_was_done_by_hand_stays(tmp_path: Path, operator: Account) -> None:
    several(tmp_path, operator)
    with acting(actor=operator, verb_name="tests.team", at=AT):
        other = Team.objects.create(name="Network", unit=our_desk().unit)
    given = Ticket.objects.get(number="INC2")
    assign_ticket(
        ticket=given, version=given.version, team=other, assignee=None, actor=operator, at=AT
    )

    link(operator, our_desk())
    let_follow()

    assert teams() == ["Our desk", "Network", "Our desk"]


def test_an_unfinished_import_goes_first(tmp_path: Path, operator: Account) -> None:
    several(tmp_path, operator)
    more = write_log(tmp_path / "more.csv", [event("INC4", 0, "1/3/2016 09:00", "New")])
    batch = examine(more, operator)
    link(operator, our_desk())

    let_follow()
    waiting = (teams(), TeamAlias.objects.get().waits)
    withdraw_import(batch=batch, actor=operator, at=AT)
    let_follow()

    assert waiting == (["Group 1"] * 3, True)
    assert (teams(), TeamAlias.objects.get().waits) == (["Our desk"] * 3, False)


def test_a_correction_is_taken_back_before_the_import_that_it_rests_on(
    tmp_path: Path, operator: Account
) -> None:
    log = several(tmp_path, operator)
    link(operator, our_desk())
    let_follow()
    correction = ImportBatch.objects.exclude(pk=log.pk).get()

    with pytest.raises(Refused, match="builds on"):
        withdraw_import(batch=log, actor=operator, at=AT)
    withdraw_import(batch=correction, actor=operator, at=AT)
    before = teams()
    log.refresh_from_db()
    withdraw_import(batch=log, actor=operator, at=AT)

    assert (before, teams()) == (["Group 1"] * 3, [])


def test_it_is_said_of_a_group_once(operator: Account) -> None:
    say(operator)

    with pytest.raises(Refused, match="said already which team"):
        say(operator)


def test_only_whoever_imports_says_which_team_a_group_is(operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.account", at=AT):
        account = Account.objects.create(username="tia")
        RoleAssignment.objects.create(account=account, role=Role.TECHNICIAN)

    with pytest.raises(Refused, match="may not say which teams"):
        link(account, our_desk())


def test_groups_that_lead_to_nobody_stand_in_the_order_of_their_tickets(
    tmp_path: Path, operator: Account
) -> None:
    lines = [
        event("INC1", 0, "1/3/2016 09:00", "New", assignment_group="Our dsek"),
        event("INC1", 1, "2/3/2016 09:00", "Active", assignment_group="Our desk"),
        event("INC2", 0, "4/3/2016 09:00", "New", opened_at="4/3/2016 08:00"),
        event("INC3", 0, "6/3/2016 09:00", "New", opened_at="6/3/2016 08:00"),
    ]
    take_in(write_log(tmp_path / "log.csv", lines), operator)

    found = with_teams_suggested(unresolved_teams())

    told = [
        (each.text, each.tickets, f"{each.first:%d %H:%M}", f"{each.last:%d %H:%M}")
        for each in found
    ]
    assert told == [("Group 1", 2, "04 08:00", "06 08:00"), ("Our dsek", 0, "01 09:00", "01 09:00")]
    assert [[str(team) for team in each.suggestions] for each in found] == [[], ["Our desk"]]


@pytest.fixture
def client(operator: Account) -> Client:
    with acting(actor=operator, verb_name="tests.keeper", at=AT):
        account = Account.objects.create(username="kim")
        RoleAssignment.objects.create(account=account, role=Role.ADMINISTRATOR)
    found = Client()
    found.force_login(account)
    return found


@pytest.mark.parametrize(
    ("given", "after"),
    [
        ({"typed-0": "our DESK"}, "Our desk"),
        ({"team-0": "own"}, "Group 1"),
        ({"team-0": "none"}, ""),
    ],
)
def test_the_page_links_a_group_and_takes_it_back(
    client: Client, operator: Account, tmp_path: Path, given: dict[str, str], after: str
) -> None:
    several(tmp_path, operator)
    page = reverse("desk.team_names")

    client.post(page, {"source-0": INCIDENTS, "text-0": "Group 1", **given})
    queued = len(unfinished("desk.follow_teams"))
    let_follow()
    linked, listed = teams(), client.get(page).context["groups"]
    client.post(page, {"undo": str(TeamAlias.objects.get().pk)})
    let_follow()

    assert (queued, linked, listed) == (1, [after] * 3, 0)
    assert (teams(), client.get(page).context["groups"]) == (["Group 1"] * 3, 1)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"typed-0": "Nemo"}, "There is no team “Nemo”."),
        ({"team-0": "999999"}, "Choose one of those that are offered."),
        (
            {"typed-0": "Our desk", "team-0": "999999"},
            "Either choose what it is, or type a team: not both.",
        ),
    ],
)
def test_what_cannot_be_is_told_beside_the_name(
    client: Client, operator: Account, tmp_path: Path, given: dict[str, str], told: str
) -> None:
    several(tmp_path, operator)
    sent = {"source-0": INCIDENTS, "text-0": "Group 1", **given}

    answer = client.post(reverse("desk.team_names"), sent)

    found = (answer.status_code, answer.context["rows"][0].error, TeamAlias.objects.count())
    assert found == (422, told, 0)


def test_a_page_behind_the_last_one_is_the_last(
    client: Client, operator: Account, tmp_path: Path
) -> None:
    several(tmp_path, operator)

    page = client.get(reverse("desk.team_names"), {"from": "50"})

    assert [row.group.text for row in page.context["rows"]] == ["Group 1"]


def test_a_group_is_explained_before_its_tickets_come(client: Client) -> None:
    given = {"source": INCIDENTS, "text": "Group 1", "team": str(our_desk().pk)}
    added = client.post(reverse("desk.teamalias.add"), given)
    alias = TeamAlias.objects.get()
    changed = client.post(
        reverse("desk.teamalias.change", args=[alias.pk]),
        {"version": str(alias.version), "team": "", "is_no_team": "on"},
    )

    alias.refresh_from_db()
    assert (added.status_code, changed.status_code) == (302, 302)
    assert (alias.team, alias.is_no_team) == (None, True)
