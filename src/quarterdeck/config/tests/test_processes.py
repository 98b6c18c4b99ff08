"""Two web servers and two workers share one database: nothing is lost, doubled or half done."""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoDbBlocker

from quarterdeck.config.tests.kills import COMMAND, Load, faults, manned, work_through
from quarterdeck.core.tests.background.house import House, copied, migrated


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A migrated database."""
    with migrated(tmp_path_factory.mktemp("original_of_kills")) as house:
        yield house


@pytest.fixture
def house(original: House, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A fresh installation whose database this test and its processes share."""
    with django_db_blocker.unblock(), copied(original, tmp_path) as fresh:
        yield fresh


@pytest.mark.sqlite
def test_two_commands_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    environment = {**os.environ, "QUARTERDECK_HOME": str(tmp_path)}

    starting = [subprocess.Popen([*COMMAND, "check"], env=environment) for _ in range(2)]  # noqa: S603 — our own interpreter and program

    assert [process.wait() for process in starting] == [0, 0]


@pytest.mark.sqlite
def test_an_upgrade_waits_for_what_starts_beside_it(tmp_path: Path) -> None:
    environment = {**os.environ, "QUARTERDECK_HOME": str(tmp_path)}
    settings = {"DJANGO_SETTINGS_MODULE": "quarterdeck.config.settings"}
    back = [sys.executable, "-m", "django", "migrate", "people", "0011"]
    subprocess.run([*COMMAND, "check"], env=environment, check=True)  # noqa: S603 — our own program
    subprocess.run(back, env=environment | settings, check=True)  # noqa: S603 — our own program

    starting = [
        subprocess.Popen([*COMMAND, *words], env=environment)  # noqa: S603 — our own program
        for words in (["upgrade", "--to", str(tmp_path / "kept")], ["check"], ["check"])
    ]

    assert [process.wait() for process in starting] == [0, 0, 0]


def test_two_web_servers_and_two_workers_do_each_job_once(house: House) -> None:
    load = Load(files=2, tickets_a_file=10, calls=5, jobs=60, kills=0)

    with manned(house) as crew:
        work_through(crew, load, random.Random(1))  # noqa: S311 — nothing to guess

    tolls = DBTaskResult.objects.filter(task_path__endswith=".toll")
    starts = Counter(len(workers) for workers in tolls.values_list("worker_ids", flat=True))
    assert (starts, faults(load)) == ({1: 60}, [])


def test_kills_at_random_moments_lose_nothing_and_double_nothing(house: House) -> None:
    load = Load(files=3, tickets_a_file=20, calls=10, jobs=60, kills=5)

    with manned(house) as crew:
        work_through(crew, load, random.Random(2))  # noqa: S311 — nothing to guess

    assert (sum(crew.struck.values()), faults(load)) == (5, [])
