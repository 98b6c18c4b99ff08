"""What service-level clocks cost, in the surroundings of an installation with an imported log.

All clocks are counted anew from history: compared and then applied, for every ticket. The process
that begins the comparison is killed, and another one goes on. A second comparison finds nothing,
which is what a changed calendar costs at least. Then the breaches that are due are noted.
`python -m bench.clocks [SERVER]`: the process whose children serve the database, or 0.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any

import django

from bench.measuring import Sample, heading, load, table

HOURS = {1: 4, 2: 8, 3: 40, 4: 80}
# The priority whose hours run by night too, so that what runs out then is known beforehand.
AROUND_THE_CLOCK = 4
AT = datetime(2025, 1, 1, tzinfo=UTC)
TOLD_EVERY_SECONDS = 60
POLICY, BEGIN = "Everybody", "begin"


def main(server: int = 0) -> None:
    """Promise something from the beginning of the log, count everything, and print the table; what
    an earlier run has counted is compared once more."""
    from django.db import connection  # noqa: PLC0415 — the apps have to be loaded first

    from quarterdeck.core.models import Account  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.models import ServiceLevelClock, Ticket  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.verbs import recalculations  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.vocabulary import RecalculationState  # noqa: PLC0415 — models need the settings first

    operator = Account.objects.get(username="operator", is_builtin=True)
    tickets, compare = Ticket.objects.count(), recalculations.examine_clocks
    rows, first = [], promised(operator)
    if first.state == RecalculationState.EXAMINING:
        left = tickets - killed(first)
        rows.append(timed("compare, all new", left, lambda: run(compare, first, operator), server))
        first.refresh_from_db()
        print(f"{first.examined:,} compared by both processes; {first.counts}")
        recalculations.approve_recalculation(recalculation=first, actor=operator, at=AT)
        first.refresh_from_db()
    if first.state == RecalculationState.APPLYING:
        apply = recalculations.apply_clocks
        rows.append(timed("apply, all new", tickets, lambda: run(apply, first, operator), server))
    again = recalculations.request_recalculation(reason="Again", actor=operator, at=AT)
    rows.append(
        timed("compare, none differs", tickets, lambda: run(compare, again, operator), server)
    )
    due = ServiceLevelClock.objects.filter(next_event_at__lt=AT).count()
    rows.append(timed("note what is overdue", due, lambda: note(operator), server))
    heading(f"service-level clocks on {connection.vendor}, {tickets:,} tickets; {load()}")
    table(["", "rows", "seconds", "CPU s", "rows/CPU s"], rows)


def killed(recalculation: Any) -> int:
    """Let another process begin, kill it in the middle, and return how many tickets it has done."""
    child = subprocess.Popen([sys.executable, "-m", "bench.clocks", BEGIN, str(recalculation.pk)])
    while child.poll() is None and not recalculation.examined:
        time.sleep(0.3)
        recalculation.refresh_from_db()
    child.send_signal(signal.SIGKILL)
    ended = child.wait()
    recalculation.refresh_from_db()
    print(f"the first process ended with {ended} after {recalculation.examined:,} tickets")
    return int(recalculation.examined)


def promised(operator: Any) -> Any:
    """Promise a resolution to everybody, once; return the recalculation that waits for that."""
    from quarterdeck.desk.models import ClockRecalculation  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.verbs import service_levels  # noqa: PLC0415 — models need the settings first
    from quarterdeck.office.queries import calendar_named  # noqa: PLC0415 — models need the settings first

    waiting = ClockRecalculation.objects.filter(terms__policy__name=POLICY).first()
    if waiting is not None:
        return waiting
    # By the usual hours what is urgent, so that they are counted; what is not, around the clock.
    usual, always = calendar_named(""), calendar_named("around-the-clock")
    times: dict[tuple[str, int | None], tuple[int, Any]] = {
        ("resolution", priority): (h * 3_600, always if priority == AROUND_THE_CLOCK else usual)
        for priority, h in HOURS.items()
    }
    policy = service_levels.add_service_level_policy(
        name=POLICY,
        promise=service_levels.Promise(valid_from=date(2020, 1, 1), targets=times),
        actor=operator,
        at=AT,
    )
    return ClockRecalculation.objects.get(terms__policy=policy)


def run(act: Callable[..., bool], counted: Any, operator: object) -> None:
    """Do one pass, chunk by chunk, as the job does; say now and then how far it is."""
    from quarterdeck.core.memory import remembering  # noqa: PLC0415 — models need the settings first

    more, told = True, perf_counter()
    while more:
        with remembering():
            more = act(recalculation=counted, actor=operator, at=AT)
        if perf_counter() - told > TOLD_EVERY_SECONDS:
            told = perf_counter()
            counted.refresh_from_db()
            state = counted.get_state_display().lower()
            print(f"{state}: through ticket {counted.through:,}, {load()}", flush=True)


def note(operator: Any) -> None:
    """Note every breach that is due."""
    from quarterdeck.desk.verbs.clock_events import note_clock_events  # noqa: PLC0415 — models need the settings first

    while note_clock_events(actor=operator, at=AT):
        pass


def timed(title: str, rows: int, work: Callable[[], None], server: int) -> list[str]:
    """Do the work once, and return the figures of its line."""
    sample = Sample()
    sample.take(work, server)
    (wall,), (cpu,) = sample.wall, sample.cpu
    return [title, f"{rows:,}", f"{wall:.1f}", f"{cpu:.1f}", f"{rows / max(cpu, 0.001):,.0f}"]


def begin(key: int) -> None:
    """Compare until somebody kills this process."""
    from quarterdeck.core.models import Account  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.models import ClockRecalculation  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.verbs.recalculations import examine_clocks  # noqa: PLC0415 — models need the settings first

    operator = Account.objects.get(username="operator", is_builtin=True)
    run(examine_clocks, ClockRecalculation.objects.get(pk=key), operator)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    if BEGIN in sys.argv:
        begin(int(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:]))
