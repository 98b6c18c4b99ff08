"""Programs work tickets: they open them and do each act on them, by the rules of the pages."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from quarterdeck.config.api.assembly import document
from quarterdeck.config.tests.tokens import Program, Told
from quarterdeck.core.vocabulary import TokenScope
from quarterdeck.desk.models import StateChange, Ticket, TicketMessage, TicketTag
from quarterdeck.desk.queries.steps import Step
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.kept import Shelf, keep_macro
from quarterdeck.desk.vocabulary.ticket_life import StepKind

TICKETS = "/api/v1/desk/tickets"

COURSE: list[tuple[str, dict[str, Any]]] = [
    ("take", {}),
    ("start", {}),
    ("hold", {"pause_reason": "vendor", "reason": "A part is ordered."}),
    ("resume", {}),
    ("prioritise", {"impact": 3, "urgency": 2}),
    ("recategorise", {"category": "Lamps"}),
    ("reword", {"title": "No light", "description": "In the hall."}),
    ("change-service", {"service": None}),
    ("resolve", {"resolution": "A new bulb.", "true_category": "Bulbs"}),
    ("reopen", {"reason": "It went out again."}),
    ("cancel", {"cancelled_as": "mistake"}),
]

# What leaves a ticket in progress.
LIGHT = ("resume", "prioritise", "recategorise", "reword", "change-service")

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with time_machine.travel(MONDAY, tick=False):
        yield staffed_desk()


def act(program: Program, ticket: Ticket, word: str, /, seen: str = "*", **given: Any) -> Told:
    return program.post(f"{TICKETS}/{ticket.pk}/acts/{word}", seen, **given)


@pytest.fixture
def nils(desk: Desk) -> Program:
    """A program of Nils, a technician in Network."""
    return Program(desk.nils)


def test_a_program_takes_a_ticket_from_its_report_to_its_end(desk: Desk, nils: Program) -> None:
    words: dict[str, Any] = {"team": desk.network.pk, "impact": 1, "urgency": 1}
    who, service = person("Mona").pk, desk.mail.pk
    status, told = nils.post(TICKETS, title="No light", requester=who, service=service, **words)
    ticket = Ticket.objects.get(pk=told["id"])
    seen, states = f'"{told["id"]}.{told["version"]}"', []
    for name, given in COURSE:
        answer, row = act(nils, ticket, name, seen, **given)
        states.append((name, answer, row.get("state", row)))
        seen = f'"{row["id"]}.{row["version"]}"'

    assert status == 201
    assert states == [
        *(("take", 200, "assigned"), ("start", 200, "in_progress"), ("hold", 200, "on_hold")),
        *((name, 200, "in_progress") for name in LIGHT),
        *(
            ("resolve", 200, "resolved"),
            ("reopen", 200, "in_progress"),
            ("cancel", 200, "cancelled"),
        ),
    ]
    ticket.refresh_from_db()
    known = (ticket.priority, ticket.category, ticket.service_id, ticket.assignee)
    assert known == (4, "Lamps", None, person("Nils"))
    assert set(StateChange.objects.filter(ticket=ticket).values_list("changed_by", flat=True)) == {
        "Nils"
    }


def test_what_is_sent_twice_opens_one_ticket_and_writes_one_reply(
    desk: Desk, nils: Program
) -> None:
    words: dict[str, Any] = {"title": "No light", "team": desk.network.pk, "entry_key": "one"}
    first, again = nils.post(TICKETS, **words), nils.post(TICKETS, **words)
    ticket = Ticket.objects.get(pk=first[1]["id"])

    replies = [act(nils, ticket, "reply", text="On our way.", entry_key="two") for _ in range(2)]
    act(nils, ticket, "note", text="The old lamp again.")

    assert (first[0], again[0], again[1]["id"]) == (201, 201, ticket.pk)
    assert [status for status, _ in replies] == [200, 200]
    written = TicketMessage.objects.filter(ticket=ticket).order_by("pk").values_list("kind", "text")
    assert list(written) == [
        ("public", "On our way."),
        ("internal", "The old lamp again."),
    ]


def test_an_act_builds_on_the_version_that_was_seen(desk: Desk, nils: Program) -> None:
    ticket = opened(desk)
    seen = f'"{ticket.pk}.{ticket.version}"'

    unseen = act(nils, ticket, "start", "")
    first = act(nils, ticket, "start", seen)
    late = act(Program(account("vera")), ticket, "prioritise", seen, impact=1, urgency=1)

    assert (unseen[0], first[0], late[0]) == (428, 200, 412)


def test_what_the_state_does_not_allow_is_declined_in_words(desk: Desk, nils: Program) -> None:
    ticket = opened(desk)

    status, told = act(nils, ticket, "close")

    assert (status, told["type"]) == (409, "/api/v1/#problem-refused")
    assert told["detail"].startswith(f"{ticket.number} cannot be closed: it is new since")


@pytest.mark.parametrize(
    ("name", "given", "places"),
    [
        ("hold", {"pause_reason": "approval"}, ["/pause_reason"]),
        ("hold", {}, ["/pause_reason"]),
        ("resolve", {"resolution": " ", "true_category": ""}, ["/resolution", "/true_category"]),
        ("prioritise", {"impact": 7, "urgency": 1}, ["/impact"]),
        ("assign", {"team": 10**9}, ["/team"]),
        ("merge", {"into": 10**9}, ["/into"]),
        ("tag", {"name": "?"}, ["/name"]),
        ("take", {}, []),
        ("cancel", {"cancelled_as": "spam", "colour": "red"}, ["/colour"]),
    ],
)
def test_each_value_that_cannot_be_taken_is_named(
    name: str, given: dict[str, Any], places: list[str], desk: Desk, nils: Program
) -> None:
    status, told = act(nils, opened(desk), name, **given)

    found = [each["pointer"] for each in told.get("errors", [])]
    assert (status, found) == (422 if places else 200, places)


def test_whoever_only_sees_a_ticket_or_does_not_may_no_more_than_on_its_page(desk: Desk) -> None:
    ticket = opened(desk)
    mona, omar = Program(account("mona")), Program(account("omar"))
    reader = Program(account("nils"), TokenScope.READ)

    found = [
        act(mona, ticket, "start")[0],
        act(mona, ticket, "note", text="Hello?")[0],
        act(mona, ticket, "reply", text="It is urgent.")[0],
        act(omar, ticket, "take")[0],
        act(reader, ticket, "take")[0],
        mona.post(TICKETS, title="For somebody else")[0],
    ]

    assert found == [403, 403, 200, 404, 403, 403]


def test_a_requester_answers_confirms_and_withdraws(desk: Desk, nils: Program) -> None:
    ticket, other = opened(desk), opened(desk)
    mona = Program(account("mona"))
    act(nils, ticket, "take")
    act(nils, ticket, "hold", pause_reason="requester", question="Which one?")

    answered = act(mona, ticket, "answer", "", text="It is the left one.")
    act(nils, ticket, "resolve", resolution="Mended.", true_category="Printing")
    denied = act(mona, ticket, "not-solved", "", reason="Still eats paper.")
    act(nils, ticket, "resolve", resolution="Mended now.", true_category="Printing")
    confirmed = act(mona, ticket, "confirm", "")
    withdrawn = act(mona, other, "withdraw", "", reason="It works again.")

    told = [(status, row["state"]) for status, row in (answered, denied, confirmed, withdrawn)]
    assert told == [
        (200, "in_progress"),
        (200, "in_progress"),
        (200, "closed"),
        (200, "cancelled"),
    ]
    assert act(nils, other, "confirm", "")[0] == 403


def test_tickets_are_handed_over_tagged_merged_and_taken_apart(desk: Desk, nils: Program) -> None:
    ticket, other = opened(desk), opened(desk)

    given = act(nils, ticket, "assign", team=desk.network.pk, assignee=person("Vera").pk)
    act(nils, ticket, "tag", "", name="Second Floor")
    act(nils, ticket, "tag", "", name="paper")
    act(nils, ticket, "untag", "", name="paper")
    merged = act(nils, other, "merge", into=ticket.pk, reason="The same printer.")
    apart = act(nils, other, "unmerge", reason="Another printer.")

    assert given[1]["assignee"]["title"] == "Vera"
    assert list(TicketTag.objects.values_list("ticket", "name")) == [(ticket.pk, "second floor")]
    assert (merged[1]["merged_into"]["id"], apart[1]["merged_into"]) == (ticket.pk, None)


def test_a_macro_is_run_as_the_program_s_account_could(desk: Desk, nils: Program) -> None:
    ticket = opened(desk)
    macro = keep_macro(
        shelf=Shelf(name="Begin"),
        steps=[Step(StepKind.TAKE), Step(StepKind.TAG, "begun")],
        actor=account("nils"),
        at=MONDAY,
    )

    own = act(nils, ticket, "run-macro", macro=macro.pk)
    others = act(Program(account("vera")), ticket, "run-macro", macro=macro.pk)

    assert (own[0], others[0]) == (200, 422)
    assert (own[1]["assignee"]["title"], TicketTag.objects.get().name) == ("Nils", "begun")


def test_a_note_says_which_of_its_names_told_nobody_and_stands(desk: Desk, nils: Program) -> None:
    """Vera leads where the ticket stands, Omar may not read its notes, and nobody is called Vra."""
    ticket = opened(desk)

    status, told = act(nils, ticket, "note", text="@vera and @omar: ask @vra.")
    _, heard = act(nils, ticket, "note", text="@vera knows.")

    nobody = f"nobody of that name may read notes on {ticket.number}."
    assert (status, told["id"], told["warnings"]) == (
        200,
        ticket.pk,
        [f"@omar and @vra told nobody: {nobody}"],
    )
    assert heard["warnings"] == []
    _, written = nils.get(f"{TICKETS}/{ticket.pk}/messages")
    notes = [each["mentions"] for each in written["items"] if each["kind"] == "internal"]
    assert notes == [["vera"], ["vera"]]


def test_a_note_is_described_with_its_warnings_and_other_acts_without() -> None:
    def told(word: str) -> set[str]:
        paths, schemas = document()["paths"], document()["components"]["schemas"]
        answer = paths[f"{TICKETS}/{{key}}/acts/{word}"]["post"]["responses"]["200"]
        name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        return set(schemas[name]["properties"])

    assert told("note") - told("reply") == {"warnings"}
