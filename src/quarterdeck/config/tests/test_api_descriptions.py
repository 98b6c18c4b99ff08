"""What programs do with job descriptions: take one in, review, approve, bring up to date."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.models import Account
from quarterdeck.people.models import ClassVersion, JobDraft, SuccessMeasure
from quarterdeck.people.tests.house import DESCRIPTION, DOUBTFUL, House, open_house

PEOPLE = "/api/v1/people"
BERTHS, LIGHTS = "Assigns berths to every ship that calls.", "Keeps the lights of the pier burning."
PLACING = {"effective_on": "2026-01-01", "family": "Port", "title": "Harbour Master"}

pytestmark = pytest.mark.django_db


class Program:
    """A program that reviews in the name of an account."""

    def __init__(self, account: Account) -> None:
        self.client, self.token = Client(), bearer(account)

    def upload(self, text: str = DESCRIPTION, **values: Any) -> tuple[int, Any]:
        file = SimpleUploadedFile("harbour-master.txt", text.encode())
        sent = {"file": file, **values}
        answer = self.client.post(f"{PEOPLE}/job-drafts/import", sent, headers=self.token)
        return answer.status_code, json.loads(answer.content)

    def get(self, address: str, **asked: Any) -> Any:
        answer = self.client.get(f"{PEOPLE}/{address}", asked, headers=self.token)
        return json.loads(answer.content)

    def records(self, draft: Any) -> dict[str, Any]:
        rows = self.get("drafted-records", draft=draft["id"], limit=200)["items"]
        return {row["text"]: row for row in rows}

    def send(self, address: str, seen: Any = None, **values: Any) -> tuple[int, Any]:
        """Post to an address, for the row that was seen."""
        tag = {"If-Match": f'"{seen["id"]}.{seen["version"]}"'} if seen else {}
        answer = self.client.post(
            f"{PEOPLE}/{address}",
            json.dumps(values),
            "application/json",
            headers={**self.token, **tag},
        )
        return answer.status_code, json.loads(answer.content)

    def act(self, name: str, row: Any, **values: Any) -> tuple[int, Any]:
        return self.send(f"drafted-records/{row['id']}/{name}", row, **values)


@pytest.fixture
def house() -> House:
    return open_house()


@pytest.fixture
def program(house: House) -> Program:
    return Program(house.iris)


def approved(program: Program) -> Any:
    """Take the description in, confirm what is doubtful, accept the rest, and approve."""
    _, draft = program.upload()
    program.act("confirm", program.records(draft)[DOUBTFUL])
    program.send(f"job-drafts/{draft['id']}/accept", at_least="low")
    return program.send(f"job-drafts/{draft['id']}/approve", draft, **PLACING)[1]


def test_a_description_is_taken_from_its_file_to_a_class_whose_measure_is_computed(
    program: Program,
) -> None:
    version = approved(program)

    measure = program.get("measures-of-success", class_version=version["id"], q="berthing")
    (success,) = measure["items"]
    address = f"measures-of-success/{success['id']}/link"
    status, linked = program.send(address, success, measure="desk.cycle_time")
    target = (success["operator"], success["value"], success["is_confirmed"])
    assert target == (">=", "80.0000", True)
    assert (status, linked["measure_key"]) == (200, "desk.cycle_time")
    assert ClassVersion.objects.get().number == 1


def test_each_act_of_the_review_is_open_to_programs(program: Program) -> None:
    _, draft = program.upload()
    seen = program.records(draft)

    _, accepted = program.act("accept", seen[BERTHS])
    _, parts = program.act("split", seen[LIGHTS], parts=["Keeps the lights.", "Burns them."])
    first, second = parts["items"]
    _, joined = program.act("merge", second, into=first["id"], into_version=first["version"])
    _, corrected = program.act("correct", joined, text="Tends lights.", payload={"modality": "may"})
    _, dropped = program.act("drop", corrected)
    _, restored = program.act("restore", dropped)
    _, added = program.send(
        f"job-drafts/{draft['id']}/records",
        kind="duty",
        text="Sounds the horn.",
        payload={"modality": "as needed"},
        start=0,
        end=14,
    )

    states = [row["state"] for row in (accepted, joined, corrected, dropped, restored, added)]
    assert states == ["accepted", "corrected", "corrected", "dropped", "unconfirmed", "added"]
    assert joined["text"] == "Keeps the lights. Burns them."
    assert (restored["text"], restored["payload"]["modality"]) == ("Tends lights.", "may")
    assert (added["spans"], added["payload"]["modality"]) == ([[0, 14]], "as needed")


def test_what_was_decided_meanwhile_is_not_decided_again(program: Program, house: House) -> None:
    _, draft = program.upload()
    seen = program.records(draft)[BERTHS]
    program.act("accept", seen)

    late, _ = Program(house.hal).act("drop", seen)
    blind, _ = program.send(f"drafted-records/{seen['id']}/drop")

    assert (late, blind) == (412, 428)
    assert program.records(draft)[BERTHS]["state"] == "accepted"


def test_a_field_that_the_kind_lacks_and_a_word_that_it_does_not_know_are_named(
    program: Program,
) -> None:
    _, draft = program.upload()
    seen = program.records(draft)[BERTHS]

    status, problem = program.act("correct", seen, payload={"modality": "often", "colour": "red"})

    pointers = sorted(error["pointer"] for error in problem["errors"])
    assert (status, pointers) == (422, ["/payload/colour", "/payload/modality"])


def test_what_is_doubtful_is_neither_accepted_nor_approved_unseen(program: Program) -> None:
    _, draft = program.upload()

    accepted, _ = program.act("accept", program.records(draft)[DOUBTFUL])
    approved, problem = program.send(f"job-drafts/{draft['id']}/approve", draft, **PLACING)

    assert (accepted, approved, DOUBTFUL in problem["detail"]) == (409, 409, True)


def test_a_changed_document_says_what_it_changes_in_its_class(program: Program) -> None:
    version = approved(program)
    text = DESCRIPTION.replace("99.5%", "99.9%").replace(
        "  1. Assigns berths", "  1. Reserves berths"
    )

    _, draft = program.upload(text, job_class=version["job_class"]["id"])

    told = program.get(f"job-drafts/{draft['id']}/difference")
    before = {each["before"] for each in told["reworded"]}
    assert (told["version"], told["new"], told["gone"]) == (1, [], [])
    assert before == {BERTHS, "99.5% of lights burning at night"}


def test_a_file_that_cannot_be_read_is_refused_with_its_reason(program: Program) -> None:
    status, problem = program.upload("\x00\x01 no text")

    assert (status, problem["errors"][0]["pointer"]) == (422, "/file")
    assert not JobDraft.objects.exists()


def test_a_technician_finds_no_draft_and_links_no_measure(program: Program, house: House) -> None:
    approved(program)
    draft, success = JobDraft.objects.get(), SuccessMeasure.objects.all()[0]
    technician = Program(house.ben)

    hidden, _ = technician.send(f"job-drafts/{draft.pk}/accept", at_least="low")
    shown, _ = technician.send(f"measures-of-success/{success.pk}/link", reason="None.")

    assert (hidden, shown) == (404, 403)
