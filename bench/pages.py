"""What a page costs, in the surroundings of an installation.

In this process through Django's test client with every middleware, then over HTTP from the web
server that `quarterdeck serve` starts. `python -m bench.pages SECONDS SERVER PART…`: the patience
with each page, the process whose children serve the database, or 0, and which of `readings`,
`pages` and `http` are wanted. Without `readings`, what an earlier run has kept and closed stands.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import django

from bench.filling import CLOSED_SCOPE, close_a_month, close_at_source, fill_scorecard
from bench.measuring import MEBIBYTE, MILLISECONDS, Sample, heading, load, table
from bench.scale import LAST_MONTH

if TYPE_CHECKING:
    from django.test import Client

    from quarterdeck.core.models import Person

WARM_UP, FEWEST, MOST, OWN_TICKETS = 2, 5, 200, 120
OK = 200


@dataclass
class Page:
    """One page: what it is, where it stands, the floor it is held against, and what it cost."""

    title: str
    address: str
    floor: str = ""
    reader: str = "administrator"
    part: str = ""
    budget: float = 0.0
    queries: int = 0
    kibibytes: float = 0.0
    sample: Sample = field(default_factory=Sample)


NOTHING = Page("floor: empty view, nobody signed in", "/floor/nothing", reader="nobody")
SIGNED_IN = Page("floor: empty view, signed in", "/floor/signed-in")
LIST, DETAIL = "floor: plain list of 50", "floor: plain detail"
FILTERED = "floor: plain list, filtered"
KEPT, COUNTED = "floor: plain board of kept readings", "floor: plain count and mean, 24 months"
TICKETS = "/desk/tickets/"
# CPU milliseconds of a list, a detail and a scorecard; questions and kilobytes of every page.
LIST_MS, DETAIL_MS, SCORECARD_MS = 15.0, 12.0, 30.0
MOST_QUERIES, MOST_KIBIBYTES = 15, 30
MEASURES = {
    "cycle time of a month": "desk.cycle_time",
    "reopened of a month": "desk.reopen_rate",
    "age of the backlog": "desk.backlog_age",
}


def pages() -> list[Page]:
    """Return the pages of this installation, its floors first."""
    from quarterdeck.core.models import Team  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.models import Ticket  # noqa: PLC0415 — models can be imported only once the settings are chosen

    since = Ticket.objects.filter(opened_at__gte="2023-07-01T00:00Z").order_by("opened_at", "id")
    middle, team = since[0], Team.objects.get(name="Group 7")
    found = [
        *_floors(middle.pk),
        Page("scorecard, 24 months kept", f"/scorecard/?period={LAST_MONTH}", KEPT),
        Page(
            "scorecard, 24 months closed",
            f"/scorecard/?period={LAST_MONTH}&scope={CLOSED_SCOPE}",
            KEPT,
        ),
        *_lists(team.pk),
        Page("ticket", f"{TICKETS}{middle.pk}/", DETAIL),
        *(
            Page(f"measure, {name}", f"/scorecard/measures/{key}/?period={LAST_MONTH}", LIST)
            for name, key in MEASURES.items()
        ),
        *(
            Page(
                f"rows of {name}",
                f"/scorecard/measures/{key}/?period={LAST_MONTH}",
                LIST,
                part="evidence",
            )
            for name, key in MEASURES.items()
        ),
        Page(
            "measure by team, side by side",
            f"/scorecard/measures/desk.cycle_time/by/team/?period={LAST_MONTH}",
            LIST,
        ),
    ]
    return _budgeted(found)


def _floors(ticket: int) -> list[Page]:
    return [
        NOTHING,
        SIGNED_IN,
        Page(LIST, "/floor/tickets"),
        Page(FILTERED, "/floor/filtered"),
        Page(DETAIL, f"/floor/tickets/{ticket}"),
        Page(KEPT, "/floor/scorecard/kept"),
        Page(COUNTED, "/floor/scorecard/counted"),
    ]


def _lists(team: int) -> list[Page]:
    week = "opened_at_from=2022-03-07&opened_at_until=2022-03-13"
    return [
        Page("list, unfiltered", TICKETS, LIST),
        Page("list, part for htmx", TICKETS, LIST, part="list"),
        Page("list, deep keyset page", f"{TICKETS}?after={deep_cursor()}", LIST),
        Page("list, open", f"{TICKETS}?view=open", LIST),
        Page("list, closed of priority 2", f"{TICKETS}?state=closed&priority=2", FILTERED),
        Page("list, one team in progress", f"{TICKETS}?state=in_progress&team={team}", LIST),
        Page("list, rare: P1 on hold", f"{TICKETS}?state=on_hold&priority=1", LIST),
        Page("list, closed or resolved", f"{TICKETS}?state=closed&state=resolved", LIST),
        Page("list, a kind that none has", f"{TICKETS}?kind=problem", LIST),
        Page("list, one week of 2022", f"{TICKETS}?{week}", LIST),
        Page("list, number begins with", f"{TICKETS}?q=INC0000123", LIST),
        Page("list, technician of a team", TICKETS, LIST, "technician"),
        Page("list, requester's own", TICKETS, LIST, "requester"),
    ]


def _budgeted(found: list[Page]) -> list[Page]:
    """Give each page that is no floor its budget of CPU, where there is one."""
    for page in found:
        kind = page.title.partition(",")[0]
        page.budget = {"list": LIST_MS, "ticket": DETAIL_MS, "scorecard": SCORECARD_MS}.get(kind, 0)
    return found


def deep_cursor() -> str:
    """Return the cursor of a list page nine tenths down the newest-first list."""
    from quarterdeck.desk.models import Ticket  # noqa: PLC0415 — models need the settings first
    from quarterdeck.ui.paging import cut  # noqa: PLC0415 — models can be imported only once the settings are chosen

    older = Ticket.objects.filter(opened_at__lt="2022-04-20T00:00Z")
    return cut(older, ("-opened_at", "-id")).after


def sign_ins() -> "dict[str, Client]":
    """Return a client for each kind of reader: nobody, one who sees all, one who sees a team's."""
    from django.test import Client as TestClient  # noqa: PLC0415 — it needs the settings first

    from quarterdeck.core import clock  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.core.directory import add_account, assign_role  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.core.models import Account, Team  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.core.vocabulary import Role  # noqa: PLC0415 — models can be imported only once the settings are chosen

    operator, at = Account.objects.get(username="operator", is_builtin=True), clock.now()
    wanted = {
        "administrator": (Role.ADMINISTRATOR, None),
        "technician": (Role.TECHNICIAN, "Group 7"),
        "requester": (Role.REQUESTER, None),
    }
    clients = {"nobody": TestClient(SERVER_NAME="localhost")}
    for name, (role, team) in wanted.items():
        account = Account.objects.filter(username=f"bench-{name}").first()
        if account is None:
            person = _requester(at) if role is Role.REQUESTER else None
            account = add_account(username=f"bench-{name}", person=person, actor=operator, at=at)
            own = Team.objects.get(name=team) if team else None
            assign_role(account=account, role=role, team=own, actor=operator, at=at)
        clients[name] = TestClient(SERVER_NAME="localhost")
        clients[name].force_login(account)
    return clients


def _requester(at: datetime) -> "Person":
    """Return somebody who reported some tickets over the years."""
    from quarterdeck.core.acts import labelled  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.directory import add_person  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.core.models import Account  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.desk.models import Ticket  # noqa: PLC0415 — models can be imported only once the settings are chosen

    operator = Account.objects.get(username="operator", is_builtin=True)
    person = add_person(name="Bench Requester", actor=operator, at=at)
    keys = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
    own = keys[:: max(1, len(keys) // OWN_TICKETS)]
    with labelled("bench"):
        Ticket.objects.filter(pk__in=own).update(requester=person)
    return person


def request(client: "Client", page: Page, **asked: str) -> bytes:
    """Ask for a page as a browser would, with what the address asks for beside its own."""
    headers = {"HX-Request": "true", "HX-Target": page.part} if page.part else {}
    ending = "".join(f"&{name}={value}" for name, value in asked.items())
    answer = client.get(page.address + ending, headers=headers)
    if answer.status_code != OK:
        sys.exit(f"bench: {page.address} answered {answer.status_code}")
    content: bytes = answer.content
    return content


def in_process(
    found: Sequence[Page], clients: "dict[str, Client]", patience: float, server: int
) -> None:
    """Measure every page in turns, so that a busy moment meets all of them, and print the table."""
    # What is loaded is taken out of the collection of garbage, as in the web server.
    import_module("quarterdeck.config.wsgi")
    for page in found:
        _prepare(page, clients[page.reader])
    until = {page.title: patience for page in found}
    for turn in range(MOST):
        for page in found:
            if turn < FEWEST or until[page.title] > 0:
                began = perf_counter()
                page.sample.take(lambda page=page: request(clients[page.reader], page), server)  # type: ignore[misc]  # bound at once
                until[page.title] -= perf_counter() - began
    floors = {page.title: median(page.sample.cpu) for page in found}
    rows = [
        [
            page.title,
            *page.sample.cells(),
            f"{floors[page.title] / floors[page.floor]:.1f}" if page.floor else "",
            f"{page.budget:.0f}" if page.budget else "",
            page.queries,
            f"{page.kibibytes:.0f}",
            _over(page, floors[page.title]),
            len(page.sample.cpu),
        ]
        for page in found
    ]
    heading(f"pages in process, database's CPU included; {load()}")
    table(
        ("page", "CPU ms", "p95", "wall ms", "× floor", "budget", "queries", "kB", "over", "runs"),
        rows,
    )
    print(f"over: more CPU than its budget, {MOST_QUERIES} queries, or {MOST_KIBIBYTES} kB")


def _over(page: Page, cpu: float) -> str:
    """Name the budgets that a page exceeds."""
    if page.title.startswith("floor"):
        return ""
    exceeded = {
        "CPU": page.budget and cpu * MILLISECONDS > page.budget,
        "queries": page.queries > MOST_QUERIES,
        "kB": page.kibibytes > MOST_KIBIBYTES,
    }
    return " ".join(name for name, is_over in exceeded.items() if is_over)


def _prepare(page: Page, client: "Client") -> None:
    from django.db import connection  # noqa: PLC0415 — it needs the settings first
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 — models can be imported only once the settings are chosen

    for _ in range(WARM_UP):
        answer = request(client, page)
    while b"Being computed" in answer:
        # A whole page takes no reading unless it is told to wait.
        request(client, page, wait="yes")
        answer = request(client, page)
    page.kibibytes = len(answer) / (MEBIBYTE >> 10)
    with CaptureQueriesContext(connection) as captured:
        request(client, page)
    page.queries = sum(_is_query(query["sql"]) for query in captured.captured_queries)


def _is_query(sql: str) -> bool:
    """Leave out what only opens and closes a transaction or sets it up."""
    return not sql.startswith(("PRAGMA", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET "))


def main(patience: float, server: int, parts: Sequence[str]) -> None:
    """Print the tables of one installation."""
    from bench.serving import over_http  # noqa: PLC0415 — it needs this module's pages

    clients = sign_ins()
    fill_scorecard(server, anew="readings" in parts)
    if "readings" in parts:
        close_a_month(server)
    close_at_source(server)
    found = pages()
    if "pages" in parts:
        in_process(found, clients, patience, server)
    if "http" in parts:
        over_http(found, clients, patience, server)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    main(float(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
