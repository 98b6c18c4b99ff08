"""Somebody is erased: no table and no file names them any more, and no import brings them back."""

import json
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from pytest_django.fixtures import Settings

from quarterdeck.config.command import main
from quarterdeck.core.directory import add_account, add_person
from quarterdeck.core.erasure import Erasing, erase, names_of
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Erasure, Person
from quarterdeck.core.sealing import seal_rows, verify
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.tests.incident_log import AT, counts, history, take_in, write_log
from quarterdeck.desk.tests.mail_cast import delivered, mailed_desk, taken, written
from quarterdeck.desk.verbs.incoming_mail import discard_mail, hold_mail
from quarterdeck.office.models import Comment, ImportBatch
from quarterdeck.office.verbs.import_end import reject_import
from quarterdeck.office.verbs.imports import begin_import
from quarterdeck.office.verbs.remarks import attach_file, write_comment

pytestmark = pytest.mark.django_db

NAME, ADDRESS = "Zenobia Quillfeather", "zenobia@quill.example"
TRACES = ("Quillfeather", "zenobia@", "ZENOBIA@", "=?utf-8?q?Zenobia")
LAW = "GDPR, Art. 17"


@pytest.fixture
def operator(settings: Settings, tmp_path: Path) -> Account:
    """Whoever runs an installation with files of its own."""
    usual = settings.STORAGES
    place = {**usual["default"], "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**usual, "default": place}
    (tmp_path / "files").mkdir()
    return mailed_desk().operator


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log in which she reports a ticket, and works on another one."""
    events = [
        *history("INC1", caller_id=NAME),
        *history("INC2", assigned_to="Quillfeather, Zenobia", sys_updated_by=ADDRESS.upper()),
        *history("INC3"),
    ]
    return write_log(tmp_path / "log.csv", events)


@pytest.fixture
def person(operator: Account, log: Path) -> Person:
    """Somebody known in the directory, in logs, mails, comments and files."""
    found = add_person(name=NAME, email=ADDRESS, actor=operator, at=AT)
    add_account(username="quillfeather", person=found, actor=operator, at=AT)
    take_in(log, operator)
    body = b64encode(f"Yours, {NAME}".encode()).decode()
    mail = written(body, sender=f"{NAME} <{ADDRESS}>", Content_Transfer_Encoding="base64")
    taken(mail)
    taken(mail.replace(b"one@", b"two@").replace(ADDRESS.encode(), b"x@y.example"), AT)
    ticket = Ticket.objects.standing().get(number="INC3")
    write_comment(
        row=ticket, text=f"Ask {NAME}-Team about {NAME}’s laptop.{NAME}", actor=operator, at=AT
    )
    for name, content in (("hers.txt", f"by {ADDRESS}"), ("other.txt", "by nobody")):
        file = ContentFile(content.encode())
        attach_file(row=ticket, name=name, content=file, actor=operator, at=AT)
    seal_rows(actor=operator, at=AT)
    return found


def everything_held() -> dict[str, str]:
    """Every row of every table of the database, and every stored file, by its place."""
    held = dict[str, str]()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 — a table of ours
            rows = [[bytes(c) if isinstance(c, memoryview) else c for c in r] for r in cursor]
            held[table] = f"{rows} {json.loads(json.dumps(rows, default=str))}"
    for path in Path(default_storage.path("")).rglob("*"):
        if path.is_file():
            held[str(path)] = path.read_bytes().decode("latin-1")
    return held


def traces() -> list[str]:
    """Where she is named still."""
    encoded = b64encode(f"Yours, {NAME}".encode()).decode()
    held = everything_held().items()
    return [place for place, text in held if any(t in text for t in (*TRACES, encoded))]


def gone(person: Person, actor: Account) -> Erasing:
    return erase(names=names_of(person), reason=LAW, actor=actor, at=AT + timedelta(days=1))


def test_nothing_names_an_erased_person_and_the_chain_holds(
    person: Person, operator: Account
) -> None:
    before, digest = traces(), verify().last_digest

    done = gone(person, operator)

    found = verify()
    assert {"core_person", "desk_statechange", "office_sourcerecord", "office_comment"} < set(
        before
    )
    assert traces() == []
    assert (found.fault, found.last_digest, found.redacted > 0) == ("", digest, True)
    # Two mails and her file; the other one stays.
    assert (done.files, done.rows["desk.statechange"]) == (3, 3)
    seal_rows(actor=operator, at=AT + timedelta(days=2))
    assert verify().fault == ""


def test_what_else_is_named_like_her_user_name_stays_unless_it_is_given(operator: Account) -> None:
    mona = add_person(name="Mona Berg", actor=operator, at=AT)
    add_account(username="berg", person=mona, actor=operator, at=AT)
    other = add_person(name="Anna Berg", external_id="Berg", actor=operator, at=AT)
    told = ["Anna Berg asked the Berg team", "mona.berg or Mona Berg's", " berg "]

    def left() -> list[str]:
        return list(Comment.objects.order_by("pk").values_list("text", flat=True))

    for text in told:
        write_comment(row=other, text=text, actor=operator, at=AT)

    gone(mona, operator)
    alone = left()
    erase(names=[], also=["berg"], reason=LAW, actor=operator, at=AT)

    other.refresh_from_db()
    assert alone == [told[0], "[redacted] or [redacted]'s", "[redacted]"]
    assert left()[0] == "Anna [redacted] asked the [redacted] team"
    assert other.name == "Anna [redacted]"


def test_her_old_log_comes_in_again_and_says_nothing_new(
    person: Person, operator: Account, log: Path
) -> None:
    gone(person, operator)
    rows = StateChange.objects.count()

    again = take_in(log, operator)

    hers = Ticket.objects.standing().get(number="INC2").assignee_name
    assert (counts(again), StateChange.objects.count(), hers) == ((0, 0, 3, 0), rows, "[redacted]")
    assert (traces(), ImportBatch.objects.unfinished().count()) == ([], 0)


def test_the_command_waits_for_files_that_are_not_read_and_locks_her_account(
    person: Person, operator: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> tuple[int, str]:
        return main(["erase", str(person.pk), "--reason", LAW]), capsys.readouterr().err

    known = ImportBatch.objects.values("profile", "file_digest", "zone", "accept").latest("pk")
    asked: dict[str, Any] = {
        "source": "other",
        "file_name": "log.csv",
        "stored_file": "imports/1",
        **known,
    }
    batch = begin_import(**asked, actor=operator, at=AT)
    mail = delivered(written(f"By {NAME}", key="three@example.org"))

    unread = command()
    reject_import(batch=batch, reason="Not now.", actor=operator, at=AT)
    waiting = command()
    taken_up = hold_mail(mail=mail, reason="Nobody knows.", actor=operator, at=AT)
    held = command()
    begun = Erasure.objects.exists()
    version = taken_up.version
    discard_mail(mail=mail, version=version, reason="Spam", actor=operator, at=AT)
    done = command()

    account = Account.objects.get(person=person)
    assert [each[0] for each in (unread, waiting, held, done)] == [1, 1, 1, 0]
    assert f"{batch} is not read yet" in unread[1]
    assert ["not understood yet" in each[1] for each in (waiting, held, done)] == [
        True,
        True,
        False,
    ]
    assert "seeking “quillfeather” where it stands alone" in done[1]
    assert (begun, account.is_active, traces()) == (False, False, [])


def test_a_second_erasure_finds_nothing_and_adds_nothing(person: Person, operator: Account) -> None:
    names = names_of(person)
    gone(person, operator)
    known = Erasure.objects.count()

    again = erase(names=names, reason=LAW, actor=operator, at=AT)

    person.refresh_from_db()
    assert (dict(again.rows), again.files, Erasure.objects.count()) == ({}, 0, known)
    assert names_of(person) == []


@pytest.mark.parametrize(
    ("names", "reason", "told"),
    [
        ([NAME], " ", "by which law"),
        ([], LAW, "by which law"),
        (["Ann"], LAW, "too short"),
        ([NAME], f"Asked for by {NAME}", "must not name"),
    ],
)
def test_an_erasure_says_whom_and_why(
    operator: Account, names: list[str], reason: str, told: str
) -> None:
    with pytest.raises(Refused, match=told):
        erase(names=names, reason=reason, actor=operator, at=AT)
