"""Programs escalate, complain and judge, command major incidents, write articles, and let tickets
recur: by the rules of the pages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from quarterdeck.config.tests.tokens import Program, Told
from quarterdeck.core.acts import acting
from quarterdeck.desk.models import (
    CandidateProblem,
    ImportedMessage,
    PublicUpdate,
    TicketMessage,
)
from quarterdeck.desk.tests.escalation_cast import led_desk, with_nils
from quarterdeck.desk.tests.web_cast import Desk, add_tickets
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person
from quarterdeck.desk.verbs.candidates import begin_candidate_search

API = "/api/v1/desk"
LATER = "2016-04-04T15:00:00Z"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with time_machine.travel(MONDAY, tick=False):
        yield led_desk()


def act(program: Program, path: str, row: dict[str, Any], word: str, /, **given: Any) -> Told:
    """Do an act on a row in the version that was told."""
    seen = f'"{row["id"]}.{row.get("version", 1)}"'
    return program.post(f"{API}/{path}/{row['id']}/acts/{word}", seen, **given)


def test_a_complaint_is_withdrawn_by_who_complained_and_by_nobody_who_answers_it(
    desk: Desk,
) -> None:
    ticket = {"id": with_nils(desk).pk}
    mona, vera = Program(account("mona")), Program(account("vera"))
    _, row = act(mona, "tickets", ticket, "complain", reason="Nobody has come.")

    refused, _ = act(vera, "escalations", row, "withdraw", reason="It was nothing.")
    status, back = act(mona, "escalations", row, "withdraw", reason="He has come after all.")
    twice, _ = act(mona, "escalations", back, "withdraw", reason="Once more.")
    late, _ = act(vera, "escalations", back, "resolve", resolution="Nils was there.")

    assert (refused, status, back["state"]) == (403, 200, "withdrawn")
    # What has ended refuses by its state, whoever asks.
    assert (twice, late) == (409, 409)


def test_a_complaint_is_heard_answered_and_judged_by_who_complains(desk: Desk) -> None:
    ticket = {"id": with_nils(desk).pk}
    mona, vera, nils = (Program(account(name)) for name in ("mona", "vera", "nils"))

    status, row = act(mona, "tickets", ticket, "complain", reason="Nobody has come.")
    again = act(mona, "tickets", ticket, "complain", reason="Nobody has come.")
    others = act(
        mona, "tickets", ticket, "complain", reason="For Omar.", complainant=person("Omar").pk
    )
    states = [row["state"]]
    for word, given in (
        ("acknowledge", {}),
        ("answer", {"answer": "Nils comes today."}),
        ("resolve", {"resolution": "Nils was there."}),
    ):
        _, row = act(vera, "escalations", row, word, **given)
        states.append(row["state"])
    own_word = act(vera, "escalations", row, "verdict", verdict="solved")
    stranger = act(Program(account("omar")), "escalations", row, "verdict", verdict="solved")
    judged = act(mona, "escalations", row, "verdict", verdict="not_solved", remark="Who?")

    assert (status, row["complainant"]["title"], row["channel"]) == (201, "Mona", "Own page")
    assert states == ["raised", "acknowledged", "answered", "resolved"]
    assert (again[0], others[0], own_word[0], stranger[0]) == (409, 409, 403, 404)
    assert (judged[0], judged[1]["state"], judged[1]["round"]) == (200, "raised", 2)
    assert act(nils, "escalations", judged[1], "answer", answer="Me.")[0] == 403


def test_a_candidate_becomes_a_problem_that_is_known_fixed_and_closed(desk: Desk) -> None:
    search = begin_candidate_search(actor=account("greta"), at=MONDAY)
    with acting(actor=desk.operator, verb_name="test.found", at=MONDAY):
        found = CandidateProblem.objects.create(
            search=search,
            title="Paper jams",
            team=desk.network,
            words=[["paper", 1.0]],
            size=1,
            first_at=MONDAY,
            last_at=MONDAY,
            open_hours=3,
        )
        found.members.create(ticket=opened(desk), strength=1.0, words=["paper"])
    vera, candidate = Program(account("vera")), {"id": found.pk}

    status, problem = act(vera, "candidate-problems", candidate, "accept")
    _, link = vera.get(f"{API}/problem-links")
    known: dict[str, Any] = {"cause": "A worn roller.", "true_category": "Printing"}
    course = [
        ("know", known | {"workaround": "Take it out."}),
        ("resolve", {"resolution": "A new roller.", "fixed_at": "2016-04-04T08:00:00Z"}),
        ("close", {}),
    ]
    states = []
    for word, given in course:
        answered, problem = act(vera, "problems", problem, word, **given)
        states.append((answered, problem.get("state", problem)))
    ended = act(vera, "problem-links", link["items"][0], "end", reason="Another one.")

    assert (status, problem["title"], link["count"]["amount"]) == (201, "Paper jams", 1)
    assert states == [(200, "known_error"), (200, "resolved"), (200, "closed")]
    assert (ended[0], ended[1]["end_reason"]) == (200, "Another one.")
    assert act(vera, "candidate-problems", candidate, "reject", reason="Late.")[0] == 412
    assert Program(account("nils")).post(f"{API}/candidate-problems/search")[0] == 403
    assert vera.post(f"{API}/candidate-problems/search")[0] == 202


def test_a_major_incident_is_declared_told_of_and_resolved(desk: Desk) -> None:
    ticket = {"id": opened(desk).pk}
    vera, nils = Program(account("vera")), Program(account("nils"))
    said: dict[str, Any] = {
        "title": "Mail is down",
        "reason": "Nobody can write.",
        "commander": person("Nils").pk,
        "first_update_due_at": LATER,
    }

    unknown = act(vera, "tickets", ticket, "declare", **said, services=[10**9])
    status, row = act(vera, "tickets", ticket, "declare", **said, services=[desk.mail.pk])
    update = act(nils, "major-incidents", row, "update", text="We know.", next_due_at=LATER)
    _, row = nils.get(f"{API}/major-incidents/{row['id']}")
    _, row = act(nils, "major-incidents", row, "affected", services=[], people_affected=40)
    ended = act(
        nils,
        "major-incidents",
        row,
        "resolve",
        resolution="A new disk.",
        true_category="Printing",
        text="Mail works again.",
    )
    late = act(nils, "major-incidents", ended[1], "update", text="Well?", next_due_at=LATER)

    assert [each["pointer"] for each in unknown[1]["errors"]] == ["/services"]
    assert (status, row["commander"]["title"], row["people_affected"]) == (201, "Nils", 40)
    assert (update[0], update[1]["text"]) == (201, "We know.")
    assert (ended[0], ended[1]["ended_at"], late[0]) == (200, "2016-04-04T09:00:00Z", 409)
    assert PublicUpdate.objects.count() == 2
    mona = Program(account("mona"))
    assert act(mona, "major-incidents", row, "note", text="?", happened_at=LATER)[0] == 404


def test_an_article_is_published_by_another_judged_by_readers_and_retired(desk: Desk) -> None:
    nils, vera, mona = (Program(account(name)) for name in ("nils", "vera", "mona"))
    words = {"title": "Clear a jam", "text": "Open the lid.", "audience": "everybody"}

    written = [nils.post(f"{API}/articles", **words, entry_key="one") for _ in range(2)]
    row = written[0][1]
    unread = mona.get(f"{API}/articles/{row['id']}")
    act(nils, "articles", row, "submit")
    own = act(nils, "articles", row, "publish", seen=1)
    published = act(vera, "articles", row, "publish", seen=1)
    judged = act(mona, "articles", row, "judge", helpful=False, comment="Which lid?")
    stale = act(vera, "articles", row, "revise", seen=7, title="Clear a jam", text="The top one.")
    cited = act(
        nils, "tickets", {"id": opened(desk).pk}, "cite-article", article=row["id"], text="So"
    )
    retired = act(vera, "articles", row, "retire", reason="It went to the museum.")

    assert [(status, told["id"]) for status, told in written] == [(201, row["id"])] * 2
    assert (unread[0], own[0], published[0], published[1]["state"]) == (404, 409, 200, "published")
    assert (judged[0], stale[0], cited[0]) == (200, 412, 200)
    assert (retired[0], retired[1]["state"]) == (200, "retired")
    assert mona.get(f"{API}/articles/{row['id']}")[0] == 404


def test_a_ticket_recurs_pauses_and_goes_on(desk: Desk) -> None:
    vera, path = Program(account("vera")), f"{API}/recurring-tickets"
    said: dict[str, Any] = {
        "title": "Look after the backups",
        "team": desk.network.pk,
        "frequency": "weekly",
        "weekdays": [0, 2],
        "at_time": "12:00:00",
        "zone": "UTC",
        "starts_on": "2016-04-01",
    }

    wrong = vera.post(path, **{**said, "weekdays": ["Monday"], "month_day": 40})
    status, row = vera.post(path, **said)
    _, coming = vera.get(f"{path}/{row['id']}/dates", limit=3)
    _, paused = act(vera, "recurring-tickets", row, "pause")
    _, none = vera.get(f"{path}/{row['id']}/dates")
    stale = act(vera, "recurring-tickets", row, "resume")
    _, resumed = act(vera, "recurring-tickets", paused, "resume")
    seen = f'"{resumed["id"]}.{resumed["version"]}"'
    _, changed = vera.patch(f"{path}/{row['id']}", seen, weekdays=[4])

    assert [each["pointer"] for each in wrong[1]["errors"]] == ["/weekdays"]
    assert (status, [each[5:16] for each in coming["items"]]) == (
        201,
        ["04-04T12:00", "04-06T12:00", "04-11T12:00"],
    )
    assert (paused["paused"], none["items"], stale[0]) == (True, [], 412)
    assert (resumed["paused"], changed["next_at"]) == (False, "2016-04-08T12:00:00Z")
    assert Program(account("mona")).get(f"{path}/{row['id']}/dates")[0] == 404


def test_what_was_brought_stands_among_the_messages_at_its_time(desk: Desk) -> None:
    ticket = add_tickets(desk, 1, requester=person("Mona"))[0]
    told = (("public", 0, "No paper"), ("internal", 1, "Again"), ("public", 5, "Thanks"))
    with acting(actor=desk.operator, verb_name="test.brought", at=MONDAY):
        for number, (kind, hours, text) in enumerate(told):
            ImportedMessage.objects.create(
                ticket=ticket,
                batch=desk.batch,
                external_id=str(number),
                kind=kind,
                author="Mona B.",
                at=MONDAY + timedelta(hours=hours),
                text=text,
            )
        TicketMessage.objects.create(
            ticket=ticket,
            kind="public",
            text="Which?",
            author=desk.nils,
            at=MONDAY + timedelta(hours=2),
        )
    path = f"{API}/tickets/{ticket.pk}/messages"

    _, whole = Program(desk.nils).get(path)
    _, public = Program(desk.mona).get(path)
    own = next(each for each in whole["items"] if not each["is_imported"])
    _, rest = Program(desk.nils).get(path, after=f"m{own['id']}")

    found = [(each["is_imported"], each["author"], each["text"]) for each in whole["items"]]
    assert found == [
        (True, "Mona B.", "No paper"),
        (True, "Mona B.", "Again"),
        (False, "Nils", "Which?"),
        (True, "Mona B.", "Thanks"),
    ]
    assert [each["text"] for each in public["items"]] == ["No paper", "Which?", "Thanks"]
    assert [each["text"] for each in rest["items"]] == ["Thanks"]
    assert Program(desk.nils).get(path, after="m999")[0] == 400
