"""The rows of the table of routes for who is on duty and who gets a ticket."""

from datetime import UTC, datetime, timedelta
from typing import Any

from quarterdeck.config.tests.cast import AT, OF_LIBRARY, OF_SERVICE_DESK, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.changes import add_record
from quarterdeck.core.models import Account, Person, Team, TeamMembership
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import AssignmentDecision, MajorIncident, ReviewAction, Ticket
from quarterdeck.desk.records.assignment import skills
from quarterdeck.desk.verbs.assignment import choose_strategy
from quarterdeck.desk.verbs.major_incidents import (
    Declaration,
    declare_major_incident,
    open_review_action,
    publish_update,
)
from quarterdeck.desk.verbs.rota import add_single_shift, keep_rota, swap_shifts
from quarterdeck.desk.verbs.tickets import Report, open_ticket
from quarterdeck.office.queries import calendar_named
from quarterdeck.people.models import Absence
from quarterdeck.services.models import Service

LINES = """
desk.rota                  GET    -              in  404  200  200  200  200  404  404  200  200
desk.duty                  GET    duty-team      in  404  200  404  200  200  404  404  200  200
desk.rota.act              POST   rota-act       in  404  404  404  422  404  404  404  404  422
desk.ticket.who            GET    desk-ticket    in  404  200  404  200  404  404  404  404  200
desk.skill.list            GET    -              in  200  200  200  200  200  200  200  200  200
desk.skill.detail          GET    skill          in  404  200  200  200  404  404  404  200  200
desk.skill.add             GET    -              in  404  404  200  200  404  404  404  404  200
desk.skill.add             POST   -              in  404  404  422  422  404  404  404  404  422
desk.skill.change          GET    skill          in  404  404  404  200  404  404  404  404  200
desk.skill.change          POST   skill          in  404  404  404  400  404  404  404  404  400
desk.assignmentpolicy.list GET    -              in  200  200  200  200  200  200  200  200  200
desk.assignmentpolicy.detail GET  strategy       in  404  200  404  200  200  404  404  200  200
desk.assignmentdecision.list GET  -              in  200  200  200  200  200  200  200  200  200
desk.assignmentdecision.detail GET decision      in  404  200  404  200  200  404  404  200  200
desk.ticket.major          GET    desk-ticket    in  404  200  404  200  200  404  404  200  200
desk.ticket.declare        GET    desk-ticket    in  404  404  404  200  404  404  404  404  200
desk.ticket.declare        POST   desk-ticket    in  404  404  404  422  404  404  404  404  422
desk.majorincident.list    GET    -              in  200  200  200  200  200  200  200  200  200
desk.majorincident.detail  GET    major          in  404  200  404  200  200  404  404  200  200
desk.major.act             POST   major-update   in  404  404  404  422  404  404  404  404  422
desk.major.act             POST   major-note     in  404  422  404  422  404  404  404  404  422
desk.affectedservice.list  GET    -              in  200  200  200  200  200  200  200  200  200
desk.affectedservice.detail GET   affected       in  404  200  404  200  200  404  404  200  200
desk.majorincidententry.list GET  -              in  200  200  200  200  200  200  200  200  200
desk.majorincidententry.detail GET major-entry   in  404  200  404  200  200  404  404  200  200
desk.publicupdate.list     GET    -              in  200  200  200  200  200  200  200  200  200
desk.publicupdate.detail   GET    told-update    in  404  200  404  200  200  404  404  200  200
desk.reviewaction.list     GET    -              in  200  200  200  200  200  200  200  200  200
desk.reviewaction.detail   GET    review-action  in  404  200  404  200  200  404  404  200  200
portal.status              GET    -              in  200  200  200  200  200  200  200  200  200
desk.shift.end             POST   old-shift      in  404  404  404  302  404  404  404  404  302
desk.absence.withdraw      POST   away           in  404  404  404  302  404  404  404  404  404
desk.rota.list             GET    -              in  200  200  200  200  200  200  200  200  200
desk.rota.detail           GET    duty-rota      in  404  200  404  200  200  404  404  200  200
desk.dutyshift.list        GET    -              in  200  200  200  200  200  200  200  200  200
desk.dutyshift.detail      GET    duty-shift     in  404  200  404  200  200  404  404  200  200
desk.shiftswap.list        GET    -              in  200  200  200  200  200  200  200  200  200
desk.shiftswap.detail      GET    shift-swap     in  404  200  404  200  200  404  404  200  200
people.absence.list        GET    -              in  200  200  200  200  200  200  200  200  200
people.absence.detail      GET    kept-absence   in  404  404  404  200  200  404  200  404  404
"""


def _arguments(cast: Cast) -> Arguments:
    """Put two people of the service desk on duty, let one stand in, and let somebody be away."""
    operator = Account.objects.get(username="operator")
    team = Ticket.objects.select_related("team").get(pk=cast.tickets[OF_SERVICE_DESK]).team
    assert team is not None
    acts: dict[str, Any] = {"actor": operator, "at": AT}
    rota = keep_rota(team=team, calendar=calendar_named(""), **acts)
    with acting(actor=operator, verb_name="tests.duty", at=AT):
        first, second = (Person.objects.create(name=name) for name in ("Early", "Late"))
        for person in (first, second):
            TeamMembership.objects.create(person=person, team=team)
        until = AT + timedelta(hours=8)
        absences = [
            Absence.objects.create(person=person, starts_at=AT, ends_at=until)
            for person in (first, second)
        ]
    shifts = [
        add_single_shift(team=team, person=person, starts_at=AT, ends_at=until, **acts)
        for person in (first, second)
    ]
    swap = swap_shifts(
        team=team, person=first, stand_in=second, starts_at=AT, ends_at=until, **acts
    )
    return {
        **_assigned(cast, team, first, acts),
        **_commanded(cast, team, second, acts),
        "duty-rota": [rota.pk],
        "rota-act": [team.pk, "single"],
        "duty-team": [team.pk],
        "duty-shift": [shifts[0].pk],
        "old-shift": [shifts[1].pk],
        "shift-swap": [swap.pk],
        "away": [absences[0].pk],
        "kept-absence": [absences[1].pk],
    }


def _assigned(cast: Cast, team: Team, able: Person, acts: dict[str, Any]) -> Arguments:
    """Let a strategy decide on one ticket."""
    policy = choose_strategy(team=team, strategy="least_load", **acts)
    values = {
        "person": able,
        "service": Service.objects.get(pk=cast.service),
        "category": None,
        "level": 2,
    }
    skill = add_record(record=skills, values=values, **acts)
    opened = open_ticket(report=Report(title="Who has time?", team=team), **acts)
    decision = AssignmentDecision.objects.get(ticket=opened)
    # The other tables ask for the tickets as their own people have them.
    choose_strategy(team=team, strategy="by_hand", **acts)
    return {"strategy": [policy.pk], "skill": [skill.pk], "decision": [decision.pk]}


def _commanded(cast: Cast, team: Team, leader: Person, acts: dict[str, Any]) -> Arguments:
    """Declare one major incident and tell of it, and end and review another one."""
    found: dict[str, list[object]] = {}
    operator, commander = acts["actor"], cast.accounts[Role.IT_MANAGER].person
    assert commander is not None
    for number in range(2):
        report = Report(
            title="Mail is down", team=team, service=Service.objects.get(pk=cast.service)
        )
        ticket = open_ticket(report=report, **acts)
        declaration = Declaration(
            title="Mail is down",
            reason="Nobody can write",
            commander=commander,
            first_update_due_at=AT + timedelta(hours=1),
        )
        major = declare_major_incident(ticket=ticket, declaration=declaration, **acts)
        found["major"] = [major.pk]
        found["affected"] = [major.affected.get().pk]
        found["major-entry"] = [major.entries.get().pk]
        if number:
            due_at = AT + timedelta(hours=2)
            told = publish_update(incident=major, text="We know", next_due_at=due_at, **acts)
            found["told-update"] = [told.pk]
            continue
        with acting(actor=operator, verb_name="tests.review", at=AT):
            MajorIncident.objects.filter(pk=major.pk).update(
                next_update_due_at=None, ended_at=AT, reviewed_at=AT
            )
        action = open_review_action(
            incident=major, title="Another line", owner=leader, due_on=AT.date(), **acts
        )
        found["review-action"] = [ReviewAction.objects.get(action=action).pk]
    return {
        **found,
        "major-update": [*found["major"], "update"],
        "major-note": [*found["major"], "note"],
    }


def told_in_march(cast: Cast) -> tuple[int, int]:
    """Declare a major incident in March and tell of it; return its key and that of the update."""
    acts: dict[str, Any] = {"actor": Account.objects.get(username="operator")}
    at = datetime(2016, 3, 15, 9, tzinfo=UTC)
    due_at = at + timedelta(hours=1)
    ticket = Ticket.objects.get(pk=cast.tickets[OF_LIBRARY])
    commander = cast.accounts[Role.IT_MANAGER].person
    assert commander is not None
    declaration = Declaration(
        title="Mail is down",
        reason="All",
        commander=commander,
        first_update_due_at=due_at,
        keeps_priority=True,
    )
    major = declare_major_incident(ticket=ticket, declaration=declaration, at=at, **acts)
    told = publish_update(incident=major, text="We know", next_due_at=due_at, at=at, **acts)
    return major.pk, told.pk


TABLE = RouteTable(LINES, _arguments)
