"""Hands one mail to a mail server by SMTP (RFC 5321), and says whether a failure is final.

Where the server offers TLS it is used, with the certificate checked; on this machine itself it is
not needed. A password is never sent without TLS to another machine.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from mimetypes import guess_type
from urllib.parse import unquote, urlsplit

from django.conf import settings

from quarterdeck.kernels.mail.bearer import XOAUTH2, farewell, fault_of, xoauth2
from quarterdeck.office.gateways.tokens import NoToken, TokenSource, access_token, forget

_SECONDS = 30
# A server may take minutes to store a mail (RFC 5321, 4.5.3.2.6); who gives up too early sends it
# twice. Less than the time for which an attempt holds the mail.
_STORING_SECONDS = 240
_FAREWELL_SECONDS = 5
_PORTS = {"smtp": 25, "smtps": 465}
_FINAL = 500
_UNKNOWN_TYPE = "application/octet-stream"
NO_SERVER = "No mail server is set up (QUARTERDECK_SMTP_URL and QUARTERDECK_MAIL_FROM): mail waits."

_UNSPEAKABLE = (
    "The server cannot be spoken to as it is set up: its name, the user, the password or the token "
    "has signs other than plain ones, or what it asks at the sign-in is no base64 (RFC 4954)."
)


class Undeliverable(Exception):
    """The server has refused this mail for good."""


class Delayed(Exception):
    """The mail could not be handed over now; another attempt may succeed."""


@dataclass(frozen=True)
class Route:
    """The mail server that takes our mail, and the address that we write from."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str
    sender: str
    tokens: TokenSource | None = None

    @property
    def is_local(self) -> bool:
        """Whether the server is this machine."""
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host == "localhost"


def route() -> Route | None:
    """Return the route of the settings, or None where there is none; ValueError if malformed."""
    if not settings.SMTP_URL or not settings.MAIL_FROM:
        return None
    found = parse_route(settings.SMTP_URL, settings.MAIL_FROM)
    given = dict(settings.SMTP_TOKENS)
    if not given["token_url"]:
        return found
    url = given.pop("token_url")
    if not found.user:
        raise ValueError("QUARTERDECK_SMTP_URL: expected a user, whom the token is for.")
    return replace(found, tokens=TokenSource(url=url, **given))


def parse_route(url: str, sender: str) -> Route:
    """Read `smtp://user:password@host:port` or `smtps://…`; ValueError says what is wrong."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("QUARTERDECK_SMTP_URL: expected smtp:// or smtps:// and a host.")
    if "@" not in parseaddr(sender)[1]:
        raise ValueError("QUARTERDECK_MAIL_FROM: expected such as IT desk <desk@example.org>.")
    return Route(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        is_tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
    )


def fault() -> str:
    """Say why no mail leaves this installation; nothing where the settings allow it."""
    try:
        return "" if route() else NO_SERVER
    except ValueError as problem:
        return str(problem)


def compose(
    *,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    headers: Mapping[str, str],
    at: datetime,
    files: Sequence[tuple[str, bytes]] = (),
) -> EmailMessage:
    """Put a mail together, with files by name; ValueError where a header would not stay on its
    line."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    # No holiday notice answers a machine (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    for title, value in headers.items():
        message[title] = value
    message.set_content(text, charset="utf-8")
    for file_name, content in files:
        maintype, _, subtype = (guess_type(file_name)[0] or _UNKNOWN_TYPE).partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=file_name)
    return message


def deliver(to: Route, message: EmailMessage, at: datetime) -> None:
    """Hand a mail over to the server of a route; Undeliverable or Delayed say why not."""
    try:
        with _connected(to, at) as server:
            _hand_over(server, message)
    except smtplib.SMTPRecipientsRefused as refusal:
        code, told = next(iter(refusal.recipients.values()))
        raise _failure(code, told) from refusal
    except smtplib.SMTPDataError as refusal:
        raise _failure(refusal.smtp_code, refusal.smtp_error) from refusal
    except smtplib.SMTPNotSupportedError as problem:
        raise Undeliverable(str(problem)) from problem
    except NoToken as problem:
        raise Delayed(str(problem)) from problem
    except smtplib.SMTPResponseException as refusal:
        # A sender or a password that the server refuses is our own mistake, and can be mended.
        raise Delayed(_told(refusal.smtp_code, refusal.smtp_error)) from refusal
    except (smtplib.SMTPException, OSError) as problem:
        raise Delayed(f"{type(problem).__name__}: {problem}") from problem


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Send a mail as it is written.

    `SMTP.send_message` would write a line that begins with "From " as ">From ", which is the
    custom of mailbox files (RFC 4155) and not of mail in transit.
    """
    ends = [message[title].addresses[0].addr_spec for title in ("From", "To")]
    is_plain = all(end.isascii() for end in ends)
    options = () if is_plain else ("SMTPUTF8", "BODY=8BITMIME")
    content = message.as_bytes(policy=SMTP if is_plain else SMTPUTF8)
    server.sendmail(ends[0], ends[1:], content, options)


def _failure(code: int, told: bytes | str) -> Undeliverable | Delayed:
    text = _told(code, told)
    return Undeliverable(text) if code >= _FINAL else Delayed(text)


def _told(code: int, told: bytes | str) -> str:
    words = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return f"{code} {words}"


@contextmanager
def _connected(to: Route, at: datetime) -> Iterator[smtplib.SMTP]:
    """Open a connection on which a mail may be sent, and close it.

    What goes wrong with the farewell does not matter: a mail that the server has taken and that we
    take for lost would be sent twice.
    """
    with _mendable():
        server = _open(to)
    try:
        with _mendable():
            _introduce(server, to, at)
        _set_patience(server, _STORING_SECONDS)
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):
            _set_patience(server, _FAREWELL_SECONDS)
            server.quit()
        server.close()


@contextmanager
def _mendable() -> Iterator[None]:
    """Take a ValueError on the way to a server for a fault that can be mended, so that mail waits.

    Its own words are left out: they may quote a password.
    """
    try:
        yield
    except OSError:
        # A certificate that is refused is both.
        raise
    except ValueError as problem:
        raise smtplib.SMTPException(_UNSPEAKABLE) from problem


def _set_patience(server: smtplib.SMTP, seconds: int) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _open(to: Route) -> smtplib.SMTP:
    name = socket.gethostname()
    if to.is_tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(
            to.host, to.port, local_hostname=name, timeout=_SECONDS, context=context
        )
    return smtplib.SMTP(to.host, to.port, local_hostname=name, timeout=_SECONDS)


def _introduce(server: smtplib.SMTP, to: Route, at: datetime) -> None:
    """Go over to TLS where it is offered and the mail leaves this machine, then sign in."""
    server.ehlo()
    is_safe = to.is_tls or to.is_local
    if not is_safe and server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
        is_safe = True
    if to.user and not is_safe:
        raise smtplib.SMTPException("The server offers no TLS, and a password needs it.")
    if to.tokens is not None:
        _sign_in_by_token(server, to, to.tokens, at)
    elif to.user:
        server.login(to.user, to.password)


def _sign_in_by_token(server: smtplib.SMTP, to: Route, source: TokenSource, at: datetime) -> None:
    """Sign in by XOAUTH2; a token that is refused is forgotten, so that the next one is new."""
    answer, told = xoauth2(to.user, access_token(source, at)), ""

    def answers(challenge: bytes | None = None) -> str:
        nonlocal told
        if challenge is None:
            return answer
        told = fault_of(challenge)
        return farewell(XOAUTH2)

    try:
        server.auth(XOAUTH2, answers)
    except smtplib.SMTPAuthenticationError as refusal:
        forget(source)
        raise smtplib.SMTPException(
            f"{_told(refusal.smtp_code, refusal.smtp_error)}{f' — {told}' if told else ''}"
        ) from refusal
