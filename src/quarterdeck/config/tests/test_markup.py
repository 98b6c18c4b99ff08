"""Whatever stands in a text of any record, pages show it as text and spreadsheets run none of it.

Texts come in by forms, by programs and by imports, so that each is written into the row itself.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.service_level_routes import answered_ticket
from quarterdeck.config.tests.test_routes import arguments, undone
from quarterdeck.core.acts import acting, redacting
from quarterdeck.core.models import Account
from quarterdeck.core.records import Record, all_records
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import (
    ClockChange,
    ClockRecalculation,
    PersonAlias,
    ServiceLevelClock,
    ServiceLevelEvent,
    TeamAlias,
)
from quarterdeck.desk.queries.mail_kinds import REPLY
from quarterdeck.desk.vocabulary import ClockEventKind
from quarterdeck.desk.vocabulary.recalculation import ClockChangeKind
from quarterdeck.office.models import MailTemplate
from quarterdeck.office.verbs.mail import queue_mail
from quarterdeck.office.verbs.saved_views import keep_view

# A formula, markup that runs, one that ends an attribute, and a mark that turns the line round.
HOSTILE = "=1+1<script>alert('x')</script>\"><img src=x onerror=alert(1)>&lt;{{ 1 }}\u202e"
# What would run, were it not written as text.
RUNS = ("<script>alert", "<img src=x")
# Not typed by anybody: the names of zones, formats and measures, digests, and where things lie.
CHOSEN = {
    *("zone", "profile", "measure", "scope", "period", "file_digest", "stored_file", "path"),
    *("password", "record", "parameters", "measure_key", "evaluator", "digest", "container"),
    *("occasion", "kind", "noun_class"),
}
# Whose pages are looked at: the first of them who sees a row of the record.
READERS = (Role.ADMINISTRATOR, Role.HR_PARTNER, Role.IT_MANAGER, Role.TECHNICIAN)
AT = datetime(2016, 4, 4, 9, tzinfo=UTC)

# Their list is a page of their own, which nobody exports.
WITHOUT_EXPORT = {"office.savedview"}

pytestmark = pytest.mark.django_db


def texts_of(record: Record) -> list["models.Field[Any, Any]"]:
    """Return the columns of a record that hold whatever somebody writes."""
    return [
        field
        for field in record.model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in CHOSEN
    ]


def complete(cast: Cast) -> None:
    """Give the cast a row of every record: what the tables of routes ask of, and what is left."""
    arguments(cast)
    answered_ticket()
    reader = cast.accounts[Role.ADMINISTRATOR]
    queue_mail(recipient="mona@example.org", subject="Hello", text="You", actor=reader, at=AT)
    keep_view(record="desk.ticket", name="Mine", parameters="", actor=reader, at=AT)
    clock = ServiceLevelClock.objects.order_by("pk")[0]
    with acting(actor=reader, verb_name="tests.run_out", at=AT):
        ServiceLevelEvent.objects.create(
            ticket=clock.ticket,
            metric=clock.metric,
            number=clock.number,
            kind=ClockEventKind.values[0],
            due_at=AT,
            noted_at=AT,
            target=clock.target,
        )
        ClockChange.objects.create(
            recalculation=ClockRecalculation.objects.order_by("pk")[0],
            ticket=clock.ticket,
            metric=clock.metric,
            number=clock.number,
            kind=ClockChangeKind.NOW_MISSED,
            due_before=AT,
            due_after=AT,
        )
        PersonAlias.objects.create(source="helpdesk", text="A. Lovelace")
        TeamAlias.objects.create(source="helpdesk", text="1st Level")
        wording = {"kind": REPLY.key, "subject": "Your ticket", "text": "We answered."}
        MailTemplate.objects.create(**wording, number=1, by=reader, at=AT)


def seen_row(record: Record, cast: Cast) -> tuple[Account, Any] | None:
    """Return a row and a reader who sees it, and whose own account it is not."""
    for role in READERS:
        reader = cast.accounts[role]
        rows = record.visible_to(reader)
        row = (rows.exclude(pk=reader.pk) if record.model is Account else rows).first()
        if row is not None:
            return reader, row
    return None


def fill(record: Record, row: Any, actor: Account) -> None:
    """Write the hostile text into every text of a row, also where nothing is ever changed."""
    values = {field.name: HOSTILE[: field.max_length] for field in texts_of(record)}
    with acting(actor=actor, verb_name="tests.fill", at=AT), redacting():
        record.model._base_manager.filter(pk=row.pk).update(**values)


def pages_of(record: Record, key: int) -> Iterator[str]:
    yield reverse(record.list_address)
    yield f"{reverse(record.list_address)}?q={HOSTILE[:4]}"
    yield reverse(record.detail_address, args=[key])
    if record.form:
        yield reverse(record.change_address, args=[key])


def what_runs(client: Client, record: Record, key: int) -> Iterator[str]:
    """Give the places where the text is more than text."""
    for address in pages_of(record, key):
        response = client.get(address, follow=True)
        text = response.content.decode()
        if response.status_code not in {200, 404}:
            yield f"{address}: {response.status_code}"
        yield from (f"{address}: {word}" for word in RUNS if word in text)
    if record.key not in WITHOUT_EXPORT:
        yield from formulas(client, reverse(record.list_address))


def formulas(client: Client, address: str) -> Iterator[str]:
    """Give the cells of an export that a spreadsheet would run."""
    sheet = b"".join(client.get(address, {"format": "csv"})).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(sheet)) for cell in line]
    yield from (f"{address} csv: {cell}" for cell in cells if cell.startswith("="))
    book = b"".join(client.get(address, {"format": "xlsx"}))
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        # The element of a formula (ECMA-376, 18.3.1.40).
        if "<f>" in parts.read("xl/worksheets/sheet1.xml").decode():
            yield f"{address} xlsx: a formula"


def test_no_text_of_any_record_runs_in_a_page_or_a_spreadsheet(cast: Cast) -> None:
    complete(cast)
    clients = {cast.accounts[role].pk: Client() for role in READERS}
    for role in READERS:
        clients[cast.accounts[role].pk].force_login(cast.accounts[role])
    passed_over, found, hidden = [], [], []

    for record in all_records():
        seen = seen_row(record, cast)
        if seen is None:
            passed_over.append(record.key)
        elif texts_of(record):
            reader, row = seen
            with undone():
                fill(record, row, reader)
                client = clients[reader.pk]
                found += list(what_runs(client, record, row.pk))
                page = client.get(reverse(record.detail_address, args=[row.pk]), follow=True)
                if "&lt;script&gt;alert" not in page.content.decode():
                    hidden.append(record.key)

    # Where the text is seen at all, it is seen as text; and no record is passed over.
    assert (passed_over, found, hidden) == ([], [], [])


def test_a_program_reads_a_text_as_it_was_written(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.accounts[Role.IT_MANAGER])
    sent = {"name": HOSTILE, "description": HOSTILE}

    added = client.post("/services/services/add", {**sent, "version": "1"})

    told = client.get("/api/v1/services/services", {"q": HOSTILE[:20]}).json()["items"]
    assert added.status_code == 302
    assert [(row["name"], row["description"]) for row in told] == [(HOSTILE, HOSTILE)]


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        pytest.param(b"a\x00b", 422, id="NUL"),
        # Browsers send none; what is no UTF-8 is read as signs of replacement.
        pytest.param("a\ud800b".encode("utf-8", "surrogatepass"), 302, id="half a character"),
    ],
)
def test_what_no_database_stores_breaks_no_form(cast: Cast, typed: bytes, status: int) -> None:
    client = Client()
    client.force_login(cast.accounts[Role.IT_MANAGER])

    response = client.generic(
        "POST",
        "/services/services/add",
        b"version=1&name=" + typed,
        "application/x-www-form-urlencoded",
    )

    assert response.status_code == status
