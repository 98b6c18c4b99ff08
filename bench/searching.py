"""What a search costs, in the surroundings of an installation whose tickets have invented texts.

`python -m bench.searching SECONDS SERVER`: the patience with each search, and the process whose
children serve the database, or 0.
"""

import os
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import django

from bench.measuring import Sample, children_cpu, heading, load, table
from bench.texts import SHARES

if TYPE_CHECKING:
    from django.test import Client

FEWEST, MOST, OK = 3, 100, 200
PAGE, COUNTED = 50, 10_000
KIBIBYTES_A_MEBIBYTE = 1_024


@dataclass
class Case:
    """One search: what it is, the floor it is held against, and what it cost."""

    title: str
    call: Callable[[], object]
    floor: str = ""
    sample: Sample = field(default_factory=Sample)


FLOOR, LIST_FLOOR = "floor: newest 50 by key", "floor: list page, unfiltered"


def cases(client: "Client") -> list[Case]:
    """Return what is measured: the function that finds, and pages that use it."""
    from quarterdeck.core.models import Account  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.search import Order, search, search_all  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.desk.models import Ticket  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.desk.records import tickets  # noqa: PLC0415 — models can be imported only once the settings are chosen

    reader = Account.objects.get(username="bench-administrator")
    number = Ticket.objects.order_by("pk")[Ticket.objects.count() // 2].number
    newest = partial(search, tickets, user=reader, limit=PAGE)
    best = partial(newest, order=Order.BEST)
    counted = partial(search_all, [tickets], user=reader, shown=0, counted=COUNTED)
    page = partial(_page, client)
    found = [
        Case(FLOOR, lambda: list(Ticket.objects.order_by("-pk")[:PAGE])),
        Case(LIST_FLOOR, partial(page, "/desk/tickets/")),
        Case(f"number {number}", partial(newest, number), FLOOR),
        Case("numbers INC0000…", partial(newest, "INC0000"), FLOOR),
    ]
    for word, part in SHARES.items():
        share = f"{word}, {part:.2%} of all"
        found += [
            Case(f"newest 50: {share}", partial(newest, word), FLOOR),
            Case(f"best 50 of the newest 2,000: {share}", partial(best, word), FLOOR),
            Case(f"count up to 10,000: {share}", partial(counted, word), FLOOR),
            Case(f"list page: {share}", partial(page, f"/desk/tickets/?q={word}"), LIST_FLOOR),
            Case(f"search page: {share}", partial(page, f"/search?q={word}"), LIST_FLOOR),
            Case(f"palette: {share}", partial(page, f"/palette?q={word}"), LIST_FLOOR),
        ]
    return found + [
        Case(f"list page: {text}", partial(page, f"/desk/tickets/?q={text}"), LIST_FLOOR)
        for text in (number, "INC0000", "no-such-word")
    ]


def _page(client: "Client", address: str) -> None:
    answer = client.get(address)
    if answer.status_code != OK:
        sys.exit(f"bench: {address} answered {answer.status_code}")


def measure(found: list[Case], patience: float, server: int) -> None:
    """Measure all in turns, so that a busy moment meets all of them, and print the table."""
    left = {case.title: patience for case in found}
    for case in found:
        case.call()
    for turn in range(MOST):
        for case in found:
            if turn < FEWEST or left[case.title] > 0:
                began = perf_counter()
                case.sample.take(case.call, server)
                left[case.title] -= perf_counter() - began
    floors = {case.title: median(case.sample.cpu) for case in found}
    rows = [
        [
            case.title,
            *case.sample.cells(),
            f"{floors[case.title] / floors[case.floor]:.1f}" if case.floor else "",
            len(case.sample.cpu),
        ]
        for case in found
    ]
    heading(f"search, database's CPU included; {load()}")
    table(("search", "CPU ms", "p95", "wall ms", "× floor", "runs"), rows)


def measure_upkeep(server: int) -> None:
    """Print what it costs to make the index of the tickets anew, and to compare it."""
    from django.db import connection  # noqa: PLC0415 — it needs the settings first

    from quarterdeck.core.database import unmapped  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.core.history import out_of_step, rebuild, searched_tables  # noqa: PLC0415 — models can be imported only once the settings are chosen

    tickets = [each for each in searched_tables(connection) if each.name == "desk_ticket"]
    rows = []
    acts: dict[str, Callable[[], object]] = {
        "rebuild": lambda: rebuild(connection, tickets),
        "compare": lambda: out_of_step(connection, tickets),
    }
    for name, act in acts.items():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        server_before, began, cpu_began = children_cpu(server), perf_counter(), process_time()
        with unmapped():
            act()
        cpu = process_time() - cpu_began + children_cpu(server) - server_before
        more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
        wall = perf_counter() - began
        rows.append((name, f"{cpu:.1f}", f"{wall:.1f}", f"{more / KIBIBYTES_A_MEBIBYTE:.0f}"))
    heading(f"upkeep of the index of tickets; {load()}")
    table(("", "CPU s", "wall s", "MB more at the peak"), rows)


def main(patience: float, server: int) -> None:
    """Print the tables."""
    from bench.pages import sign_ins  # noqa: PLC0415 — models need the settings first

    measure_upkeep(server)
    measure(cases(sign_ins()["administrator"]), patience, server)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    main(float(sys.argv[1]), int(sys.argv[2]))
