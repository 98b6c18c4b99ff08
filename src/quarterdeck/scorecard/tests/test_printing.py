"""Scorecards on paper: asked for, made once by a worker, kept, refused, killed, and removed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.jobs import watched
from quarterdeck.core.jobs.queue import put_back_lost
from quarterdeck.core.jobs.run import run_next
from quarterdeck.core.measures import ORGANISATION, Scope, measure_of
from quarterdeck.core.models import Account, JobLease, RoleAssignment
from quarterdeck.core.sealing import seal_rows
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.tests.patience import PATIENCE
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import parse_period
from quarterdeck.office.gateways.press import why_unavailable
from quarterdeck.office.models import PrintedPaper, PrintRequest
from quarterdeck.office.queries.printing import content_of, own_prints
from quarterdeck.office.verbs.printing import (
    KEPT,
    MOST_A_DAY,
    MOST_WAITING,
    ask_for_print,
    remove_old_prints,
)
from quarterdeck.office.vocabulary import PrintState
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.queries.actions import DOMAIN
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.scorecard.jobs import print_scorecard
from quarterdeck.scorecard.models import ClosedReading
from quarterdeck.scorecard.queries.printing import PRINT, ScorecardAsked
from quarterdeck.scorecard.verbs import printing
from quarterdeck.scorecard.verbs.closings import close_period, issue_restatement

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
MAY = parse_period("2026-05")
ON_TIME = measure_of("planning.actions_on_time")
# One measure alone is printed in a fraction of the time.
ASKED = ScorecardAsked(MAY, ORGANISATION, "", (ON_TIME,))

_missing = why_unavailable()
pressed = pytest.mark.skipif(bool(_missing), reason=f"the press is not here: {_missing}")


def account(name: str, operator: Account) -> Account:
    made = add_account(username=name, actor=operator, at=AT)
    assign_role(account=made, role=Role.IT_MANAGER, actor=operator, at=AT)
    return made


@pytest.fixture
def manager(operator: Account) -> Account:
    return account("manager", operator)


@pytest.fixture
def client(manager: Account) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def ask(actor: Account, asked: ScorecardAsked = ASKED, at: datetime = AT) -> PrintRequest:
    return ask_for_print(question=asked.question, actor=actor, at=at)


def work_off() -> None:
    while run_next("tests"):
        pass


def made_for(row: PrintRequest) -> PrintedPaper:
    row.refresh_from_db()
    assert row.printed
    return row.printed


def kept(digest: str, **values: object) -> PrintedPaper:
    """Give a printed scorecard; of its pages nothing matters."""
    given = {"content": b"%PDF-1.7", "size": 8, "made_at": AT, "expires_at": AT + KEPT, **values}
    return PrintedPaper.objects.create(digest=digest, **given)


def had(actor: Account, printed: PrintedPaper) -> PrintRequest:
    """Give somebody's request for what is printed."""
    question = ASKED.question
    return PrintRequest.objects.create(
        job=question.job,
        question=question.key,
        told=question.told,
        asked_by=actor,
        asked_at=AT,
        printed=printed,
    )


def statuses(client: Client, row: PrintRequest) -> list[int]:
    """Return how its page, its file, and the two of the programming interface answer."""
    routes = ("office.print", "office.print.file", "api-v1:print", "api-v1:print.file")
    return [client.get(reverse(route, args=[row.pk])).status_code for route in routes]


@pressed
@pytest.mark.django_db
def test_two_who_ask_for_the_same_share_one_job_and_one_file(
    manager: Account, operator: Account
) -> None:
    director = account("director", operator)
    rows = [ask(manager), ask(director), ask(manager)]

    jobs = DBTaskResult.objects.filter(task_path=print_scorecard.module_path).count()
    work_off()

    assert (rows[0] == rows[2], jobs, PrintedPaper.objects.count()) == (True, 1, 1)
    printed = made_for(rows[0])
    assert (printed, content_of(printed)[:5]) == (made_for(rows[1]), b"%PDF-")
    # Nothing is closed, so that it may change yet.
    assert printed.expires_at is not None


@pressed
@pytest.mark.django_db
def test_what_is_closed_and_sealed_stays_and_a_restatement_makes_another_file(
    manager: Account, operator: Account, given: Given
) -> None:
    with given():
        action = CorrectiveAction.objects.create(
            title="Label the racks",
            owner=add_person(name="Nkechi Baptiste", actor=operator, at=AT),
            due_on=date(2026, 5, 10),
            state=ActionState.OPEN,
            opened_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    close_period(period=MAY, actor=operator, at=AT)
    seal_rows(actor=operator, at=AT)
    first = ask(manager)
    work_off()
    again = ask(manager)
    work_off()
    with given():
        CorrectiveAction.objects.filter(pk=action.pk).update(
            state=ActionState.DONE, ended_on=action.due_on
        )
        touch(DOMAIN, MAY.span.start, MAY.span.end - timedelta(days=1))
    closed = ClosedReading.objects.get(measure=ON_TIME.key, scope=str(ORGANISATION))
    issue_restatement(closed_reading=closed, reason="Late.", actor=manager, at=AT)
    seal_rows(actor=operator, at=AT)

    restated = ask(manager)
    work_off()

    before, same, after = made_for(first), made_for(again), made_for(restated)
    assert (first == again, before == same, before == after) == (False, True, False)
    assert (before.expires_at, after.expires_at) == (None, None)
    # The chain goes on: a later seal has a higher number.
    seals = [each.seal.number for each in (before, after) if each.seal]
    assert (len(seals), seals[0] < seals[-1]) == (2, True)


@pressed
@pytest.mark.django_db
def test_whoever_asks_after_the_figures_were_read_gets_a_run_that_reads_them_again(
    manager: Account, operator: Account
) -> None:
    director, late = account("director", operator), list[PrintRequest]()
    early = ask(manager)

    def slices() -> Callable[[], bool]:
        late.append(ask(director))
        return lambda: True

    printing.print_scorecard(asked=ASKED, slices=slices, actor=operator, at=AT)

    first, waiting = made_for(early), watched(PRINT, ASKED.question.key)[ASKED.question.key]
    assert (PrintRequest.objects.waiting().get(), waiting.is_unfinished) == (late[0], True)
    work_off()
    assert made_for(late[0]) == first


def ask_when_ready(actor: Account, start: Barrier) -> int:
    start.wait(timeout=PATIENCE)
    try:
        return ask(actor).pk
    finally:
        connection.close()


@pytest.mark.usefixtures("fresh_database")
def test_who_presses_twice_at_the_same_moment_has_asked_once(manager: Account) -> None:
    start = Barrier(2)

    with ThreadPoolExecutor(2) as both:
        asked = [both.submit(ask_when_ready, manager, start) for _ in range(2)]
        rows = {each.result() for each in asked}

    jobs = DBTaskResult.objects.filter(task_path=print_scorecard.module_path)
    assert (len(rows), jobs.count()) == (1, 1)


@pytest.mark.django_db
def test_what_others_had_printed_and_what_one_may_read_no_longer_is_not_there(
    client: Client, manager: Account, operator: Account, given: Given
) -> None:
    printed = kept("one")
    own, others = had(manager, printed), had(account("director", operator), printed)
    before = statuses(client, own), statuses(client, others)

    with given():
        RoleAssignment.objects.filter(account=manager).delete()
        assign_role(account=manager, role=Role.REQUESTER, actor=operator, at=AT)

    assert before == ([200] * 4, [404] * 4)
    assert (statuses(client, own), own_prints(manager)) == ([404] * 4, [])


@pytest.mark.django_db
def test_a_page_shows_how_far_it_is_and_looks_again_by_itself(
    client: Client, manager: Account
) -> None:
    row = ask(manager)
    address = reverse("office.print", args=[row.pk])

    page = client.get(address).content.decode()
    part = client.get(address, headers={"HX-Target": "div#print"}).content.decode()

    seen = [text in page for text in ("It waits for a worker.", "No worker has been seen")]
    assert (seen, "hx-get" in part, "<html" in part) == ([True, True], True, False)
    # While there is none the file is not there, and a program is told so.
    assert statuses(client, row) == [200, 404, 200, 409]


@pytest.mark.django_db
def test_what_cannot_be_made_says_why_and_is_asked_for_again(
    client: Client, manager: Account
) -> None:
    row = ask(manager, ScorecardAsked(MAY, Scope("team", "Nobody"), "", (ON_TIME,)))
    work_off()
    address = reverse("office.print", args=[row.pk])

    page = client.get(address).content.decode()

    assert ("There is no team “Nobody”" in page, "Try again" in page) == (True, True)
    assert ask(manager, ScorecardAsked(MAY, Scope("team", "Nobody"), "", (ON_TIME,))) == row
    assert own_prints(manager)[0].state is PrintState.WAITING


@pytest.mark.django_db
def test_nobody_has_too_many_made_at_once_or_in_a_day(manager: Account) -> None:
    months = [parse_period(f"2025-{month:02}") for month in range(1, MOST_WAITING + 2)]
    questions = [ScorecardAsked(month, ORGANISATION, "", (ON_TIME,)) for month in months]
    for question in questions[:-1]:
        ask(manager, question)

    with pytest.raises(Refused, match="3 PDFs of yours are being made already"):
        ask(manager, questions[-1])

    PrintRequest.objects.all().delete()
    printed = kept("one")
    for _ in range(MOST_A_DAY):
        had(manager, printed)
    with pytest.raises(Refused, match="40 PDFs within a day"):
        ask(manager)
    assert ask(manager, at=AT + timedelta(days=1)).printed is None


@pytest.mark.django_db
def test_what_is_kept_no_longer_is_removed_with_its_requests(
    manager: Account, operator: Account
) -> None:
    ends = {
        "stays": None,
        "to come": AT + timedelta(seconds=1),
        "over": AT,
    }
    for digest, end in ends.items():
        had(manager, kept(digest, expires_at=end))
    ask(manager, at=AT - KEPT)

    with CaptureQueriesContext(connection) as asked:
        removed = remove_old_prints(actor=operator, at=AT)

    left = PrintRequest.objects.order_by("pk").values_list("printed__digest", flat=True)
    assert (removed, list(left)) == (1, ["stays", "to come"])
    # The pages are not read to be removed.
    assert not [each for each in asked.captured_queries if '"content"' in each["sql"]]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    rows: int, client: Client, manager: Account
) -> None:
    for number in range(rows):
        had(manager, kept(f"of {number}"))
    ask(manager)
    client.get(reverse("office.prints"))

    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("office.prints")).content.decode()

    assert (len(asked), page.count("<tr>")) == (6, rows + 2)


def wait_until(seen: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.005)


def is_pressing(worker: int) -> bool:
    """Whether the worker has the press at work, which is a process of its own."""
    tasks = Path(f"/proc/{worker}/task").glob("*/children")
    return any(task.read_text(encoding="ascii").strip() for task in tasks)


@pressed
@pytest.mark.usefixtures("fresh_database")
def test_a_worker_that_is_killed_while_it_prints_leaves_no_file_and_the_next_one_prints(
    manager: Account, fresh_database: str, tmp_path: Path
) -> None:
    row = ask(manager)
    command = [sys.executable, "-m", "quarterdeck.config.command", "worker"]
    surroundings = {
        **os.environ,
        "QUARTERDECK_HOME": str(tmp_path),
        "QUARTERDECK_DATABASE_URL": fresh_database,
    }
    with subprocess.Popen(command, env=surroundings, stderr=subprocess.DEVNULL) as worker:  # noqa: S603 — our own command
        try:
            wait_until(lambda: is_pressing(worker.pid))
        finally:
            worker.kill()
    job = watched(PRINT, ASKED.question.key)[ASKED.question.key]
    after_the_kill = PrintedPaper.objects.count(), job.is_running, job.done, job.of
    JobLease.objects.update(expires_at=AT)

    put_back_lost(at=AT)
    work_off()

    # Of 24 months the readings were there; the last step was the printing.
    assert after_the_kill == (0, True, 24, 25)
    content = content_of(made_for(row))
    assert (content[:5], content.rstrip()[-5:]) == (b"%PDF-", b"%%EOF")
