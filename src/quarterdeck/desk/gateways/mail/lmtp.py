"""A small server of LMTP (RFC 2033), by which a mail server on this machine hands over its mail.

A mail is taken once it is stored; until then the mail server keeps it and tries again. Each of its
recipients gets an answer of its own, which is the same for all: a mail is stored once.
"""

import socketserver
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BufferedIOBase

from quarterdeck.kernels.mail.addresses import normal_address

_SECONDS = 300
_LONGEST_LINE, _MOST_RECIPIENTS = 8_192, 1_000
_HELLO = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES")


class Unacceptable(Exception):
    """The mail will never be taken; the text says why, on one line."""


@dataclass
class Envelope:
    """For whom a mail is, and who has sent it: `<>` is nobody, and empty is not told yet."""

    sender: str = ""
    recipients: list[str] = field(default_factory=list)


Take = Callable[[bytes, Envelope], None]


class LmtpServer(socketserver.ThreadingTCPServer):
    """Listens on an address of this machine, with a thread for each connection.

    `take` stores a mail; Unacceptable turns it away for good, any other exception for now.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, bind: tuple[str, int], take: Take, largest: int) -> None:
        self.take, self.largest = take, largest
        super().__init__(bind, _Conversation)


class _Conversation(socketserver.StreamRequestHandler):
    """One connection of a mail server."""

    timeout = _SECONDS

    def handle(self) -> None:
        """Answer command after command until the other side leaves."""
        self.server: LmtpServer
        self.envelope = Envelope()
        self._say("220 Quarterdeck LMTP")
        try:
            while line := self.rfile.readline(_LONGEST_LINE):
                word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                if not self._answer(word.upper(), rest.strip()):
                    return
        except (OSError, EOFError):
            # Nothing was taken that has not been answered: the mail server tries again.
            return

    def _answer(self, word: str, rest: str) -> bool:
        """Answer one command; False ends the conversation."""
        if word == "QUIT":
            self._say("221 2.0.0 Bye")
            return False
        known = {"LHLO": self._hello, "MAIL": self._mail, "RCPT": self._rcpt, "DATA": self._data}
        if word in known:
            known[word](rest)
        elif word in {"NOOP", "RSET"}:
            self.envelope = Envelope() if word == "RSET" else self.envelope
            self._say("250 2.0.0 Ok")
        else:
            self._say("500 5.5.1 This is LMTP")
        return True

    def _hello(self, _rest: str) -> None:
        self.envelope = Envelope()
        lines = ["quarterdeck", *_HELLO, f"SIZE {self.server.largest}"]
        for line in lines[:-1]:
            self._say(f"250-{line}")
        self._say(f"250 {lines[-1]}")

    def _mail(self, rest: str) -> None:
        path = _path(rest, "FROM:")
        if path is None:
            self._say("501 5.5.4 Expected MAIL FROM:<address>")
            return
        self.envelope = Envelope(sender=normal_address(path) or path[:254] or "<>")
        self._say("250 2.1.0 Ok")

    def _rcpt(self, rest: str) -> None:
        path = _path(rest, "TO:")
        if not self.envelope.sender or not path:
            self._say("503 5.5.1 Expected MAIL FROM first, then RCPT TO:<address>")
        elif len(self.envelope.recipients) >= _MOST_RECIPIENTS:
            self._say("452 4.5.3 Too many recipients")
        else:
            self.envelope.recipients.append(path.lower()[:254])
            self._say("250 2.1.5 Ok")

    def _data(self, _rest: str) -> None:
        if not self.envelope.recipients:
            self._say("503 5.5.1 Nobody is to receive it")
            return
        self._say("354 End with a dot on a line")
        content = _dotted(self.rfile, self.server.largest)
        answer = self._taken(content)
        for _ in self.envelope.recipients:
            self._say(answer)
        self.envelope = Envelope()

    def _taken(self, content: bytes | None) -> str:
        if content is None:
            return "552 5.3.4 The mail is too large"
        try:
            self.server.take(content, self.envelope)
        except Unacceptable as reason:
            return f"554 5.6.0 {reason}"
        except Exception as problem:  # noqa: BLE001 — whatever fails here, the mail server keeps the mail
            return f"451 4.3.0 Not stored: {type(problem).__name__}"
        return "250 2.0.0 Stored"

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _path(rest: str, word: str) -> str | None:
    """Return what stands between the angle brackets; None where there are none."""
    if not rest.upper().startswith(word):
        return None
    before, angle, after = rest[len(word) :].partition("<")
    path, end, _ = after.partition(">")
    return path.strip() if angle and end and not before.strip() else None


def _dotted(stream: BufferedIOBase, largest: int) -> bytes | None:
    """Read a mail up to the dot; None where it was larger than allowed. EOFError if cut off."""
    lines, size = list[bytes](), 0
    is_line_start = True
    while True:
        line = stream.readline(_LONGEST_LINE)
        if not line:
            raise EOFError
        if is_line_start and line in {b".\r\n", b".\n"}:
            return b"".join(lines) if size <= largest else None
        if is_line_start and line.startswith(b"."):
            line = line[1:]
        is_line_start = line.endswith(b"\n")
        size += len(line)
        if size <= largest:
            lines.append(line)
