"""Every operation of the programming interface, asked by every role, for its own and for others'.

What one may not see is 404, as on the pages; what one may see and not do is 403. Whoever has no
token is nobody: 401. Lists and details answer as the table of the pages says, so that a new record
is asked here too as soon as its pages stand there.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, reverse

from quarterdeck.config.api.assembly import document
from quarterdeck.config.tests import api_act_routes, remark_routes, test_routes
from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.route_tables import (
    ANONYMOUS,
    COLUMNS,
    Arguments,
    RouteTable,
    Row,
    closed,
    sendable,
)
from quarterdeck.config.tests.test_routes import arguments, label, undone
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.models import Person, Team
from quarterdeck.core.records import all_records
from quarterdeck.core.vocabulary import Role
from quarterdeck.services.models import Service

TABLE = """
route                      method record       anon requ tech lead mana dire exec hrpa audi admi
openapi                    GET    -             401  200  200  200  200  200  200  200  200  200
search                     GET    -             401  200  200  200  200  200  200  200  200  200
measures                   GET    -             401  200  200  200  200  200  200  200  200  200
measure                    GET    measure       401  404  200  200  200  200  200  200  200  200
measure.rows               GET    measure       401  404  200  200  200  200  200  200  200  200
measure.rows               GET    no-measure    401  404  404  404  404  404  404  404  404  404
measure                    GET    no-measure    401  404  404  404  404  404  404  404  404  404
scorecard                  GET    -             401  200  200  200  200  200  200  200  200  200
imports                    POST   -             401  403  403  403  422  403  403  403  403  422
qualification              GET    -             401  404  404  404  404  404  404  404  404  404
qualification.person       GET    standing      401  404  404  200  200  200  404  200  404  404
article.versions           GET    for-requesters 401 200  200  200  200  404  404  404  200  200
article.versions           GET    a-draft       401  404  200  200  200  404  404  404  200  200
article.files              GET    for-network   401  404  404  200  200  404  404  404  200  200
survey.results             GET    survey        401  404  200  200  200  200  200  200  200  200
import                     GET    batch         401  404  404  404  200  404  404  404  200  200
import.findings            GET    batch         401  404  404  404  200  404  404  404  200  200
import.mapping             GET    batch         401  403  403  403  409  403  403  403  403  409
import.decision            POST   batch         401  403  403  403  409  403  403  403  403  409
import.withdraw            POST   batch         401  403  403  403  409  403  403  403  403  409
services.service.list      POST   -             401  403  403  403  201  403  403  403  403  422
services.service.detail    PATCH  service       401  403  403  403  200  403  403  403  403  412
people.draft.import        POST   -             401  403  403  403  422  422  403  422  403  422
people.draft.difference    GET    draft         401  404  404  404  200  200  404  200  200  200
people.draft.add           POST   draft         401  404  404  404  201  201  404  201  403  201
people.draft.accept        POST   draft         401  404  404  404  200  200  404  200  403  200
people.draft.approve       POST   draft         401  404  404  404  201  412  404  412  403  412
people.draft.part          POST   draft         401  404  404  404  409  409  404  409  403  409
people.draft.discard       POST   draft         401  404  404  404  200  412  404  412  403  412
people.record.accept       POST   drafted       401  404  404  404  200  412  404  412  403  412
people.record.confirm      POST   drafted       401  404  404  404  409  409  404  409  403  409
people.record.correct      POST   drafted       401  404  404  404  200  412  404  412  403  412
people.record.split        POST   drafted       401  404  404  404  409  409  404  409  403  409
people.record.merge        POST   drafted       401  404  404  404  404  404  404  404  403  404
people.record.drop         POST   drafted       401  404  404  404  200  412  404  412  403  412
people.record.restore      POST   drafted       401  404  404  404  200  412  404  412  403  412
people.success.link        POST   success       401  403  403  403  200  412  403  412  403  412
people.version.review      POST   class-version 401  403  403  403  200  412  403  412  403  412
catalogue                  GET    -             401  200  200  200  200  200  200  200  200  200
catalogue.request          POST   -             401  404  404  404  404  404  404  404  404  404
portal.upload              POST   -             401  415  415  415  415  415  415  415  415  415
delegation.begin           POST   -             401  422  422  422  422  422  422  422  422  422
delegation.end             POST   delegation    401  404  404  403  200  404  404  404  403  409
approval.decide            POST   request       401  403  404  409  409  404  404  404  403  403
approval.withdraw          POST   request       401  200  404  403  403  404  404  404  403  403
mail.wording               POST   -             401  403  403  403  201  403  403  403  403  409
mail.wording.restore       POST   -             401  403  403  403  409  403  403  403  403  409
notices                    GET    -             401  200  200  200  200  200  200  200  200  200
notices.read               POST   -             401  200  200  200  200  200  200  200  200  200
mail.wishes                GET    -             401  200  200  200  200  200  200  200  200  200
mail.wish                  POST   -             401  200  200  200  200  200  200  200  200  200
core.unit.list             POST   -             401  403  403  403  201  403  403  403  403  409
core.unit.detail           PATCH  unit          401  403  403  403  412  403  403  403  403  412
core.account.list          POST   -             401  403  403  403  403  403  403  403  403  201
core.account.detail        PATCH  account       401  404  404  404  404  404  404  404  403  403
core.account.detail        PATCH  own-account   401  403  404  404  404  404  404  404  403  200
core.roleassignment.list   POST   -             401  403  403  403  403  403  403  403  403  201
desk.ticketwatcher.list    POST   -             401  422  422  422  422  422  422  422  422  422
desk.timeentry.list        POST   -             401  403  422  422  422  403  403  403  403  422
desk.watcher.stop          POST   watcher       401  404  200  404  404  404  404  404  404  404
desk.time.correct          POST   time-entry    401  404  201  404  409  404  404  404  403  409
desk.policy.promise        POST   -             401  403  403  403  422  403  403  403  403  422
desk.policy.terms          GET    policy        401  200  200  200  200  200  200  200  200  200
desk.policy.terms          POST   policy        401  403  403  403  422  403  403  403  403  422
desk.category.list         POST   -             401  403  403  403  201  403  403  403  403  422
desk.category.detail       PATCH  category      401  403  403  403  200  403  403  403  403  412
desk.ticket.act.take       POST   desk-ticket     401  404  409  404  409  403  404  404  403  409
desk.ticket.act.assign     POST   desk-ticket     401  404  409  404  409  403  404  404  403  409
desk.ticket.act.start      POST   desk-ticket     401  404  409  404  409  403  404  404  403  409
desk.ticket.act.hold       POST   desk-ticket     401  404  409  404  409  403  404  404  403  409
desk.ticket.act.resume     POST   desk-ticket     401  404  409  404  409  403  404  404  403  409
desk.ticket.act.prioritise POST   desk-ticket     401  404  409  404  409  403  404  404  403  409
desk.ticket.act.recategorise POST desk-ticket 401  404  422  404  422  403  404  404  403  422
desk.ticket.act.reword     POST   desk-ticket     401  404  200  404  412  403  404  404  403  412
desk.ticket.act.change-service POST desk-ticket 401  404  409  404  409  403  404  404  403  409
desk.ticket.act.change-requester POST desk-ticket 401  404  422  404  422  403  404  404  403  422
desk.ticket.act.resolve    POST   desk-ticket     401  404  409  404  409  403  404  404  403  409
desk.ticket.act.close      POST   desk-ticket     401  404  200  404  412  403  404  404  403  412
desk.ticket.act.reopen     POST   desk-ticket     401  404  200  404  412  403  404  404  403  412
desk.ticket.act.cancel     POST   desk-ticket     401  404  409  404  409  403  404  404  403  409
desk.ticket.act.spam       POST   desk-ticket     401  404  409  404  409  403  404  404  403  409
desk.ticket.act.reply      POST   desk-ticket     401  404  200  404  200  403  404  404  403  200
desk.ticket.act.note       POST   desk-ticket     401  404  200  404  200  403  404  404  403  200
desk.ticket.act.answer     POST   desk-ticket     401  404  403  404  403  403  404  404  403  403
desk.ticket.act.confirm    POST   desk-ticket     401  404  403  404  403  403  404  404  403  403
desk.ticket.act.not-solved POST   desk-ticket     401  404  403  404  403  403  404  404  403  403
desk.ticket.act.withdraw   POST   desk-ticket     401  404  403  404  403  403  404  404  403  403
desk.ticket.act.tag        POST   desk-ticket     401  404  200  404  200  403  404  404  403  200
desk.ticket.act.untag      POST   desk-ticket     401  404  200  404  200  403  404  404  403  200
desk.ticket.act.merge      POST   desk-ticket     401  404  422  404  422  403  404  404  403  422
desk.ticket.act.unmerge    POST   desk-ticket     401  404  409  404  409  403  404  404  403  409
desk.ticket.act.link       POST   desk-ticket     401  404  422  404  422  403  404  404  403  422
desk.ticket.messages       GET    desk-ticket     401  404  200  404  200  200  404  404  200  200
desk.ticket.changes        GET    desk-ticket     401  404  200  404  200  200  404  404  200  200
desk.ticket.clocks         GET    desk-ticket     401  404  200  404  200  200  404  404  200  200
desk.ticket.parts          POST   desk-ticket     401  404  201  404  201  403  404  404  403  201
desk.link.remove           POST   link            401  404  404  404  200  404  404  404  404  404
portal.report              POST   -               401  201  201  201  201  201  201  201  201  201
desk.personalias.list      POST   -               401  403  403  403  201  403  403  403  403  409
desk.alias.remove          POST   no-record       401  404  404  404  404  404  404  404  404  404
desk.macro.keep            POST   -               401  403  201  201  201  403  403  403  403  201
desk.macro.steps           GET    macro           401  404  200  200  200  404  404  404  200  200
desk.macro.change          POST   macro           401  404  403  200  412  404  404  404  403  412
desk.rule.keep             POST   -               401  403  403  403  201  403  403  403  403  422
desk.rule.terms            GET    ticket-rule     401  404  200  200  200  404  404  404  200  200
desk.rule.change           POST   ticket-rule     401  404  403  403  200  404  404  404  403  412
desk.rule.try              POST   ticket-rule     401  404  403  403  200  404  404  404  403  200
desk.ticket.act.run-macro  POST   desk-ticket     401  404  422  404  422  403  404  404  403  422
desk.ticket.list           POST   -               401  403  201  201  201  403  403  403  403  201
targets                    GET    -               401  200  200  200  200  200  200  200  200  200
targets                    POST   -               401  403  403  403  201  201  403  403  403  201
target.end                 POST   target          401  403  403  403  200  412  403  403  403  412
prints                     GET    -               401  200  200  200  200  200  200  200  200  200
prints                     POST   -               401  404  202  202  202  202  202  202  202  202
print                      GET    print           401  404  404  404  200  404  404  404  404  404
print.file                 GET    print           401  404  404  404  200  404  404  404  404  404
print.file                 GET    awaited         401  404  404  404  409  404  404  404  404  404
restatements               POST   -               401  403  403  403  404  404  403  403  403  404
priority-matrices          GET    -               401  200  200  200  200  200  200  200  200  200
priority-matrices          POST   -               401  403  403  403  201  403  403  403  403  201
routine-definitions        GET    -               401  200  200  200  200  200  200  200  200  200
routine-definitions        POST   -               401  403  403  403  201  403  403  403  403  201
period-rules               GET    -               401  200  200  200  200  200  200  200  200  200
period-rules               POST   -               401  403  403  403  201  403  403  403  403  409
period-rule-corrections    POST   -               401  403  403  403  201  403  403  403  403  409
period-rule-withdrawal     POST   no-record       401  403  403  403  404  403  403  403  403  404
planning.correctiveaction.list POST -               401  403  403  403  201  201  403  403  403  201
planning.correctiveaction.act.complete POST action  401  404  404  404  200  412  404  404  403  412
planning.correctiveaction.act.reassign POST action  401  404  404  404  200  412  403  404  403  412
planning.correctiveaction.act.cancel POST action  401  404  404  404  200  412  404  404  403  412
desk.cannedreply.list      POST   -               401  403  201  201  201  403  403  403  403  201
desk.cannedreply.detail    PATCH  canned          401  404  403  200  412  404  404  404  403  412
"""
# What an operation is asked and sent, so that only permission decides.
ASKED: dict[str, dict[str, Any]] = {
    "measure": {"period": "2016-03"},
    "measure.rows": {"period": "2016-03"},
    "scorecard": {"period": "2016-03"},
    "search": {"q": "inc"},
    "closing.late": {"period": "2015-12"},
    "survey.results": {"period": "2016-03"},
    "qualification": {"level": "999999"},
    "comments": {"record": "services.service", "row": Service},
    "files": {"record": "services.service", "row": Service},
}
# Nobody knows the calendar.
TERMS = {
    "valid_from": "2016-03-01",
    "targets": [{"metric": "resolution", "priority": 1, "seconds": 3_600, "calendar": 10**9}],
}
SENT: dict[str, dict[str, Any]] = {
    **api_act_routes.SENT,
    "import.decision": {"accept": "all"},
    "people.draft.add": {"kind": "duty", "text": "Mends.", "payload": {"modality": "does"}},
    "people.draft.accept": {"at_least": "low"},
    "people.draft.approve": {"effective_on": "2016-05-01"},
    "people.record.correct": {"text": "Network technician"},
    "people.record.split": {"parts": ["One.", "Two."]},
    "people.record.merge": {"into": 10**9, "into_version": 1},
    "people.success.link": {"reason": "No probe is set up."},
    "services.service.list": {"name": "Signage"},
    "services.service.detail": {"description": "As agreed."},
    "catalogue.request": {"item": 10**9},
    "delegation.begin": {"receiver": 10**9, "begins_at": "2016-03-29T12:00:00Z", "reason": "Leave"},
    "approval.decide": {"verdict": "approve", "digest": "another state"},
    "mail.wording": {"kind": "desk.merged", "subject": "Yours", "text": "{{number}}", "seen": 0},
    "mail.wording.restore": {"kind": "desk.merged", "seen": 0},
    "notices.read": {"until": 10**9},
    "mail.wish": {"timings": {"desk.mention": "digest"}},
    "core.unit.list": {"name": "Archive", "parent": 1},
    "core.unit.detail": {"name": "The town"},
    "core.account.list": {"username": "reporting"},
    "core.account.detail": {"is_active": False},
    "core.roleassignment.list": {"account": 1, "role": "technician"},
    "desk.ticketwatcher.list": {"ticket": 10**9},
    "desk.timeentry.list": {
        "ticket": 10**9,
        "day": "2016-03-29",
        "minutes": 30,
        "activity": "other",
    },
    "desk.policy.promise": {"name": "Gold", "terms": TERMS, "service": 10**9},
    "desk.policy.terms": TERMS,
    "desk.category.list": {"name": "Signage"},
    "desk.category.detail": {"retired": True},
    "targets": {
        "measure": "desk.cycle_time",
        "value": 9,
        "owner": Person,
        "valid_from": "2016-04-01",
    },
    "target.end": {"last_day": "2016-04-30"},
    "prints": {"period": "2016-03"},
    "restatements": {"measure": "desk.cycle_time", "period": "2016-03", "reason": "Late log."},
    "priority-matrices": {"rows": [[1, 2, 3], [2, 3, 4], [3, 4, 5]], "valid_from": "2016-05-01"},
    "period-rules": {"zone": "Asia/Tokyo", "valid_from": "2098-05-01", "reason": "A move"},
    "period-rule-corrections": {
        "fiscal_year_starts_in": 4,
        "valid_from": "1970-01-01",
        "reason": "Never January",
    },
    "routine-definitions": {"kinds": ["incident"], "priorities": [3], "valid_from": "2016-05-01"},
    "planning.correctiveaction.list": {"title": "Train", "owner": Person, "due_on": "2099-01-01"},
    "planning.correctiveaction.act.complete": {"what_was_done": "Trained."},
    "planning.correctiveaction.act.reassign": {"owner": Person, "due_on": "2099-01-01"},
    "planning.correctiveaction.act.cancel": {"reason": "Not needed."},
    "desk.cannedreply.list": {"name": "Thanks", "text": "Thank you."},
    "desk.cannedreply.detail": {"name": "Thanks"},
    "desk.ticket.list": {"title": "No light"},
    "desk.ticket.act.assign": {"team": Team},
    "desk.ticket.act.hold": {"pause_reason": "vendor"},
    "desk.ticket.act.prioritise": {"impact": 1, "urgency": 1},
    "desk.ticket.act.recategorise": {"category": "Lamps"},
    "desk.ticket.act.reword": {"title": "No light", "description": ""},
    "desk.ticket.act.change-service": {"service": None},
    "desk.ticket.act.change-requester": {"requester": 10**9},
    "desk.ticket.act.resolve": {"resolution": "A new bulb.", "true_category": "Lamps"},
    "desk.ticket.act.reopen": {"reason": "It went out again."},
    "desk.ticket.act.cancel": {"cancelled_as": "mistake"},
    "desk.ticket.act.reply": {"text": "On our way."},
    "desk.ticket.act.note": {"text": "The old one again."},
    "desk.ticket.act.answer": {"text": "The left one."},
    "desk.ticket.act.not-solved": {"reason": "It went out again."},
    "desk.ticket.act.tag": {"name": "lamps"},
    "desk.ticket.act.untag": {"name": "lamps"},
    "desk.ticket.act.merge": {"into": 10**9},
    "desk.ticket.act.unmerge": {"reason": "Another lamp."},
    "desk.ticket.act.run-macro": {"macro": 10**9},
    "desk.ticket.act.link": {"kind": "related", "other": 10**9},
    "desk.ticket.parts": {"title": "Another lamp"},
    "portal.report": {"title": "No light"},
    "desk.personalias.list": {"source": "zammad", "text": "M. Berg", "person": Person},
    "desk.macro.keep": {"name": "Lamp", "steps": [{"kind": "start"}]},
    "desk.macro.change": {
        "name": "Lamp",
        "audience": "everybody",
        "steps": [{"kind": "start"}],
    },
    "desk.rule.keep": {"name": "Lamps", "trigger": "opened", "steps": [{"kind": "start"}]},
    "desk.rule.change": {"name": "Lamps", "trigger": "opened", "steps": [{"kind": "start"}]},
}
UNAUTHENTICATED = "401"

pytestmark = pytest.mark.django_db


def rows() -> Iterator[Row]:
    for lines in (TABLE, api_act_routes.LINES, remark_routes.API_LINES):
        yield from RouteTable(lines, lambda _cast: {}).rows()


def rows_of_records() -> Iterator[Row]:
    """Give what the table of the pages says of lists and details; their history answers alike."""
    routes = {name for each in all_records() for name in (each.list_address, each.detail_address)}
    for row in test_routes.rows():
        if row.route in routes and row.method == "GET":
            answers = {**row.answers, ANONYMOUS: UNAUTHENTICATED}
            yield row._replace(answers=answers)
            if row.route.endswith(".detail"):
                history = row.route.replace(".detail", ".history")
                yield row._replace(route=history, answers=answers)


def ask(row: Row, address: str, headers: dict[str, str]) -> HttpResponseBase:
    """Ask with what the operation needs, for the first version of a record."""
    client = Client()
    if row.method == "GET":
        return client.get(address, asked_of(row), headers=headers)
    if row.method == "FILE":
        form = {**asked_of(row), "file": remark_routes.a_file()}
        return client.post(address, form, headers=headers)
    if row.route in {"imports", "people.draft.import"}:
        return client.post(address, {"profile": "none"}, headers=headers)
    given = {**SENT.get(row.route, {}), **remark_routes.about(row.record)}
    sent = json.dumps({name: sendable(each) for name, each in given.items()})
    return client.generic(row.method, address, sent, "application/json", headers=headers)


def asked_of(row: Row) -> dict[str, Any]:
    given = remark_routes.about(row.record) or ASKED.get(row.route, {})
    return {name: sendable(each) for name, each in given.items()}


def answers(row: Row, known: Arguments, tokens: dict[str, dict[str, str]]) -> dict[str, str]:
    key = known[row.record]
    address = reverse(f"api-v1:{row.route}", args=key)
    seen = {"If-Match": f'"{key[0]}.1"'} if key and row.method != "GET" else {}
    found = {}
    for reader in COLUMNS:
        headers = {**tokens.get(reader, {}), **seen}
        found[reader] = str(closed(ask(row, address, headers)).status_code)
    return found


def tokens_of(cast: Cast) -> dict[str, dict[str, str]]:
    """Return what each role sends to be known; nobody has none."""
    return {str(role): bearer(account) for role, account in cast.accounts.items()}


def test_each_program_reads_what_the_tables_say(cast: Cast) -> None:
    reading = [row for row in (*rows(), *rows_of_records()) if row.method == "GET"]

    known, tokens = arguments(cast), tokens_of(cast)
    found = {label(row): answers(row, known, tokens) for row in reading}

    assert found == {label(row): row.answers for row in reading}


def test_each_program_writes_what_the_table_says(cast: Cast) -> None:
    known, tokens, found = arguments(cast), tokens_of(cast), {}
    writing = [row for row in rows() if row.method != "GET"]

    for row in writing:
        with undone():
            found[label(row)] = answers(row, known, tokens)

    assert found == {label(row): row.answers for row in writing}


def test_the_head_of_an_answer_is_that_of_the_answer_without_its_body(cast: Cast) -> None:
    client = Client()
    token = bearer(cast.accounts[Role.IT_MANAGER])

    whole = client.get("/api/v1/services/services", headers=token)
    head = client.head("/api/v1/services/services", headers=token)
    nowhere = client.head("/api/v1/services/services/999999", headers=token)

    assert (head.status_code, head.content, nowhere.status_code) == (200, b"", 404)
    assert head.headers["Content-Length"] == str(len(whole.content))
    assert "HEAD" in client.put("/api/v1/services/services", headers=token).headers["Allow"]


def test_every_reading_operation_is_asked() -> None:
    read = {path for path, methods in document()["paths"].items() if "get" in methods}

    asked = {path_of(row.route) for row in (*rows(), *rows_of_records()) if row.method == "GET"}
    assert read - asked == set()


def path_of(route: str) -> str:
    """Return the path of a route as the document writes it."""
    for taken in ({}, {"key": "17"}, {"key": "17", "moment": "18"}):
        try:
            path = reverse(f"api-v1:{route}", kwargs=taken)
        except NoReverseMatch:
            continue
        return path.replace("/17", "/{key}").replace("/18", "/{moment}")
    raise AssertionError(f"{route} has no address")


def test_an_address_that_leads_nowhere_is_a_problem_too() -> None:
    response = Client().get("/api/v1/no/such/thing")

    assert (response.status_code, response.headers["Content-Type"]) == (
        404,
        "application/problem+json",
    )


def test_a_stranger_sees_no_page_of_operations() -> None:
    response = Client().get(reverse("api"))

    assert response.headers["Location"].startswith(reverse("sign-in"))
