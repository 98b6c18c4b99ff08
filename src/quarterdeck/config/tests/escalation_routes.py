"""The rows of the table of routes for escalations and complaints."""

from datetime import UTC, datetime, timedelta

from quarterdeck.config.demo import cast as department
from quarterdeck.config.tests.cast import AT, OF_NETWORK, OF_SERVICE_DESK, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Person, Team
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Escalation, EscalationPolicy, ShiftNote, Ticket
from quarterdeck.desk.queries.escalation_letters import signature_of_round
from quarterdeck.desk.verbs.escalation_work import Complaint
from quarterdeck.desk.verbs.escalations import complain, give_verdict, resolve_escalation
from quarterdeck.desk.verbs.shift_notes import hand_over_shift
from quarterdeck.office.queries import calendar_named

# The requester complains about the network's ticket; the IT manager has resolved the complaint.
LINES = """
desk.ticket.escalations    GET    desk-ticket    in  404  200  404  200  200  404  404  200  200
desk.ticket.escalations    GET    net-ticket     in  200  404  200  200  200  404  404  200  200
desk.escalate              GET    desk-ticket    in  404  200  404  200  404  404  404  404  200
desk.escalate              POST   desk-ticket    in  404  422  404  422  404  404  404  404  422
desk.complain              GET    net-ticket     in  200  404  200  200  404  404  404  404  200
desk.complain              POST   net-ticket     in  422  404  422  422  404  404  404  404  422
desk.escalation.mine       GET    -              in  404  200  200  200  200  404  404  200  200
desk.escalation.list       GET    -              in  200  200  200  200  200  200  200  200  200
desk.escalation.detail     GET    complaint      in  200  404  200  200  200  404  404  200  200
desk.escalation.detail     GET    no-record      in  404  404  404  404  404  404  404  404  404
desk.escalation.act        POST   answer         in  404  404  404  422  404  404  404  404  422
desk.escalation.act        POST   verdict        in  422  404  422  404  404  404  404  404  422
desk.verdict               GET    signed         200 200  200  200  200  200  200  200  200  200
desk.verdict               POST   signed         422 422  422  422  422  422  422  422  422  422
desk.verdict               GET    forged         404 404  404  404  404  404  404  404  404  404
desk.escalationpolicy.list GET    -              in  200  200  200  200  200  200  200  200  200
desk.escalationpolicy.list POST   -              in  302  302  302  302  302  302  302  302  302
desk.escalationpolicy.detail GET  by-itself      in  200  200  200  200  200  200  200  200  200
desk.escalationpolicy.add  GET    -              in  404  404  404  200  404  404  404  404  200
desk.escalationpolicy.add  POST   -              in  404  404  404  422  404  404  404  404  422
desk.escalationpolicy.change GET  by-itself      in  404  404  404  200  404  404  404  404  200
desk.escalationpolicy.change POST by-itself      in  404  404  404  400  404  404  404  404  400
desk.lead                  GET    -              in  404  404  200  200  404  404  404  404  200
desk.teams                 GET    -              in  404  404  404  200  200  404  404  404  200
desk.shiftnote.list        GET    -              in  200  200  200  200  200  200  200  200  200
desk.shiftnote.detail      GET    hand-over      in  404  200  404  200  200  404  404  200  200
desk.shift.hand_over       GET    -              in  404  200  200  200  404  404  404  404  200
desk.shift.hand_over       POST   -              in  404  422  422  422  404  404  404  404  422
desk.shift.take_over       POST   hand-over      in  404  302  404  302  404  404  404  404  302
"""


def resolved_complaint(cast: Cast) -> Escalation:
    """Let the requester complain about the network's ticket, and the IT manager resolve it."""
    known = Escalation.objects.complaints().first()
    if known is not None:
        return known
    manager = cast.accounts[Role.IT_MANAGER]
    ticket = Ticket.objects.get(pk=cast.tickets[OF_NETWORK])
    told = Complaint(
        reason="It came back twice.",
        complainant=Person.objects.get(name=department.REQUESTER),
        channel="Phone",
    )
    row = complain(ticket=ticket, complaint=told, owner=manager.person, actor=manager, at=AT)
    return resolve_escalation(
        escalation=row,
        version=row.version,
        resolution="Another cable",
        actor=manager,
        at=AT + timedelta(hours=2),
    )


def judged_complaint(cast: Cast) -> int:
    """Let somebody complain in March 2016, and say three days later that it is solved."""
    manager, at = cast.accounts[Role.IT_MANAGER], datetime(2016, 3, 7, 9, tzinfo=UTC)
    row = complain(
        ticket=Ticket.objects.get(pk=cast.tickets[OF_SERVICE_DESK]),
        complaint=Complaint(reason="Nobody called back.", complainant_name="A caller"),
        owner=manager.person,
        actor=manager,
        at=at,
    )
    row = resolve_escalation(
        escalation=row, version=row.version, resolution="Called back", actor=manager, at=at
    )
    give_verdict(escalation=row, verdict="solved", actor=manager, at=at + timedelta(days=3))
    return row.pk


def _policy(cast: Cast) -> EscalationPolicy:
    known = EscalationPolicy.objects.first()
    if known is not None:
        return known
    with acting(actor=cast.accounts[Role.IT_MANAGER], verb_name="tests.policy", at=AT):
        return EscalationPolicy.objects.create(
            name="Broken promises", calendar=calendar_named(""), begins_on=AT.date()
        )


def _hand_over(cast: Cast) -> int:
    known = ShiftNote.objects.first()
    if known is not None:
        return known.pk
    team = Team.objects.get(name=department.SERVICE_DESK)
    manager = cast.accounts[Role.IT_MANAGER]
    return hand_over_shift(
        team=team, shift="Early", text="The vendor calls.", actor=manager, at=AT
    ).pk


def _arguments(cast: Cast) -> Arguments:
    """Return what the addresses of these records are made with."""
    row = resolved_complaint(cast)
    return {
        "complaint": [row.pk],
        "answer": [row.pk, "answer"],
        "verdict": [row.pk, "verdict"],
        "signed": [row.pk, signature_of_round(row)],
        "forged": [row.pk, "0" * 40],
        "hand-over": [_hand_over(cast)],
        "by-itself": [_policy(cast).pk],
        "desk-ticket": [cast.tickets[OF_SERVICE_DESK]],
    }


TABLE = RouteTable(LINES, _arguments, frozenset({"desk.verdict"}))
