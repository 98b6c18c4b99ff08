"""A working day at the desk by programs alone: each knows the document, and what it is answered."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quarterdeck.config.tests.tokens import Program, Told, bearer
from quarterdeck.desk.tests.escalation_cast import led_desk
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened

API = "/api/v1/desk"
TICKETS, TIMES, ESCALATIONS = f"{API}/tickets", f"{API}/time-entries", f"{API}/escalations"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with time_machine.travel(MONDAY, tick=False):
        yield led_desk()


class Worker(Program):
    """A program that works tickets in the version that it was told."""

    def act(self, row: dict[str, Any], word: str, /, **given: Any) -> Told:
        """Do an act, and tell how it was answered."""
        address = f"{TICKETS}/{row['id']}/acts/{word}"
        seen = f'"{row["id"]}.{row["version"]}"'
        return self.post(address, seen, **given)


def test_a_technician_works_through_the_queue(desk: Desk) -> None:
    """Mona reports, Nils finds it new among those of his team, asks her, and ends it."""
    opened(desk)
    nils, mona = Worker(account("nils")), Worker(account("mona"))
    _, queue = nils.get(TICKETS, team=str(desk.network.pk), view="open")
    (ticket,) = queue["items"]

    _, ticket = nils.act(ticket, "take")
    _, ticket = nils.act(ticket, "start")
    asked = {"pause_reason": "requester", "question": "Which floor?", "reason": "Two printers."}
    _, held = nils.act(ticket, "hold", **asked)
    ends = {"resolution": "A new roller.", "true_category": "Rollers"}
    stale, problem = nils.act(ticket, "resolve", **ends)
    _, hers = mona.get(f"{TICKETS}/{held['id']}")
    _, answered = mona.act(hers, "answer", text="The second.")
    _, told = nils.act(answered, "note", text="@vera, is there a spare roller?")
    _, words = mona.get(f"{TICKETS}/{held['id']}/messages")
    _, resolved = nils.act(answered, "resolve", **ends)

    assert (ticket["state"], held["state"], answered["state"]) == (
        *("in_progress", "on_hold"),
        "in_progress",
    )
    assert (stale, problem["status"], problem["type"].startswith("/api/v1/#")) == (412, 412, True)
    assert told["warnings"] == []
    # The note is for the desk: Mona reads what she was asked, and what she answered.
    assert [each["text"] for each in words["items"]][-2:] == ["Which floor?", "The second."]
    assert (resolved["state"], resolved["true_category"]) == ("resolved", "Rollers")


def test_what_belongs_to_a_ticket_is_put_there(desk: Desk) -> None:
    opened(desk)
    opened(desk)
    nils = Worker(account("nils"))
    _, queue = nils.get(TICKETS, view="open")
    one, other = queue["items"]
    picture = {"file": SimpleUploadedFile("roller.png", b"\x89PNG"), "record": "desk.ticket"}

    added = Client().post(
        "/api/v1/office/files", {**picture, "row": one["id"]}, headers=bearer(account("nils"))
    )
    _, files = nils.get("/api/v1/office/files", record="desk.ticket", row=str(one["id"]))
    spent: dict[str, Any] = {"day": "2016-04-04", "minutes": 25, "activity": "diagnosis"}
    logged, entry = nils.post(TIMES, ticket=one["id"], **spent)
    linked, _ = nils.act(one, "link", kind="related", other=other["id"])
    _, one = nils.get(f"{TICKETS}/{one['id']}")
    _, other = nils.get(f"{TICKETS}/{other['id']}")
    merged, into = nils.act(other, "merge", into=one["id"], reason="The same printer.")

    assert (added.status_code, [each["name"] for each in files["items"]]) == (201, ["roller.png"])
    assert (logged, entry["minutes"], linked) == (201, 25, 200)
    assert (merged, into["merged_into"]["id"]) == (200, one["id"])


def test_an_escalation_goes_up_and_what_was_learnt_is_written_down(desk: Desk) -> None:
    """Nils is led by Vera, so what he escalates is hers to answer."""
    opened(desk)
    nils, vera = Worker(account("nils")), Worker(account("vera"))
    _, queue = nils.get(TICKETS, view="open")
    _, ticket = nils.act(queue["items"][0], "take")

    unsaid, problem = nils.post(ESCALATIONS, ticket=ticket["id"])
    asked: dict[str, Any] = {"ticket": ticket["id"], "direction": "hierarchical"}
    raised, row = nils.post(ESCALATIONS, **asked, reason="No rollers left.")
    _, hers = vera.get(ESCALATIONS)
    took, _ = vera.post(f"{ESCALATIONS}/{row['id']}/acts/acknowledge", f'"{row["id"]}.1"')
    _, ticket = nils.get(f"{TICKETS}/{ticket['id']}")
    ends = {"resolution": "A new roller.", "true_category": "Rollers"}
    _, ended = nils.act(ticket, "resolve", **ends)
    _, back = nils.act(ended, "reopen", reason="It jams again.")
    words = {"title": "Change a roller", "text": "Open the lid.", "audience": "technicians"}
    written, article = nils.post(f"{API}/articles", **words, source_ticket=ticket["id"])

    assert (unsaid, [each["pointer"] for each in problem["errors"]]) == (
        *(422, ["/direction", "/reason"]),
    )
    assert (raised, [each["id"] for each in hers["items"]], took) == (201, [row["id"]], 200)
    assert (ended["state"], back["state"]) == ("resolved", "in_progress")
    assert (written, article["source_ticket"]["id"]) == (201, ticket["id"])
