"""A program is asked how a file writes its dates where that can be read in two ways."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.jobs.worker import run_worker
from quarterdeck.desk.models import StateChange
from quarterdeck.desk.tests.incident_log import INCIDENTS, event, write_log
from quarterdeck.desk.tests.web_cast import open_desk

pytestmark = pytest.mark.django_db


def test_the_order_of_dates_is_asked_for_and_said(tmp_path: Path, client: Client) -> None:
    headers = bearer(open_desk().ada)
    when = ("03-01-2016 09:00:00", "03-02-2016 09:00:00")
    rows = [
        {**event("INC1", number, at, state), "opened_at": when[0]}
        for number, (at, state) in enumerate(zip(when, ("New", "Resolved"), strict=True))
    ]
    file = SimpleUploadedFile("log.csv", write_log(tmp_path / "log.csv", rows).read_bytes())

    def say(address: str, body: dict[str, Any]) -> Any:
        return client.post(address, json.dumps(body), "application/json", headers=headers)

    begun = client.post("/api/v1/imports", {"file": file, "profile": INCIDENTS}, headers=headers)
    address = begun["Location"]
    usual = {
        "occurred": "sys_updated_at",
        "opened": "opened_at",
        "state": "incident_state",
        "priority": "priority",
        "impact": "impact",
        "urgency": "urgency",
    }
    asked = say(f"{address}/mapping", {"mapping": {"columns": usual}})
    form = dict.fromkeys(("occurred", "opened"), "%m-%d-%Y %H:%M:%S")
    said = say(f"{address}/mapping", {"mapping": {"columns": usual, "dates": form}})
    run_worker(until_idle=True)
    say(f"{address}/decision", {"accept": "all"})
    run_worker(until_idle=True)

    question = (
        "Say how “opened_at” writes its dates: “03-01-2016 09:00:00” can be day-month-year "
        "hour:minute:second or month-day-year hour:minute:second."
    )
    assert question in [fault["detail"] for fault in asked.json()["errors"]]
    assert (begun.json()["state"], asked.status_code, said.status_code) == ("mapping", 422, 202)
    found = StateChange.objects.standing().in_log_order().values_list("occurred_at", flat=True)
    assert list(found) == [datetime(2016, 3, day, 9, tzinfo=UTC) for day in (1, 2)]
