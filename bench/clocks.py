"""What service-level clocks cost, in the surroundings of an installation with an imported log.

All clocks are counted anew from history: compared and then applied, for every ticket. A second
comparison finds nothing, which is what a changed calendar costs at least. Then the breaches that
are due are noted. `python -m bench.clocks`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from time import perf_counter, process_time
from typing import Any

import django

from bench.measuring import heading, load, table

HOURS = {1: 4, 2: 8, 3: 40, 4: 80}
AT = datetime(2025, 1, 1, tzinfo=UTC)


def main() -> None:
    """Promise something from the beginning of the log, count everything, and print the table."""
    from django.db import connection  # noqa: PLC0415 — the apps have to be loaded first

    from quarterdeck.desk.models import ServiceLevelClock, Ticket  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.verbs import recalculations  # noqa: PLC0415 — models need the settings first

    operator, first = promised()
    tickets, compare = Ticket.objects.count(), recalculations.examine_clocks
    rows = [timed("compare, all new", tickets, lambda: run(compare, first, operator))]
    recalculations.approve_recalculation(recalculation=first, actor=operator, at=AT)
    apply = recalculations.apply_clocks
    rows.append(timed("apply, all new", tickets, lambda: run(apply, first, operator)))
    again = recalculations.request_recalculation(reason="Again", actor=operator, at=AT)
    rows.append(timed("compare, none differs", tickets, lambda: run(compare, again, operator)))
    due = ServiceLevelClock.objects.filter(next_event_at__lt=AT).count()
    rows.append(timed("note what is overdue", due, lambda: note(operator)))
    heading(f"service-level clocks on {connection.vendor}, {tickets:,} tickets; {load()}")
    table(["", "rows", "seconds", "CPU s", "rows/s"], rows)


def promised() -> tuple[Any, Any]:
    """Promise a resolution to everybody; return who acts, and the recalculation that waits."""
    from quarterdeck.core.models import Account  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.models import ClockRecalculation  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.verbs import service_levels  # noqa: PLC0415 — models need the settings first
    from quarterdeck.office.queries import calendar_named  # noqa: PLC0415 — models need the settings first

    operator, usual = Account.objects.get(username="operator"), calendar_named("")
    times: dict[tuple[str, int | None], tuple[int, Any]] = {
        ("resolution", priority): (h * 3_600, usual) for priority, h in HOURS.items()
    }
    policy = service_levels.add_service_level_policy(
        name="Everybody",
        promise=service_levels.Promise(valid_from=date(2020, 1, 1), targets=times),
        actor=operator,
        at=AT,
    )
    return operator, ClockRecalculation.objects.get(terms__policy=policy)


def run(act: Callable[..., bool], counted: object, operator: object) -> None:
    """Do one pass, chunk by chunk, as the job does."""
    from quarterdeck.core.memory import remembering  # noqa: PLC0415 — models need the settings first

    more = True
    while more:
        with remembering():
            more = act(recalculation=counted, actor=operator, at=AT)


def note(operator: Any) -> None:
    """Note every breach that is due."""
    from quarterdeck.desk.verbs.clock_events import note_clock_events  # noqa: PLC0415 — models need the settings first

    while note_clock_events(actor=operator, at=AT):
        pass


def timed(title: str, rows: int, work: Callable[[], None]) -> list[str]:
    """Do the work once, and return the figures of its line."""
    begun, cpu = perf_counter(), process_time()
    work()
    wall, spent = perf_counter() - begun, process_time() - cpu
    return [title, f"{rows:,}", f"{wall:.1f}", f"{spent:.1f}", f"{rows / wall:,.0f}"]


if __name__ == "__main__":
    django.setup()
    main()
