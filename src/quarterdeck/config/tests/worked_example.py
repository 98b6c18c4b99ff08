"""Walks the pages of the noun that CONTRIBUTING.md adds; run in a copy of the package that has it.

Prints what each page answered, as JSON, for `test_worked_example`.
"""

import json
import sys

import django
from django.core.management import call_command
from django.http import HttpResponseBase


def main() -> None:
    """Migrate an empty database, add a location as an administrator, and look at it everywhere."""
    django.setup()
    call_command("migrate", verbosity=0)
    # Models can be imported only once Django stands.
    from django.db import connection  # noqa: PLC0415 — see the line above
    from django.test import Client  # noqa: PLC0415 — as above

    from quarterdeck.core import clock  # noqa: PLC0415 — see the line above
    from quarterdeck.core.directory import add_account, assign_role  # noqa: PLC0415 — as above
    from quarterdeck.core.history import differences  # noqa: PLC0415 — as above
    from quarterdeck.core.models import Account  # noqa: PLC0415 — see the line above
    from quarterdeck.core.vocabulary import Role  # noqa: PLC0415 — see the line above

    operator = Account.objects.get(username="operator")
    account = add_account(username="ada", actor=operator, at=clock.now())
    assign_role(account=account, role=Role.ADMINISTRATOR, actor=operator, at=clock.now())
    client = Client(headers={"host": "localhost"})
    client.force_login(account)

    path = "/services/locations/"
    hall = {"name": "Town hall", "address": "Market square 1", "opened_on": "2026-03-02"}
    added = client.post(f"{path}add", hall)
    page = added.headers["Location"]
    change = {"name": "City hall", "address": "Market square 1", "version": "1"}
    changed = client.post(f"{page}change", change)
    found = {
        "added": added.status_code,
        "changed": changed.status_code,
        "list": "City hall" in text(client.get(path)),
        "page": "<del>Town hall</del> → <ins>City hall</ins>" in text(client.get(page)),
        "form": 'value="City hall"' in text(client.get(f"{page}change")),
        "csv": text(client.get(path, {"format": "csv"})),
        "navigation": f'href="{path}"' in text(client.get("/services/services/")),
        "search": "Market <mark>square</mark> 1" in text(client.get("/search", {"q": "squares"})),
        "old words": "Nothing found" in text(client.get("/search", {"q": "town"})),
        "palette": f'href="{page}"' in text(client.get("/palette", {"q": "city"})),
        "act": "New location" in text(client.get("/palette", {"q": "new loc"})),
        "differences": differences(connection),
    }
    json.dump(found, sys.stdout)


def text(answer: HttpResponseBase) -> str:
    """Return what was answered, streamed or not."""
    return bytes(answer.getvalue()).decode()


if __name__ == "__main__":
    main()
