"""Every list costs a fixed number of queries, with one row and with twenty."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.test_markup import READERS, complete
from quarterdeck.config.tests.test_routes import undone
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.core.records import Record, all_records
from quarterdeck.core.vocabulary import Role

MANY = 20
AT = datetime(2016, 4, 4, 9, tzinfo=UTC)
# What a list costs its reader: session, account and roles, the organisation, what the reader kept
# of the list, the rows and their count; and what a few lists read besides.
USUAL = 7
OTHERS = {
    "office.savedview": 5,
    **dict.fromkeys(("desk.mention", "planning.correctiveaction", "office.approvalrequest"), 8),
    **dict.fromkeys(("people.position", "people.incumbency", "people.enrolment"), 8),
    **dict.fromkeys(("people.absence", "people.education", "people.experience"), 8),
    "people.certificate": 8,
    # One of these is a major incident, and then it is asked who may see that.
    "desk.ticket": 10,
}
# Of these a mere copy of a row breaks what the database holds to be so: they are looked at with
# fewer than twenty rows.
HELD_ONCE = frozenset(
    [
        "core.roleassignment",
        "core.teammembership",
        "core.unit",
        "desk.affectedservice",
        "desk.assignmentpolicy",
        "desk.category",
        "desk.clockrecalculation",
        "desk.incomingmail",
        "desk.majorincident",
        "desk.mention",
        "desk.problemlink",
        "desk.recurringoccurrence",
        "desk.reviewaction",
        "desk.rota",
        "desk.servicelevelpolicy",
        "desk.skill",
        "desk.ticketlink",
        "desk.ticketwatcher",
        "people.anchor",
        "people.classversion",
        "people.enrolment",
        "people.incumbency",
        "services.servicecourse",
    ]
)

pytestmark = pytest.mark.django_db


def constrained(model: type[models.Model]) -> set[str]:
    """Return the columns that take part in what the database holds to be unique."""
    names = {each.name for each in model._meta.concrete_fields if each.unique}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            names |= set(constraint.fields)
    return names


def other(field: Any, value: Any, number: int) -> Any:
    """Return another value of a column, for the copy of this number."""
    if isinstance(value, datetime | date):
        return value + timedelta(days=number)
    if isinstance(value, bool) or field.choices or field.is_relation:
        return value
    if isinstance(value, str):
        return f"{value[: (field.max_length or 60) - 4]}{number}"
    return value + 1_000 + number if isinstance(value, int) else value


def copy(row: models.Model, number: int) -> bool:
    """Add a row like this one; say whether the database let it be."""
    model = type(row)
    fields = [each for each in model._meta.concrete_fields if not each.primary_key]
    values = {each.attname: getattr(row, each.attname) for each in fields}
    for field in fields:
        if field.name in constrained(model):
            values[field.attname] = other(field, values[field.attname], number)
    try:
        with transaction.atomic():
            model(**values).save(force_insert=True)
    except IntegrityError:
        return False
    return True


def reader_of(record: Record, cast: Cast) -> tuple[Account, models.Model | None]:
    """Return the first reader who sees a row of a record, and the row, where there is one."""
    for role in READERS:
        row = record.visible_to(cast.accounts[role]).order_by("pk").first()
        if row is not None:
            return cast.accounts[role], row
    return cast.accounts[Role.ADMINISTRATOR], None


def cost(record: Record, client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse(record.list_address))
    assert answer.status_code == 200
    return len(asked)


def test_each_list_costs_what_the_table_says_with_one_row_and_with_twenty(cast: Cast) -> None:
    complete(cast)
    few, many, once = dict[str, int](), dict[str, int](), set[str]()

    for record in all_records():
        reader, row = reader_of(record, cast)
        client = Client()
        client.force_login(reader)
        client.get(reverse(record.list_address))
        few[record.key] = cost(record, client)
        with undone(), acting(actor=reader, verb_name="tests.copy", at=AT):
            copied = [row is not None and copy(row, number) for number in range(1, MANY)]
            if False in copied:
                once.add(record.key)
            many[record.key] = cost(record, client)

    assert many == few
    assert {key: cost for key, cost in few.items() if cost != USUAL} == OTHERS
    assert once == HELD_ONCE
