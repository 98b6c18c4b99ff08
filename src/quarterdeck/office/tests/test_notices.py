"""Everybody finds in the product what concerns them, however they wish to be mailed."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.core import clock
from quarterdeck.core.accounts import lock_account
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Act, Person
from quarterdeck.core.redaction import redact
from quarterdeck.office.jobs import drop_notices
from quarterdeck.office.models import Notice, OutgoingMail
from quarterdeck.office.queries import mail_kinds as registry
from quarterdeck.office.queries.letters import letter
from quarterdeck.office.queries.mail_kinds import MailKind, MailSubject, Placeholder
from quarterdeck.office.queries.notices import A_PAGE
from quarterdeck.office.verbs.letters import wish_mail, write_letter

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 27, 12, tzinfo=UTC)
TIDE = MailKind(
    "test.tide",
    "The tide turns",
    "Pilots",
    "{{boat}} turns",
    "{{boat}}",
    (Placeholder("boat", "the boat", "Gull"),),
    about="tide",
)
HIDDEN: set[str] = set()


def _tides(_: Account, keys: Collection[str]) -> set[str]:
    return set(keys) - HIDDEN


@pytest.fixture(autouse=True)
def tides(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of mail about tides, some of which are hidden, and read in the search."""
    HIDDEN.clear()
    tide = MailSubject("tide", "A tide", _tides, lambda key: f"{reverse('search')}?q={key}")
    monkeypatch.setitem(registry._kinds, TIDE.key, TIDE)  # noqa: SLF001 — a kind for one test
    monkeypatch.setitem(registry._subjects, "tide", tide)  # noqa: SLF001 — what a test registers must go again


def somebody(name: str, operator: Account) -> Account:
    with acting(actor=operator, verb_name="tests.somebody", at=AT):
        person = Person.objects.create(name=name, email=f"{name.lower()}@example.org")
        return Account.objects.create(username=name.lower(), person=person)


@pytest.fixture
def mona(operator: Account) -> Account:
    return somebody("Mona", operator)


@pytest.fixture
def client_of_mona(mona: Account) -> Client:
    client = Client()
    client.force_login(mona)
    return client


def told(account: Account, boat: str, number: int = 1, at: datetime = AT) -> None:
    written = letter("test.tide", account.person, {"boat": boat}, about=f"tide:{number}")
    write_letter(letter=written, actor=account, at=at)


def words(client: Client, address: str = "") -> list[str]:
    page = client.get(reverse("notices") + address)
    return [each.words for each in page.context["told"]]


def test_whoever_wants_no_mail_is_told_in_here(mona: Account, client_of_mona: Client) -> None:
    wish_mail(timings={"test.tide": "never"}, actor=mona, at=AT)

    told(mona, "Gull")

    assert words(client_of_mona) == ["Gull turns"]
    assert not OutgoingMail.objects.exists()


def test_a_notice_leads_to_its_subject_and_is_read_then(
    mona: Account, client_of_mona: Client
) -> None:
    told(mona, "Gull", 7)
    address = reverse("notice", args=[Notice.objects.get().pk])

    looked = client_of_mona.head(address)
    before = words(client_of_mona)
    went = client_of_mona.get(address)

    assert (looked.status_code, before) == (302, ["Gull turns"])
    assert went.headers["Location"] == f"{reverse('search')}?q=7"
    assert (words(client_of_mona), words(client_of_mona, "?all")) == ([], ["Gull turns"])


def test_every_page_says_how_many_are_unread(mona: Account, client_of_mona: Client) -> None:
    page = reverse("api-tokens")
    with CaptureQueriesContext(connection) as without:
        none = client_of_mona.get(page).content.decode()
    told(mona, "Gull")
    told(mona, "Tern")
    with CaptureQueriesContext(connection) as with_two:
        two = client_of_mona.get(page).content.decode()

    assert ('aria-label="Notices"' in none, 'aria-label="Notices, 2 unread"' in two) == (True, True)
    assert len(with_two) == len(without)


def test_all_are_read_up_to_what_the_page_showed(mona: Account, client_of_mona: Client) -> None:
    told(mona, "Gull")
    shown = client_of_mona.get(reverse("notices")).context["newest"]
    told(mona, "Tern")

    client_of_mona.post(reverse("notices.read"), {"until": shown})

    assert words(client_of_mona) == ["Tern turns"]


@pytest.mark.parametrize("typed", ["", "-1", "all", "9" * 30, "¹"])
def test_what_is_no_key_reads_nothing(typed: str, mona: Account, client_of_mona: Client) -> None:
    told(mona, "Gull")

    answer = client_of_mona.post(reverse("notices.read"), {"until": typed})

    assert (answer.status_code, words(client_of_mona, f"?before={typed}")) == (302, ["Gull turns"])
    assert Notice.objects.unread().count() == 1


def test_nobody_reads_or_opens_anothers(client_of_mona: Client, operator: Account) -> None:
    other = somebody("Ole", operator)
    told(other, "Gull")

    opened = client_of_mona.get(reverse("notice", args=[Notice.objects.get().pk]))
    client_of_mona.post(reverse("notices.read"), {"until": "999999"})

    assert (words(client_of_mona), opened.status_code) == ([], 404)
    assert Notice.objects.unread().get().account == other


def test_what_is_theirs_to_see_no_longer_has_no_words_and_leads_nowhere(
    mona: Account, client_of_mona: Client
) -> None:
    told(mona, "Gull", 7)
    HIDDEN.add("7")

    page = client_of_mona.get(reverse("notices")).content.decode()
    opened = client_of_mona.get(reverse("notice", args=[Notice.objects.get().pk]))

    assert ("Gull" in page, "no longer yours to see" in page) == (False, True)
    assert opened.headers["Location"] == reverse("notices")
    assert not Notice.objects.unread().exists()


def test_words_from_before_a_redaction_are_not_shown(
    mona: Account, client_of_mona: Client, operator: Account
) -> None:
    told(mona, "Gull")
    act = Act.objects.latest("pk")
    redact(row=act, columns=["reason"], reason="GDPR", actor=operator, at=AT + timedelta(hours=1))
    told(mona, "Tern", at=AT + timedelta(hours=2))

    page = client_of_mona.get(reverse("notices")).content.decode()

    assert words(client_of_mona) == ["Tern turns", ""]
    assert (page.count("The tide turns</a>"), "Gull" in page) == (1, False)


def test_a_page_leads_on_to_older_ones_and_asks_as_much_for_many(
    mona: Account, client_of_mona: Client
) -> None:
    told(mona, "Gull", 1)
    with CaptureQueriesContext(connection) as for_one:
        words(client_of_mona)
    for number in range(2, A_PAGE + 2):
        told(mona, f"Boat {number}", number)
    with CaptureQueriesContext(connection) as for_many:
        first = client_of_mona.get(reverse("notices"))
    older = words(client_of_mona, f"?before={first.context['older']}")

    assert (len(first.context["told"]), older) == (A_PAGE, ["Gull turns"])
    assert len(for_many) == len(for_one)


def test_whoever_has_no_address_is_told_in_the_product(
    mona: Account, client_of_mona: Client, operator: Account
) -> None:
    assert mona.person is not None
    with acting(actor=operator, verb_name="tests.no_address", at=AT):
        Person.objects.filter(pk=mona.person.pk).update(email="")
    mona.person.refresh_from_db()

    told(mona, "Gull")

    assert (words(client_of_mona), OutgoingMail.objects.count()) == (["Gull turns"], 0)


def test_locked_accounts_and_people_without_one_gather_none(
    mona: Account, operator: Account
) -> None:
    with acting(actor=operator, verb_name="tests.guest", at=AT):
        guest = Person.objects.create(name="Guest", email="guest@example.org")
    lock_account(account=mona, actor=operator, at=AT)

    told(mona, "Gull")
    written = letter("test.tide", guest, {"boat": "Tern"}, about="tide:1")
    write_letter(letter=written, actor=operator, at=AT)

    assert (Notice.objects.count(), OutgoingMail.objects.count()) == (0, 2)


def test_notices_are_kept_for_ninety_days(mona: Account) -> None:
    now = clock.now()
    told(mona, "Gull", at=now - timedelta(days=90, minutes=1))
    told(mona, "Tern", at=now - timedelta(days=89, hours=23))

    drop_notices.func()

    assert list(Notice.objects.values_list("subject", flat=True)) == ["Tern turns"]


def test_programs_read_their_owners_notices_and_note_them_read(
    mona: Account, client_of_mona: Client
) -> None:
    told(mona, "Gull", 7)
    told(mona, "Tern", 8)
    HIDDEN.add("8")

    first = client_of_mona.get("/api/v1/portal/notices?unread=true").json()
    read = client_of_mona.post(
        "/api/v1/portal/notices/read",
        {"until": first["items"][-1]["id"]},
        content_type="application/json",
    )
    left = client_of_mona.get("/api/v1/portal/notices?unread=true").json()

    shown = [(each["title"], each["about"]) for each in first["items"]]
    assert (shown, first["before"]) == ([("", ""), ("Gull turns", "tide:7")], None)
    assert (read.json(), len(left["items"])) == ({"read": 1}, 1)
