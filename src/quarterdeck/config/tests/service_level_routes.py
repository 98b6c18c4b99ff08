"""The rows of the table of routes for what the desk promises, and the clocks of it."""

from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.desk.models import ClockRecalculation, ServiceLevelPolicy

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
desk.recalculate           GET    -              in  404  404  404  200  404  404  404  404  200
desk.recalculate           POST   -              in  404  404  404  422  404  404  404  404  422
desk.recalculation.decide  POST   counted        in  404  404  404  302  404  404  404  404  302
"""


def _arguments(_cast: Cast) -> Arguments:
    """Return what the addresses of these records are made with."""
    return {
        "policy": [ServiceLevelPolicy.objects.order_by("pk")[0].pk],
        "counted": [ClockRecalculation.objects.order_by("pk")[0].pk],
    }


TABLE = RouteTable(LINES, _arguments)
