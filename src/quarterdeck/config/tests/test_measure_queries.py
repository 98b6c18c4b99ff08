"""How often a measure of tickets, and the rows behind it, ask the database."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.config.tests.cast import arrange_cast
from quarterdeck.core.measures import Scope, Terms, measure_of, take
from quarterdeck.core.memory import remembering
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import parse_period

pytestmark = pytest.mark.django_db

TEAM = "team:Service Desk"
# What begins and ends a snapshot is told to the database, and asks it nothing.
_TOLD = ("PRAGMA", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET")


def questions(captured: CaptureQueriesContext) -> int:
    return sum(not each["sql"].startswith(_TOLD) for each in captured.captured_queries)


def test_taking_a_measure_of_tickets(tmp_path: Path) -> None:
    arrange_cast(tmp_path)
    span, terms = parse_period("2016-03", "UTC").span, Terms(datetime(2016, 6, 1, tzinfo=UTC))
    asked = {}
    for key in ("cycle_time", "reopen_rate", "backlog_age", "sla_resolution_kept"):
        for scope in ("organisation", TEAM):
            with CaptureQueriesContext(connection) as captured, remembering():
                take(measure_of(f"desk.{key}"), span, Scope.parse(scope), terms)
            asked[key, scope] = questions(captured)

    assert asked == {
        ("cycle_time", "organisation"): 8,
        ("cycle_time", TEAM): 9,
        ("reopen_rate", "organisation"): 6,
        ("reopen_rate", TEAM): 7,
        ("backlog_age", "organisation"): 8,
        ("backlog_age", TEAM): 9,
        ("sla_resolution_kept", "organisation"): 6,
        ("sla_resolution_kept", TEAM): 7,
    }


def test_the_kept_rows_behind_a_measure_of_tickets(tmp_path: Path) -> None:
    client = Client()
    client.force_login(arrange_cast(tmp_path).accounts[Role.ADMINISTRATOR])
    part = {"HX-Request": "true", "HX-Target": "evidence"}
    asked = {}
    for key in ("cycle_time", "backlog_age"):
        for scope in ("organisation", TEAM):
            address = reverse("scorecard.measure", args=[f"desk.{key}"])
            question = {"period": "2016-03", "scope": scope}
            # The first one keeps them.
            client.get(address, question, headers=part)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address, question, headers=part).status_code == 200
            asked[key, scope] = questions(captured)

    assert asked == {
        ("cycle_time", "organisation"): 10,
        ("cycle_time", TEAM): 10,
        ("backlog_age", "organisation"): 10,
        ("backlog_age", TEAM): 8,
    }
