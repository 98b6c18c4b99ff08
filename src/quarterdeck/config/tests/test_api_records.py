"""What programs read and write of records: pages, versions, history, and problems in words."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from quarterdeck.config.api.assembly import document
from quarterdeck.config.api.past import former_columns
from quarterdeck.config.api.problems import KINDS
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.models import HistoryEntry
from quarterdeck.core.records import all_records, record_of
from quarterdeck.desk.tests.web_cast import NOON, Desk, add_tickets, open_desk
from quarterdeck.services.models import Service

TICKETS, SERVICES = "/api/v1/desk/tickets", "/api/v1/services/services"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with time_machine.travel(NOON, tick=False):
        yield open_desk()


class Program:
    """A program with a token of one account."""

    def __init__(self, account: Any) -> None:
        self.headers, self.client = bearer(account), Client()

    def get(self, address: str, **asked: Any) -> Any:
        return self.client.get(address, asked, headers=self.headers)

    def send(self, method: str, address: str, body: Any, **headers: str) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        kind = headers.pop("kind", "application/json")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, address, text, kind, headers={**self.headers, **named})


@pytest.fixture
def program(desk: Desk) -> Program:
    """A program of Ada, who administers."""
    made = Program(desk.ada)
    # The first request of a day notes the use of the token.
    made.get("/api/v1/openapi.json")
    return made


def problem(response: HttpResponseBase) -> dict[str, Any]:
    """Return what a problem says, without the sentence that belongs to its kind."""
    told: dict[str, Any] = json.loads(response.content)  # type: ignore[attr-defined]  # the base has none
    return {name: told[name] for name in ("status", "detail", "errors") if name in told}


def test_a_list_has_the_rows_their_number_and_no_more(desk: Desk, program: Program) -> None:
    add_tickets(desk, 3)

    page = program.get(TICKETS).json()

    assert ([row["number"] for row in page["items"]], page["count"], page["next"]) == (
        ["INC3", "INC2", "INC1"],
        {"amount": 3, "is_bounded": False},
        None,
    )


def test_pages_follow_one_another_without_gap_or_repeat(desk: Desk, program: Program) -> None:
    add_tickets(desk, 5)
    found, page = [], program.get(TICKETS, limit=2).json()

    while page["items"]:
        found += [row["number"] for row in page["items"]]
        page = (
            program.get(TICKETS, limit=2, after=page["next"]).json()
            if page["next"]
            else {"items": []}
        )

    assert found == ["INC5", "INC4", "INC3", "INC2", "INC1"]


def test_the_next_page_stands_in_the_header_too(desk: Desk, program: Program) -> None:
    add_tickets(desk, 2)

    response = program.get(TICKETS, limit=1, state="in_progress")

    following = response.headers["Link"].split(">")[0].strip("<")
    assert [row["number"] for row in program.get(following).json()["items"]] == ["INC1"]


def test_a_list_is_narrowed_like_the_page(desk: Desk, program: Program) -> None:
    add_tickets(desk, 2)
    add_tickets(desk, 1, state="new", team=desk.workplace)

    found = program.get(TICKETS, state="new", team=desk.workplace.pk, view="open").json()

    assert [row["number"] for row in found["items"]] == ["INC3"]


def test_a_row_names_what_it_refers_to(desk: Desk, program: Program) -> None:
    ticket = add_tickets(desk, 1)[0]

    row = program.get(f"{TICKETS}/{ticket.pk}").json()

    assert (row["team"], row["requester"], row["opened_at"]) == (
        {"id": desk.network.pk, "title": "Network"},
        None,
        "2016-03-29T13:00:00Z",
    )


def test_what_an_account_may_not_see_is_in_no_list(desk: Desk) -> None:
    add_tickets(desk, 1)

    assert Program(desk.mona).get(TICKETS).json()["count"]["amount"] == 0


@pytest.mark.parametrize("amount", [1, 3])
def test_a_list_asks_the_database_the_same_few_questions(
    amount: int, desk: Desk, program: Program, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add_tickets(desk, amount)

    # Token, roles, zone, rows, count, and how service, batch and team are called.
    with django_assert_num_queries(8):
        program.get(TICKETS)


def test_a_detail_asks_the_database_few_questions(
    desk: Desk, program: Program, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = add_tickets(desk, 1)[0]

    # Token, roles, row, and how service, batch and team are called.
    with django_assert_num_queries(6):
        program.get(f"{TICKETS}/{ticket.pk}")


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"stat": "new"}, "stat"),
        ({"state": "newish"}, "0"),
        ({"limit": "201"}, "limit"),
        ({"opened_at_from": "yesterday"}, "opened_at_from"),
    ],
)
def test_what_cannot_be_asked_is_named(
    asked: dict[str, str], parameter: str, program: Program
) -> None:
    told = problem(program.get(TICKETS, **asked))

    assert [each["parameter"] for each in told["errors"]] == [parameter]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyIyMDE2Il0", "%00"])
def test_a_forged_cursor_cannot_be_read(cursor: str, program: Program) -> None:
    assert program.get(TICKETS, after=cursor).status_code in {400, 422}


def test_a_new_row_says_where_it_is(desk: Desk, program: Program) -> None:
    response = program.send("POST", SERVICES, {"name": "Print", "owner": desk.ada.person_id})

    key = Service.objects.get(name="Print").pk
    assert (response.status_code, response.headers["Location"], response.headers["ETag"]) == (
        201,
        f"{SERVICES}/{key}",
        f'"{key}.1"',
    )


def test_a_change_answers_with_the_new_version(desk: Desk, program: Program) -> None:
    address = f"{SERVICES}/{desk.mail.pk}"
    seen = program.get(address).headers["ETag"]

    response = program.send("PATCH", address, {"name": "Post"}, If_Match=seen)

    row = response.json()
    assert (row["name"], row["version"], response.headers["ETag"]) == (
        "Post",
        2,
        f'"{desk.mail.pk}.2"',
    )


def test_of_two_who_change_the_same_version_the_second_is_told(
    desk: Desk, program: Program
) -> None:
    address, seen = f"{SERVICES}/{desk.mail.pk}", f'"{desk.mail.pk}.1"'
    program.send("PATCH", address, {"name": "Post"}, If_Match=seen)

    response = program.send("PATCH", address, {"name": "Letters"}, If_Match=seen)

    name = Service.objects.get(pk=desk.mail.pk).name
    assert (response.status_code, response.headers["ETag"], name) == (
        412,
        f'"{desk.mail.pk}.2"',
        "Post",
    )


def test_a_change_says_what_it_has_seen(desk: Desk, program: Program) -> None:
    response = program.send("PATCH", f"{SERVICES}/{desk.mail.pk}", {"name": "Post"})

    assert response.status_code == 428


def test_a_list_of_versions_may_be_named(desk: Desk, program: Program) -> None:
    seen = f'"{desk.mail.pk}.7", "{desk.mail.pk}.1"'

    response = program.send("PATCH", f"{SERVICES}/{desk.mail.pk}", {}, If_Match=seen)

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": "Print", "colour": "red"}, "/colour"),
        ({"name": "Print", "owner": 10**12}, "/owner"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"name": "\ud800"}, "/name"),
        ({"name": None}, "/name"),
        ({"name": "Mail"}, "/name"),
        ([], ""),
    ],
)
def test_each_wrong_value_is_named_by_its_place(
    body: object, pointer: str, program: Program
) -> None:
    told = problem(program.send("POST", SERVICES, body))

    assert (told["status"], [each["pointer"] for each in told["errors"]]) == (422, [pointer])


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/api/v1/portal/delegations", ("begins_at", "ends_at")),
        ("/api/v1/people/absences", ("starts_at", "ends_at")),
    ],
)
def test_an_instant_beyond_the_years_of_utc_is_named_by_its_place(
    address: str, names: tuple[str, str], program: Program
) -> None:
    first, last = names
    values = {first: "0001-01-01T00:00:00+14:00", last: "9999-12-31T23:59:00-14:00"}

    told = problem(program.send("POST", address, {"receiver": 1, "reason": "Leave", **values}))

    pointers = [each["pointer"] for each in told["errors"] if each["pointer"].endswith("_at")]
    assert (told["status"], pointers) == (422, [f"/{first}", f"/{last}"])


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("{", "application/json", 400),
        ('{"name": NaN}', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ("\xff", "application/json", 400),
        ("name=Print", "application/x-www-form-urlencoded", 415),
        ('{"name": "' + "x" * 2**21 + '"}', "application/json", 413),
    ],
)
def test_what_cannot_be_read_is_refused(
    text: str, kind: str, status: int, program: Program
) -> None:
    sent = program.client.generic(
        "POST", SERVICES, text.encode("latin-1"), kind, headers=program.headers
    )

    assert (sent.status_code, sent.headers["Content-Type"]) == (status, "application/problem+json")


def test_what_a_place_cannot_do_is_said(program: Program) -> None:
    response = program.send("DELETE", SERVICES, "")

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_a_refused_act_says_why(desk: Desk, program: Program) -> None:
    response = program.send("POST", f"/api/v1/imports/{desk.batch.pk}/decision", {"accept": "all"})

    detail = f"Batch {desk.batch.pk}: log.csv is not waiting for a decision: applied."
    assert problem(response) == {"status": 409, "detail": detail}


def test_a_period_that_cannot_be_read_is_a_parameter_at_fault(program: Program) -> None:
    told = problem(program.get("/api/v1/scorecard", period="March"))

    assert [each["parameter"] for each in told["errors"]] == ["period"]


def test_a_problem_leads_to_its_explanation(desk: Desk, program: Program) -> None:
    kind = program.get(f"{SERVICES}/0").json()["type"]
    reader = Client()
    reader.force_login(desk.mona)
    address, _, place = kind.partition("#")

    assert f'id="{place}"' in reader.get(address).content.decode()


def test_history_is_told_page_by_page(desk: Desk, program: Program) -> None:
    address = f"{SERVICES}/{desk.mail.pk}"
    for version, name in enumerate(("Post", "Letters"), start=1):
        program.send("PATCH", address, {"name": name}, If_Match=f'"{desk.mail.pk}.{version}"')

    first = program.get(f"{address}/history", limit=1).json()
    second = program.get(f"{address}/history", limit=1, after=first["next"]).json()

    changes = [first["items"][0]["columns"], second["items"][0]["columns"]]
    assert (changes, second["next"]) == (
        [
            [{"column": "name", "before": "Post", "after": "Letters"}],
            [{"column": "name", "before": "Mail", "after": "Post"}],
        ],
        None,
    )


def test_history_tells_what_stood_in_a_column_of_earlier_days() -> None:
    entries = [
        HistoryEntry(before={"post_box": 3}, after={"name": "Post", "post_box": 4}),
        HistoryEntry(before={"name": "Post"}, after=None),
    ]

    assert former_columns(entries, record_of(Service)) == ["post_box"]


def test_every_field_is_described_with_an_example() -> None:
    fields = {
        f"{name}.{field}": ("description" in told, "examples" in told)
        for name in ("Ticket", "Service", "NewService", "ServiceChange", "ImportBatch")
        for field, told in document()["components"]["schemas"][name]["properties"].items()
    }

    assert fields == dict.fromkeys(fields, (True, True))


def test_what_the_history_masks_is_shown_to_no_program() -> None:
    schemas = document()["components"]["schemas"]
    masked = {
        f"{record.key}.{name}"
        for record in all_records()
        for name in getattr(record.model, "history_masked", ())
        if name in schemas[record.model.__name__]["properties"]
    }

    assert masked == set()


def test_the_page_lists_every_operation_and_problem(desk: Desk) -> None:
    reader = Client()
    reader.force_login(desk.mona)

    page = reader.get(reverse("api")).content.decode()

    paths = [path for path in document()["paths"] if f"<code>{path}</code>" not in page]
    kinds = [kind.name for kind in KINDS if f'id="problem-{kind.name}"' not in page]
    assert (paths, kinds) == ([], [])
