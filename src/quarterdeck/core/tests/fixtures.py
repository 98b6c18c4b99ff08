"""What tests with a database stand on: a pristine copy, somebody who acts, and rows given.

The root conftest loads this module as a plugin where Django is. After a test that commits, Django
would empty the database, which append-only tables refuse, and take the rows of the data migrations
along: instead, the pristine copy is put back.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase, testcases
from pytest_django import DjangoDbBlocker

from quarterdeck.core.acts import labelled
from quarterdeck.core.models import Account
from quarterdeck.core.tests.databases import name_in, speaking_with
from quarterdeck.core.tests.patience import PATIENCE

# A password takes a quarter of a second to check on purpose; here nobody guesses at them.
PBKDF2PasswordHasher.iterations = 1_000
# Each test client is a server of its own, and would look for all static files at its start.
settings.WHITENOISE_AUTOREFRESH = True

# So many looks in a row have to find nothing: what the server has not taken up yet is not counted.
_QUIET_LOOKS = 5


class OneAnswerAtATime(testcases._MediaFilesHandler):  # noqa: SLF001 — Django names no other place for it
    """The live server on SQLite, whose threads share the one connection to a database in memory.

    Two threads in one connection can wait for each other for ever: one has the connection and wants
    the interpreter for a function that a trigger calls, the other has it and wants the connection.
    """

    turn = threading.Lock()
    asked: ClassVar[set[int]] = set()

    def __call__(self, *args: Any) -> Any:
        thread = threading.get_ident()
        self.asked.add(thread)
        try:
            with self.turn:
                return super().__call__(*args)
        finally:
            self.asked.discard(thread)


if connection.vendor == "sqlite":
    testcases._MediaFilesHandler = OneAnswerAtATime  # type: ignore[misc]  # noqa: SLF001 — the live server makes its handler of this name


def wait_for_last_answers() -> None:
    """Wait until the live server has answered what a page that is closed has asked for.

    What comes next in a test's thread would speak to the same connection meanwhile.
    """
    deadline, quiet = time.monotonic() + PATIENCE, 0
    while quiet < _QUIET_LOOKS and time.monotonic() < deadline:
        time.sleep(0.01)
        quiet = 0 if OneAnswerAtATime.asked else quiet + 1


Given = Callable[[], AbstractContextManager[None]]


class Pristine(Protocol):
    """The test database as the migrations left it."""

    def put_back(self) -> None:
        """Make the test database what it was at first."""

    def copy(self, folder: Path) -> str:
        """Make another database like it, and return its QUARTERDECK_DATABASE_URL."""

    def close(self) -> None:
        """Remove the copies."""


class PristineSqlite:
    """A private copy, taken and put back page by page."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self.kept = sqlite3.connect("", check_same_thread=False)
        connection.connection.backup(self.kept)

    def put_back(self) -> None:
        """Overwrite the test database with the copy.

        The live server shares this connection, and may still answer a page that the test has left.
        """
        connection.ensure_connection()
        deadline = time.monotonic() + PATIENCE
        while not self._is_put_back(last_try=time.monotonic() > deadline):
            time.sleep(0.01)

    def _is_put_back(self, *, last_try: bool) -> bool:
        try:
            self.kept.backup(connection.connection)
        except sqlite3.OperationalError as error:
            if last_try or "in use" not in str(error):
                raise
            return False
        return True

    def copy(self, folder: Path) -> str:
        """Write the copy into a file."""
        path = folder / "quarterdeck.sqlite3"
        target = sqlite3.connect(path)
        self.kept.backup(target)
        target.close()
        return f"sqlite:///{path}"

    def close(self) -> None:
        """Forget the copy."""
        self.kept.close()


class PristinePostgresql:
    """A template database beside the test database."""

    def __init__(self) -> None:
        self.name = str(connection.settings_dict["NAME"])
        self.template = f"{self.name}_pristine"
        self.copies = 0
        self._leave()
        self._copy(self.name, self.template)

    def put_back(self) -> None:
        """Drop the test database, whoever still uses it, and make it anew."""
        self._leave()
        self._copy(self.template, self.name)

    def copy(self, folder: Path) -> str:  # noqa: ARG002 — a server keeps its databases elsewhere
        """Make a database on the same server."""
        self.copies += 1
        self._copy(self.template, self._copy_name(self.copies))
        url = urlsplit(os.environ["QUARTERDECK_DATABASE_URL"])
        return url._replace(path=f"/{self._copy_name(self.copies)}").geturl()

    def close(self) -> None:
        """Drop the template and all copies, and let nobody be in Django's way at the last drop.

        A thread of the live server may still hold a connection that nobody has closed.
        """
        self.put_back()
        for name in (self.template, *map(self._copy_name, range(1, self.copies + 1))):
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _copy_name(self, number: int) -> str:
        return f"{self.name}_copy_{number}"

    def _leave(self) -> None:
        """Nobody may be connected to a database that is copied."""
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL alone has a pool

    def _copy(self, source: str, target: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        self._run(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _run(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:  # noqa: SLF001 — as Django's own test runner does
            cursor.execute(statement)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001 — the fixture of the same name makes the test database
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Pristine]:
    """The test database, which after each test that commits is put back instead of emptied."""
    with django_db_blocker.unblock():
        copy = PristinePostgresql() if connection.vendor == "postgresql" else PristineSqlite()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: _put_back(copy))
        yield copy
    with django_db_blocker.unblock():
        copy.close()


def _put_back(copy: Pristine) -> None:
    """Put the copy back, and forget what was cached of the database that is gone."""
    copy.put_back()
    ContentType.objects.clear_cache()


@pytest.fixture
def fresh_database_url(django_db_setup: Pristine, tmp_path: Path) -> str:
    """The URL of a migrated database of its own, for a test that starts other processes.

    They take it as QUARTERDECK_DATABASE_URL. The test itself is not connected to it.
    """
    return django_db_setup.copy(tmp_path)


@pytest.fixture
def fresh_database(
    db: None,  # noqa: ARG001 — the database that is copied must be open
    fresh_database_url: str,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """The URL of a migrated database of its own, with which the ORM of this test speaks.

    On SQLite it is a file, as in an installation: writers wait for one another.
    """
    with django_db_blocker.unblock(), speaking_with(name_in(fresh_database_url)):
        yield fresh_database_url


@pytest.fixture
def operator(db: None) -> Account:  # noqa: ARG001 — the database must be open
    """The built-in account of whoever sits at the command line."""
    return Account.objects.get(username="operator")


@pytest.fixture
def given(operator: Account) -> Given:
    """Rows are given by the operator, without an act: `with given(): Unit.objects.create(…)`."""
    return partial(labelled, operator.label)
