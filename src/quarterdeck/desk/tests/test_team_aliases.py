"""Groups of another tool that are said to be teams of ours."""

from pathlib import Path

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Account, Team, Unit
from quarterdeck.desk.models import TeamAlias, Ticket
from quarterdeck.desk.records.names import team_aliases
from quarterdeck.desk.tests.incident_log import (
    AT,
    INCIDENTS,
    counts,
    history,
    take_in,
    write_log,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _desk(operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.desk", at=AT):
        root = Unit.objects.filter(parent=None).first() or Unit.objects.create(name="IT", path="1.")
        Team.objects.create(name="Our desk", unit=root)


def say(operator: Account, source: str = INCIDENTS) -> None:
    values = {"source": source, "text": "Group 1", "team": Team.objects.get(name="Our desk")}
    add_record(record=team_aliases, values=values, actor=operator, at=AT)


def team() -> str:
    return str(Ticket.objects.get(number="INC1").team)


def test_a_group_that_is_a_team_of_ours_founds_none(tmp_path: Path, operator: Account) -> None:
    say(operator)

    take_in(write_log(tmp_path / "log.csv", history()), operator)

    assert (team(), Team.objects.filter(name="Group 1").exists()) == ("Our desk", False)


def test_tickets_move_when_their_file_comes_again_and_back_where_nothing_is_said(
    tmp_path: Path, operator: Account
) -> None:
    log = write_log(tmp_path / "log.csv", history())
    found, batches = [], [take_in(log, operator)]
    say(operator, source="elsewhere")
    for step in (None, say, None):
        if step is not None:
            step(operator)
        batches.append(take_in(log, operator))
        found.append(team())
    alias = TeamAlias.objects.get(source=INCIDENTS)
    change_record(
        record=team_aliases,
        row=alias,
        version=alias.version,
        values={"team": None},
        actor=operator,
        at=AT,
    )
    batches.append(take_in(log, operator))

    assert [counts(batch)[:3] for batch in batches] == [
        (1, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
        (0, 0, 1),
        (0, 1, 0),
    ]
    assert (found, team()) == (["Group 1", "Our desk", "Our desk"], "Group 1")


def test_it_is_said_of_a_group_once(operator: Account) -> None:
    say(operator)

    with pytest.raises(Invalid, match="said already which team this group is"):
        say(operator)
