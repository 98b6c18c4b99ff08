"""Comments and files on the page of a record, here of a service."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quarterdeck.core.changes import add_record
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Act
from quarterdeck.core.records import record_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import Attachment, Comment
from quarterdeck.office.verbs import remarks
from quarterdeck.office.verbs.remarks import attach_file, write_comment
from quarterdeck.services.models import Service
from quarterdeck.ui.markdown import markdown

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def email(operator: Account) -> Service:
    row = add_record(record=record_of(Service), values={"name": "Email"}, actor=operator, at=AT)
    assert isinstance(row, Service)
    return row


def reader(operator: Account, role: Role) -> tuple[Client, Account]:
    """A browser in which somebody with this role has signed in."""
    made = add_account(username=role.value, actor=operator, at=AT)
    assign_role(account=made, role=role, actor=operator, at=AT)
    client = Client()
    client.force_login(made)
    return client, made


def page(client: Client, row: Service) -> str:
    return client.get(f"/services/services/{row.pk}/").content.decode()


def comment(client: Client, row: Service, text: str) -> int:
    address = f"/office/comments/services.service/{row.pk}/write"
    return client.post(address, {"text": text}).status_code


def attach(client: Client, row: Service, name: str, content: bytes) -> Any:
    file = SimpleUploadedFile(name, content, content_type="text/html")
    return client.post(f"/office/files/services.service/{row.pk}/attach", {"file": file})


def test_a_comment_is_shown_with_its_author(operator: Account, email: Service) -> None:
    client, _ = reader(operator, Role.TECHNICIAN)

    comment(client, email, "Moves to the **new** cluster")

    text = page(client, email)
    assert "Moves to the <strong>new</strong> cluster" in text
    assert "<strong>technician</strong>" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "<script>alert(1)</script>",
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n",
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("![x](http://spy.example/x.png)", None),
        ("# Big", "<h3>Big</h3>\n"),
        (
            "[x](https://example.org)",
            '<p><a href="https://example.org" rel="noopener noreferrer nofollow">x</a></p>\n',
        ),
        ('<p onclick="x()">y', '<p>&lt;p onclick="x()"&gt;y</p>\n'),
    ],
    ids=["script", "script address", "picture", "heading", "link", "event handler"],
)
def test_markdown_is_made_safe(text: str, shown: str | None) -> None:
    made = markdown(text)

    assert "<img" not in made
    assert shown is None or made == shown


def test_who_only_reads_finds_no_form_and_cannot_write(operator: Account, email: Service) -> None:
    client, _ = reader(operator, Role.AUDITOR)

    assert comment(client, email, "Noted") == 404
    assert ('name="text"' in page(client, email), Comment.objects.count()) == (False, 0)


def test_who_asks_for_services_does_not_find_what_the_department_says(
    operator: Account, email: Service
) -> None:
    write_comment(row=email, text="Between us", actor=operator_like(operator), at=AT)
    client, _ = reader(operator, Role.REQUESTER)

    assert "Between us" not in page(client, email)


def operator_like(operator: Account) -> Account:
    """An administrator with a sign-in."""
    return reader(operator, Role.ADMINISTRATOR)[1]


@pytest.mark.parametrize("text", ["", "  \n", "x" * 20_001], ids=["empty", "blank", "too long"])
def test_a_comment_has_words_and_an_end(operator: Account, email: Service, text: str) -> None:
    client, _ = reader(operator, Role.TECHNICIAN)

    assert (comment(client, email, text), Comment.objects.count()) == (409, 0)


def test_ones_own_comment_can_be_removed_and_anothers_not(
    operator: Account, email: Service
) -> None:
    author, _ = reader(operator, Role.TECHNICIAN)
    other, _ = reader(operator, Role.TEAM_LEAD)
    comment(author, email, "Mine")
    address = f"/office/comments/{Comment.objects.get().pk}/remove"

    answers = [other.post(address).status_code, author.post(address).status_code]

    assert (answers, Comment.objects.count()) == ([409, 302], 0)


def test_a_file_comes_back_as_it_went_in_and_is_never_shown(
    operator: Account, email: Service
) -> None:
    client, _ = reader(operator, Role.TECHNICIAN)
    attach(client, email, "plan.html", b"<script>alert(1)</script>")

    answer = client.get(f"/office/files/{Attachment.objects.get().pk}")

    names = ("Content-Type", "Content-Disposition", "X-Content-Type-Options")
    assert [answer.headers[name] for name in names] == [
        "application/octet-stream",
        'attachment; filename="plan.html"',
        "nosniff",
    ]
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]  # files are streamed
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_is_stored_under_a_name_of_our_own(operator: Account, email: Service) -> None:
    client, _ = reader(operator, Role.TECHNICIAN)

    attach(client, email, "..\\..\\etc/pass\x00wd\u202e.txt", b"x")

    stored = Attachment.objects.get()
    assert stored.name == "passwd.txt"
    assert stored.stored_name.removeprefix("attachments/").isalnum()


def test_who_does_not_see_the_record_does_not_get_its_files(
    operator: Account, email: Service
) -> None:
    client, _ = reader(operator, Role.TECHNICIAN)
    attach(client, email, "plan.txt", b"x")
    address = f"/office/files/{Attachment.objects.get().pk}"
    requester, _ = reader(operator, Role.REQUESTER)

    answers = [requester.get(address).status_code, Client().get(address).status_code]

    assert answers == [404, 302]


def test_an_empty_file_is_refused(operator: Account, email: Service) -> None:
    client, _ = reader(operator, Role.TECHNICIAN)

    assert (attach(client, email, "x", b"").status_code, Attachment.objects.count()) == (409, 0)


def test_what_is_declined_leads_back_to_where_somebody_came_from(
    operator: Account, email: Service
) -> None:
    client, _ = reader(operator, Role.TECHNICIAN)
    address = f"/office/files/services.service/{email.pk}/attach"
    ours, foreign = "http://testserver/services/services/1/", "https://evil.example/1/"

    pages = [
        client.post(address, headers={"Referer": each}).content.decode() for each in (ours, foreign)
    ]

    assert [f'href="{ours}">Back to where you were' in page for page in pages] == [True, False]
    assert ["evil.example" in page for page in pages] == [False, False]


def test_a_file_beyond_the_limit_is_refused(
    operator: Account, email: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remarks, "LARGEST_FILE", 10)
    before = Act.objects.count()

    with pytest.raises(Refused, match="A file has at most"):
        attach_file(
            row=email,
            name="x",
            content=ContentFile(b"12345678901"),
            actor=operator_like(operator),
            at=AT,
        )

    # The refusal takes its act along; those of the new account stay.
    assert Act.objects.count() == before + 2


@pytest.mark.django_db(transaction=True)
def test_a_removed_file_leaves_the_storage_too(operator: Account, email: Service) -> None:
    client, _ = reader(operator, Role.TECHNICIAN)
    attach(client, email, "plan.txt", b"x")
    stored = Attachment.objects.get()

    client.post(f"/office/files/{stored.pk}/remove")

    assert (Attachment.objects.count(), default_storage.exists(stored.stored_name)) == (0, False)
