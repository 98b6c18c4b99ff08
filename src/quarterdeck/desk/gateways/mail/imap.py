"""Fetches mail from a mailbox by IMAP (RFC 3501), and says in words why it cannot.

Mails are told apart by their UIDs, which only rise while the mailbox keeps its UIDVALIDITY; so
nobody who reads along by another program makes one escape. A mail is marked as seen, or moved, once
it is stored here, and never removed.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import ip_address

from quarterdeck.kernels.mail.bearer import OAUTHBEARER, farewell, fault_of, oauthbearer, xoauth2
from quarterdeck.office.gateways.tokens import NoToken, TokenSource, access_token, forget

_SECONDS = 60
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_CAME = re.compile(
    rb'INTERNALDATE "([ \d]\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d\d)(\d\d)"'
)
_LONGEST = 500
_LARGEST_HEADER = 256 * 1024


class Unreachable(Exception):
    """The mailbox cannot be read now; the text says why, and holds no password."""


@dataclass(frozen=True)
class Place:
    """A mailbox on a mail server. `security` is `tls`, `starttls` or `none`."""

    host: str
    port: int
    security: str
    user: str
    password: str
    folder: str
    # OAUTHBEARER or XOAUTH2, where a token is shown in place of the password.
    mechanism: str = ""
    tokens: TokenSource | None = None


@dataclass(frozen=True)
class Fetched:
    """A mail as the server has it; of one that is too large, its header alone."""

    content: bytes
    size: int
    is_cut: bool
    # When the server got it; None where it does not say so in a way that is understood.
    came_at: datetime | None = None


def _came_at(told: bytes) -> datetime | None:
    """Return when a mail came, as its server tells it beside its zone."""
    found = _CAME.search(told)
    if found is None or found[2].decode() not in _MONTHS:
        return None
    month = _MONTHS.index(found[2].decode()) + 1
    day, year, hour, minute, second = (int(found[number]) for number in (1, 3, 4, 5, 6))
    written = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    zone = f"{found[7].decode()}:{found[8].decode()}"
    with suppress(ValueError):
        return datetime.fromisoformat(f"{written}{zone}")
    return None


class Inbox:
    """An open folder of a mailbox."""

    def __init__(self, server: imaplib.IMAP4, validity: int) -> None:
        self._server = server
        self.validity = validity
        # A server tells more of itself once somebody has signed in.
        self._abilities = set(b" ".join(_texts(_checked(*server.capability()))).upper().split())

    def uids_after(self, last: int, since: date) -> list[int]:
        """Return the UIDs above the last one of the mails that came on a day or later, rising.

        Days are the server's own, in a zone that nobody tells (RFC 3501, 6.4.4): ask for a day
        earlier than is meant, and look when each mail came.
        """
        day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
        asked = "SEARCH", f"UID {last + 1}:*", "SINCE", day
        found = _texts(_checked(*self._server.uid(*asked)))
        numbers = [int(each) for each in b" ".join(found).split()]
        # `*` is the highest UID even where that is below the first one asked for.
        return sorted(number for number in numbers if number > last)

    def fetch(self, uid: int, largest: int) -> Fetched | None:
        """Return one mail without marking it; None where it is gone meanwhile."""
        sizes = b" ".join(
            _texts(_checked(*self._server.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")))
        )
        known = _SIZE.search(sizes)
        if known is None:
            return None
        size = int(known[1])
        wanted = f"BODY.PEEK[HEADER]<0.{_LARGEST_HEADER}>" if size > largest else "BODY.PEEK[]"
        answer = _checked(*self._server.uid("FETCH", str(uid), f"({wanted})"))
        contents = [each[1] for each in answer if isinstance(each, tuple)]
        if not contents:
            return None
        return Fetched(bytes(contents[0]), size, size > largest, _came_at(sizes))

    def put_away(self, uid: int, folder: str) -> None:
        """Mark a mail as seen, and move it to a folder where one is named."""
        _checked(*self._server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))
        if not folder:
            return
        if b"MOVE" in self._abilities:
            _checked(*self._server.uid("MOVE", str(uid), _quoted(folder)))
            return
        _checked(*self._server.uid("COPY", str(uid), _quoted(folder)))
        _checked(*self._server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)"))
        if b"UIDPLUS" in self._abilities:
            _checked(*self._server.uid("EXPUNGE", str(uid)))


@contextmanager
def opened(place: Place, at: datetime) -> Iterator[Inbox]:
    """Sign in and open the folder; Unreachable says what was in the way, also in the block."""
    try:
        server = _connected(place)
        try:
            _sign_in(server, place, at)
            _checked(*server.select(_quoted(place.folder)))
            _, told = server.response("UIDVALIDITY")
            yield Inbox(server, int(told[0] or 0) if told and told[0] else 0)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()
    except (imaplib.IMAP4.error, OSError, ValueError, NoToken) as problem:
        raise Unreachable(_told(problem)) from problem


def _sign_in(server: imaplib.IMAP4, place: Place, at: datetime) -> None:
    """Sign in with the password, or with a token; one that is refused is forgotten."""
    if place.tokens is None:
        server.login(place.user, place.password)
        return
    token, told = access_token(place.tokens, at), ""
    answer = xoauth2(place.user, token)
    if place.mechanism == OAUTHBEARER:
        answer = oauthbearer(place.user, token, place.host, place.port)

    def answers(challenge: bytes) -> bytes:
        nonlocal told
        if not challenge:
            return answer.encode()
        told = fault_of(challenge)
        return farewell(place.mechanism).encode()

    try:
        server.authenticate(place.mechanism, answers)
    except imaplib.IMAP4.error as problem:
        forget(place.tokens)
        raise imaplib.IMAP4.error(f"{problem}{f' — {told}' if told else ''}") from problem


def _connected(place: Place) -> imaplib.IMAP4:
    if place.security == "tls":
        return imaplib.IMAP4_SSL(
            place.host, place.port, ssl_context=ssl.create_default_context(), timeout=_SECONDS
        )
    if place.security == "none" and not _is_local(place.host):
        raise ValueError("A password goes to another machine by TLS alone.")
    server = imaplib.IMAP4(place.host, place.port, timeout=_SECONDS)
    if place.security == "starttls":
        server.starttls(ssl.create_default_context())
    return server


def _is_local(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _quoted(folder: str) -> str:
    plain = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _checked(kind: str, data: Sequence[object]) -> Sequence[object]:
    if kind != "OK":
        told = b" ".join(_texts(data)).decode("utf-8", "replace")
        raise imaplib.IMAP4.error(told)
    return data


def _texts(data: Sequence[object]) -> list[bytes]:
    return [each[0] if isinstance(each, tuple) else each for each in data if each]  # type: ignore[misc]  # imaplib gives bytes, or pairs of them


def _told(problem: Exception) -> str:
    text = problem.args[0] if problem.args else ""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(problem)
    return f"{type(problem).__name__}: {words}"[:_LONGEST]
