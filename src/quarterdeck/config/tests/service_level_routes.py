"""The rows of the table of routes for what the desk promises, and the clocks of it."""

from datetime import UTC, date, datetime

from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.models import Account, Team
from quarterdeck.desk.models import Category, ClockRecalculation, ServiceLevelPolicy
from quarterdeck.desk.verbs.service_levels import Promise, set_service_level_terms
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.verbs.tickets import Report, open_ticket, resolve_ticket
from quarterdeck.office.models import Calendar
from quarterdeck.office.queries import calendar_named

LINES = """
desk.servicelevelpolicy.list GET -               in  200  200  200  200  200  200  200  200  200
desk.servicelevelpolicy.detail GET policy        in  200  200  200  200  200  200  200  200  200
desk.servicelevelpolicy.detail GET no-record     in  404  404  404  404  404  404  404  404  404
desk.service_level.add     GET    -              in  404  404  404  200  404  404  404  404  200
desk.service_level.add     POST   -              in  404  404  404  422  404  404  404  404  422
desk.service_level.terms   GET    policy         in  404  404  404  200  404  404  404  404  200
desk.service_level.terms   POST   policy         in  404  404  404  422  404  404  404  404  422
desk.ticket.promises       GET    desk-ticket    in  404  200  404  200  200  404  404  200  200
desk.ticket.promises       GET    net-ticket     in  200  404  200  200  200  404  404  200  200
desk.due                   GET    -              in  404  200  200  200  404  404  404  404  200
desk.servicelevelclock.list GET   -              in  200  200  200  200  200  200  200  200  200
desk.servicelevelclock.detail GET no-record      in  404  404  404  404  404  404  404  404  404
desk.servicelevelevent.list GET   -              in  200  200  200  200  200  200  200  200  200
desk.servicelevelevent.detail GET no-record      in  404  404  404  404  404  404  404  404  404
desk.clockrecalculation.list GET  -              in  200  200  200  200  200  200  200  200  200
desk.clockrecalculation.detail GET counted       in  200  200  200  200  200  200  200  200  200
desk.clockchange.list      GET    -              in  200  200  200  200  200  200  200  200  200
desk.clockchange.detail    GET    no-record      in  404  404  404  404  404  404  404  404  404
desk.recalculate           GET    -              in  404  404  404  200  404  404  404  404  200
desk.recalculate           POST   -              in  404  404  404  422  404  404  404  404  422
desk.recalculation.decide  POST   counted        in  404  404  404  302  404  404  404  404  302
"""


def answered_ticket() -> int:
    """Open, answer and resolve a ticket in March 2016, under terms that hold since then."""
    actor, at = Account.objects.get(username="operator"), datetime(2016, 3, 7, 10, tzinfo=UTC)
    times: dict[tuple[str, int | None], tuple[int, Calendar]] = {
        (metric, 4): (3_600, calendar_named("")) for metric in ("response", "resolution")
    }
    for policy in ServiceLevelPolicy.objects.filter(service=None, customer=None):
        promise = Promise(valid_from=date(2016, 3, 1), targets=times)
        set_service_level_terms(policy=policy, promise=promise, actor=actor, at=at)
    [team] = Team.objects.filter(service_level_policies__isnull=False)
    category = Category.objects.active_paths()[0]
    report = Report(title="The lift is dark", category=category, team=team)
    ticket = open_ticket(report=report, actor=actor, at=at)
    reply_publicly(ticket=ticket, text="It is the bulb.", actor=actor, at=at)
    resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="A new bulb",
        true_category=category,
        actor=actor,
        at=at,
    )
    return ticket.pk


def _arguments(_cast: Cast) -> Arguments:
    """Return what the addresses of these records are made with."""
    return {
        "policy": [ServiceLevelPolicy.objects.order_by("pk")[0].pk],
        "counted": [ClockRecalculation.objects.order_by("pk")[0].pk],
    }


TABLE = RouteTable(LINES, _arguments)
