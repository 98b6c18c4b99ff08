"""Walks the pages of the noun that CONTRIBUTING.md adds; run in a copy of the package that has it.

Prints what each page answered, as JSON, for `test_worked_example`.
"""

import json
import sys

import django
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client

PATH = "/services/locations/"
HALL = {"name": "Town hall", "address": "Market square 1", "opened_on": "2026-03-02"}
CHANGE = {"name": "City hall", "address": "Market square 1", "version": "1"}


def main() -> None:
    """Migrate an empty database, add a location as an administrator, and look at it everywhere."""
    django.setup()
    call_command("migrate", verbosity=0)
    json.dump(seen_by(administrator()), sys.stdout)


def administrator() -> Client:
    """Return the browser of an account that may do everything."""
    # Models can be imported only once Django stands.
    from quarterdeck.core import clock  # noqa: PLC0415 — see the line above
    from quarterdeck.core.directory import add_account, assign_role  # noqa: PLC0415 — models can be imported only once Django stands
    from quarterdeck.core.models import Account  # noqa: PLC0415 — models can be imported only once Django stands
    from quarterdeck.core.vocabulary import Role  # noqa: PLC0415 — models can be imported only once Django stands

    operator = Account.objects.get(username="operator")
    account = add_account(username="ada", actor=operator, at=clock.now())
    assign_role(account=account, role=Role.ADMINISTRATOR, actor=operator, at=clock.now())
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def seen_by(client: Client) -> dict[str, object]:
    """Add a location and change it; return what each page then says of it."""
    # The triggers are those of models, which can be imported only once Django stands.
    from quarterdeck.core.history import differences  # noqa: PLC0415 — see the line above

    added = client.post(f"{PATH}add", HALL)
    page = added.headers["Location"]
    changed = client.post(f"{page}change", CHANGE)
    return {
        "added": added.status_code,
        "changed": changed.status_code,
        "list": "City hall" in text(client.get(PATH)),
        "page": "<del>Town hall</del> → <ins>City hall</ins>" in text(client.get(page)),
        "form": 'value="City hall"' in text(client.get(f"{page}change")),
        "csv": text(client.get(PATH, {"format": "csv"})),
        "navigation": f"href={PATH}" in text(client.get("/services/services/")),
        "search": "Market <mark>square</mark> 1" in text(client.get("/search", {"q": "squares"})),
        "old words": "Nothing found" in text(client.get("/search", {"q": "town"})),
        "palette": f'href="{page}"' in text(client.get("/palette", {"q": "city"})),
        "act": "New location" in text(client.get("/palette", {"q": "new loc"})),
        "differences": differences(connection),
    }


def text(answer: HttpResponseBase) -> str:
    """Return what was answered, streamed or not."""
    return bytes(answer.getvalue()).decode()


if __name__ == "__main__":
    main()
