"""A program asks for something from the catalogue, with a file that it has sent ahead."""

import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from quarterdeck.config.tests.tokens import bearer
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.portal_cast import LETTER, catalogue_item, formed
from quarterdeck.desk.tests.work_cast import MONDAY, account, staffed_desk
from quarterdeck.office.models import Attachment
from quarterdeck.office.verbs.remarks import keep_upload

pytestmark = pytest.mark.django_db
PORTAL = "/api/v1/portal"


def test_what_a_request_has_named_waits_no_more_and_is_stored_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    desk = staffed_desk()
    item = catalogue_item(desk)
    form = formed(desk, item, LETTER)
    mona, headers = account("mona"), bearer(account("mona"))
    other = keep_upload(name="b.txt", content=ContentFile(b"Later."), actor=mona, at=MONDAY)
    client = Client()

    def send(**given: Any) -> tuple[int, Any]:
        body = {"item": item.pk, "form": form.pk, "entry_key": "one", **given}
        answer = client.post(
            f"{PORTAL}/requests", json.dumps(body), "application/json", headers=headers
        )
        return answer.status_code, answer.json().get("id")

    sent = SimpleUploadedFile("letter.txt", b"Yes, please.")
    key = client.post(f"{PORTAL}/uploads", {"file": sent}, headers=headers).json()["id"]
    upload = Attachment.objects.get(pk=key)
    with django_capture_on_commit_callbacks(execute=True):
        first = send(answers={"letter": str(key)})
    again = send(answers={"letter": str(key)})
    another = send(answers={"letter": str(key)}, entry_key="two")

    ticket = Ticket.objects.get()
    [file] = Attachment.objects.about(ticket)
    assert (first, again, another) == ((201, ticket.pk), (201, ticket.pk), (422, None))
    with default_storage.open(file.stored_name) as stored:
        assert (file.name, stored.read()) == ("letter.txt", b"Yes, please.")
    assert list(Attachment.objects.uploaded_by(mona)) == [other]
    assert default_storage.exists(upload.stored_name) is False


def test_a_request_whose_twin_has_just_taken_the_file_is_the_same_or_asks_for_it() -> None:
    desk = staffed_desk()
    item = catalogue_item(desk)
    form = formed(desk, item, LETTER)
    headers, client = bearer(account("mona")), Client()

    def upload() -> str:
        sent = SimpleUploadedFile("letter.txt", b"Yes, please.")
        return str(client.post(f"{PORTAL}/uploads", {"file": sent}, headers=headers).json()["id"])

    def send(key: str, entry_key: str) -> tuple[int, Any]:
        body = {"item": item.pk, "form": form.pk, "entry_key": entry_key}
        told = json.dumps({**body, "answers": {"letter": key}})
        answer = client.post(f"{PORTAL}/requests", told, "application/json", headers=headers)
        return answer.status_code, answer.json().get("id")

    first = send(upload(), "one")
    # The row is still there for whoever looked before the twin was done; the file is gone.
    taken = upload()
    default_storage.delete(Attachment.objects.get(pk=taken).stored_name)
    other, twin = send(taken, "two"), send(taken, "one")

    assert (first, twin, other) == ((201, first[1]), (201, first[1]), (422, None))
