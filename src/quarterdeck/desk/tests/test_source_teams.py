"""What sources call the teams of tickets: what is known of it, and what is not guessed."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, RoleAssignment, Team, TeamMembership, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.jobs import follow_source
from quarterdeck.desk.models import TeamAlias, Ticket
from quarterdeck.desk.queries.facts import TicketFacts
from quarterdeck.desk.queries.source_teams import sources_that_wait
from quarterdeck.desk.queries.unresolved_teams import unresolved_teams, with_teams_suggested
from quarterdeck.desk.tests.incident_log import AT, INCIDENTS, counts, event, take_in, write_log
from quarterdeck.desk.verbs import imported_tickets
from quarterdeck.desk.verbs.team_aliases import link_team
from quarterdeck.office.verbs.import_end import withdraw_import

pytestmark = pytest.mark.django_db


def answering_team(name: str, operator: Account) -> Team:
    with acting(actor=operator, verb_name="tests.team", at=AT):
        root = Unit.objects.filter(parent=None).first() or Unit.objects.create(name="IT", path="1.")
        team = Team.objects.create(name=name, unit=root)
        TeamMembership.objects.create(person=Person.objects.create(name=name), team=team)
    return team


def link(operator: Account, text: str, team: Team | None) -> None:
    link_team(source=INCIDENTS, text=text, team=team, actor=operator, at=AT)
    for source in sources_that_wait():
        follow_source.call(source=source)


def teams() -> dict[str, str]:
    standing = Ticket.objects.standing().select_related("team")
    return {ticket.number: str(ticket.team or "") for ticket in standing}


def log_of(path: Path, **groups: str) -> Path:
    lines = [
        event(number, 0, "1/3/2016 09:00", "New", assignment_group=group)
        for number, group in groups.items()
    ]
    return write_log(path, lines)


def in_earlier_days(monkeypatch: pytest.MonkeyPatch, log: Path, operator: Account) -> None:
    """Take a log in as it was done before the source's own names were kept."""

    def header_alone(ticket: TicketFacts) -> dict[str, object]:
        return ticket.header._asdict()

    with monkeypatch.context() as patch:
        patch.setattr(imported_tickets, "stored_facts", header_alone)
        take_in(log, operator)


def test_of_what_the_source_called_otherwise_nothing_is_guessed(
    tmp_path: Path, operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, network = (answering_team(name, operator) for name in ("Our desk", "Network"))
    link(operator, "Group 1", desk)
    log = log_of(tmp_path / "log.csv", INC1="Group 1", INC2="Group 2")
    in_earlier_days(monkeypatch, log, operator)

    # Neither the name's own return nor what is said of the source's own "Our desk" moves it.
    link(operator, "Group 1", None)
    undone = teams()
    link(operator, "Our desk", network)
    said = teams()
    link(operator, "Group 2", network)

    assert undone == said == {"INC1": "Our desk", "INC2": "Group 2"}
    assert teams() == {"INC1": "Our desk", "INC2": "Network"}
    take_in(log, operator)
    assert teams() == {"INC1": "Group 1", "INC2": "Network"}


def test_a_group_of_the_name_of_our_team_is_told_from_one_that_leads_to_it(
    tmp_path: Path, operator: Account
) -> None:
    desk, network = (answering_team(name, operator) for name in ("Our desk", "Network"))
    link(operator, "Group 1", desk)
    take_in(log_of(tmp_path / "log.csv", INC1="Group 1", INC2="Our desk"), operator)

    link(operator, "Our desk", network)

    assert teams() == {"INC1": "Our desk", "INC2": "Network"}


def test_a_group_that_a_later_file_corrected_everywhere_is_listed_no_more(
    tmp_path: Path, operator: Account
) -> None:
    answering_team("Our desk", operator)
    take_in(log_of(tmp_path / "log.csv", INC1="Our dsek"), operator)
    before = [each.text for each in unresolved_teams()]

    correction = take_in(log_of(tmp_path / "more.csv", INC1="Our desk"), operator)
    after = [each.text for each in unresolved_teams()]
    withdraw_import(batch=correction, actor=operator, at=AT)

    assert (before, after) == (["Our dsek"], [])
    assert [each.text for each in unresolved_teams()] == ["Our dsek"]


def test_teams_that_differ_in_capitals_alone_are_suggested_both_and_typed_exactly(
    tmp_path: Path, operator: Account
) -> None:
    small, large = (answering_team(name, operator) for name in ("Second line", "SECOND LINE"))
    take_in(log_of(tmp_path / "log.csv", INC1="Second lime"), operator)
    [group] = with_teams_suggested(unresolved_teams())
    with acting(actor=operator, verb_name="tests.keeper", at=AT):
        account = Account.objects.create(username="kim")
        RoleAssignment.objects.create(account=account, role=Role.ADMINISTRATOR)
    client = Client()
    client.force_login(account)
    sent = {"source-0": INCIDENTS, "text-0": "Second lime"}

    page = reverse("desk.team_names")
    unclear = client.post(page, {**sent, "typed-0": "second line"})
    client.post(page, {**sent, "typed-0": "SECOND LINE"})

    assert set(group.suggestions) == {small, large}
    error = unclear.context["rows"][0].error
    assert error == "There are “Second line” and “SECOND LINE”: type one exactly."
    assert TeamAlias.objects.get().team == large


def rename(team: str, name: str, operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.rename", at=AT):
        Team.objects.filter(name=team).update(name=name)


def test_a_team_that_was_renamed_is_not_founded_again(tmp_path: Path, operator: Account) -> None:
    take_in(log_of(tmp_path / "log.csv", INC1="Group 1"), operator)
    rename("Group 1", "Network", operator)

    again = take_in(log_of(tmp_path / "log.csv", INC1="Group 1"), operator)
    take_in(log_of(tmp_path / "more.csv", INC2="Group 1"), operator)

    assert counts(again) == (0, 0, 1, 0)
    assert teams() == {"INC1": "Network", "INC2": "Network"}
    assert not Team.objects.filter(name="Group 1").exists()


def test_what_is_said_of_a_renamed_team_holds_for_the_sources_own_word(
    tmp_path: Path, operator: Account
) -> None:
    take_in(log_of(tmp_path / "log.csv", INC1="Group 1"), operator)
    rename("Group 1", "Network", operator)
    link(operator, "Network", answering_team("Our desk", operator))
    followed = teams()

    again = take_in(log_of(tmp_path / "log.csv", INC1="Group 1"), operator)

    assert (followed, counts(again)) == ({"INC1": "Our desk"}, (0, 0, 1, 0))


def test_a_name_that_another_team_bears_now_means_that_one(
    tmp_path: Path, operator: Account
) -> None:
    take_in(log_of(tmp_path / "log.csv", INC1="Group 1"), operator)
    rename("Group 1", "Network", operator)
    answering_team("Group 1", operator)

    take_in(log_of(tmp_path / "more.csv", INC2="Group 1"), operator)

    assert teams() == {"INC1": "Network", "INC2": "Group 1"}
