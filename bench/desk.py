"""What the pages of a desk at work cost, in the surroundings of an installation.

The board, what breaches next, one's own queue, Today and the lead's page, with 200 promised times
that run out each hour, beside floors of the same rows. `python -m bench.desk SECONDS SERVER`: the
patience with each page, and the process whose children serve the database, or 0.
"""

import os
import sys
from typing import TYPE_CHECKING

import django

from bench.pages import DETAIL, DETAIL_MS, LIST, LIST_MS, NOTHING, Page, in_process, sign_ins
from bench.running import WORKER_TEAM, bring_in, readers
from bench.serving import over_http

if TYPE_CHECKING:
    from django.test import Client

DUE, LANES = "floor: plain list of 50 clocks", "floor: plain board of one team"
QUEUE = "floor: plain queue of one person"


def pages() -> list[Page]:
    """Return the pages of those who work, lead, manage and ask; the floors first."""
    from quarterdeck.core.models import Team  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.models import Ticket  # noqa: PLC0415 — models need the settings first

    team = Team.objects.get(name=WORKER_TEAM)
    worker = readers()["worker"].person_id
    own = Ticket.objects.open().filter(assignee=worker).order_by("due_order", "pk")[0]
    board = f"/desk/board?team={team.pk}"
    return [
        NOTHING,
        Page("floor: empty view, signed in", "/floor/signed-in", reader="manager"),
        Page(LIST, "/floor/tickets", reader="manager"),
        Page(DUE, "/floor/due", reader="manager"),
        Page(LANES, f"/floor/board/{team.pk}", reader="manager"),
        Page(QUEUE, f"/floor/queue/{worker}", reader="manager"),
        Page(DETAIL, f"/floor/tickets/{own.pk}", reader="manager"),
        _listed("what breaches next, everything", "/desk/due", DUE, "manager"),
        _listed("what breaches next, a team's", "/desk/due", DUE, "worker"),
        _listed("what breaches next, one's own", "/desk/due?scope=mine", DUE, "worker"),
        _listed("board of a team, its technician", board, LANES, "worker"),
        _listed("board of a team, manager", board, LANES, "manager"),
        _listed("my queue", "/desk/mine", QUEUE, "worker"),
        _listed("unassigned, a team's", "/desk/unassigned", LIST, "worker"),
        _listed("unassigned, everything", "/desk/unassigned", LIST, "manager"),
        *(_listed(f"Today, {reader}", "/today/", QUEUE, reader) for reader in _TODAY),
        _listed("team lead's page", "/desk/lead", LANES, "lead"),
        _listed("teams side by side", "/desk/teams", LIST, "manager"),
        _listed("my tickets on the portal", "/portal/tickets/", LIST, "requester"),
        _listed("list, requester's own", "/desk/tickets/", LIST, "requester"),
        _listed("list, due first", "/desk/tickets/?view=due_first", LIST, "manager"),
        Page(
            "ticket with running clocks",
            f"/desk/tickets/{own.pk}/",
            DETAIL,
            "worker",
            budget=DETAIL_MS,
        ),
    ]


_TODAY = ("worker", "lead", "manager", "requester")


def _listed(title: str, address: str, floor: str, reader: str) -> Page:
    return Page(title, address, floor, reader, budget=LIST_MS)


def clients() -> "dict[str, Client]":
    """Return a client for each kind of reader."""
    from django.test import Client as TestClient  # noqa: PLC0415 — it needs the settings first

    found = sign_ins()
    for name, account in readers().items():
        found[name] = TestClient(SERVER_NAME="localhost")
        found[name].force_login(account)
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    bring_in(int(sys.argv[2]))
    asked, known = pages(), clients()
    in_process(asked, known, float(sys.argv[1]), int(sys.argv[2]))
    over_http(asked, known, float(sys.argv[1]), int(sys.argv[2]))
