"""What counting business time costs, beside subtracting two datetimes."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from time import process_time

from bench.measuring import heading, table
from bench.scale import SEED
from quarterdeck.kernels.calendars import Opening, WorkingCalendar

PAIRS = 20_000
ROUNDS = 5
MICROSECONDS = 1_000_000
FRIDAY = 4


def measure_calendars() -> None:
    """Print microseconds a call, the best of some rounds over the same pairs of instants."""
    rng = Random(SEED)  # noqa: S311 — figures are to repeat, not to be secret
    begins = datetime(2022, 1, 1, tzinfo=UTC)
    starts = [begins + timedelta(minutes=rng.randrange(1_500_000)) for _ in range(PAIRS)]
    pairs = [
        (start, start + timedelta(minutes=int(rng.expovariate(1 / 4_000)))) for start in starts
    ]
    week = {day: (Opening(8 * 60, 18 * 60),) for day in range(FRIDAY + 1)}
    holidays = frozenset(
        date(year, month, 1) for year in (2022, 2023, 2024) for month in (1, 5, 11)
    )
    heading(
        f"calendars: one count, {PAIRS:,} pairs about three days apart, best of {ROUNDS} rounds"
    )
    floor = min(_subtractions(pairs) for _ in range(ROUNDS))
    rows: list[tuple[str, str, str]] = [("floor: subtract, total_seconds", f"{floor:.2f}", "1.0")]
    for zone in ("UTC", "Europe/Berlin"):
        calendar = WorkingCalendar(zone, week, holidays)
        took = min(_counts(calendar, pairs) for _ in range(ROUNDS))
        rows.append((f"business_seconds, {zone}", f"{took:.2f}", f"{took / floor:.1f}"))
    table(("", "µs", "× floor"), rows)


def _subtractions(pairs: list[tuple[datetime, datetime]]) -> float:
    began = process_time()
    for start, end in pairs:
        (end - start).total_seconds()
    return (process_time() - began) / len(pairs) * MICROSECONDS


def _counts(calendar: WorkingCalendar, pairs: list[tuple[datetime, datetime]]) -> float:
    count = calendar.business_seconds
    began = process_time()
    for start, end in pairs:
        count(start, end)
    return (process_time() - began) / len(pairs) * MICROSECONDS
