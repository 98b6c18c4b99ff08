"""Programs comment on records and add files to them, by the rules of the pages."""

import json
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quarterdeck.config.tests.cast import OF_NETWORK, Cast
from quarterdeck.config.tests.tokens import Program, bearer
from quarterdeck.core.models import Account, Team
from quarterdeck.core.vocabulary import Role, TokenScope
from quarterdeck.desk.models import Ticket
from quarterdeck.office.models import Attachment, Comment

COMMENTS, FILES = "/api/v1/office/comments", "/api/v1/office/files"

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> dict[str, Any]:
    return {"record": "core.team", "row": Team.objects.order_by("pk")[0].pk}


def program(cast: Cast, role: Role, scope: TokenScope = TokenScope.WRITE) -> Program:
    return Program(cast.accounts[role], scope)


def attach(who: Account, **sent: Any) -> tuple[int, Any]:
    answer = Client().post(FILES, sent, headers=bearer(who))
    return answer.status_code, json.loads(answer.content)


def pointers(told: Any) -> list[str]:
    return [each["pointer"] for each in told["errors"]]


def test_a_comment_is_written_read_and_taken_away_by_whoever_wrote_it(
    cast: Cast, place: dict[str, Any]
) -> None:
    hand, lead = program(cast, Role.TECHNICIAN), program(cast, Role.TEAM_LEAD)

    status, made = hand.post(COMMENTS, **place, text=" Moves in **May**. ")
    read = lead.get(COMMENTS, **place)
    address = f"{COMMENTS}/{made['id']}/remove"
    others = lead.post(address, "*")
    unseen = hand.post(address)
    stale = hand.post(address, '"0.0"')
    removed = hand.post(address, f'"{made["id"]}.1"')

    assert (status, made["text"], made["record"]) == (201, "Moves in **May**.", "core.team")
    assert (read[0], [each["id"] for each in read[1]["items"]]) == (200, [made["id"]])
    assert (others[0], unseen[0], stale[0], removed[0]) == (403, 428, 412, 200)
    assert removed[1]["text"] == "Moves in **May**."
    assert list(Comment.objects.all()) == []


def test_what_one_may_not_remark_on_is_refused_and_what_one_may_not_see_is_nowhere(
    cast: Cast, place: dict[str, Any]
) -> None:
    requester, reader = program(cast, Role.REQUESTER), program(cast, Role.AUDITOR)
    ticket = {"record": "desk.ticket", "row": Ticket.objects.get(number=OF_NETWORK).pk}
    lead = program(cast, Role.IT_MANAGER)

    answers = [
        requester.post(COMMENTS, **place, text="Me too.")[0],
        requester.get(COMMENTS, **place)[0],
        reader.post(COMMENTS, **place, text="Seen.")[0],
        reader.get(COMMENTS, **place)[0],
        program(cast, Role.TECHNICIAN, TokenScope.READ).post(COMMENTS, **place, text="So.")[0],
        program(cast, Role.TECHNICIAN).post(COMMENTS, **ticket, text="A note.")[0],
        lead.post(COMMENTS, **ticket, text="A note.")[0],
        lead.post(COMMENTS, **place | {"row": 10**9}, text="Nobody.")[0],
    ]

    # A ticket takes internal notes, and the technician works for another team.
    assert answers == [403, 404, 403, 200, 403, 404, 409, 404]


def test_what_is_no_comment_is_named(cast: Cast, place: dict[str, Any]) -> None:
    lead = program(cast, Role.IT_MANAGER)

    nowhere = lead.post(COMMENTS, record="office.upload", row=1, text="Mine.")
    empty = lead.post(COMMENTS, **place, text="  ")
    long = lead.post(COMMENTS, **place, text="x" * 20_001)
    asked = lead.get(COMMENTS, record="no.such", row=1)
    strange = lead.get(COMMENTS, **place, team=1)

    assert (nowhere[0], pointers(nowhere[1])) == (422, ["/record"])
    assert (empty[0], long[0], pointers(long[1])) == (409, 422, ["/text"])
    assert (asked[0], asked[1]["errors"][0]["parameter"]) == (422, "record")
    assert (strange[0], strange[1]["errors"][0]["parameter"]) == (422, "team")


def test_a_file_is_added_listed_fetched_and_taken_away(cast: Cast, place: dict[str, Any]) -> None:
    manager = cast.accounts[Role.IT_MANAGER]
    own, lead = Program(manager), program(cast, Role.TEAM_LEAD)

    status, made = attach(manager, **place, file=SimpleUploadedFile("plan.txt", b"To the left."))
    listed = lead.get(FILES, **place)
    address = f"{FILES}/{made['id']}"
    content = Client().get(f"{address}/content", headers=lead.headers)
    hidden = Client().get(f"{address}/content", headers=program(cast, Role.REQUESTER).headers)
    others = lead.post(f"{address}/remove", "*")
    removed = own.post(f"{address}/remove", "*")

    assert (status, made["name"], made["size"]) == (201, "plan.txt", 12)
    assert made["digest"] == sha256(b"To the left.").hexdigest()
    assert [each["id"] for each in listed[1]["items"]] == [made["id"]]
    assert b"".join(content) == b"To the left."
    assert "attachment" in content.headers["Content-Disposition"]
    assert (hidden.status_code, others[0], removed[0]) == (404, 403, 200)
    assert list(Attachment.objects.all()) == []


def test_a_file_without_record_or_content_is_refused(cast: Cast, place: dict[str, Any]) -> None:
    manager = cast.accounts[Role.IT_MANAGER]

    nowhere = attach(manager, record="core.team", row="x")
    strange = attach(manager, record="no.such", row="1", file=SimpleUploadedFile("a.txt", b"a"))
    empty = attach(manager, **place, file=SimpleUploadedFile("a.txt", b""))
    hidden = attach(cast.accounts[Role.REQUESTER], **place, file=SimpleUploadedFile("a.txt", b"a"))

    assert (nowhere[0], pointers(nowhere[1])) == (422, ["/row", "/file"])
    assert (strange[0], pointers(strange[1])) == (422, ["/record"])
    assert (empty[0], hidden[0]) == (409, 403)
