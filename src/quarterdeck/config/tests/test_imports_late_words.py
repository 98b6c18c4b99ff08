"""A word that nobody has explained is asked for, however far down in a file it stands."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from quarterdeck.config.command import main
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.jobs.worker import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.profiles.helpdesks import JIRA_CHANGELOG
from quarterdeck.desk.tests.incident_log import AT, silent
from quarterdeck.office.gateways.delimited import digest_of
from quarterdeck.office.models import ImportBatch, ImportMapping
from quarterdeck.office.verbs.import_run import examine_file
from quarterdeck.office.verbs.imports import begin_import
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.django_db
HEAD = "number,event,at,state,opened,title,priority,team,assignee,by,requester,category,description"
# More than the thousand lines that are looked at before a person is asked.
SOUND = 1_001
# The head is line 1 and the thousand and one tickets follow it, so that 1,003 is the next line.
LATE = ("Beim Lieferanten", "Beim Kunden", "beim lieferanten")
WORDS = [
    ("word", 1_003, "state", "Beim Lieferanten", "what it means; 2 lines wait for that"),
    ("word", 1_004, "state", "Beim Kunden", "what it means; 1 line waits for that"),
    ("word", 1_003, "priority", "Sofort", "what it means; 3 lines wait for that"),
]
SAID = {"column_state": "state", "column_priority": "priority", "zone": "UTC"}
MEANT = {
    "mean_state_Beim Lieferanten": "on_hold:vendor",
    "mean_state_Beim Kunden": "on_hold:requester",
    "mean_priority_Sofort": "1",
}


def line(number: int, state: str, priority: str) -> str:
    times = "2016-03-01T09:00:00Z", "2016-03-01T08:00:00Z"
    return f"{number},1,{times[0]},{state},{times[1]},No paper,{priority},Desk,Nils,Nils,Mona,,"


def log(*late: str) -> str:
    sound = [line(number, "Open", "Medium") for number in range(1, SOUND + 1)]
    below = [line(number, word, "Sofort") for number, word in enumerate(late, start=9_001)]
    return "\n".join([HEAD, *sound, *below, ""])


@pytest.fixture
def manager() -> Account:
    """Somebody who may import."""
    operator = Account.objects.get(username="operator")
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)
    return manager


def upload(client: Client, text: str) -> ImportBatch:
    file = SimpleUploadedFile("log.csv", text.encode())
    client.post(reverse("office.import"), {"file": file, "profile": "jira-changelog"})
    run_worker(until_idle=True)
    return ImportBatch.objects.latest("pk")


def words(batch: ImportBatch) -> list[Any]:
    columns = ("kind", "line", "column", "found", "expected")
    return list(batch.findings.filter(kind="word").order_by("pk").values_list(*columns))


def test_the_page_asks_for_words_below_the_first_lines_before_anything_comes_in(
    client: Client, manager: Account
) -> None:
    client.force_login(manager)
    batch = upload(client, log(*LATE))
    shown = client.get(reverse("office.importbatch.detail", args=[batch.pk])).content.decode()
    address = reverse("office.import.map", args=[batch.pk])
    asked = client.get(address).content.decode()

    assert words(batch) == WORDS
    assert (batch.state, batch.created, batch.rejected) == (BatchState.EXAMINED, 1_001, 3)
    assert "“Beim Lieferanten” in state, from line 1,003 on" in shown
    assert [f"“{word}” means" in asked for word in ("Beim Lieferanten", "Sofort", "Open")] == [
        True,
        True,
        False,
    ]
    half = client.post(address, {**SAID, "mean_priority_Sofort": "1"})
    assert (half.status_code, "Say what these mean: Beim " in half.content.decode()) == (422, True)
    assert client.post(address, {**SAID, **MEANT}).status_code == 302
    run_worker(until_idle=True)
    batch.refresh_from_db()
    assert (words(batch), batch.created, batch.rejected) == ([], 1_004, 0)
    client.post(reverse("office.import.decide", args=[batch.pk]), {"accept": "all"})
    run_worker(until_idle=True)
    waiting = StateChange.objects.standing().filter(state="on_hold").order_by("ticket__number")
    assert list(waiting.values_list("ticket__number", "pause_reason", "priority")) == [
        ("9001", "vendor", 1),
        ("9002", "requester", 1),
        ("9003", "vendor", 1),
    ]


def test_what_was_said_of_words_that_a_later_file_lacks_stays_remembered(
    client: Client, manager: Account
) -> None:
    client.force_login(manager)
    for text in (log(*LATE[:2]), log("Beim Drucker")):
        batch = upload(client, text)
        said = {**SAID, **MEANT, "mean_state_Beim Drucker": "in_progress"}
        client.post(reverse("office.import.map", args=[batch.pk]), said)
        run_worker(until_idle=True)
        client.post(reverse("office.import.withdraw", args=[batch.pk]))

    assert ImportMapping.objects.get().mapping["words"] == {
        "state": {
            "Beim Lieferanten": "on_hold:vendor",
            "Beim Kunden": "on_hold:requester",
            "Beim Drucker": "in_progress",
        },
        "priority": {"Sofort": "1"},
    }


def test_a_program_reads_which_words_wait_and_explains_them(
    client: Client, manager: Account
) -> None:
    headers = bearer(manager)
    file = SimpleUploadedFile("log.csv", log(*LATE).encode())
    given = {"file": file, "profile": "jira-changelog"}
    batch = client.post("/api/v1/imports", given, headers=headers)["Location"]
    run_worker(until_idle=True)
    found = client.get(f"{batch}/findings", headers=headers).json()["items"][:3]
    columns = {"state": "state", "priority": "priority"}

    def explain(given: dict[str, dict[str, str]]) -> Any:
        body = json.dumps({"mapping": {"columns": columns, "words": given}})
        return client.post(f"{batch}/mapping", body, "application/json", headers=headers)

    half = explain({"priority": {"Sofort": "1"}})
    state = {"Beim Lieferanten": "on_hold:vendor", "Beim Kunden": "?"}
    whole = explain({"priority": {"Sofort": "1"}, "state": state})
    run_worker(until_idle=True)

    told = [(each["kind"], each["line"], each["column"], each["found"]) for each in found]
    assert told == [each[:4] for each in WORDS]
    (fault,) = half.json()["errors"]
    assert (half.status_code, fault["detail"]) == (
        422,
        "Say what these mean: Beim Lieferanten, Beim Kunden.",
    )
    assert whole.status_code == 202
    assert client.get(batch, headers=headers).json()["rejected"] == 0


def test_the_command_names_the_words_and_reads_the_file_once_they_are_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(log("Beim Lieferanten"), encoding="utf-8")
    command = ("import", "jira-changelog", str(path))
    said = ("--mean", "state:Beim Lieferanten=on_hold:vendor", "--mean", "priority:Sofort=1")

    assert main(command) == 1
    told = capsys.readouterr().err
    assert main((*command, *said)) == 0

    assert "word: line 1003, state: Beim Lieferanten; what it means; 1 line waits for that" in told
    assert Ticket.objects.count() == SOUND + 1


def test_a_run_that_goes_on_after_a_killed_one_finds_the_words_of_both(tmp_path: Path) -> None:
    operator = Account.objects.get(username="operator")
    path = tmp_path / "log.csv"
    # Lines are kept five thousand at a time: the first late one is kept before the run ends.
    more = (line(number, "Open", "Medium") for number in range(20_001, 24_001))
    path.write_text("\n".join([log(*LATE), *more]).replace("\n\n", "\n"), encoding="utf-8")
    batch = begin_import(
        profile="jira-changelog",
        source="jira-changelog",
        file_name=path.name,
        file_digest=digest_of(path),
        zone="UTC",
        accept="all",
        mapping=JIRA_CHANGELOG.usual,
        actor=operator,
        at=AT,
    )

    def ended(_what: str, _done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examine_file(batch=batch, path=path, report=ended, actor=operator, at=AT)
    before = words(batch)
    examine_file(batch=batch, path=path, report=silent, actor=operator, at=AT)

    assert (before, words(batch)) == ([], WORDS)


def test_a_column_of_texts_is_no_list_of_words(client: Client, manager: Account) -> None:
    client.force_login(manager)

    batch = upload(client, log(*(f"Text {number}" for number in range(60))))

    states = [each for each in words(batch) if each[2] == "state"]
    assert (len(states), states[-1][3]) == (40, "Text 39")
