"""Around every page: signing in and out, theme, zone, policy, and what is said when things fail."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from quarterdeck import ui
from quarterdeck.core.acts import acting
from quarterdeck.core.clock import now
from quarterdeck.core.models import Account, Act, HistoryEntry
from quarterdeck.ui.surroundings import zone_named

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"  # noqa: S105 — a test's own


@pytest.fixture
def account() -> Account:
    return _account("alice", make_password(PASSWORD))


def _account(username: str, encoded: str) -> Account:
    operator = Account.objects.get(username="operator")
    with acting(actor=operator, verb_name="test.add", at=now()):
        return Account.objects.create(username=username, password=encoded)


def sign_in(client: Client, username: str = "alice", password: str = PASSWORD) -> int:
    answer = client.post(reverse("sign-in"), {"username": username, "password": password})
    return answer.status_code


@pytest.mark.usefixtures("account")
def test_the_right_password_signs_in(client: Client) -> None:
    sign_in(client)

    assert client.get(reverse("components")).status_code == 200


@pytest.mark.usefixtures("account")
def test_the_name_is_read_without_regard_to_case(client: Client) -> None:
    assert sign_in(client, "ALICE") == 302


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("username", "password"),
    [("alice", "wrong"), ("nobody", PASSWORD), ("operator", "!"), ("", "")],
)
def test_anything_else_shows_the_form_again(client: Client, username: str, password: str) -> None:
    assert sign_in(client, username, password) == 422


def test_an_inactive_account_cannot_sign_in(client: Client, account: Account) -> None:
    with acting(actor=account, verb_name="test.leave", at=now()):
        Account.objects.filter(pk=account.pk).update(is_active=False)

    assert sign_in(client) == 422


def test_an_aged_hash_is_renewed_as_an_act_of_its_owner(client: Client) -> None:
    account = _account("alice", make_password(PASSWORD, hasher="pbkdf2_sha1"))

    sign_in(client)

    entry = HistoryEntry.objects.filter(table="core_account").latest("id")
    assert (entry.actor, entry.act.verb if entry.act else "") == (
        account.label,
        "ui.rehash_password",
    )


@pytest.mark.usefixtures("account")
def test_signing_in_with_a_fresh_hash_writes_no_act(client: Client) -> None:
    before = Act.objects.count()

    sign_in(client)

    assert Act.objects.count() == before


def test_signing_out_takes_a_form_and_not_a_link(client: Client, account: Account) -> None:
    client.force_login(account)

    answer = client.get(reverse("sign-out"))

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get(reverse("components")).status_code == 200


def test_whoever_signed_out_sees_nothing_more(client: Client, account: Account) -> None:
    client.force_login(account)

    client.post(reverse("sign-out"))

    assert client.get(reverse("components")).status_code == 302


def test_signing_out_tells_the_next_reader_nothing_of_where_one_was(
    client: Client, account: Account
) -> None:
    client.force_login(account)

    answer = client.post(reverse("sign-out"), {"next": "/search?q=salary"})

    assert answer.headers["Location"] == reverse("sign-in")


def test_nobody_sees_a_page_without_signing_in(client: Client) -> None:
    answer = client.get(reverse("components"))

    assert answer.headers["Location"] == "/sign-in?next=/ui/components"


def test_a_fragment_leads_the_whole_page_to_the_sign_in(client: Client) -> None:
    told = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/tickets/?view=open"}
    answer = client.get(reverse("components"), headers=told)

    assert answer.headers["HX-Redirect"] == "/sign-in?next=/desk/tickets/%3Fview%3Dopen"


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://testserver/desk/board", "/desk/board"),
        ("https://elsewhere.example/board", "/"),
        ("http://testserver//elsewhere.example/board", "/elsewhere.example/board"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(
    client: Client, referrer: str, back: str
) -> None:
    answer = client.post(reverse("desk.candidates"), headers={"Referer": referrer})

    assert answer.headers["Location"] == f"/sign-in?next={back}"


def test_an_address_that_only_takes_forms_says_so_in_a_page(
    client: Client, account: Account
) -> None:
    client.force_login(account)

    answer = client.put(reverse("components"))

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert "This cannot be done here" in answer.content.decode()


def test_health_is_open_and_asks_the_database_nothing(
    client: Client, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # pytest-django's fixture is a function
        answer = client.get("/health")

    assert answer.content == b"ok"


def test_every_page_carries_the_content_policy(client: Client) -> None:
    policy = client.get(reverse("sign-in")).headers["Content-Security-Policy"]

    assert "unsafe" not in policy


def test_a_page_is_not_kept_by_caches(client: Client, account: Account) -> None:
    client.force_login(account)

    assert "no-store" in client.get(reverse("components")).headers["Cache-Control"]


def test_a_page_has_no_inline_style_and_no_inline_script(client: Client, account: Account) -> None:
    client.force_login(account)

    text = client.get(reverse("components")).content.decode()

    assert [
        word for word in (" style=", "<style", "<script>", "hx-on", "onclick") if word in text
    ] == []


@pytest.mark.parametrize(("chosen", "shown"), [("dark", True), ("light", True), ("pink", False)])
def test_a_theme_is_remembered_in_the_browser(
    client: Client, account: Account, chosen: str, *, shown: bool
) -> None:
    client.force_login(account)
    client.post(reverse("theme"), {"theme": chosen, "next": "/ui/components"})

    text = client.get(reverse("components")).content.decode()

    assert (f'data-bs-theme="{chosen}"' in text) == shown


def test_the_theme_leads_back_only_within_the_house(client: Client, account: Account) -> None:
    client.force_login(account)

    answer = client.post(reverse("theme"), {"theme": "dark", "next": "https://example.org/"})

    assert answer.headers["Location"] == "/"


def test_times_are_shown_in_the_zone_of_the_browser(client: Client, account: Account) -> None:
    client.force_login(account)
    client.cookies["zone"] = "Asia/Tokyo"

    assert "Times in Asia/Tokyo" in client.get(reverse("components")).content.decode()


@pytest.mark.parametrize(
    "name", ["", "-", "../../etc/passwd", "/etc/passwd", "Nowhere/City", "a\x00b"]
)
def test_a_zone_that_does_not_exist_is_no_zone(name: str) -> None:
    assert zone_named(name) is None


def test_what_is_not_there_says_so_in_the_shell(client: Client, account: Account) -> None:
    client.force_login(account)

    answer = client.get("/nowhere")

    assert (answer.status_code, b'id="navigation"' in answer.content) == (404, True)


def test_what_is_not_there_is_said_briefly_to_a_fragment(client: Client, account: Account) -> None:
    client.force_login(account)

    answer = client.get("/nowhere", headers={"HX-Request": "true"})

    assert answer.content.startswith(b'<div class="q-message q-message-error" role="alert">')


def test_a_refused_form_shows_its_errors(client: Client, account: Account) -> None:
    client.force_login(account)

    answer = client.post(reverse("components"), {"kind": "incident"})

    assert (answer.status_code, b'id="id_title-errors"' in answer.content) == (422, True)


def test_a_form_without_its_token_is_refused_with_an_explanation(account: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)

    answer = client.post(reverse("sign-out"))

    assert (answer.status_code, b"This form has expired" in answer.content) == (403, True)


def test_the_password_backend_is_the_one_in_use() -> None:
    assert django_settings.AUTHENTICATION_BACKENDS == ["quarterdeck.ui.sign_in.PasswordBackend"]


def test_the_page_of_components_shows_every_one(client: Client, account: Account) -> None:
    client.force_login(account)
    folder = Path(ui.__file__).parent / "templates" / "ui" / "components"

    shown = {template.name for template in client.get(reverse("components")).templates}

    assert {f"ui/components/{path.name}" for path in folder.glob("*.html")} - shown == set()
