"""Who is on duty in the demo, who can do what, and a major incident that goes on."""

from datetime import datetime, timedelta

from quarterdeck.config.demo import cast
from quarterdeck.core.changes import add_record
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.records.assignment import skills
from quarterdeck.desk.verbs.assignment import choose_strategy
from quarterdeck.desk.verbs.major_incidents import (
    Declaration,
    declare_major_incident,
    note_in_timeline,
    publish_update,
)
from quarterdeck.desk.verbs.rota import WeeklyTimes, add_weekly_shift, keep_rota, swap_shifts
from quarterdeck.desk.vocabulary import TicketKind
from quarterdeck.desk.vocabulary.duty import SkillLevel, Strategy
from quarterdeck.office.queries import calendar_named
from quarterdeck.people.verbs.absences import record_absence
from quarterdeck.services.models import Service

_TURNS = ((7 * 60, 13 * 60), (12 * 60 + 30, 18 * 60))


def furnish_duty(*, actor: Account, at: datetime) -> None:
    """Put the service desk on duty, let the servers assign by load, and let something be down."""
    desk = Team.objects.get(name=cast.SERVICE_DESK)
    people = list(Person.objects.filter(memberships__team=desk).order_by("name")[:3])
    keep_rota(team=desk, calendar=calendar_named(""), actor=actor, at=at)
    monday = at.date() - timedelta(days=at.weekday())
    # On Fridays nobody has the afternoon yet: the rota shows it.
    for weekday in range(5):
        for number, (start, end) in enumerate(_TURNS[: 1 if weekday == len(_TURNS) + 2 else 2]):
            times = WeeklyTimes(
                weekday=weekday, start_minute=start, end_minute=end, first_on=monday
            )
            person = people[(weekday + number) % len(people)]
            add_weekly_shift(team=desk, person=person, times=times, actor=actor, at=at)
    next_week = at + timedelta(days=7)
    swap_shifts(
        team=desk,
        person=people[0],
        stand_in=people[1],
        starts_at=next_week,
        ends_at=next_week + timedelta(days=1),
        reason="A day at school",
        actor=actor,
        at=at,
    )
    record_absence(
        person=people[2],
        starts_at=at + timedelta(days=3),
        ends_at=at + timedelta(days=5),
        actor=actor,
        at=at,
    )
    _assign(actor, at)
    _disturb(actor, at)


def _assign(actor: Account, at: datetime) -> None:
    team = Team.objects.get(name=cast.SERVERS)
    choose_strategy(team=team, strategy=Strategy.LEAST_LOAD, actor=actor, at=at)
    service = Service.objects.order_by("name").first()
    for person in Person.objects.filter(memberships__team=team).order_by("name")[:2]:
        values = {"person": person, "service": service, "category": None}
        add_record(record=skills, values={**values, "level": SkillLevel.ABLE}, actor=actor, at=at)


def _disturb(actor: Account, at: datetime) -> None:
    """Make the newest open incident by hand a major one, of which everybody has heard once."""
    rows = Ticket.objects.visible_to(actor).open().filter(batch=None, kind=TicketKind.INCIDENT)
    ticket = rows.filter(major_incident__isnull=True).order_by("-opened_at", "-pk").first()
    if ticket is None or actor.person is None:
        return
    declaration = Declaration(
        title="Some of you cannot work: we are on it",
        reason="Several sites have called within minutes.",
        commander=actor.person,
        people_affected=120,
        first_update_due_at=at,
    )
    begun = at - timedelta(minutes=40)
    incident = declare_major_incident(ticket=ticket, declaration=declaration, actor=actor, at=begun)
    publish_update(
        incident=incident,
        text="We have found where it comes from and are putting a spare in its place.",
        next_due_at=at + timedelta(hours=6),
        actor=actor,
        at=at - timedelta(minutes=15),
    )
    note_in_timeline(
        incident=incident,
        text="The first site called.",
        happened_at=at - timedelta(minutes=55),
        actor=actor,
        at=at - timedelta(minutes=5),
    )
