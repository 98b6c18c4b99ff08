"""Programs read what is written on tickets, split and link them, and report for their person."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile

from quarterdeck.config.tests.tokens import Program, Told
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Person, RoleAssignment, Team
from quarterdeck.core.vocabulary import Role, TokenScope
from quarterdeck.desk.models import Mailbox, PersonAlias, Ticket, TicketLink, TicketMessage
from quarterdeck.desk.tests.mail_cast import DESK, reply_to, taken, ticket_of, written
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.office.models import Attachment, OutgoingMail

TICKETS, MACROS, RULES = "/api/v1/desk/tickets", "/api/v1/desk/macros", "/api/v1/desk/rules"
LINKS, ALIASES = "/api/v1/desk/links", "/api/v1/desk/person-aliases"
GROUPS = "/api/v1/desk/team-aliases"
REPORTS = "/api/v1/portal/reports"
MACRO: dict[str, Any] = {
    "name": "Paper jam",
    "steps": [{"kind": "start"}, {"kind": "tag", "value": "paper"}],
}
RULE: dict[str, Any] = {
    "name": "Tag printers",
    "trigger": "opened",
    "conditions": [{"field": "title", "comparison": "contains", "value": "printer"}],
    "steps": [{"kind": "tag", "value": "printer"}],
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    """The staffed desk, where Vera leads everybody as manager."""
    with time_machine.travel(MONDAY, tick=False):
        made = staffed_desk()
        with acting(actor=made.operator, verb_name="test.lead", at=MONDAY):
            RoleAssignment.objects.create(account=account("vera"), role=Role.IT_MANAGER)
        yield made


@pytest.fixture
def nils(desk: Desk) -> Program:
    """A program of Nils, a technician in Network."""
    return Program(desk.nils)


def etag(row: dict[str, Any]) -> str:
    return f'"{row["id"]}.{row["version"]}"'


def act(program: Program, ticket: Ticket, word: str, /, **given: Any) -> Told:
    return program.post(f"{TICKETS}/{ticket.pk}/acts/{word}", "*", **given)


def words(program: Program, ticket: Ticket) -> list[tuple[str, str]]:
    _, told = program.get(f"{TICKETS}/{ticket.pk}/messages")
    return [(each["kind"], each["text"]) for each in told["items"]]


def test_the_desk_reads_its_notes_and_the_requester_what_is_public(
    desk: Desk, nils: Program
) -> None:
    ticket = opened(desk)
    act(nils, ticket, "note", text="@vera, the old one again?")
    act(nils, ticket, "reply", text="On our way.")

    _, told = nils.get(f"{TICKETS}/{ticket.pk}/messages")

    found = [(each["kind"], each["author"], each["mentions"]) for each in told["items"]]
    assert found[-2:] == [("internal", "Nils", ["vera"]), ("public", "Nils", [])]
    assert [kind for kind, _ in words(Program(account("mona")), ticket)].count("internal") == 0
    assert ("public", "On our way.") in words(Program(account("mona")), ticket)
    assert Program(account("omar")).get(f"{TICKETS}/{ticket.pk}/messages")[0] == 404


def test_a_mail_is_told_by_who_sent_it_also_without_an_account(desk: Desk, nils: Program) -> None:
    with acting(actor=desk.operator, verb_name="test.mailbox", at=MONDAY):
        Mailbox.objects.create(name="help", address=DESK, team=desk.network)
        Person.objects.create(name="Paul", email="paul@example.org")
    sender = "Paul Adams <paul@example.org>"
    ticket = ticket_of(taken(written(sender=sender)))
    taken(written("Still so.", sender=sender, to=reply_to(ticket), key="two@example.org"))

    _, told = nils.get(f"{TICKETS}/{ticket.pk}/messages")

    found = [(each["text"], each["author"]) for each in told["items"]]
    assert found[-1] == ("Still so.", "Paul Adams")


def test_messages_go_on_after_the_last_one_that_was_read(desk: Desk, nils: Program) -> None:
    ticket = opened(desk)
    act(nils, ticket, "note", text="One")
    last = TicketMessage.objects.latest("pk")
    act(nils, ticket, "note", text="Two")

    _, told = nils.get(f"{TICKETS}/{ticket.pk}/messages", after=f"m{last.pk}")

    assert ([each["text"] for each in told["items"]], told["after"]) == (["Two"], None)
    assert nils.get(f"{TICKETS}/{ticket.pk}/messages", since=1)[0] == 422


def test_what_was_told_by_phone_is_written_down_and_not_mailed(desk: Desk, nils: Program) -> None:
    ticket = opened(desk)
    before = OutgoingMail.objects.count()

    status, _ = act(nils, ticket, "reply", text="Open the rear cover.", is_spoken=True)

    message = ticket.messages.get(text="Open the rear cover.")
    assert (status, message.is_spoken, OutgoingMail.objects.count()) == (200, True, before)


def test_a_ticket_is_split_once(desk: Desk, nils: Program) -> None:
    ticket = opened(desk)
    given = {"title": "And the scanner", "entry_key": "one"}

    first = nils.post(f"{TICKETS}/{ticket.pk}/parts", **given)
    again = nils.post(f"{TICKETS}/{ticket.pk}/parts", **given)

    link = TicketLink.objects.get()
    assert (first[0], again[1]["id"]) == (201, first[1]["id"])
    assert (link.ticket_id, link.kind, link.other_id) == (first[1]["id"], "split_from", ticket.pk)
    assert first[1]["requester"]["title"] == "Mona"


def test_tickets_are_linked_and_a_link_is_taken_back_as_it_was_seen(
    desk: Desk, nils: Program
) -> None:
    ticket, parent = opened(desk), opened(desk)

    linked = act(nils, ticket, "link", kind="child_of", other=parent.pk)
    again = act(nils, ticket, "link", kind="child_of", other=parent.pk)
    wrong = act(nils, ticket, "link", kind="cousin_of", other=parent.pk)
    _, listed = nils.get(LINKS)
    link = listed["items"][0]
    unseen = nils.post(f"{LINKS}/{link['id']}/remove")
    stale = nils.post(f"{LINKS}/{link['id']}/remove", '"0.0"')
    foreign = Program(account("omar")).post(f"{LINKS}/{link['id']}/remove", "*")
    removed = nils.post(f"{LINKS}/{link['id']}/remove", etag(link))

    assert (linked[0], again[0], wrong[0]) == (200, 409, 422)
    assert (link["kind"], link["other"]["id"]) == ("child_of", parent.pk)
    assert (unseen[0], stale[0], foreign[0], removed[0]) == (428, 412, 404, 200)
    assert TicketLink.objects.count() == 0


def test_nobody_links_or_splits_what_they_may_not_work_on(desk: Desk, nils: Program) -> None:
    ticket, hidden = opened(desk), opened(desk, team=desk.workplace, by="omar")
    mona, reader = Program(account("mona")), Program(account("nils"), TokenScope.READ)

    found = [
        mona.post(f"{TICKETS}/{ticket.pk}/parts", title="Another")[0],
        act(mona, ticket, "link", kind="related", other=hidden.pk)[0],
        act(nils, ticket, "link", kind="related", other=hidden.pk)[0],
        nils.post(f"{TICKETS}/{hidden.pk}/parts", title="Another")[0],
        reader.post(f"{TICKETS}/{ticket.pk}/parts", title="Another")[0],
    ]

    assert (found, TicketLink.objects.count()) == ([403, 403, 422, 404, 403], 0)


def test_a_program_reports_trouble_for_its_own_person_once(desk: Desk) -> None:
    mona = Program(account("mona"))
    words: dict[str, Any] = {"title": "No light", "service": desk.mail.pk, "entry_key": "one"}
    given = {**words, "stops_work": True}

    first, again = mona.post(REPORTS, **given), mona.post(REPORTS, **given)
    nowhere = mona.post(REPORTS, title="No light", service=10**9)

    ticket = Ticket.objects.get(pk=first[1]["id"])
    assert (first[0], again[1], nowhere[0]) == (201, first[1], 422)
    assert (ticket.requester, ticket.service, ticket.contact_channel, ticket.urgency) == (
        person("Mona"),
        desk.mail,
        "Portal",
        1,
    )


def test_a_macro_is_kept_read_changed_and_run(desk: Desk, nils: Program) -> None:
    ticket = opened(desk)
    status, kept = nils.post(f"{MACROS}/keep", **MACRO)
    _, steps = nils.get(f"{MACROS}/{kept['id']}/steps")
    run = act(nils, ticket, "run-macro", macro=kept["id"])
    other = {**MACRO, "name": "Paper", "steps": [{"kind": "tag", "value": "jam"}]}

    changes = [
        nils.post(f"{MACROS}/{kept['id']}/change", "", **other)[0],
        nils.post(f"{MACROS}/{kept['id']}/change", '"0.0"', **other)[0],
        Program(account("omar")).post(f"{MACROS}/{kept['id']}/change", "*", **other)[0],
        nils.post(f"{MACROS}/{kept['id']}/change", etag(kept), **other)[0],
    ]

    assert (status, run[0], run[1]["state"]) == (201, 200, "in_progress")
    assert [(each["kind"], each["value"]) for each in steps["items"]] == [
        ("start", ""),
        ("tag", "paper"),
    ]
    assert changes == [428, 412, 404, 200]
    assert nils.post(f"{MACROS}/keep", name="Empty", steps=[])[0] == 422
    assert Program(account("mona")).post(f"{MACROS}/keep", **MACRO)[0] == 403


def test_a_rule_is_kept_tried_and_changed_by_who_may(desk: Desk, nils: Program) -> None:
    ticket, vera = opened(desk), Program(account("vera"))
    status, kept = vera.post(f"{RULES}/keep", **RULE)
    _, terms = nils.get(f"{RULES}/{kept['id']}/terms")

    _, tried = vera.post(f"{RULES}/{kept['id']}/try")
    changes = [
        nils.post(f"{RULES}/{kept['id']}/change", "*", **RULE)[0],
        vera.post(f"{RULES}/{kept['id']}/change", "", **RULE)[0],
        vera.post(f"{RULES}/{kept['id']}/change", etag(kept), **RULE, is_active=True)[0],
        vera.post(f"{RULES}/{kept['id']}/change", etag(kept), **RULE)[0],
    ]

    assert (status, kept["is_active"], terms["steps"]) == (
        201,
        False,
        [{"kind": "tag", "value": "printer"}],
    )
    assert [(each["ticket"]["id"], each["changes"]) for each in tried["items"]] == [
        (ticket.pk, ["Tags: — → printer"])
    ]
    assert (changes, ticket.tags.count()) == ([403, 428, 200, 412], 0)
    assert [nils.post(f"{RULES}/keep", **RULE)[0], nils.post(f"{RULES}/{kept['id']}/try")[0]] == [
        403,
        403,
    ]


@pytest.mark.usefixtures("desk")
def test_a_name_of_a_source_is_given_to_a_person_to_another_and_to_nobody() -> None:
    vera, given = Program(account("vera")), {"source": "zammad", "text": "M. Berg"}
    mona, omar = person("Mona").pk, person("Omar").pk

    status, alias = vera.post(ALIASES, **given, person=mona)
    again = vera.post(ALIASES, **given, person=omar)
    address = f"{ALIASES}/{alias['id']}"
    stale = vera.patch(address, '"0.0"', person=omar)
    changed = vera.patch(address, etag(alias), person=omar)
    strangers = [
        Program(account(name)).post(ALIASES, **given, person=omar)[0] for name in ("nils", "mona")
    ]
    removed = vera.post(f"{address}/remove", etag(changed[1]))
    unknown = vera.post(ALIASES, source="zammad", text="Guest")

    assert (status, alias["person"]["id"], changed[1]["person"]["id"]) == (201, mona, omar)
    assert (again[0], stale[0], removed[0], strangers) == (409, 412, 200, [403, 403])
    assert (unknown[0], unknown[1]["person"], PersonAlias.objects.count()) == (201, None, 1)


@pytest.mark.usefixtures("desk")
def test_a_group_of_a_source_is_a_team_or_none_and_its_own_again() -> None:
    vera, given = Program(account("vera")), {"source": "zammad", "text": "1st Level"}
    team = Team.objects.order_by("pk")[0].pk

    status, alias = vera.post(GROUPS, **given, team=team)
    both = vera.patch(f"{GROUPS}/{alias['id']}", etag(alias), is_no_team=True)
    _, none = vera.patch(f"{GROUPS}/{alias['id']}", etag(alias), team=None, is_no_team=True)
    _, own = vera.patch(f"{GROUPS}/{alias['id']}", etag(none), is_no_team=False)
    refused = Program(account("nils")).post(GROUPS, source="zammad", text="Other", team=team)[0]

    assert (status, alias["team"]["id"], alias["is_no_team"]) == (201, team, False)
    assert (both[0], none["team"], none["is_no_team"]) == (409, None, True)
    assert (own["team"], own["is_no_team"], refused) == (None, False, 403)


@pytest.mark.usefixtures("desk")
def test_trouble_is_reported_with_a_picture_within_the_limits_of_the_portal() -> None:
    mona, files = Program(account("mona")), [ContentFile(b"\x89PNG", name="jam.png")]
    words = {"title": "No paper", "stops_work": "true", "entry_key": "one"}
    address = f"{REPORTS}/with-files"

    sent = [
        mona.client.post(address, {**words, "files": files}, headers=mona.headers) for _ in range(2)
    ]
    many = [ContentFile(b"x", name=f"{number}.txt") for number in range(11)]
    refused = mona.client.post(address, {"title": "All", "files": many}, headers=mona.headers)
    empty = mona.client.post(address, {"files": files}, headers=mona.headers)

    ticket = Ticket.objects.get(title="No paper")
    assert [(each.status_code, each.json()["id"]) for each in sent] == [(201, ticket.pk)] * 2
    assert (ticket.requester, ticket.urgency) == (person("Mona"), 1)
    assert [each.name for each in Attachment.objects.about(ticket)] == ["jam.png"]
    assert (refused.status_code, empty.status_code) == (422, 422)
    assert not Ticket.objects.filter(title="All").exists()
