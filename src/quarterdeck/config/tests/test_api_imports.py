"""A program takes a table in, from the upload to the applied batch, without a browser."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quarterdeck.config.api.assembly import document
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.models import Account, Person
from quarterdeck.desk.tests.web_cast import Desk, open_desk
from quarterdeck.office.models import ImportBatch, ImportMapping
from quarterdeck.office.verbs.mappings import remember_mapping

IMPORTS = "/api/v1/imports"
TABLE = b"Nr,Mitarbeiter,Mail,Eintritt\n1,Ada Lovelace,ada@example.org,31.01.2020\n"
COLUMNS = {"external_id": "Nr", "name": "Mitarbeiter", "email": "Mail", "starts_on": "Eintritt"}
KNOWN_FORMAT = "servicenow-incident-events"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


class Importer:
    """A program with a token of whoever administers."""

    def __init__(self, account: Account) -> None:
        self.headers, self.client = bearer(account), Client()

    def upload(self, content: bytes = TABLE, profile: str = "people-table", **sent: Any) -> Any:
        """Send a table; what is no text goes as JSON."""
        texts = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in sent.items()
        }
        file = SimpleUploadedFile("people.csv", content)
        given = {"file": file, "profile": profile, "source": "hr", **texts}
        return self.client.post(IMPORTS, given, headers=self.headers)

    def get(self, address: str) -> Any:
        return self.client.get(address, headers=self.headers).json()

    def post(self, address: str, body: dict[str, Any]) -> Any:
        return self.client.post(address, json.dumps(body), "application/json", headers=self.headers)


@pytest.fixture
def program(desk: Desk) -> Importer:
    return Importer(desk.ada)


def faults(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    told = [(each["pointer"], each["detail"]) for each in answer.json()["errors"]]
    return answer.status_code, answer["Content-Type"], told


PROBLEM = (422, "application/problem+json")


def test_a_table_comes_in_from_upload_to_application(program: Importer) -> None:
    begun = program.upload(mapping={"columns": COLUMNS})
    run_worker(until_idle=True)
    examined = program.get(begun["Location"])
    program.post(f"{begun['Location']}/decision", {"accept": "all"})
    run_worker(until_idle=True)

    applied = program.get(begun["Location"])
    ada = Person.objects.get(source="hr")
    assert (begun.status_code, examined["state"], applied["state"], applied["created"]) == (
        202,
        "examined",
        "applied",
        1,
    )
    assert (ada.name, ada.external_id, str(ada.starts_on)) == ("Ada Lovelace", "1", "2020-01-31")


def test_a_column_that_is_not_there_is_named_and_nothing_is_kept(program: Importer) -> None:
    batches = ImportBatch.objects.count()

    answer = program.upload(mapping={"columns": {**COLUMNS, "unit": "Abteilung"}})

    told = "The file has no column “Abteilung”; it has Nr, Mitarbeiter, Mail, Eintritt."
    assert (faults(answer), ImportBatch.objects.count()) == (
        (*PROBLEM, [("/mapping/columns/unit", told)]),
        batches,
    )


@pytest.mark.parametrize(
    ("mapping", "pointer", "told"),
    [
        (
            {"columns": {"external_id": "Nr"}},
            "/mapping/columns/name",
            "Which column holds name or last name?",
        ),
        (
            {"columns": COLUMNS, "options": {"absent": "fire"}},
            "/mapping/options/absent",
            "“fire” is no answer; expected one of keep, leave.",
        ),
        (
            {"columns": COLUMNS, "colour": "red"},
            "/mapping/colour",
            "Extra inputs are not permitted",
        ),
        ({"sheet": "One"}, "/mapping/columns", "Field required"),
        (
            {"columns": COLUMNS, "words": {"state": {"\0": "resolved"}}},
            "/mapping",
            "expected no zero characters, which no table holds",
        ),
    ],
)
def test_a_mapping_that_cannot_be_worked_with_is_refused(
    program: Importer, mapping: dict[str, Any], pointer: str, told: str
) -> None:
    assert faults(program.upload(mapping=mapping)) == (*PROBLEM, [(pointer, told)])


TICKETS = b"No,Opened,Status\n1,2016-03-01 08:00,Erledigt\n"
TICKET_COLUMNS = {"number": "No", "opened_at": "Opened", "state": "Status"}
DATE_FIELDS = "opened_at, resolved_at, closed_at, due_at"
WORD_FIELDS = "state, priority, kind, impact, urgency, sla_kept, hold_reason"
DATE_FORMS = "iso, iso-day, or such as %d/%m/%Y %H:%M"
STATES = (
    "new, assigned, in_progress, on_hold, on_hold:requester, on_hold:vendor, on_hold:problem, "
    "on_hold:change, on_hold:evidence, on_hold:approval, resolved, closed, cancelled, unknown"
)


@pytest.mark.parametrize(
    ("part", "given", "pointer", "told"),
    [
        (
            "dates",
            {"opend_at": "iso"},
            "/mapping/dates/opend_at",
            f"There is no field “opend_at” of dates; expected one of {DATE_FIELDS}.",
        ),
        (
            "dates",
            {"state": "iso"},
            "/mapping/dates/state",
            f"There is no field “state” of dates; expected one of {DATE_FIELDS}.",
        ),
        (
            "dates",
            {"opened_at": "tomorrow"},
            "/mapping/dates/opened_at",
            f"There is no form of dates “tomorrow”; expected {DATE_FORMS}.",
        ),
        (
            "words",
            {"a/b~c": {"Erledigt": "resolved"}},
            "/mapping/words/a~1b~0c",
            f"There is no field “a/b~c” of words; expected one of {WORD_FIELDS}.",
        ),
        (
            "words",
            {"state": {"Erledigt": "resolvd"}},
            "/mapping/words/state/Erledigt",
            f"There is no meaning “resolvd”; expected one of {STATES}, or ? for not known.",
        ),
    ],
)
def test_a_name_inside_a_mapping_that_nobody_knows_is_named_with_its_place(
    program: Importer, part: str, given: dict[str, Any], pointer: str, told: str
) -> None:
    words = {"state": {"Erledigt": "resolved"}}
    mapping = {"columns": TICKET_COLUMNS, "words": words, part: given}

    sent = program.upload(TICKETS, "tickets-table", mapping=mapping)
    waiting = program.upload(TICKETS, "tickets-table", source="later")
    said = program.post(f"{waiting['Location']}/mapping", {"mapping": mapping})

    assert faults(sent) == (*PROBLEM, [(pointer, told)])
    assert faults(said) == (*PROBLEM, [(pointer, told)])


def test_an_unknown_field_of_columns_is_named_with_its_place(program: Importer) -> None:
    columns = {**TICKET_COLUMNS, "colour": "Status"}

    answer = program.upload(TICKETS, "tickets-table", mapping={"columns": columns})

    status, _, ((pointer, detail), *_) = faults(answer)
    assert (status, pointer, detail[:51]) == (
        422,
        "/mapping/columns/colour",
        "There is no field “colour”; expected one of number,",
    )


def test_dates_that_can_be_read_in_two_ways_have_to_be_said(program: Importer) -> None:
    table = TABLE.replace(b"31.01.2020", b"01/02/2020")

    answer = program.upload(table, mapping={"columns": COLUMNS})
    said = program.upload(table, mapping={"columns": COLUMNS, "dates": {"starts_on": "%d/%m/%Y"}})

    told = "Say how “Eintritt” writes its dates: “01/02/2020” can be day/month/year or "
    status, _, ((pointer, detail),) = faults(answer)
    assert (status, pointer, detail.startswith(told), said.status_code) == (
        422,
        "/mapping/columns/starts_on",
        True,
        202,
    )


def test_a_mapping_of_another_source_may_be_named(program: Importer, desk: Desk) -> None:
    first = program.upload(mapping={"columns": COLUMNS}, source="agency")
    batch = ImportBatch.objects.get(pk=first.json()["id"])
    remember_mapping(batch=batch, actor=desk.ada, at=batch.begun_at)

    lent = program.upload(mapping_of="agency")
    unknown = program.upload(mapping_of="nobody", source="other")

    told = "No table of the source “nobody” has been mapped yet."
    assert (lent.json()["state"], faults(unknown)) == (
        "staging",
        (*PROBLEM, [("/mapping_of", told)]),
    )


def test_an_unmapped_table_waits_for_a_person(program: Importer) -> None:
    assert program.upload().json()["state"] == "mapping"


def test_a_file_of_a_known_format_that_lacks_a_column_is_refused_at_once(
    program: Importer,
) -> None:
    answer = program.upload(profile=KNOWN_FORMAT)

    status, _, ((pointer, detail),) = faults(answer)
    assert (status, pointer, detail[:29]) == (422, "/file", "Line 1: missing column number")


def test_the_description_says_how_a_table_is_mapped() -> None:
    body = document()["paths"][IMPORTS]["post"]["requestBody"]["content"]["multipart/form-data"]

    mapping = body["schema"]["properties"]["mapping"]["properties"]
    assert set(mapping) == {"columns", "dates", "words", "sheet", "options"}


def test_what_a_program_said_is_remembered_for_the_next_file(program: Importer) -> None:
    begun = program.upload(mapping={"columns": COLUMNS})
    run_worker(until_idle=True)
    program.post(f"{begun['Location']}/decision", {"accept": "all"})
    run_worker(until_idle=True)

    again = program.upload()

    assert (again.json()["state"], ImportMapping.objects.get().source) == ("staging", "hr")
