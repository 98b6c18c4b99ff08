"""Signing in, the first password, a forgotten one, and where one is signed in."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from quarterdeck.core.accounts import lock_account
from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.lockout import ACCOUNT
from quarterdeck.core.models import Account, SignInSession
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.jobs import mail_password_links
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.web import own_account

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OLD, NEW = "the first long phrase", "another long phrase"
PLACE = "https://desk.example.org/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(operator: Account) -> Account:
    person = add_person(name="Ada Birchall", email="ada@example.org", actor=operator, at=AT)
    made = add_account(username="ada", password=OLD, person=person, actor=operator, at=AT)
    assign_role(account=made, role=Role.TECHNICIAN, actor=operator, at=AT)
    return made


@pytest.fixture
def one_moment() -> Iterator[None]:
    """Let no time pass, however slow the machine is."""
    with time_machine.travel(AT, tick=False):
        yield


def sign_in(client: Client, username: str, password: str, **extra: str) -> str:
    """Try to sign in; return the address that follows, or what the page says against it."""
    given = {"username": username, "password": password}
    answer = client.post(reverse("sign-in"), given, headers=extra)
    if answer.status_code == 302:
        return str(answer.headers["Location"])
    found = re.search(r'role="alert">.*?<span>(.*?)</span>', answer.content.decode(), re.DOTALL)
    return found[1] if found else ""


def change(client: Client, old: str, new: str) -> int:
    given = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("account.password"), given).status_code


def link_mailed() -> str:
    """Return the path of the address in the only mail."""
    found = re.search(r"https://\S+", OutgoingMail.objects.get().text)
    assert found
    return urlsplit(found[0]).path


@pytest.mark.usefixtures("account", "one_moment")
def test_even_the_right_password_waits_after_too_many_wrong_ones(client: Client) -> None:
    for _ in range(ACCOUNT.free):
        sign_in(client, "ada", "wrong")

    assert sign_in(client, "ada", OLD) == ("Too many attempts. Wait 30 seconds, then try again.")


@pytest.mark.usefixtures("account", "one_moment")
def test_the_answer_does_not_tell_who_has_an_account() -> None:
    told = {
        name: [sign_in(Client(), name, "wrong") for _ in range(ACCOUNT.free + 1)]
        for name in ("ada", "nobody")
    }

    assert told["ada"] == told["nobody"]


@pytest.mark.usefixtures("account")
def test_a_proxy_on_this_machine_says_for_whom_it_asks(client: Client) -> None:
    sign_in(client, "ada", OLD, **{"X-Forwarded-For": "10.0.0.9, 192.0.2.7"})

    assert SignInSession.objects.get().address == "192.0.2.7"


@pytest.mark.usefixtures("account")
def test_others_are_not_believed_for_whom_they_ask() -> None:
    sign_in(Client(REMOTE_ADDR="198.51.100.3"), "ada", OLD, **{"X-Forwarded-For": "192.0.2.7"})

    assert SignInSession.objects.get().address == "198.51.100.3"


def test_whoever_has_a_generated_password_is_led_to_change_it(
    client: Client, operator: Account
) -> None:
    add_account(username="new", password=OLD, must_change_password=True, actor=operator, at=AT)
    sign_in(client, "new", OLD)

    assert client.get(reverse("core.person.list")).headers["Location"] == "/account/password"


def test_a_fragment_leads_the_whole_page_to_the_password(client: Client, operator: Account) -> None:
    add_account(username="new", password=OLD, must_change_password=True, actor=operator, at=AT)
    sign_in(client, "new", OLD)

    answer = client.get(reverse("core.person.list"), headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == "/account/password"


def test_after_the_first_change_all_pages_open(client: Client, operator: Account) -> None:
    add_account(username="new", password=OLD, must_change_password=True, actor=operator, at=AT)
    sign_in(client, "new", OLD)

    change(client, OLD, NEW)

    assert client.get(reverse("core.person.list")).status_code == 200


@pytest.mark.usefixtures("account")
def test_a_changed_password_keeps_this_browser_and_ends_the_others(client: Client) -> None:
    other = Client()
    for each in (client, other):
        sign_in(each, "ada", OLD)

    change(client, OLD, NEW)

    found = [each.get(reverse("account")).status_code for each in (client, other)]
    assert found == [200, 302]


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("old", "new"), [("wrong", NEW), (OLD, OLD), (OLD, "short")], ids=["wrong", "same", "short"]
)
def test_a_password_is_not_changed_so(client: Client, old: str, new: str) -> None:
    sign_in(client, "ada", OLD)

    assert change(client, old, new) == 422


@pytest.mark.usefixtures("account", "one_moment")
def test_guessing_the_present_password_is_counted_as_at_the_door(client: Client) -> None:
    sign_in(client, "ada", OLD)
    for _ in range(ACCOUNT.free):
        change(client, "wrong", NEW)

    assert change(client, OLD, NEW) == 422


@pytest.mark.usefixtures("account")
def test_one_signs_out_of_all_other_browsers(client: Client) -> None:
    other = Client()
    for each in (client, other):
        sign_in(each, "ada", OLD)

    client.post(reverse("account.sessions"))

    found = [each.get(reverse("account")).status_code for each in (client, other)]
    assert found == [200, 302]


@pytest.mark.usefixtures("account")
def test_the_page_of_sessions_shows_none_of_their_keys(client: Client) -> None:
    sign_in(client, "ada", OLD)

    text = client.get(reverse("account")).content.decode()

    assert SignInSession.objects.get().session_key not in text


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("who", ["ada", "ADA@example.org"])
def test_a_mailed_address_changes_a_forgotten_password_once(client: Client, who: str) -> None:
    mail_password_links.call(who=who, place=PLACE)
    path = link_mailed()
    form = client.get(path).headers["Location"]

    client.post(form, {"new_password1": NEW, "new_password2": NEW})

    assert (sign_in(client, "ada", NEW), Client().get(path).status_code) == ("/", 404)


@pytest.mark.usefixtures("account")
def test_a_mailed_address_opens_nothing_after_an_hour(client: Client) -> None:
    with time_machine.travel(AT, tick=False):
        mail_password_links.call(who="ada", place=PLACE)

    with time_machine.travel(AT + timedelta(minutes=61), tick=False):
        assert client.get(link_mailed()).status_code == 404


def test_a_mailed_address_opens_nothing_once_the_account_is_locked(
    client: Client, account: Account, operator: Account
) -> None:
    mail_password_links.call(who="ada", place=PLACE)
    chief = add_account(username="chief", actor=operator, at=AT)
    assign_role(account=chief, role=Role.ADMINISTRATOR, actor=operator, at=AT)
    lock_account(account=account, actor=operator, at=AT)

    assert client.get(link_mailed()).status_code == 404


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("who", ["nobody", "operator", "", "%"])
def test_nobody_else_gets_a_mail(who: str) -> None:
    mail_password_links.call(who=who, place=PLACE)

    assert not OutgoingMail.objects.exists()


@pytest.mark.usefixtures("account")
def test_the_text_with_the_address_is_not_kept_after_sending() -> None:
    mail_password_links.call(who="ada", place=PLACE)

    assert not OutgoingMail.objects.get().keeps_text


@pytest.mark.usefixtures("account")
def test_asking_for_a_mail_is_answered_alike_for_everybody() -> None:
    pages = [Client().post(reverse("password.forgotten"), {"who": who}) for who in ("ada", "xyz")]

    shown = [re.sub(r'name="csrf[^>]*>', "", page.content.decode()) for page in pages]
    assert shown[0] == shown[1]


def test_where_no_mail_is_sent_none_is_offered_or_promised(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> list[bool]:
        asked = client.post(reverse("password.forgotten"), {"who": "ada"}).content.decode()
        offered = client.get(reverse("password.forgotten")).content.decode()
        return ["a mail is on its way" in asked, "Send me a mail" in offered]

    monkeypatch.setattr(own_account, "route", lambda: None)
    without = shown()
    monkeypatch.setattr(own_account, "route", object)
    sent = shown()

    assert (without, sent) == ([False, False], [True, True])


def test_nobody_is_flooded_with_mails(client: Client) -> None:
    found = [
        client.post(reverse("password.forgotten"), {"who": "ada"}).status_code for _ in range(4)
    ]

    assert found == [200, 200, 200, 422]
