"""What service-level clocks cost, in the surroundings of an installation with an imported log.

All clocks are counted anew from history: compared and then applied, for every ticket. A second
comparison finds nothing, which is what a changed calendar costs at least. Then the breaches that
are due are noted. `python -m bench.clocks`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from time import perf_counter, process_time

import django

from bench.measuring import heading, load, table

HOURS = {1: 4, 2: 8, 3: 40, 4: 80}
AT = datetime(2025, 1, 1, tzinfo=UTC)


def main() -> None:
    """Promise something from the beginning of the log, and count."""
    django.setup()
    # What follows needs the apps to be loaded.
    from django.db import connection  # noqa: PLC0415 — see the line above

    from quarterdeck.core.memory import remembering  # noqa: PLC0415
    from quarterdeck.core.models import Account  # noqa: PLC0415
    from quarterdeck.desk.models import (  # noqa: PLC0415
        ClockRecalculation,
        ServiceLevelClock,
        ServiceLevelEvent,
        Ticket,
    )
    from quarterdeck.desk.verbs import recalculations  # noqa: PLC0415
    from quarterdeck.desk.verbs.clock_events import note_clock_events  # noqa: PLC0415
    from quarterdeck.desk.verbs.service_levels import (  # noqa: PLC0415
        Promise,
        add_service_level_policy,
    )
    from quarterdeck.office.queries import calendar_named  # noqa: PLC0415

    operator = Account.objects.get(username="operator")
    usual = calendar_named("")
    targets = {("resolution", priority): (h * 3_600, usual) for priority, h in HOURS.items()}
    policy = add_service_level_policy(
        name="Everybody",
        promise=Promise(valid_from=date(2020, 1, 1), targets=targets),
        actor=operator,
        at=AT,
    )
    tickets = Ticket.objects.count()

    def run(act: Callable[..., bool], counted: object) -> None:
        more = True
        while more:
            with remembering():
                more = act(recalculation=counted, actor=operator, at=AT)

    def again() -> None:
        asked = recalculations.request_recalculation(reason="Again", actor=operator, at=AT)
        run(recalculations.examine_clocks, asked)

    def note() -> None:
        while note_clock_events(actor=operator, at=AT):
            pass

    first = ClockRecalculation.objects.get(terms__policy=policy)
    rows = [
        timed(
            "compare, all clocks new", tickets, lambda: run(recalculations.examine_clocks, first)
        ),
    ]
    recalculations.approve_recalculation(recalculation=first, actor=operator, at=AT)
    rows.append(
        timed("apply, all clocks new", tickets, lambda: run(recalculations.apply_clocks, first))
    )
    rows.append(timed("compare, no difference", tickets, again))
    due = ServiceLevelClock.objects.filter(next_event_at__lt=AT).count()
    rows.append(timed("note breaches", due, note))
    heading(f"service-level clocks on {connection.vendor}, {tickets:,} tickets; {load()}")
    table(["", "rows", "seconds", "CPU s", "rows/s"], rows)
    print(f"{ServiceLevelEvent.objects.count():,} events")


def timed(title: str, rows: int, work: Callable[[], None]) -> list[str]:
    """Do the work once, and return the figures of its line."""
    begun, cpu = perf_counter(), process_time()
    work()
    wall, spent = perf_counter() - begun, process_time() - cpu
    return [title, f"{rows:,}", f"{wall:.1f}", f"{spent:.1f}", f"{rows / wall:,.0f}"]


if __name__ == "__main__":
    main()
