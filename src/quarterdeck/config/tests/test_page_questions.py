"""How often Today asks the database: each reader's sources in a few statements."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.test_markup import complete
from quarterdeck.core.vocabulary import Role

pytestmark = pytest.mark.django_db

# A major incident goes on, which a manager is told of by a statement of its own, and the technician
# and the lead are named in a note that they have not seen.
TODAY = {Role.IT_MANAGER: 8, Role.TEAM_LEAD: 8, Role.TECHNICIAN: 8, Role.REQUESTER: 6}


def questions(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_today_asks_little_of_whoever_reads_it(cast: Cast) -> None:
    complete(cast)
    found = {}
    for role in TODAY:
        client = Client()
        client.force_login(cast.accounts[role])
        found[role] = questions(client, reverse("today"))

    assert found == TODAY
