"""A small chat tool on this machine: it keeps what is posted to it, and answers what it is told."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from quarterdeck.core.tests.patience import PATIENCE

PATH = "/hooks/T0SECRET/B0SECRET"


@dataclass
class Channel:
    """What was posted, and how the next posts are answered: status, headers and words.

    Without further answers each post is taken. `holds` keeps an answer back until it is set.
    """

    port: int = 0
    scheme: str = "http"
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    usual: tuple[int, dict[str, str], str] = (200, {}, "ok")
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    holds: threading.Event | None = None
    drips: bool = False

    @property
    def address(self) -> str:
        """Where to post to."""
        return f"{self.scheme}://localhost:{self.port}{PATH}"

    @property
    def ids(self) -> list[str]:
        """The header webhook-id of each post."""
        return [headers["webhook-id"] for _, headers, _ in self.came]

    @property
    def bodies(self) -> list[Any]:
        """What was said in each post."""
        return [json.loads(body) for _, _, body in self.came]


class _Answers(BaseHTTPRequestHandler):
    """Keeps what is posted, and answers."""

    known: Channel

    def do_POST(self) -> None:
        known = self.known
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        known.came.append((self.path, headers, body))
        if known.holds is not None:
            known.holds.wait(PATIENCE)
        if known.drips:
            self._drip()
            return
        status, more, words = known.answers.pop(0) if known.answers else known.usual
        self.send_response(status)
        for name, value in {**more, "Content-Length": str(len(words))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(words.encode())

    def _drip(self) -> None:
        """Send a byte now and then, so that no single reading takes long."""
        self.close_connection = True
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while True:
                self.wfile.write(b"x")
                time.sleep(0.05)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def channel(folder: Path | None = None) -> Iterator[Channel]:
    """Run it on a free port; with a folder that has certificate and key, by TLS."""
    known = Channel(scheme="http" if folder is None else "https")
    handler = type("Answers", (_Answers,), {"known": known})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if folder is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    known.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
