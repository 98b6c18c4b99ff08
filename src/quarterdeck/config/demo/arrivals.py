"""When people of the demo report trouble: by weekday, hour, season and outage."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from quarterdeck.config.demo.story import Story

_A_DAY = 4.6
_WEEKDAYS = (1.3, 1.1, 1.0, 0.95, 0.8, 0.06, 0.04)
_HOLIDAY = 0.04
# Schools begin in September, the year's new budgets in July; many are away in August and December.
_MONTHS = (1.25, 1.0, 1.0, 0.95, 0.95, 0.95, 1.1, 0.75, 1.4, 1.1, 1.0, 0.75)
_NIGHT, _EVENING = (0.04,) * 6, (0.25,) * 4
_MORNING, _AFTERNOON = (0.3, 1.2, 4.0, 6.5, 6.0, 5.0), (3.0, 3.8, 5.2, 4.5, 3.4, 1.8)
_HOURS = (*_NIGHT, *_MORNING, *_AFTERNOON, *_EVENING, 0.1, 0.05)
_GROWTH_A_YEAR = 0.08
_OUTAGE_FACTOR = 11.0
_HOURS_OF_DAY = range(24)


def arrivals(story: Story, rng: Random) -> Iterator[datetime]:
    """Yield the instants (UTC, whole minutes) of all reports in order, from begin to end."""
    for number, day in enumerate(story.days()):
        growth = 1 + _GROWTH_A_YEAR * number / 365
        calls = [*_calls(story, day, growth, rng), *_outage_calls(story, day, rng)]
        yield from sorted(call for call in calls if story.begins <= call <= story.until)


def _calls(story: Story, day: date, growth: float, rng: Random) -> list[datetime]:
    """Return the usual calls of a day."""
    return [_instant(story, day, rng) for _ in range(_events(_rate(story, day) * growth, rng))]


def _rate(story: Story, day: date) -> float:
    weekday = _HOLIDAY if day in story.calendar.holidays else _WEEKDAYS[day.weekday()]
    return _A_DAY * weekday * _MONTHS[day.month - 1]


def _events(rate: float, rng: Random) -> int:
    """Return a Poisson number, by counting how many exponential gaps fit into one day."""
    count, passed = 0, rng.expovariate(rate)
    while passed < 1:
        count, passed = count + 1, passed + rng.expovariate(rate)
    return count


def _instant(story: Story, day: date, rng: Random) -> datetime:
    hour = rng.choices(_HOURS_OF_DAY, _HOURS)[0]
    local = datetime.combine(day, time(hour, rng.randrange(60)), story.zone)
    # A local time that the clocks skip moves past the gap on its way through UTC.
    return local.astimezone(UTC)


def _outage_calls(story: Story, day: date, rng: Random) -> list[datetime]:
    """Return the calls that the outage adds to a day."""
    noon = datetime.combine(day, time(12), story.zone).astimezone(UTC)
    if abs(noon - story.outage[0]) > timedelta(days=4):
        return []
    number = _events(_A_DAY * _OUTAGE_FACTOR, rng)
    calls = [_instant(story, day, rng) for _ in range(number)]
    return [call for call in calls if story.in_outage(call)]
