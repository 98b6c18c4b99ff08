"""A small authorization server on this machine: it gives tokens (RFC 6749) and judges them (7662).

A client with the secret `sesame` gets a token for itself, and the refresh token `again` one for its
owner. What it was asked stays in `asked`, and what it gave in `given`.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET, REFRESH = "desk-client", "sesame", "again"
USER = "help"


@dataclass
class Tokens:
    """The tokens that were given and still hold, each with its scope."""

    port: int = 0
    scope: str = "imap smtp"
    seconds: int | str = 3600
    speaks_http: bool = True
    # Whether each refresh token is good for one answer, which has the next one.
    turns: bool = False
    refresh: str = REFRESH
    asked: list[dict[str, str]] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The token endpoint."""
        return f"http://127.0.0.1:{self.port}/token"

    def grant(self, form: dict[str, str]) -> tuple[HTTPStatus, dict[str, Any]]:
        """Answer a request for a token."""
        self.asked.append(form)
        refused = HTTPStatus.BAD_REQUEST
        if form.get("client_id") != CLIENT or form.get("client_secret", SECRET) != SECRET:
            told = {"error": "invalid_client", "error_description": "Secret expired."}
            return HTTPStatus.UNAUTHORIZED, told
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self.refresh:
            return refused, {"error": "invalid_grant"}
        if form.get("scope") == "everything":
            return refused, {"error": "invalid_scope"}
        token = f"token-{len(self.given) + 1}"
        self.given[token] = self.scope
        seconds = self.seconds
        kept: dict[str, Any] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": seconds,
        }
        if self.turns and form["grant_type"] == "refresh_token":
            self.refresh = kept["refresh_token"] = f"again-{len(self.given)}"
        return HTTPStatus.OK, kept

    def judge(self, token: str) -> dict[str, Any]:
        """Say whether a token holds, and whose it is."""
        if token not in self.given:
            return {"active": False}
        return {"active": True, "username": USER, "scope": self.given[token]}


@contextmanager
def token_server() -> Iterator[Tokens]:
    """Run a server on a free port."""
    tokens = Tokens()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            sent = parse_qs(self.rfile.read(length).decode())
            form = {name: values[0] for name, values in sent.items()}
            if urlsplit(self.path).path == "/token":
                self.tell(*tokens.grant(form))
            else:
                self.tell(HTTPStatus.OK, tokens.judge(form.get("token", "")))

        def tell(self, status: HTTPStatus, told: dict[str, Any]) -> None:
            if not tokens.speaks_http:
                self.wfile.write(b"220 mail.example.org ESMTP\r\n")
                return
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        tokens.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield tokens
        finally:
            server.shutdown()
            thread.join()
