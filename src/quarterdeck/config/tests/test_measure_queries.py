"""How often the rows behind a measure of tickets ask the database."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.config.tests.cast import arrange_cast
from quarterdeck.core.vocabulary import Role

pytestmark = pytest.mark.django_db

TEAM = "team:Service Desk"
# What begins and ends a snapshot is told to the database, and asks it nothing.
_TOLD = ("PRAGMA", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET")


def test_the_rows_behind_a_measure_of_tickets(tmp_path: Path) -> None:
    client = Client()
    client.force_login(arrange_cast(tmp_path).accounts[Role.ADMINISTRATOR])
    part = {"HX-Request": "true", "HX-Target": "evidence"}
    asked = {}
    for key in ("cycle_time", "reopen_rate", "backlog_age"):
        for scope in ("organisation", TEAM):
            address = reverse("scorecard.measure", args=[f"desk.{key}"])
            question = {"period": "2016-03", "scope": scope}
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address, question, headers=part).status_code == 200
            told = [each["sql"].startswith(_TOLD) for each in captured.captured_queries]
            asked[key, scope] = told.count(False)

    assert asked == {
        ("cycle_time", "organisation"): 13,
        ("cycle_time", TEAM): 14,
        ("reopen_rate", "organisation"): 11,
        ("reopen_rate", TEAM): 12,
        ("backlog_age", "organisation"): 14,
        ("backlog_age", TEAM): 15,
    }
