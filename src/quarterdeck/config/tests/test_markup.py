"""Whatever stands in a text of any record, pages show it as text and spreadsheets run none of it.

Texts come in by forms, by programs and by imports, so that each is written into the row itself.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.test_routes import undone
from quarterdeck.core.acts import labelled
from quarterdeck.core.models import Account
from quarterdeck.core.records import Record, all_records
from quarterdeck.core.vocabulary import Role

# A formula, markup that runs, one that ends an attribute, and a mark that turns the line round.
HOSTILE = "=1+1<script>alert('x')</script>\"><img src=x onerror=alert(1)>&lt;{{ 1 }}\u202e"
# What would run, were it not written as text.
RUNS = ("<script>alert", "<img src=x")
# Not typed by anybody: the names of zones, formats and measures, digests, and where things lie.
CHOSEN = {
    *("zone", "profile", "measure", "scope", "period", "file_digest", "stored_file", "path"),
    *("password", "record", "parameters", "measure_key", "evaluator", "digest", "container"),
}
# What the cast has a row of and shows a text of, whatever records are declared later.
AT_LEAST = {
    *("core.person", "core.unit", "core.team", "core.account", "office.calendar"),
    *("office.importbatch", "planning.correctiveaction", "services.service", "desk.ticket"),
}

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


def filled(record: Record, reader: Account) -> Any:
    """Write the hostile text into every text of one row; None where there is no row."""
    row = record.visible_to(reader).exclude(pk=reader.pk).first()
    texts = texts_of(record)
    if row is None or not texts:
        return None
    values = {field.name: HOSTILE[: field.max_length] for field in texts}
    with labelled("operator"):
        record.model._default_manager.filter(pk=row.pk).update(**values)
    return row


def pages_of(record: Record, key: int) -> Iterator[str]:
    yield reverse(record.list_address)
    yield f"{reverse(record.list_address)}?q={HOSTILE[:4]}"
    yield reverse(record.detail_address, args=[key])
    if record.form:
        yield reverse(record.change_address, args=[key])


def what_runs(client: Client, record: Record, key: int) -> Iterator[str]:
    """Give the places where the text is more than text."""
    for address in pages_of(record, key):
        response = client.get(address)
        text = response.content.decode()
        if response.status_code not in {200, 404}:
            yield f"{address}: {response.status_code}"
        yield from (f"{address}: {word}" for word in RUNS if word in text)
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
    client, shown, found = Client(), set(), []
    reader = cast.accounts[Role.ADMINISTRATOR]
    client.force_login(reader)

    for record in all_records():
        with undone():
            row = filled(record, reader)
            if row is not None:
                found += list(what_runs(client, record, row.pk))
                page = client.get(reverse(record.detail_address, args=[row.pk]))
                if "&lt;script&gt;alert" in page.content.decode():
                    shown.add(record.key)

    # Where the text is seen at all, it is seen as text.
    assert (found, AT_LEAST - shown) == ([], set())


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
