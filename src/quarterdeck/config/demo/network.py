"""What the team whose lead signs in to the demo has to do, and who of it is on duty."""

from datetime import datetime, timedelta

from quarterdeck.config.demo import cast
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.desk.verbs.rota import WeeklyTimes, add_weekly_shift, keep_rota
from quarterdeck.desk.verbs.tickets import Report, open_ticket
from quarterdeck.office.queries import calendar_named
from quarterdeck.services.models import Service

_MORNING, _EVENING = 8 * 60, 18 * 60
_SERVICE = "Network and Wi-Fi"
# What is open: how many hours old, with which place of the team by name, and with nobody.
_OPEN: tuple[tuple[str, str, int, int | None], ...] = (
    ("No link on the second floor of the town hall", "All sockets on the north side.", 3, 0),
    ("Wi-Fi in the reading room drops every few minutes", "Worse in the afternoon.", 52, 1),
    ("The depot’s line is slow since the storm", "Maps take minutes to load.", 190, 1),
    ("Guest Wi-Fi shows no page to sign in", "On phones of any kind.", 27, 2),
    ("Meeting room 4 has no network", "The socket under the table is dead.", 6, None),
    ("Camera at the car park is not reachable", "It was moved last week.", 1, None),
)


def furnish_network(*, lead: Account, at: datetime) -> None:
    """Let the lead put the team on duty, and take down what its users have called about."""
    team, service = Team.objects.get(name=cast.NETWORK), Service.objects.get(name=_SERVICE)
    people = list(Person.objects.filter(memberships__team=team).order_by("name"))
    keep_rota(team=team, calendar=calendar_named(""), actor=lead, at=at)
    monday = at.date() - timedelta(days=at.weekday())
    for weekday in range(5):
        times = WeeklyTimes(
            weekday=weekday, start_minute=_MORNING, end_minute=_EVENING, first_on=monday
        )
        person = people[weekday % len(people)]
        add_weekly_shift(team=team, person=person, times=times, actor=lead, at=at)
    for title, description, hours, place in _OPEN:
        report = Report(
            title=title, description=description, service=service, team=team, category=_SERVICE
        )
        assignee = None if place is None else people[place]
        open_ticket(report=report, assignee=assignee, actor=lead, at=at - timedelta(hours=hours))
