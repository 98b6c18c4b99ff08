"""A program reads what is asked about a file that waits, and answers with no other knowledge."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quarterdeck.config.tests.test_imports_own_words import in_form
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.jobs.worker import run_worker
from quarterdeck.core.models import Account
from quarterdeck.desk.tests.web_cast import open_desk

AMERICAN = "%m-%d-%Y %H:%M:%S"

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Account:
    """Somebody who may import."""
    return open_desk().ada


def test_a_program_that_knows_no_field_is_asked_and_answers(
    tmp_path: Path, client: Client, manager: Account
) -> None:
    """The 1st to the 3rd of March, or the 3rd of January to the 3rd of March: nothing tells."""
    headers = bearer(manager)
    path = in_form(tmp_path / "log.csv", "%m-%d-%Y %H:%M:%S", 1, 2, 3)
    file = SimpleUploadedFile("log.csv", path.read_bytes())
    given = {"file": file, "profile": "servicenow-incident-events", "zone": "UTC"}
    address = client.post("/api/v1/imports", given, headers=headers)["Location"]

    asked = client.get(f"{address}/mapping", headers=headers).json()
    forms = dict.fromkeys((each["pointer"].split("/")[-1] for each in asked["questions"]), AMERICAN)
    body = json.dumps({"mapping": asked["mapping"] | {"dates": forms}})
    said = client.post(f"{address}/mapping", body, "application/json", headers=headers)
    run_worker(until_idle=True)
    examined = client.get(address, headers=headers).json()
    late = client.get(f"{address}/mapping", headers=headers).json()

    two = "day-month-year hour:minute:second or month-day-year hour:minute:second."
    assert asked["questions"] == [
        {
            "pointer": f"/mapping/columns/{name}",
            "detail": f"Say how “{head}” writes its dates: “03-01-2016 09:00:00” can be {two}",
        }
        for name, head in (("occurred", "sys_updated_at"), ("opened", "opened_at"))
    ]
    assert (said.status_code, examined["state"], examined["rejected"]) == (202, "examined", 0)
    # What was examined can be said anew: its answers stand there, and nothing is asked.
    assert (late["mapping"]["dates"], late["questions"]) == (forms, [])


def test_a_program_reads_what_a_table_of_any_columns_may_hold(
    client: Client, manager: Account
) -> None:
    headers = bearer(manager)
    table = b"Nr,Mitarbeiter\n1,Ada Lovelace\n"
    given = {"file": SimpleUploadedFile("people.csv", table), "profile": "people-table"}
    address = client.post("/api/v1/imports", given, headers=headers)["Location"]

    told = client.get(f"{address}/mapping", headers=headers).json()
    strange = client.get(f"{address}/mapping", {"sheet": "Two"}, headers=headers).json()
    client.post(f"{address}/withdraw", headers=headers)
    gone = client.get(f"{address}/mapping", headers=headers)

    fields = {each["name"]: (each["title"], each["kind"]) for each in told["fields"]}
    assert (told["header"], told["sheets"]) == (["Nr", "Mitarbeiter"], [])
    assert fields["starts_on"][1] == "date"
    assert strange["errors"] == [{"detail": "The file has no such sheet.", "parameter": "sheet"}]
    assert gone.status_code == 409
