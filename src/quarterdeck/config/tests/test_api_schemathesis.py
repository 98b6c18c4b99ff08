"""The OpenAPI document holds: whatever a program sends, the answer is one that is described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from ninja import Schema
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from quarterdeck.config.api import (
    answers,
    calendars,
    catalogue,
    descriptions,
    desk,
    desk_settings,
    desk_work,
    drafted_records,
    fields,
    imports,
    kept,
    measures,
    organisation,
    past,
    printing,
    qualification,
    remarks,
    schemas,
    steering,
    survey_work,
    tickets,
    training,
)
from quarterdeck.config.api.assembly import document
from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.config.wsgi import application
from quarterdeck.core.models import Person
from quarterdeck.core.records import all_records
from quarterdeck.core.vocabulary import Role, TokenScope
from quarterdeck.desk.models import TicketMessage
from quarterdeck.office.models import (
    ApprovalRequest,
    Attachment,
    Comment,
    Delegation,
    ImportBatch,
    PeriodRule,
    PrintRequest,
)
from quarterdeck.scorecard.models import Target

EXAMPLES = 2
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

pytestmark = pytest.mark.django_db


def operations(*methods: str) -> list[Any]:
    schema = schemathesis.openapi.from_dict(document())
    schema.app = application
    found: list[Any] = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]  # the document is sound
    return [operation for operation in found if operation.method in methods]


# What the keys of addresses that belong to no record lead to.
LEADING = {
    "/api/v1/imports/": ImportBatch,
    "/api/v1/desk/messages/": TicketMessage,
    "/api/v1/office/comments/": Comment,
    "/api/v1/office/files/": Attachment,
    "/api/v1/office/period-rules/": PeriodRule,
    "/api/v1/people/qualification/": Person,
    "/api/v1/portal/approvals/": ApprovalRequest,
    "/api/v1/portal/delegations/": Delegation,
    "/api/v1/scorecard/prints/": PrintRequest,
    "/api/v1/scorecard/targets/": Target,
}


def present_key(path: str) -> object:
    """Return the key of something that is there, or one that leads nowhere."""
    if path.startswith("/api/v1/measures/"):
        return "desk.cycle_time"
    models = LEADING | {f"/api/v1/{record.path}": record.model for record in all_records()}
    model = next(model for start, model in models.items() if path.startswith(start))
    return model._default_manager.values_list("pk", flat=True).first() or 1


def attack(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> None:
    """Send a few examples that fit the document and lead somewhere, or that do not."""
    is_fitting = mode is GenerationMode.POSITIVE
    key = present_key(operation.path) if is_fitting and "{key}" in operation.path else None

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if key is not None:
            case.path_parameters["key"] = key
        case.call_and_validate(headers=headers, checks=CHECKS)

    send()


@pytest.fixture(autouse=True)
def lasting_connection() -> Iterator[None]:
    """The server's end of a request would close the connection that holds the test's rows."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    ("scope", "mode", "methods"),
    [
        (TokenScope.READ, GenerationMode.POSITIVE, ("get", "post")),
        (TokenScope.WRITE, GenerationMode.POSITIVE, ("post", "patch")),
        (TokenScope.WRITE, GenerationMode.NEGATIVE, ("get", "post", "patch")),
    ],
)
def test_every_operation_answers_as_the_document_says(
    scope: TokenScope, mode: GenerationMode, methods: tuple[str, ...], cast: Cast
) -> None:
    headers = {**bearer(cast.accounts[Role.ADMINISTRATOR], scope), "If-Match": "*"}

    for operation in operations(*methods):
        attack(operation, mode, headers)


def test_no_record_shares_its_name_with_an_answer_of_ours() -> None:
    """The document has one schema for each name: of two, the later would describe both."""
    written = {
        name
        for module in (
            *(answers, calendars, catalogue, descriptions, desk, desk_settings, desk_work),
            *(drafted_records, organisation, remarks, survey_work),
            *(fields, imports, kept, measures, past, printing, qualification, schemas),
            *(steering, tickets, training),
        )
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, Schema)
    }

    made = {
        name
        for model in (record.model.__name__ for record in all_records())
        for name in (model, f"{model}Page", f"{model}Asked", f"{model}Change", f"New{model}")
    }
    assert written & made == set()
