"""Operations take what their document names and nothing else, and write down what differs alone."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from quarterdeck.config.api.assembly import document
from quarterdeck.config.api.records import door_to
from quarterdeck.config.tests import knowledge_routes
from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.test_routes import arguments
from quarterdeck.config.tests.tokens import Program, bearer
from quarterdeck.core.models import Account, Act, Person, Team
from quarterdeck.core.records import Record, all_records
from quarterdeck.core.vocabulary import Role

JSON, FORM = "application/json", "multipart/form-data"
UNKNOWN = "no_such_field"

pytestmark = pytest.mark.django_db


def bodies(media: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give method, path and schema of each operation that takes such a body."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if media in content:
                yield method.upper(), path, content[media]["schema"]


def pointers(answer: Any) -> list[str]:
    told = json.loads(answer.content)
    return [each.get("pointer", "") for each in told.get("errors", [])]


def test_each_operation_refuses_a_field_that_it_does_not_know_and_names_it(cast: Cast) -> None:
    headers, lenient = bearer(cast.accounts[Role.ADMINISTRATOR]), []
    for method, path, _ in bodies(JSON):
        address = path.replace("{key}", "1").replace("{moment}", "1").replace("{file}", "1")
        sent = json.dumps({UNKNOWN: 1})
        answer = Client().generic(method, address, sent, JSON, headers=headers)
        if answer.status_code != 422 or f"/{UNKNOWN}" not in pointers(answer):
            lenient.append((method, path, answer.status_code))

    assert lenient == []


def test_each_form_with_files_refuses_a_field_that_it_does_not_know_and_names_it(
    cast: Cast,
) -> None:
    headers = bearer(cast.accounts[Role.ADMINISTRATOR])
    (article,) = knowledge_routes.TABLE.arguments(cast)["for-network"]
    found = {}
    for _, path, _ in bodies(FORM):
        address = path.replace("{key}", str(article))
        answer = Client().post(address, {UNKNOWN: "1"}, headers=headers)
        found[path] = (answer.status_code, pointers(answer))

    assert set(map(str, found.values())) == {str((422, [f"/{UNKNOWN}"]))}
    assert len(found) >= 7


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Give each object that a schema speaks of, at any depth."""
    if isinstance(schema, list):
        for each in schema:
            yield from objects(each)
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from objects(document()["components"]["schemas"][name])
    if "properties" in schema:
        yield schema
    for key, each in schema.items():
        if key != "examples":
            yield from objects(each)


def test_what_stands_within_what_is_sent_knows_its_fields_too() -> None:
    lenient = {
        (path, inner.get("title", ""))
        for _, path, schema in bodies(JSON)
        for inner in objects(schema)
        if inner.get("additionalProperties") is not False
    }

    assert lenient == set()


def changeable(record: Record, cast: Cast) -> tuple[Account, Any] | None:
    """Return a row that somebody may change by a program, and who that is."""
    for role in (Role.ADMINISTRATOR, Role.IT_MANAGER, Role.HR_PARTNER, Role.TEAM_LEAD, *Role):
        account = cast.accounts[role]
        for row in record.visible_to(account).order_by("pk")[:20]:
            if record.may_change(account, row):
                return account, row
    return None


def _explain_names(cast: Cast) -> None:
    """Let somebody have said whom names of another tool mean."""
    known = {"source": "zammad", "text": "2nd line"}
    program = Program(cast.accounts[Role.IT_MANAGER])
    team, person = Team.objects.order_by("pk")[0], Person.objects.order_by("pk")[0]
    assert program.post("/api/v1/desk/team-aliases", **known, team=team.pk)[0] == 201
    assert program.post("/api/v1/desk/person-aliases", **known, person=person.pk)[0] == 201


def test_a_change_that_changes_nothing_writes_no_act_and_no_version(cast: Cast) -> None:
    arguments(cast)
    _explain_names(cast)
    found, without = {}, []
    for record in all_records():
        taken = door_to(record).schemas.changed
        if taken is None:
            continue
        chosen = changeable(record, cast)
        if chosen is None:
            without.append(record.key)
            continue
        account, row = chosen
        program, address = Program(account), f"/api/v1/{record.path}{row.pk}"
        _, told = program.get(address)
        same = {name: sendable(told[name]) for name in taken.model_fields}
        before = Act.objects.count()
        status, answer = program.patch(address, "*", **same)
        news = Act.objects.count() - before
        found[record.key] = (status, news, answer if status != 200 else answer == told)

    assert {key: each for key, each in found.items() if each != (200, 0, True)} == {}
    # A membership is ended, and never changed by anybody.
    assert without == ["core.teammembership"]


def sendable(value: Any) -> Any:
    """Return what is sent for what was read: a reference by its key."""
    return value["id"] if isinstance(value, dict) and {*value} == {"id", "title"} else value


def test_settings_that_stay_as_they_are_write_no_act(cast: Cast) -> None:
    program = Program(cast.accounts[Role.IT_MANAGER])
    _, told = program.get("/api/v1/office/organisation")
    same = {name: sendable(told[name]) for name in ("name", "calendar", "default_team")}
    before = Act.objects.count()

    answers = [program.patch("/api/v1/office/organisation", "*", **each) for each in ({}, same)]

    assert answers == [(200, told)] * 2
    assert Act.objects.count() == before
