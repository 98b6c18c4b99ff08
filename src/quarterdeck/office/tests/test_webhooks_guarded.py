"""Where a webhook may lead: nowhere into our own network, unless the settings say so."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import override_settings

from quarterdeck.office.gateways import webhooks as gateway
from quarterdeck.office.gateways.webhooks import Place, Postponed, fault_of, post
from quarterdeck.office.tests.exim import HOST, certify
from quarterdeck.office.tests.webhook_server import PATH, Channel, channel

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for this machine."""
    folder = tmp_path_factory.mktemp("tls")
    certify(folder)
    return folder


@pytest.fixture
def chat() -> Iterator[Channel]:
    with channel() as known:
        yield known


def place(address: str) -> Place:
    return Place(address, "THE_ADDRESS")


def refusal(address: str) -> str:
    with pytest.raises(Postponed) as refused:
        post(place(address), "msg_1", {"text": "Hello"}, AT, is_signed=False)
    return str(refused.value)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "[fd00::1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[fe80::1]", "[64:ff9b::7f00:1]"),
        *("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "0"),
    ],
)
def test_an_address_of_our_own_network_is_refused_whatever_its_spelling(
    host: str, chat: Channel
) -> None:
    told = refusal(f"https://{host}:{chat.port}{PATH}")

    assert "which is no address of the internet" in told
    assert (chat.came, PATH in told) == ([], False)


@pytest.mark.parametrize(
    "address",
    [
        *("", "ftp://example.org/x", "https://", "https://user:word@example.org/", "example.org"),
        *("https://example.org:0/", "https://exämple.org/", "https://example.org/a b"),
        *("https://example.org/\r\nX: y", "https://example.org\\@127.0.0.1/", "https://[::1/"),
        *("http://example.org/", "http://10.0.0.1/", "http://localhost/", "https://example.org:x/"),
    ],
)
def test_what_is_no_address_or_not_by_tls_is_never_posted_to(address: str) -> None:
    with override_settings(WEBHOOK_HOSTS=["10.0.0.1", "example.org"]):
        assert fault_of(place(address), is_signed=False) != ""


def test_only_this_machine_may_be_posted_to_without_tls_and_only_if_it_is_listed(
    chat: Channel,
) -> None:
    with override_settings(WEBHOOK_HOSTS=["localhost"]):
        status = post(place(chat.address), "msg_1", {"text": "Hello"}, AT, is_signed=False)

    assert (status, chat.bodies) == (200, [{"text": "Hello"}])


def test_a_name_that_leads_elsewhere_a_moment_later_leads_nowhere(
    chat: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A public address at the first look, this machine at every later one.
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.114.1", chat.port))]
    ours = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", chat.port))]
    answers = iter([public])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: next(answers, ours))
    monkeypatch.setattr(gateway, "_CONNECTING_SECONDS", 0.05)

    refusal(f"https://rebinding.example:{chat.port}/")

    assert chat.came == []


def test_one_inner_address_among_outer_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
        for address in ("203.0.114.1", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)

    assert "10.0.0.1" in refusal("https://mixed.example/")


def test_a_certificate_is_checked(certified: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with channel(certified) as chat, override_settings(WEBHOOK_HOSTS=[HOST]):
        address = f"https://{HOST}:{chat.port}{PATH}"
        told = refusal(address)
        monkeypatch.setenv("SSL_CERT_FILE", str(certified / "certificate.pem"))
        status = post(place(address), "msg_1", {"text": "Hello"}, AT, is_signed=False)

    assert told.startswith("The server could not be posted to: its certificate is refused")
    assert (status, chat.came[0][1]["host"]) == (200, f"{HOST}:{chat.port}")


def test_a_server_that_hangs_is_left(chat: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.holds = threading.Event()
    monkeypatch.setattr(gateway, "_WHOLE_SECONDS", 0.3)

    with override_settings(WEBHOOK_HOSTS=["localhost"]):
        told = refusal(chat.address)
    chat.holds.set()

    assert told.startswith("The server could not be posted to:")


def test_a_server_that_drips_is_left_too(chat: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.drips = True
    monkeypatch.setattr(gateway, "_WHOLE_SECONDS", 0.3)

    with override_settings(WEBHOOK_HOSTS=["localhost"]):
        told = refusal(chat.address)

    assert told.startswith("The server could not be posted to:")


def test_little_of_an_answer_is_read(chat: Channel) -> None:
    chat.usual = (500, {}, "x" * 5_000_000)

    with override_settings(WEBHOOK_HOSTS=["localhost"]):
        told = refusal(chat.address)

    assert len(told) < 200


@pytest.mark.parametrize(
    ("query", "quoted"),
    [
        ("key=KEYSECRET&token=TOKENSECRET", "TOKENSECRET"),
        ("key=KEYSECRET&token=TOKENSECRET", "KEYSECRET and TOKENSECRET"),
        ("token=TOKEN%2FSECRET", "TOKEN/SECRET"),
        ("token=TOKEN%2FSECRET", "TOKEN%2FSECRET"),
        ("token=TOKEN+SECRET", "TOKEN SECRET"),
        ("key=SECRET&token=SECRETSECRETLY", "SECRETSECRETLY"),
        ("", "T0%SECRET"),
    ],
)
def test_an_answer_that_quotes_the_address_tells_no_secret(
    chat: Channel, query: str, quoted: str
) -> None:
    chat.usual = (500, {}, f"Invalid token {quoted}")
    address = f"http://localhost:{chat.port}/hooks/T0%25SECRET?{query}"

    with override_settings(WEBHOOK_HOSTS=["localhost"]):
        told = refusal(address)

    masked = "… and …" if " and " in quoted else "…"
    assert told == f"The server answers 500: Invalid token {masked}"


@pytest.mark.parametrize("host", ["hooks..example.org", f"{'a' * 64}.example.org"])
def test_a_name_that_cannot_be_asked_for_leads_nowhere(host: str) -> None:
    told = refusal(f"https://{host}/x")

    assert told == "The server could not be posted to: its name leads nowhere."


def test_a_place_shows_nothing_secret() -> None:
    known = Place("https://hooks.example.org/T0/SECRET?token=SECRET", "NAME", "whsec_SECRET", "KEY")

    assert known.shown == "https://hooks.example.org/…"
    assert "SECRET" not in f"{known!r}{known.shown}{fault_of(known, is_signed=True)}"
