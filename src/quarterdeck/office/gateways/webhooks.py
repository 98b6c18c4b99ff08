"""Posts one message to the address of a webhook, and says whether a failure is final.

An address is a secret and comes from the environment. It has to be https, with a certificate that
is checked. Its host is looked up once, each address found has to be of the open internet unless the
host is listed in the settings, and the connection goes to the address that was looked at: a name
that leads elsewhere a moment later leads nowhere. No redirect is followed, no proxy is asked, a
server that hangs is left after some seconds, and little of its answer is read.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.conf import settings

from quarterdeck.kernels.chat import one_line, secret_bytes, signature
from quarterdeck.kernels.public_addresses import is_public

_CONNECTING_SECONDS = 5
# Together with looking the host up, less than the time for which an attempt holds its message.
_WHOLE_SECONDS = 20
_LARGEST_ANSWER = 2_048
_LONGEST_TOLD = 160
_LONGEST_WAIT = timedelta(hours=6)
_KINDS = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}
_PORTS = {"https": 443, "http": 80}
# Of many addresses of one name so many are tried.
_MOST_ADDRESSES = 3
# Of the answers that refuse, these may be better another time.
_MENDABLE = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)
_FIRST_FAILURE, _FIRST_SERVER_FAILURE = 300, 500


class Unpostable(Exception):
    """The server will never take this message; `status` is its answer, where it gave one."""

    def __init__(self, told: str, status: int | None = None) -> None:
        """Keep the answer beside the words, which hold no secret."""
        super().__init__(told)
        self.status = status


class Postponed(Exception):
    """The message could not be posted now; `wait` is for how long the server asks for patience."""

    def __init__(self, told: str, status: int | None = None, wait: timedelta = timedelta()) -> None:
        """Keep the answer beside the words, which hold no secret."""
        super().__init__(told)
        self.status, self.wait = status, wait


@dataclass(frozen=True)
class Place:
    """What the environment holds for a webhook, and the variables that it is read from."""

    address: str = field(repr=False)
    address_variable: str
    secret: str = field(default="", repr=False)
    secret_variable: str = ""

    @property
    def shown(self) -> str:
        """The address without what is secret of it: `https://hooks.example.org/…`."""
        host = _parts(self.address)
        return f"{host.scheme}://{host.hostname}/…" if host is not None else ""


def place_of(name: str) -> Place:
    """Return where a webhook leads, as the environment holds it."""
    return Place(
        settings.WEBHOOK_ADDRESSES.get(name, ""),
        f"QUARTERDECK_WEBHOOK_ADDRESS_{name.upper()}",
        settings.WEBHOOK_SECRETS.get(name, ""),
        f"QUARTERDECK_WEBHOOK_SECRET_{name.upper()}",
    )


def fault_of(place: Place, *, is_signed: bool) -> str:
    """Say why nothing can be posted there as it is set up; nothing where it can. No secret."""
    if not place.address:
        return f"There is no address: set {place.address_variable} and restart the worker."
    parts = _parts(place.address)
    if parts is None:
        return f"{place.address_variable} is no address: expected https:// and a host."
    if parts.scheme != "https" and not _may_be_plain(parts):
        return f"{place.address_variable}: expected https://."
    if is_signed:
        try:
            secret_bytes(place.secret)
        except ValueError as problem:
            return f"{place.secret_variable}: {problem}."
    return ""


def _parts(address: str) -> SplitResult | None:
    """Return an address in its parts, or None where it is none that we post to."""
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        return None
    with suppress(ValueError):
        parts = urlsplit(address)
        names_user = "@" in parts.netloc
        if parts.scheme in _PORTS and parts.hostname and parts.port != 0 and not names_user:
            return parts
    return None


def _may_be_plain(parts: SplitResult) -> bool:
    """Whether the host is this machine, and the settings say that it may be posted to."""
    host = parts.hostname or ""
    with suppress(ValueError):
        return host in settings.WEBHOOK_HOSTS and ip_address(host).is_loopback
    return host == "localhost" and host in settings.WEBHOOK_HOSTS


def post(
    place: Place, message_id: str, body: Mapping[str, Any], at: datetime, *, is_signed: bool
) -> int:
    """Post a message; return the status of the answer. Unpostable or Postponed say why not."""
    if fault := fault_of(place, is_signed=is_signed):
        raise Postponed(fault)
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Quarterdeck",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
    }
    if is_signed:
        key = secret_bytes(place.secret)
        sign = signature(key, message_id, int(at.timestamp()), content)
        headers["webhook-signature"] = sign
    try:
        return _posted(place, content, headers, at)
    except (http.client.HTTPException, OSError, ValueError) as problem:
        # The words of a library may quote the address.
        told = f"The server could not be posted to: {_kind_of(problem)}."
        raise Postponed(told) from problem


def _kind_of(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"its certificate is refused ({problem.verify_message})"
    if isinstance(problem, TimeoutError):
        return "it did not answer in time"
    # A name with an empty label cannot even be asked for.
    if isinstance(problem, (socket.gaierror, UnicodeError)):
        return "its name leads nowhere"
    if isinstance(problem, ConnectionError):
        return "the connection was refused or broke off"
    return type(problem).__name__


def _posted(place: Place, content: bytes, headers: Mapping[str, str], at: datetime) -> int:
    parts = _parts(place.address)
    if parts is None:
        raise Postponed("There is no address.")
    with _connected(parts) as connection:
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection.request("POST", path, content, dict(headers))
        with connection.getresponse() as answer:
            status = answer.status
            told = "" if status < _FIRST_FAILURE else _told(answer, parts)
            wait = _wait(answer.getheader("Retry-After", ""), at)
    if status < _FIRST_FAILURE:
        return status
    if status in _MENDABLE or status >= _FIRST_SERVER_FAILURE:
        raise Postponed(told, status, wait)
    if status < HTTPStatus.BAD_REQUEST:
        raise Unpostable(f"It leads elsewhere ({status}), which is not followed.", status)
    raise Unpostable(told, status)


def _told(answer: http.client.HTTPResponse, parts: SplitResult) -> str:
    """Return a few words of an answer without anything of the address that is secret."""
    words = ""
    with suppress(OSError, http.client.HTTPException):
        words = answer.read(_LARGEST_ANSWER).decode("utf-8", "replace")
    for secret in _secrets(parts):
        words = words.replace(secret, "…")
    told = one_line(words)[:_LONGEST_TOLD]
    return f"The server answers {answer.status}{f': {told}' if told else '.'}"


def _secrets(parts: SplitResult) -> list[str]:
    """Return what an answer may not quote of an address, as it is spelt and decoded; the longest
    first, for one may stand within another."""
    spelt = {*parts.path.split("/"), parts.query, *parts.query.split("&")}
    spelt |= {pair.partition("=")[2] for pair in parts.query.split("&")}
    decoded = {unquote(each) for each in spelt} | {value for _, value in parse_qsl(parts.query)}
    found = {each for each in spelt | decoded if len(each) > len("api")}
    return sorted(found, key=lambda each: (-len(each), each))


def _wait(told: str, at: datetime) -> timedelta:
    """Read Retry-After, seconds or a date (RFC 9110, 10.2.3); nothing where it says nothing."""
    if told.isascii() and told.isdigit():
        seconds = int(told) if len(told) < len("1000000") else _LONGEST_WAIT.total_seconds()
        return min(timedelta(seconds=seconds), _LONGEST_WAIT)
    with suppress(ValueError, TypeError, OverflowError):
        until = parsedate_to_datetime(told)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(timedelta(), min(until - at, _LONGEST_WAIT))
    return timedelta()


@contextmanager
def _connected(parts: SplitResult) -> Iterator[http.client.HTTPConnection]:
    """Open a connection to an address that was looked at, and close it, at the latest in time.

    The limit of a socket holds for each reading alone, so a server that sends a byte now and then
    would hold a worker for ever: the whole is ended from outside.
    """
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    opened = _opened(_looked_up(host, port))
    guard, rang = opened.dup(), threading.Event()
    alarm = threading.Timer(_WHOLE_SECONDS, _end, (guard, rang))
    alarm.daemon = True
    alarm.start()
    connection = _KINDS[parts.scheme](host, port)
    try:
        opened.settimeout(_WHOLE_SECONDS)
        connection.sock = opened
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(opened, server_hostname=host)
        yield connection
        # Headers that break off read like whole ones.
        if rang.is_set():
            raise TimeoutError
    finally:
        alarm.cancel()
        connection.close()
        opened.close()
        guard.close()


def _end(guard: socket.socket, rang: threading.Event) -> None:
    rang.set()
    with suppress(OSError):
        guard.shutdown(socket.SHUT_RDWR)


def _looked_up(host: str, port: int) -> list[tuple[Any, ...]]:
    """Return where a host leads; Postponed where that is none of the internet and not listed."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if host not in settings.WEBHOOK_HOSTS:
        inside = [str(each[4][0]) for each in found if not is_public(str(each[4][0]))]
        if inside or not found:
            raise Postponed(
                f"Its host leads to {inside[0] if inside else 'nothing'}, which is no address of "
                "the internet: list the host in QUARTERDECK_WEBHOOK_HOSTS if it may be reached."
            )
    return found


def _opened(places: list[tuple[Any, ...]]) -> socket.socket:
    """Connect to the first of the addresses that lets us."""
    problem: OSError = ConnectionError("no address")
    for family, kind, protocol, _, address in places[:_MOST_ADDRESSES]:
        attempt = socket.socket(family, kind, protocol)
        attempt.settimeout(_CONNECTING_SECONDS)
        try:
            attempt.connect(address)
        except OSError as refused:
            problem = refused
            attempt.close()
        else:
            return attempt
    raise problem
