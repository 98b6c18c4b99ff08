"""What was written on imported tickets comes by a file of its own, again and again."""

import csv
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.jobs import follow_name
from quarterdeck.desk.models import ImportedMessage, Ticket, TicketMessage
from quarterdeck.desk.profiles.told_texts import plain_text
from quarterdeck.desk.queries.own_tickets import conversation_of, waits_for_answer
from quarterdeck.desk.tests.incident_log import AT, counts, examine, reading, take_in, told
from quarterdeck.desk.tests.test_imports_helpdesks import COURSES, lines, write
from quarterdeck.desk.verbs.names import link_name
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.verbs.import_end import withdraw_import

pytestmark = pytest.mark.django_db
ZAMMAD, MESSAGES = "zammad-history", "ticket-messages"
HOSTILE = (
    "<p>See <b>here</b></p><script>alert(1)</script>"
    '<img src=x onerror="alert(2)"><a href="javascript:alert(3)">click</a>'
)


def row(message: str, **given: str) -> dict[str, str]:
    return {
        "number": "4711",
        "message": message,
        "at": "2016-03-01T10:30:00Z",
        "author": "Nils",
        "visibility": "public",
        "text": "Which floor?",
        **given,
    }


REPORT = row("1", at="2016-03-01T08:00:00Z", author="Mona", text="No paper")
ANSWER = row("2")
NOTE = row("3", visibility="internal", text="Again this printer", at="2016-03-01T10:00:00Z")


def messages(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(ANSWER))
        table.writeheader()
        table.writerows(rows)
    return path


@pytest.fixture
def operator(tmp_path: Path) -> Account:
    """A ticket of Mona's has come from Zammad; she and Nils are known here."""
    operator = Account.objects.get(username="operator")
    with acting(actor=operator, verb_name="test.people", at=AT):
        for name in ("Mona", "Nils"):
            Person.objects.create(name=name, external_id=name)
    words, priority, _ = COURSES[ZAMMAD]
    take_in(write(tmp_path / "log.csv", lines(words, priority)), operator, profile=ZAMMAD)
    return operator


def written(tmp_path: Path, operator: Account, *rows: dict[str, str]) -> tuple[int, int, int, int]:
    path = messages(tmp_path / "messages.csv", *rows)
    return counts(take_in(path, operator, profile=MESSAGES, source=ZAMMAD))


def test_messages_come_once_and_a_correction_stands_in_their_place(
    tmp_path: Path, operator: Account
) -> None:
    first = written(tmp_path, operator, REPORT, ANSWER, NOTE)
    again = written(tmp_path, operator, REPORT, ANSWER, NOTE)
    corrected = written(tmp_path, operator, row("2", text="Which room?"))

    standing = ImportedMessage.objects.standing().order_by("external_id")
    assert (first, again, corrected) == ((3, 0, 0, 0), (0, 0, 3, 0), (0, 1, 0, 0))
    assert [(one.kind, one.text) for one in standing] == [
        ("public", "No paper"),
        ("public", "Which room?"),
        ("internal", "Again this printer"),
    ]
    assert (TicketMessage.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_what_the_source_tells_after_a_reply_leaves_nothing_asked(
    tmp_path: Path, operator: Account
) -> None:
    ticket = Ticket.objects.get()
    reply_publicly(ticket=ticket, text="Which floor?", is_spoken=True, actor=operator, at=AT)
    before = waits_for_answer(ticket)

    written(tmp_path, operator, row("9", at=f"{AT + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"))

    assert (before, waits_for_answer(ticket)) == (True, False)


def test_an_import_is_taken_back_and_a_dry_run_leaves_nothing(
    tmp_path: Path, operator: Account
) -> None:
    path = messages(tmp_path / "messages.csv", ANSWER, NOTE)
    dry = examine(path, operator, profile=MESSAGES, source=ZAMMAD, dry_run=True)
    batch = take_in(path, operator, profile=MESSAGES, source=ZAMMAD)

    withdraw_import(batch=batch, actor=operator, at=AT)

    assert (counts(dry), counts(batch)) == ((2, 0, 0, 0), (2, 0, 0, 0))
    assert ImportedMessage.objects.standing().count() == 0
    assert ImportedMessage.objects.count() == 2


def test_what_cannot_be_placed_or_read_is_named_with_its_line(
    tmp_path: Path, operator: Account
) -> None:
    path = messages(
        tmp_path / "messages.csv",
        row("1", number="4712"),
        row("2", visibility=""),
        row("3", text="<p></p>"),
    )

    batch = examine(path, operator, profile=MESSAGES, source=ZAMMAD)

    assert counts(batch) == (0, 0, 0, 3)
    assert sorted((line, column) for line, _, column, *_ in told(batch)) == [
        (2, "number"),
        (3, "visibility"),
        (4, "text"),
    ]


def test_the_requester_reads_the_conversation_and_no_note(
    tmp_path: Path, operator: Account, client: Client
) -> None:
    written(tmp_path, operator, REPORT, row("2", text=HOSTILE), NOTE)
    ticket = Ticket.objects.get(number="4711")
    with acting(actor=operator, verb_name="test.people", at=AT):
        mona = Account.objects.create(username="mona", person=Person.objects.get(name="Mona"))
        RoleAssignment.objects.create(account=mona, role=Role.REQUESTER)
        ada = Account.objects.create(username="ada")
        RoleAssignment.objects.create(account=ada, role=Role.ADMINISTRATOR)
    seen = [ImportedMessage.objects.visible_to(each).count() for each in (mona, ada)]
    client.force_login(mona)
    own = client.get(reverse("portal.ticket", args=[ticket.pk])).content.decode()
    client.force_login(ada)
    desk = client.get(reverse("desk.ticket.detail", args=[ticket.pk])).content.decode()

    assert [each.text.split("\n")[0] for each in conversation_of(ticket)] == [
        "No paper",
        "See here",
    ]
    assert seen == [2, 3]
    assert ("See here" in own, "Again this printer" in own) == (True, False)
    assert ("See here" in desk, "Again this printer" in desk) == (True, True)
    assert not any(word in own + desk for word in ("alert(", "onerror", "javascript:"))


@pytest.mark.parametrize(
    ("told_text", "plain"),
    [
        ("Write to <mona@example.org> if 1 < 2", "Write to <mona@example.org> if 1 < 2"),
        ("&lt;p&gt;No paper&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;", "No paper"),
        ("&#60;p&#62;Nut&#38;nbsp;&#38;amp; bolt&#60;/p&#62;", "Nut & bolt"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("A\r\nB", "A\nB"),
    ],
)
def test_markup_is_taken_out_and_other_text_stays(told_text: str, plain: str) -> None:
    assert plain_text(told_text) == plain


def test_the_first_answer_is_found_among_the_messages(tmp_path: Path, operator: Account) -> None:
    before = reading("desk.first_response_time", "2016-03")
    written(tmp_path, operator, REPORT, ANSWER, NOTE)

    after = reading("desk.first_response_time", "2016-03")

    # Reported at 08:00 and answered at 10:30, when the desk is open; the note at ten is no answer.
    assert (before.value, before.n) == (None, 0)
    assert (after.value, after.n) == (Fraction(9_000), 1)


def answers() -> list[str]:
    found = ImportedMessage.objects.standing().by_desk().order_by("external_id")
    return list(found.values_list("external_id", flat=True))


def test_words_of_nobody_and_of_the_requester_by_another_name_are_no_answer(
    tmp_path: Path, operator: Account
) -> None:
    written(tmp_path, operator, row("1", author=""), row("2", author="m.berg"))
    before = answers()
    mona = Person.objects.get(name="Mona")

    link_name(source=ZAMMAD, text="m.berg", person=mona, actor=operator, at=AT)
    follow_name.call(source=ZAMMAD, text="m.berg")
    after = answers()
    written(tmp_path, operator, row("3", author="m.berg"), row("4"))

    assert (before, after, answers()) == (["2"], [], ["4"])
    assert ImportedMessage.objects.get(external_id="3").author_person == mona


def test_descriptions_come_with_a_log_without_their_markup(
    tmp_path: Path, operator: Account
) -> None:
    words, priority, _ = COURSES["glpi-log"]
    rows = [
        {**one, "description": "<p>No <b>paper</b> on floor 2</p>"}
        for one in lines(words, priority, "9")
    ]
    take_in(write(tmp_path / "glpi.csv", rows), operator, profile="glpi-log")

    assert Ticket.objects.get(number="9").description == "No paper on floor 2"


def test_freshservice_tickets_come_by_their_dates(tmp_path: Path, operator: Account) -> None:
    told_of = {
        "id": "51",
        "subject": "No paper",
        "description_text": "On floor 2",
        "status": "5",
        "priority": "3",
        "impact": "1",
        "urgency": "3",
        "type": "Service Request",
        "category": "Printing",
        "group": "Desk",
        "agent": "Nils",
        "requester": "Mona",
        "created_at": "2016-03-01T08:00:00Z",
        "resolved_at": "2016-03-02T09:00:00Z",
        "closed_at": "2016-03-05T09:00:00Z",
        "due_by": "2016-03-03T08:00:00Z",
    }
    path = tmp_path / "freshservice.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(told_of))
        table.writeheader()
        table.writerow(told_of)

    batch = take_in(path, operator, profile="freshservice-tickets")

    there = Ticket.objects.get(number="51")
    assert counts(batch) == (1, 0, 0, 0)
    assert (there.kind, there.state, there.priority) == ("request", "closed", 2)
    assert (there.impact, there.urgency, there.history_depth) == (3, 1, "dates")
    assert (there.description, there.requester_name) == ("On floor 2", "Mona")
    assert there.last_fix_at is not None
    assert there.last_fix_at.day == 2
