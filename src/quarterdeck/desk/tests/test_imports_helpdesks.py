"""Tickets of other help desks come with their history, again and again."""

import csv
from pathlib import Path

import pytest

from quarterdeck.core.models import Account
from quarterdeck.desk.models import StateChange
from quarterdeck.desk.tests.incident_log import AT, counts, examine, log_of, take_in, ticket, told
from quarterdeck.desk.vocabulary import PauseReason, TicketState

pytestmark = pytest.mark.django_db

COLUMNS = (
    *("number", "event", "at", "state", "opened", "title", "priority", "team", "assignee", "by"),
    *("requester", "category", "description"),
)
PAUSED = (TicketState.ON_HOLD, PauseReason.UNSTATED)
# The words of each tool: new, worked on, waiting, fixed, worked on again, fixed.
COURSES = {
    "zammad-history": (
        ("new", "open", "pending reminder", "closed", "open", "closed"),
        "2 normal",
        TicketState.CLOSED,
    ),
    "glpi-log": (("1", "2", "4", "5", "2", "6"), "3", TicketState.CLOSED),
    "jira-changelog": (
        ("Open", "In Progress", "Pending", "Resolved", "Reopened", "Done"),
        "Medium",
        TicketState.RESOLVED,
    ),
}


def lines(words: tuple[str, ...], priority: str, number: str = "4711") -> list[dict[str, str]]:
    """A ticket of one tool that is fixed on the fourth day, reopened, and fixed on the sixth."""
    told_of_all = {
        "number": number,
        "opened": "2016-03-01T08:00:00Z",
        "title": "No paper",
        "team": "Desk",
        "priority": priority,
        "assignee": "Nils",
        "requester": "Mona",
        "category": "Printing",
    }
    return [
        {
            **told_of_all,
            "event": str(day),
            "at": f"2016-03-0{day}T09:00:00Z",
            "state": word,
            "by": "Nils",
        }
        for day, word in enumerate(words, start=1)
    ]


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    return path


@pytest.fixture
def operator() -> Account:
    return Account.objects.get(username="operator")


@pytest.mark.parametrize("profile", COURSES)
def test_states_pauses_and_reopening_are_kept(
    profile: str, tmp_path: Path, operator: Account
) -> None:
    words, priority, ends = COURSES[profile]
    path = write(tmp_path / "log.csv", lines(words, priority))

    batch = take_in(path, operator, profile=profile)

    there = ticket("4711")
    changes = StateChange.objects.standing().in_log_order()
    assert counts(batch) == (1, 0, 0, 0)
    assert [word for _, word, _ in log_of("4711")] == list(words)
    assert changes.values_list("state", "pause_reason")[2] == PAUSED
    assert (there.state, there.priority, there.reopen_count) == (ends, 3, 1)
    assert (there.first_fix_at.day, there.last_fix_at.day) == (4, 6)  # type: ignore[union-attr]  # it was fixed


def test_django_helpdesk_tells_no_pause(tmp_path: Path, operator: Account) -> None:
    path = write(tmp_path / "log.csv", lines(("1", "3", "2", "3", "4"), "2"))

    take_in(path, operator, profile="django-helpdesk")

    there = ticket("4711")
    states = StateChange.objects.standing().values_list("state", flat=True)
    assert TicketState.ON_HOLD not in states
    assert (there.state, there.priority, there.reopen_count) == (TicketState.CLOSED, 2, 1)


def test_the_same_file_again_changes_nothing(tmp_path: Path, operator: Account) -> None:
    words, priority, _ = COURSES["zammad-history"]
    path = write(tmp_path / "log.csv", lines(words, priority))
    take_in(path, operator, profile="zammad-history")
    again = write(tmp_path / "again.csv", [*lines(words, priority), *lines(words, priority, "8")])

    batch = take_in(again, operator, profile="zammad-history")

    assert counts(batch) == (1, 0, 1, 0)


def test_what_went_on_since_is_added_at_the_end(tmp_path: Path, operator: Account) -> None:
    words, priority, _ = COURSES["glpi-log"]
    first = write(tmp_path / "log.csv", lines(words[:5], priority))
    take_in(first, operator, profile="glpi-log")
    second = write(tmp_path / "later.csv", lines(words, priority))

    batch = take_in(second, operator, profile="glpi-log")

    assert (counts(batch), ticket("4711").state) == ((0, 1, 0, 0), TicketState.CLOSED)


def test_a_dry_run_changes_nothing_and_a_word_of_another_workflow_is_named(
    tmp_path: Path, operator: Account
) -> None:
    words, priority, _ = COURSES["jira-changelog"]
    bad = lines(("Open", "On the moon"), priority, "8")
    path = write(tmp_path / "log.csv", [*lines(words, priority), *bad])

    batch = examine(path, operator, profile="jira-changelog", dry_run=True, at=AT)

    assert (counts(batch), StateChange.objects.count()) == ((1, 0, 0, 1), 0)
    assert [finding[:4] for finding in told(batch)] == [
        (9, "", "state", "On the moon"),
        (9, "8", "state", "On the moon"),
    ]


def test_a_time_without_a_zone_is_in_the_zone_of_the_import(
    tmp_path: Path, operator: Account
) -> None:
    rows = [row | {"at": row["at"].removesuffix("Z")} for row in lines(("1", "4"), "3")]
    path = write(tmp_path / "log.csv", rows)

    take_in(path, operator, profile="django-helpdesk", zone="Europe/Berlin")

    assert [at.isoformat() for _, _, at in log_of("4711")] == [
        "2016-03-01T08:00:00+00:00",
        "2016-03-02T08:00:00+00:00",
    ]
