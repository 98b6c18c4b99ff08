"""A database that is locked, full or read-only: that is said, and nothing is stored by half."""

import errno
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from django.test import Client

from quarterdeck.config.command import main
from quarterdeck.config.commands.actors import operator
from quarterdeck.config.operation.requests import Tally, counted
from quarterdeck.config.operation.standing import readiness
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core import clock
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.models import Account
from quarterdeck.core.trouble import Trouble, trouble_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.services.models import Service

pytestmark = pytest.mark.usefixtures("fresh_database")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else holds the table, or the whole database, and this process is impatient."""
    if connection.vendor == "postgresql":
        run("SET lock_timeout = '50ms'")
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE services_service, core_account IN ACCESS EXCLUSIVE MODE")
            yield
        run("RESET lock_timeout")
        return
    run("PRAGMA busy_timeout = 50")
    other_file = sqlite3.connect(urlsplit(url).path, isolation_level=None)
    other_file.execute("BEGIN IMMEDIATE")
    yield
    other_file.close()


@contextmanager
def read_only(_url: str) -> Iterator[None]:
    """The server is a standby, or the file lies on a disk that is mounted so."""
    if connection.vendor == "postgresql":
        run("SET default_transaction_read_only = on")
        yield
        run("SET default_transaction_read_only = off")
        return
    run("PRAGMA query_only = ON")
    yield
    run("PRAGMA query_only = OFF")


@contextmanager
def full(_url: str) -> Iterator[None]:
    """The file may not grow; what is free inside it is used up first."""
    run("VACUUM")
    run("PRAGMA max_page_count = 1")
    yield
    run("PRAGMA max_page_count = 1073741823")


Way = Callable[[str], AbstractContextManager[None]]
WAYS = [
    pytest.param(locked, "The database is busy", id="locked"),
    pytest.param(read_only, "Nothing can be stored at present", id="read-only"),
    pytest.param(full, "There is no room left", id="full", marks=pytest.mark.sqlite),
]


@pytest.fixture
def manager() -> Account:
    """Somebody who may keep services."""
    account = add_account(username="maria", actor=operator(), at=clock.now())
    assign_role(account=account, role=Role.IT_MANAGER, actor=operator(), at=clock.now())
    return account


def save(client: Client) -> tuple[int, str]:
    """Send the form of a service whose description fills pages; return what is answered."""
    given = {"name": "Email", "description": "long " * 4_000, "version": "1"}
    response = client.post("/services/services/add", given)
    return response.status_code, response.content.decode()


@pytest.mark.parametrize(("trouble", "title"), WAYS)
def test_a_page_says_what_is_in_the_way_and_the_next_try_stores(
    manager: Account, fresh_database: str, trouble: Way, title: str
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(manager)

    with trouble(fresh_database):
        status, text = save(client)
    stored_before = Service.objects.count()
    later, _ = save(client)

    assert (status, title in text, stored_before) == (503, True, 0)
    assert (later, Service.objects.count()) == (302, 1)


@pytest.mark.parametrize(("trouble", "title"), WAYS)
def test_a_program_is_told_as_a_problem(
    manager: Account, fresh_database: str, trouble: Way, title: str
) -> None:
    client, headers = Client(raise_request_exception=False), bearer(manager)
    given = {"name": "Email", "description": "long " * 4_000}
    client.get("/api/v1/services/services", headers=headers)

    with trouble(fresh_database):
        response = client.post(
            "/api/v1/services/services", given, content_type="application/json", headers=headers
        )

    told = json.loads(response.content)
    assert (response.status_code, told["type"]) == (503, "/api/v1/#problem-unavailable")
    assert (told["detail"].startswith(title), response.headers["Retry-After"]) == (True, "10")


@pytest.mark.parametrize(("trouble", "title"), WAYS[:2])
def test_a_command_says_it_in_one_line(
    fresh_database: str,
    trouble: Way,
    title: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with trouble(fresh_database):
        code = main(["user", "add", "maria"])

    (line,) = capsys.readouterr().err.splitlines()
    assert (code, line.startswith(f"quarterdeck: {title}: ")) == (1, True)


@pytest.mark.postgresql
def test_readiness_gives_up_on_a_table_that_somebody_holds(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as other:
        other.execute("LOCK TABLE core_joblease IN ACCESS EXCLUSIVE MODE")
        findings = readiness(clock.now())

    assert [(each.title, each.is_well) for each in findings] == [("Database", False)]


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (errno.ENOSPC, Trouble.FULL),
        (errno.EDQUOT, Trouble.FULL),
        (errno.EROFS, Trouble.READ_ONLY),
        (errno.ENOENT, None),
    ],
)
def test_what_the_file_system_says_is_understood(number: int, trouble: Trouble | None) -> None:
    assert trouble_of(OSError(number, "as the system says it")) is trouble


def test_an_ordinary_mistake_is_no_trouble() -> None:
    with pytest.raises(Exception, match="nonsense") as caught:
        run("SELECT nonsense")

    assert trouble_of(caught.value) is None


def test_a_folder_that_takes_no_file_does_not_keep_requests_from_being_counted() -> None:
    before = counted()

    Tally(Path("/proc/nowhere")).add(200, 0.1)

    assert counted() == before
