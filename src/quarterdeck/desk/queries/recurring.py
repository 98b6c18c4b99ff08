"""When recurring tickets are due."""

from quarterdeck.desk.models import RecurringTicket
from quarterdeck.kernels.schedules import Frequency, Schedule

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS = list(enumerate(_DAYS))


def schedule_of(recurring: RecurringTicket) -> Schedule:
    """Return the rule of a recurring ticket; ValueError where it says nothing that can occur."""
    return Schedule(
        frequency=Frequency(recurring.frequency),
        starts_on=recurring.starts_on,
        at_time=recurring.at_time,
        zone=recurring.zone,
        interval=recurring.interval,
        weekdays=frozenset(recurring.weekdays),
        month_day=recurring.month_day,
        ends_on=recurring.ends_on,
    )


def schedule_in_words(recurring: RecurringTicket) -> str:
    """Say when a recurring ticket is due: `Every 2 weeks on Monday at 09:00 (UTC)`."""
    unit = recurring.get_frequency_display().lower()
    every = f"Every {recurring.interval} {unit}" if recurring.interval > 1 else f"Every {unit[:-1]}"
    on = {
        Frequency.DAILY.value: "",
        Frequency.WEEKLY.value: " on " + ", ".join(_DAYS[day] for day in recurring.weekdays),
        Frequency.MONTHLY.value: f" on day {recurring.month_day}, or the last of the month",
    }[recurring.frequency]
    return f"{every}{on} at {recurring.at_time:%H:%M} ({recurring.zone})"
