"""Comments stand on the page of every record, whether it is made for the record or by hand."""

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.config.tests.cast import AT, Cast
from quarterdeck.core.models import Noun
from quarterdeck.core.records import all_records
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.verbs.remarks import write_comment

TEXT = "Somebody had something to say."
# The page of a ticket fetches its comments after all else.
FETCHED = {"desk.ticket.detail": "desk.ticket.remarks"}


@pytest.mark.django_db
def test_the_page_of_every_record_shows_its_comments(cast: Cast) -> None:
    account = cast.accounts[Role.ADMINISTRATOR]
    client = Client()
    client.force_login(account)

    silent = []
    for record in all_records():
        row = record.visible_to(account).order_by("pk").first()
        if not isinstance(row, Noun):
            continue
        write_comment(row=row, text=TEXT, actor=account, at=AT)
        address = FETCHED.get(record.detail_address, record.detail_address)
        if TEXT not in client.get(reverse(address, args=[row.pk])).content.decode():
            silent.append(record.detail_address)

    assert silent == []
