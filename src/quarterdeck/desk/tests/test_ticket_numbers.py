"""Several people at once, each in a process of its own: numbers without gaps, one resolution."""

import os
import subprocess
import sys

import pytest

from quarterdeck.desk.models import NumberSeries
from quarterdeck.desk.tests.work_cast import opened, staffed_desk

pytestmark = pytest.mark.django_db

PEOPLE, EACH = 3, 6


def test_people_at_once_get_one_number_each_and_resolve_a_ticket_once(
    fresh_database_url: str,
) -> None:
    environment = {**os.environ, "QUARTERDECK_DATABASE_URL": fresh_database_url}
    command = [sys.executable, "-m", "quarterdeck.desk.tests.at_once", str(EACH)]

    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 — a module of ours
        for _ in range(PEOPLE)
    ]
    told = [line for process in processes for line in process.communicate()[0].splitlines()]

    numbers = [f"T-{number:06}" for number in range(1, PEOPLE * EACH + 1)]
    refusals = ["refused"] * (PEOPLE - 1)
    assert sorted(told) == [*numbers, *refusals, "resolved"]


def test_a_lost_series_goes_on_from_the_tickets() -> None:
    desk = staffed_desk()
    opened(desk)
    NumberSeries.objects.all().delete()

    assert opened(desk).number == "T-000002"
