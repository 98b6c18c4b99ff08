"""The rows of the table of routes for signing in, the directory and the settings."""

from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.models import Account, Person, RoleAssignment, Team, TeamMembership, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Category, CategoryAlias
from quarterdeck.office.models import Calendar, Holiday

LINES = """
account                    GET    -              in  200  200  200  200  200  200  200  200  200
account.mail               GET    -              in  200  200  200  200  200  200  200  200  200
account.mail               POST   -              in  422  422  422  422  422  422  422  422  422
notices                    GET    -              in  200  200  200  200  200  200  200  200  200
notices.read               POST   -              in  302  302  302  302  302  302  302  302  302
notice                     GET    no-record      in  404  404  404  404  404  404  404  404  404
office.mail.templates      GET    -              in  404  404  404  200  404  404  404  404  200
office.mail.template       GET    mail-kind      in  404  404  404  200  404  404  404  404  200
office.mail.template       POST   mail-kind      in  404  404  404  422  404  404  404  404  422
office.mailtemplate.list   GET    -              in  200  200  200  200  200  200  200  200  200
office.mailtemplate.detail GET    no-record      in  404  404  404  404  404  404  404  404  404
account.password           GET    -              in  200  200  200  200  200  200  200  200  200
account.password           POST   -              in  422  422  422  422  422  422  422  422  422
account.sessions           POST   -              in  302  302  302  302  302  302  302  302  302
password.forgotten         GET    -             200  200  200  200  200  200  200  200  200  200
password.forgotten         POST   -             422  422  422  422  422  422  422  422  422  422
password.reset             GET    no-link       404  404  404  404  404  404  404  404  404  404
password.reset             POST   no-link       404  404  404  404  404  404  404  404  404  404
core.account.list          GET    -              in  200  200  200  200  200  200  200  200  200
core.account.detail        GET    account        in  404  404  404  404  404  404  404  200  200
core.account.detail        GET    own-account    in  200  404  404  404  404  404  404  200  200
office.account.add         GET    -              in  404  404  404  404  404  404  404  404  200
office.account.add         POST   -              in  404  404  404  404  404  404  404  404  422
office.account.act         POST   account        in  404  404  404  404  404  404  404  404  302
office.account.link        POST   account        in  404  404  404  404  404  404  404  404  422
office.role.give           POST   account        in  404  404  404  404  404  404  404  404  422
office.role.take           POST   role           in  404  404  404  404  404  404  404  404  302
core.roleassignment.list   GET    -              in  200  200  200  200  200  200  200  200  200
core.roleassignment.detail GET    role           in  404  404  404  404  404  404  404  200  200
core.unit.list             GET    -              in  200  200  200  200  200  200  200  200  200
core.unit.detail           GET    unit           in  200  200  200  200  200  200  200  200  200
office.unit.add            GET    -              in  404  404  404  200  404  404  404  404  200
office.unit.add            POST   -              in  404  404  404  422  404  404  404  404  422
office.unit.change         GET    unit           in  404  404  404  200  404  404  404  404  200
office.unit.change         POST   unit           in  404  404  404  422  404  404  404  404  422
core.person.list           GET    -              in  200  200  200  200  200  200  200  200  200
core.person.detail         GET    person         in  200  200  200  200  200  200  200  200  200
core.person.add            GET    -              in  404  404  404  200  404  404  404  404  200
core.person.add            POST   -              in  404  404  404  422  404  404  404  404  422
core.person.change         GET    person         in  404  404  404  200  404  404  404  404  200
core.person.change         POST   person         in  404  404  404  400  404  404  404  404  400
core.team.list             GET    -              in  200  200  200  200  200  200  200  200  200
core.team.detail           GET    team           in  200  200  200  200  200  200  200  200  200
core.team.add              GET    -              in  404  404  404  200  404  404  404  404  200
core.team.add              POST   -              in  404  404  404  422  404  404  404  404  422
core.team.change           GET    team           in  404  404  404  200  404  404  404  404  200
core.team.change           POST   team           in  404  404  404  400  404  404  404  404  400
core.teammembership.list   GET    -              in  200  200  200  200  200  200  200  200  200
core.teammembership.detail GET    membership     in  200  200  200  200  200  200  200  200  200
core.teammembership.add    GET    -              in  404  404  404  200  404  404  404  404  200
core.teammembership.add    POST   -              in  404  404  404  422  404  404  404  404  422
core.teammembership.change GET    membership     in  404  404  404  404  404  404  404  404  404
office.membership.end      POST   no-record      in  404  404  404  404  404  404  404  404  404
office.organisation        GET    -              in  404  404  404  200  404  404  404  404  200
office.organisation        POST   -              in  404  404  404  422  404  404  404  404  422
office.periods             GET    -              in  200  200  200  200  200  200  200  200  200
office.periods.zone        POST   -              in  404  404  404  422  404  404  404  404  422
office.periods.years       POST   -              in  404  404  404  422  404  404  404  404  422
office.periods.correct     POST   -              in  404  404  404  422  404  404  404  404  422
office.periods.withdraw    POST   no-record      in  404  404  404  404  404  404  404  404  404
office.calendar.list       GET    -              in  200  200  200  200  200  200  200  200  200
office.calendar.detail     GET    calendar       in  200  200  200  200  200  200  200  200  200
office.calendar.add        GET    -              in  404  404  404  200  404  404  404  404  200
office.calendar.add        POST   -              in  404  404  404  422  404  404  404  404  422
office.calendar.change     GET    calendar       in  404  404  404  200  404  404  404  404  200
office.calendar.change     POST   calendar       in  404  404  404  400  404  404  404  404  400
office.calendar.openings   POST   calendar       in  404  404  404  422  404  404  404  404  422
office.calendar.confirm    POST   calendar       in  404  404  404  302  404  404  404  404  302
office.calendar.holidays   POST   calendar       in  404  404  404  422  404  404  404  404  422
office.holiday.list        GET    -              in  200  200  200  200  200  200  200  200  200
office.holiday.detail      GET    holiday        in  200  200  200  200  200  200  200  200  200
office.holiday.add         GET    -              in  404  404  404  200  404  404  404  404  200
office.holiday.add         POST   -              in  404  404  404  422  404  404  404  404  422
office.holiday.change      GET    holiday        in  404  404  404  200  404  404  404  404  200
office.holiday.change      POST   holiday        in  404  404  404  400  404  404  404  404  400
office.holiday.end         POST   no-record      in  404  404  404  404  404  404  404  404  404
desk.priorities            GET    -              in  200  200  200  200  200  200  200  200  200
desk.priorities            POST   -              in  404  404  404  422  404  404  404  404  422
desk.category.list         GET    -              in  200  200  200  200  200  200  200  200  200
desk.category.detail       GET    category       in  200  200  200  200  200  200  200  200  200
desk.category.add          GET    -              in  404  404  404  200  404  404  404  404  200
desk.category.add          POST   -              in  404  404  404  422  404  404  404  404  422
desk.category.change       GET    category       in  404  404  404  200  404  404  404  404  200
desk.category.change       POST   category       in  404  404  404  400  404  404  404  404  400
desk.category.explain      GET    -              in  404  404  404  200  404  404  404  404  200
desk.category.explain      POST   -              in  404  404  404  302  404  404  404  404  302
desk.categoryalias.list    GET    -              in  200  200  200  200  200  200  200  200  200
desk.categoryalias.detail  GET    alias          in  200  200  200  200  200  200  200  200  200
desk.categoryalias.add     GET    -              in  404  404  404  200  404  404  404  404  200
desk.categoryalias.add     POST   -              in  404  404  404  422  404  404  404  404  422
desk.categoryalias.change  GET    alias          in  404  404  404  200  404  404  404  404  200
desk.categoryalias.change  POST   alias          in  404  404  404  400  404  404  404  404  400
desk.names                 GET    -              in  404  404  404  200  404  404  404  404  200
desk.names                 POST   -              in  404  404  404  302  404  404  404  404  302
desk.personalias.list      GET    -              in  200  200  200  200  200  200  200  200  200
desk.personalias.detail    GET    no-record      in  404  404  404  404  404  404  404  404  404
desk.team_names            GET    -              in  404  404  404  200  404  404  404  404  200
desk.team_names            POST   -              in  404  404  404  302  404  404  404  404  302
desk.teamalias.list        GET    -              in  200  200  200  200  200  200  200  200  200
desk.teamalias.detail      GET    no-record      in  404  404  404  404  404  404  404  404  404
desk.teamalias.add         GET    -              in  404  404  404  200  404  404  404  404  200
desk.teamalias.add         POST   -              in  404  404  404  422  404  404  404  404  422
desk.teamalias.change      GET    no-record      in  404  404  404  404  404  404  404  404  404
desk.teamalias.change      POST   no-record      in  404  404  404  404  404  404  404  404  404
desk.routine               GET    -              in  200  200  200  200  200  200  200  200  200
desk.routine               POST   -              in  404  404  404  422  404  404  404  404  422
"""


def _arguments(cast: Cast) -> Arguments:
    """Return what the addresses of these records are made with; `own` is the requester's."""
    operator = Account.objects.get(username="operator")
    return {
        "mail-kind": ["desk.assignment"],
        "no-link": ["MQ", "no-such-token"],
        "account": [operator.pk],
        "own-account": [cast.accounts[Role.REQUESTER].pk],
        "role": [RoleAssignment.objects.filter(account=operator)[0].pk],
        "unit": [Unit.objects.get(parent=None).pk],
        "person": [Person.objects.order_by("pk")[0].pk],
        "team": [Team.objects.order_by("pk")[0].pk],
        "membership": [TeamMembership.objects.order_by("pk")[0].pk],
        "alias": [CategoryAlias.objects.order_by("pk")[0].pk],
        "category": [Category.objects.order_by("pk")[0].pk],
        "calendar": [Calendar.objects.get(key="around-the-clock").pk],
        "holiday": [Holiday.objects.order_by("pk")[0].pk],
    }


TABLE = RouteTable(LINES, _arguments, frozenset({"password.forgotten", "password.reset"}))
