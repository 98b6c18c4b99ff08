"""Words that are written apart, together or with a hyphen find each other, on both databases alike.

The table is what the search promises; a row says what is written, what is sought, and whether the
one is found by the other.
"""

import re

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from quarterdeck.core.models import Account, Person, RoleAssignment
from quarterdeck.core.records import record_of
from quarterdeck.core.search import Order, search
from quarterdeck.core.search_lists import matching
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.joined_words import joined_words

pytestmark = pytest.mark.django_db

FOUND, NOT_FOUND = True, False
_WORD = re.compile(r"[^\W_]+")
TABLE = [
    ("The Wi-Fi is down", "wifi", FOUND),
    ("The Wi-Fi is down", "WIFI", FOUND),
    ("The Wi-Fi is down", "wi-fi", FOUND),
    ("The Wi-Fi is down", "wi fi", FOUND),
    ("The Wi-Fi is down", "wif", FOUND),
    ("The Wi-Fi is down", "wifi down", FOUND),
    ("The Wi-Fi is down", "wifi slow", NOT_FOUND),
    ("The wifi is down", "wi-fi", FOUND),
    ("The wifi is down", "Wi Fi down", FOUND),
    ("Wi\u2011Fi, with a hyphen that breaks no line", "wifi", FOUND),
    ("A dru\u00adcker with a soft hyphen", "drucker", FOUND),
    ("No e-mail since noon", "email", FOUND),
    ("No e-mail since noon", "e-mail", FOUND),
    ("No e-mail since noon", "mail", FOUND),
    ("No email since noon", "e-mail", FOUND),
    ("No email since noon", "e mail", FOUND),
    ("No mail since noon", "e-mail", NOT_FOUND),
    ("Kein E-Mail-Konto", "email", FOUND),
    ("Kein E-Mail-Konto", "emailkonto", FOUND),
    ("Outlook-E-Mail", "email", FOUND),
    ("Das Emailkonto fehlt", "E-Mail-Konto", FOUND),
    ("I cannot log in", "login", FOUND),
    ("I cannot log-in", "login", FOUND),
    ("Nobody logged in", "login", FOUND),
    ("I cannot log in", "login cannot", FOUND),
    ("In the log", "login", NOT_FOUND),
    ("The login fails", "log in", FOUND),
    ("The login fails", "log-in", FOUND),
    ("The log is in the way", "login", NOT_FOUND),
    ("Forgot my user name", "username", FOUND),
    ("Forgot my username", "user name", FOUND),
    ("The back-up failed", "backup", FOUND),
    ("The back-ups failed", "backup", FOUND),
    ("Back up the disk", "backup", FOUND),
    ("The backups failed", "back up", FOUND),
    ("Serial AB-1234-X", "ab1234x", FOUND),
    ("Serial AB1234X", "ab-1234-x", FOUND),
    ("Serial AB-1234-X", "1234x", FOUND),
    ("Das WLAN-Büro", "wlanburo", FOUND),
    ("Das WLAN-Bu\u0308ro", "wlanbüro", FOUND),
    ("Wi - Fi", "wifi", NOT_FOUND),
    ("Read/write", "readwrite", NOT_FOUND),
    ("Together at last", "to get her", NOT_FOUND),
]


@pytest.fixture
def reader(given: Given) -> Account:
    """Somebody who sees every person."""
    with given():
        account = Account.objects.create(username="reader")
        RoleAssignment.objects.create(account=account, role=Role.ADMINISTRATOR)
    return account


@pytest.mark.parametrize(("text", "sought", "is_found"), TABLE)
def test_ways_to_write_a_word_find_each_other(
    given: Given, reader: Account, text: str, sought: str, *, is_found: bool
) -> None:
    with given():
        Person.objects.create(name=text)

    record = record_of(Person)
    hits = [search(record, sought, reader, limit=5, order=order).rows for order in Order]
    listed = list(matching(Person.objects.order_by("name"), record, sought))

    assert [[person.name for person in rows] for rows in (*hits, listed)] == (
        [[text] * is_found] * 3
    )


def test_a_joined_word_goes_with_its_text(given: Given, reader: Account) -> None:
    with given():
        person = Person.objects.create(name="Wi-Fi")
        Person.objects.filter(pk=person.pk).update(name="LAN")

    assert search(record_of(Person), "wifi", reader, limit=5).rows == []


@pytest.mark.postgresql
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(text="a-b-c-d -e- f--g h-\u2010i log in in up Log-In up_in x-1-2")
@example(text="wi\u00adfi-router.e-mail user name")
@example(text="\u201cWi-Fi\u201d\u2013\u201ce-mail\u201d, a-\u2013-b, a-b\u2013c-d-e")
@for_all(text=st.text(alphabet="aBc1 -_.\u00ad\u2010\u2013\u201c\u201dä\nupino", max_size=60))
def test_postgresql_joins_as_the_kernel_does(text: str) -> None:
    """It leaves dashes and quotes in what it joins, which part words later as in the text."""
    alone = set(_WORD.findall(text))

    assert {*_WORD.findall(joined_by_postgresql(text)), *alone} == {*joined_words(text), *alone}


@pytest.mark.postgresql
@pytest.mark.parametrize("text", ["ab-" * 20_000, "a" * 60_000, f"{'a' * 60_000}-b"])
def test_postgresql_joins_a_long_text_in_no_time(text: str) -> None:
    """Cutting the chain again for each of its parts would take it minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10s'")

    joined = joined_by_postgresql(text)

    assert set(joined.split()) == set(joined_words(text))


def joined_by_postgresql(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_joined(%s)", [text])
        (joined,) = cursor.fetchone()
    return str(joined)
