"""Every route, asked by every role, for what is its own and what is somebody else's.

What one may not see or do is 404, as if it did not exist. Whoever is not signed in is sent to the
sign-in page.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.templatetags.static import static
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from quarterdeck.config.tests import (
    duty_routes,
    escalation_routes,
    knowledge_routes,
    mail_routes,
    people_routes,
    portal_routes,
    problem_routes,
    qualification_routes,
    remark_routes,
    service_level_routes,
    set_up_routes,
    survey_routes,
    ticket_life_routes,
    training_routes,
)
from quarterdeck.config.tests.cast import (
    OF_LIBRARY,
    OF_NETWORK,
    OF_SERVICE_DESK,
    Cast,
)
from quarterdeck.config.tests.route_tables import (
    ANONYMOUS,
    COLUMNS,
    Arguments,
    RouteTable,
    Row,
    arguments_of,
    closed,
    ids_twice,
    links_of,
)
from quarterdeck.core.vocabulary import Role

# What a redirect to the sign-in page is written as, which every row begins with.
SENT_TO_SIGN_IN = "in"
# The requester reported the network's ticket; the technician is of the service desk, the team lead
# of the network; the director's reach ends before the libraries.
TABLE = """
route                      method record       anon requ tech lead mana dire exec hrpa audi adm.
sign-in                    GET    -             200  302  302  302  302  302  302  302  302  302
sign-out                   POST   -              in  302  302  302  302  302  302  302  302  302
theme                      POST   -              in  302  302  302  302  302  302  302  302  302
search                     GET    -              in  200  200  200  200  200  200  200  200  200
office.mail.failed         GET    -              in  404  404  404  404  404  404  404  404  200
office.mail.failed         POST   -              in  404  404  404  404  404  404  404  404  302
desk.message.again         POST   message        in  404  302  404  302  404  404  404  404  302
redact                     GET    redacted       in  404  404  404  404  404  404  404  404  200
redact                     POST   redacted       in  404  404  404  404  404  404  404  404  422
palette                    GET    -              in  200  200  200  200  200  200  200  200  200
health                     GET    -             200  200  200  200  200  200  200  200  200  200
health.ready               GET    -             503  503  503  503  503  503  503  503  503  503
health.details             GET    -              in  404  404  404  404  404  404  404  200  200
metrics                    GET    -             200  200  200  200  200  200  200  200  200  200
api-tokens                 GET    -              in  200  200  200  200  200  200  200  200  200
api-tokens                 POST   -              in  422  422  422  422  422  422  422  422  422
api-tokens.revoke          POST   no-record      in  404  404  404  404  404  404  404  404  404
api                        GET    -              in  200  200  200  200  200  200  200  200  200
api.nowhere                GET    nowhere       404  404  404  404  404  404  404  404  404  404
components                 GET    -              in  200  200  200  200  200  200  200  200  200
components                 POST   -              in  422  422  422  422  422  422  422  422  422
home                       GET    -              in  302  302  302  302  302  302  302  302  302
today                      GET    -              in  200  200  200  200  200  200  200  200  200
scorecard                  GET    -              in  200  200  200  200  200  200  200  200  200
scorecard.scopes           GET    -              in  404  200  200  200  200  200  200  200  200
scorecard.paper            POST   -              in  404  302  302  302  302  302  302  302  302
office.prints              GET    -              in  200  200  200  200  200  200  200  200  200
office.print               GET    print          in  404  404  404  200  404  404  404  404  404
office.print               GET    awaited        in  404  404  404  200  404  404  404  404  404
office.print.file          GET    print          in  404  404  404  200  404  404  404  404  404
office.print.file          GET    awaited        in  404  404  404  404  404  404  404  404  404
scorecard.measure          GET    measure        in  404  200  200  200  200  200  200  200  200
scorecard.measure          GET    no-measure     in  404  404  404  404  404  404  404  404  404
scorecard.comparison       GET    by-team        in  404  200  200  200  200  200  404  200  200
scorecard.comparison       GET    by-nothing     in  404  404  404  404  404  404  404  404  404
scorecard.target           GET    measure        in  404  404  404  200  200  404  404  404  200
scorecard.target           POST   measure        in  404  404  404  422  422  404  404  404  422
scorecard.target.end       POST   target         in  404  404  404  302  302  404  404  404  302
scorecard.action           POST   measure        in  404  404  404  302  302  404  404  404  302
scorecard.periods          GET    -              in  404  200  200  200  200  200  200  200  200
scorecard.period.close     POST   -              in  404  404  404  302  302  404  404  404  302
scorecard.period.schedule  POST   -              in  404  404  404  302  302  404  404  404  302
scorecard.period.compare   POST   -              in  404  404  404  302  302  404  404  404  302
scorecard.period.late      GET    closed-month   in  404  200  200  200  200  200  200  200  200
scorecard.period.restate   POST   closed-month   in  404  404  404  302  302  404  404  404  302
scorecard.restate          POST   reading        in  404  404  404  302  302  404  404  404  302
planning.correctiveaction.list GET -             in  200  200  200  200  200  200  200  200  200
planning.correctiveaction.detail GET action      in  404  404  404  200  200  404  404  200  200
planning.action.open       GET    -              in  404  404  404  200  200  404  404  404  200
planning.action.open       POST   -              in  404  404  404  422  422  404  404  404  422
planning.action.complete   POST   action         in  404  404  404  422  422  404  404  404  422
planning.action.cancel     POST   action         in  404  404  404  422  422  404  404  404  422
planning.action.reassign   POST   action         in  404  404  404  422  422  404  404  404  422
office.import              GET    -              in  404  404  404  200  404  404  404  404  200
office.import              POST   -              in  404  404  404  422  404  404  404  404  422
office.importbatch.list    GET    -              in  200  200  200  200  200  200  200  200  200
office.importbatch.detail  GET    batch          in  404  404  404  200  404  404  404  200  200
office.import.decide       POST   batch          in  404  404  404  302  404  404  404  404  302
office.import.map          GET    batch          in  404  404  404  302  404  404  404  404  302
office.import.map          POST   batch          in  404  404  404  302  404  404  404  404  302
office.import.withdraw     POST   batch          in  404  404  404  302  404  404  404  404  302
office.comment.write       POST   service-row    in  404  409  409  409  409  404  409  404  409
office.comment.remove      POST   no-record      in  404  404  404  404  404  404  404  404  404
office.file.attach         POST   service-row    in  404  409  409  409  409  404  409  404  409
office.file.remove         POST   no-record      in  404  404  404  404  404  404  404  404  404
office.file                GET    no-record      in  404  404  404  404  404  404  404  404  404
office.outgoingmail.list   GET    -              in  200  200  200  200  200  200  200  200  200
office.outgoingmail.detail GET    no-record      in  404  404  404  404  404  404  404  404  404
office.savedview.list      GET    -              in  200  200  200  200  200  200  200  200  200
office.savedview.detail    GET    no-record      in  404  404  404  404  404  404  404  404  404
office.view.change         GET    no-record      in  404  404  404  404  404  404  404  404  404
office.view.change         POST   no-record      in  404  404  404  404  404  404  404  404  404
office.view.columns        POST   service-list   in  302  302  302  302  302  302  302  302  302
office.view.save           POST   service-list   in  409  409  409  409  409  409  409  409  409
office.view.remove         POST   no-record      in  404  404  404  404  404  404  404  404  404
services.service.list      GET    -              in  200  200  200  200  200  200  200  200  200
services.service.list      POST   -              in  302  302  302  302  302  302  302  302  302
services.service.detail    GET    service        in  200  200  200  200  200  200  200  200  200
services.service.add       GET    -              in  404  404  404  200  404  404  404  404  200
services.service.add       POST   -              in  404  404  404  422  404  404  404  404  422
services.service.change    GET    service        in  404  404  404  200  404  404  404  404  200
services.service.change    POST   service        in  404  404  404  400  404  404  404  404  400
services.service.change    GET    no-record      in  404  404  404  404  404  404  404  404  404
desk.new                   GET    -              in  404  200  200  200  404  404  404  404  200
desk.new                   POST   -              in  404  422  422  422  404  404  404  404  422
desk.people                GET    -              in  404  200  200  200  404  404  404  404  200
desk.categories            GET    -              in  404  200  200  200  404  404  404  404  200
desk.priority              GET    -              in  404  200  200  200  404  404  404  404  200
desk.mine                  GET    -              in  404  200  200  200  404  404  404  404  200
desk.unassigned            GET    -              in  404  200  200  200  404  404  404  404  200
desk.board                 GET    -              in  404  200  200  200  404  404  404  404  200
desk.act                   POST   take-desk      in  404  422  404  422  404  404  404  404  422
desk.act                   POST   reply-net      in  422  404  422  422  404  404  404  404  422
desk.ask                   GET    take-desk      in  404  404  404  404  404  404  404  404  404
desk.ask                   GET    reply-net      in  200  404  200  200  404  404  404  404  200
desk.ticket.list           GET    -              in  200  200  200  200  200  200  200  200  200
desk.ticket.list           POST   -              in  302  302  302  302  302  302  302  302  302
desk.ticket.remarks        GET    desk-ticket    in  404  200  404  200  200  404  404  200  200
desk.ticket.detail         GET    desk-ticket    in  404  200  404  200  200  404  404  200  200
desk.ticket.detail         GET    net-ticket     in  200  404  200  200  200  404  404  200  200
desk.ticket.detail         GET    library        in  404  404  404  200  404  404  404  200  200
desk.ticket.detail         GET    no-record      in  404  404  404  404  404  404  404  404  404
"""

pytestmark = pytest.mark.django_db


def _arguments(cast: Cast) -> Arguments:
    """Return what the addresses of the cast's own records are made with."""
    return {
        "-": [],
        "nowhere": ["no/such/operation"],
        "measure": ["desk.cycle_time"],
        "no-measure": ["desk.no_such_measure"],
        "by-team": ["desk.cycle_time", "team"],
        "by-nothing": ["desk.cycle_time", "organisation"],
        "take-desk": [cast.tickets[OF_SERVICE_DESK], "take"],
        "reply-net": [cast.tickets[OF_NETWORK], "reply"],
        "no-record": [2**31 - 1],
        "message": [cast.message],
        "redacted": ["desk.ticket", cast.tickets[OF_SERVICE_DESK]],
        "service-list": ["services.service"],
        "service-row": ["services.service", cast.service],
        "batch": [cast.batch],
        "target": [cast.target],
        "action": [cast.action],
        "reading": [cast.reading],
        "closed-month": ["2015-12"],
        "print": [cast.printed],
        "awaited": [cast.awaited],
        "service": [cast.service],
        "desk-ticket": [cast.tickets[OF_SERVICE_DESK]],
        "net-ticket": [cast.tickets[OF_NETWORK]],
        "library": [cast.tickets[OF_LIBRARY]],
    }


TABLES = (
    RouteTable(
        TABLE,
        _arguments,
        frozenset({"sign-in", "health", "health.ready", "metrics", "api.nowhere"}),
    ),
    set_up_routes.TABLE,
    mail_routes.TABLE,
    service_level_routes.TABLE,
    knowledge_routes.TABLE,
    survey_routes.TABLE,
    escalation_routes.TABLE,
    problem_routes.TABLE,
    training_routes.TABLE,
    qualification_routes.TABLE,
    people_routes.TABLE,
    portal_routes.TABLE,
    qualification_routes.STANDING_TABLE,
    duty_routes.TABLE,
    ticket_life_routes.TABLE,
    remark_routes.TABLE,
)


def rows() -> Iterator[Row]:
    for table in TABLES:
        yield from table.rows()


def arguments(cast: Cast) -> Arguments:
    """Return what the address of each record is made with."""
    return arguments_of(TABLES, cast)


def answer(response: HttpResponseBase) -> str:
    if response.headers.get("Location", "").startswith(reverse("sign-in")):
        return SENT_TO_SIGN_IN
    return str(response.status_code)


def signed_out(response: HttpResponseBase) -> str:
    """Whoever signs out is led to the sign-in page too; that is no closed door."""
    return str(response.status_code)


def ask(client: Client, method: str, address: str) -> HttpResponseBase:
    """Ask for a page, or send a form that is filled in with nothing that the page asks for."""
    if method == "FILE":
        return client.post(address, {"file": remark_routes.a_file()})
    if method == "POST":
        return client.post(address, {"sent": "by a form"})
    return client.get(address)


def signed_in(cast: Cast) -> dict[str, str]:
    """Sign everybody in; return the keys of their sessions."""
    keys = {}
    for role, account in cast.accounts.items():
        client = Client()
        client.force_login(account)
        keys[str(role)] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return keys


def answers(row: Row, known: Arguments, sessions: dict[str, str]) -> dict[str, str]:
    address = reverse(row.route, args=known[row.record])
    found = {}
    for reader in COLUMNS:
        client = Client()
        if reader != ANONYMOUS:
            client.cookies[settings.SESSION_COOKIE_NAME] = sessions[reader]
        shown = signed_out if row.route == "sign-out" and reader != ANONYMOUS else answer
        found[reader] = shown(closed(ask(client, row.method, address)))
    return found


def patterns(among: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for each in among:
        if isinstance(each, URLResolver):
            # The programming interface has a table of its own, in test_api_routes.py.
            if each.namespace == "api-v1":
                continue
            yield from patterns(each.url_patterns)
        else:
            yield each


def label(row: Row) -> str:
    return f"{row.method} {row.route} {row.record}"


@contextmanager
def undone() -> Iterator[None]:
    """Take back what a row has changed, so that all rows can share one cast."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("number", range(len(TABLES)))
def test_each_reader_gets_the_answer_of_the_table(number: int, cast: Cast) -> None:
    known, found = arguments(cast), {}
    sessions = signed_in(cast)

    for row in TABLES[number].rows():
        with undone():
            found[label(row)] = answers(row, known, sessions)

    assert found == {label(row): row.answers for row in TABLES[number].rows()}


def test_the_head_of_each_page_is_that_of_the_page(cast: Cast) -> None:
    client, known = Client(), arguments(cast)
    client.force_login(cast.accounts[Role.ADMINISTRATOR])
    addresses = [
        reverse(row.route, args=known[row.record]) for row in rows() if row.method == "GET"
    ]

    heads = {address: closed(client.head(address)).status_code for address in addresses}

    pages = {address: closed(client.get(address)) for address in addresses}
    assert heads == {address: page.status_code for address, page in pages.items()}
    # What the pages say is only looked at here, where all are asked for anyway.
    twice = {
        address: ids_twice(page.content.decode())
        for address, page in pages.items()
        if page.headers["Content-Type"].startswith("text/html") and not page.streaming
    }
    assert {address: ids for address, ids in twice.items() if ids} == {}


def test_the_table_lists_every_route_and_no_other() -> None:
    routes = {pattern.name for pattern in patterns(get_resolver().url_patterns)}

    assert {row.route for row in rows()} == routes


def test_the_cast_has_every_role(cast: Cast) -> None:
    assert set(cast.accounts) == set(Role)


def test_every_role_has_a_column() -> None:
    assert [*Role] == [column for column in COLUMNS if column != ANONYMOUS]


def test_only_a_few_routes_answer_whoever_is_not_signed_in() -> None:
    answering = {row.route for row in rows() if row.answers[ANONYMOUS] != SENT_TO_SIGN_IN}

    assert answering == frozenset().union(*(table.open_to_all for table in TABLES))


def test_style_sheets_and_icons_need_no_sign_in() -> None:
    response = Client().get(static("ui/mark.svg"))
    response.getvalue()

    assert response.status_code == 200


def test_an_address_that_leads_nowhere_tells_a_stranger_nothing() -> None:
    assert Client().get("/no/such/page").status_code == 404


VISIBLE = {
    Role.REQUESTER: {OF_NETWORK},
    Role.TECHNICIAN: {OF_SERVICE_DESK},
    Role.TEAM_LEAD: {OF_NETWORK},
    Role.IT_MANAGER: {OF_SERVICE_DESK, OF_NETWORK, OF_LIBRARY},
    Role.DIRECTOR: {OF_SERVICE_DESK, OF_NETWORK},
    Role.EXECUTIVE_VIEWER: set(),
    Role.HR_PARTNER: set(),
    Role.AUDITOR: {OF_SERVICE_DESK, OF_NETWORK, OF_LIBRARY},
    Role.ADMINISTRATOR: {OF_SERVICE_DESK, OF_NETWORK, OF_LIBRARY},
}
# What the cycle time of March 2016 counts; the library's ticket is still open then.
COUNTED = {OF_SERVICE_DESK, OF_NETWORK}


def linked(cast: Cast, role: Role, address: str, **asked: str) -> set[str]:
    """Return to which of the cast's tickets a page leads a reader."""
    client = Client()
    client.force_login(cast.accounts[role])
    page = client.get(address, asked).content.decode()
    links, places = links_of(page, address), cast.tickets.items()
    return {number for number, key in places if reverse("desk.ticket.detail", args=[key]) in links}


def test_a_list_leads_where_a_reader_may_go_and_nowhere_else(cast: Cast) -> None:
    address = reverse("desk.ticket.list")

    assert {role: linked(cast, role, address) for role in VISIBLE} == VISIBLE


def test_the_way_down_from_a_measure_ends_where_a_readers_roles_do(cast: Cast) -> None:
    address = reverse("scorecard.measure", args=["desk.cycle_time"])
    readers = [role for role in VISIBLE if role is not Role.REQUESTER]

    asked = {"period": "2016-03", "rows": "counted"}
    found = {role: linked(cast, role, address, **asked) for role in readers}

    assert found == {role: VISIBLE[role] & COUNTED for role in readers}
