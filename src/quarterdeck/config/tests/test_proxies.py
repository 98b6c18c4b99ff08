"""The files of `deploy/` put Debian's Caddy and nginx before a running web server."""

import os
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest

from quarterdeck.config.tests.documents import ROOT
from quarterdeck.config.tests.generated_log import PROFILE, write_log
from quarterdeck.config.tests.kills import COMMAND, FORM, form_of_file, free_port
from quarterdeck.core.tests.background.house import wait_for

NAME = "desk.example.org"
PASSWORD = "correct horse battery"  # noqa: S105 — of a test
ADD_ACCOUNT = f"""
import django
django.setup()
from quarterdeck.config.commands.actors import operator
from quarterdeck.core import clock
from quarterdeck.core.directory import add_account, assign_role
account = add_account(username="maria", password="{PASSWORD}", actor=operator(), at=clock.now())
assign_role(account=account, role="it_manager", actor=operator(), at=clock.now())
"""
PROXIES = ("caddy", "nginx")
NO_HEADERS: Mapping[str, str] = {}

# What is tried does not depend on the database.
pytestmark = pytest.mark.sqlite


@dataclass
class Site:
    """What browsers reach: two ports, the certificate that they trust, and their cookies."""

    plain: int
    wrapped: int
    certificate: Path
    cookies: dict[str, str] = field(default_factory=dict)
    set_cookies: list[str] = field(default_factory=list)

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        kind: str = "",
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> tuple[HTTPResponse, str]:
        """Ask by TLS as a browser would, which is told the name and not the port."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        connection = HTTPConnection(NAME)
        connection.sock = context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.wrapped)), server_hostname=NAME
        )
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = {"Cookie": cookies, "Origin": f"https://{NAME}", "Content-Type": kind, **headers}
        connection.request("POST" if body is not None else "GET", path, body, given)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.set_cookies = answer.headers.get_all("Set-Cookie") or []
        for cookie in self.set_cookies:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        connection.close()
        return answer, text

    def sign_in(self, headers: Mapping[str, str] = NO_HEADERS) -> HTTPResponse:
        """Send the form of the sign-in page."""
        self.ask("/sign-in")
        given = {"username": "maria", "password": PASSWORD}
        given["csrfmiddlewaretoken"] = self.cookies["csrftoken"]
        return self.ask("/sign-in", urlencode(given).encode(), FORM, headers)[0]


@contextmanager
def running(*words: str | Path, environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as file:
        process = subprocess.Popen(words, env=environment, stdout=file, stderr=file)  # noqa: S603 — programs of ours and of Debian
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a web server that believes its proxy."""
    home, port = tmp_path_factory.mktemp("behind_a_proxy"), free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "quarterdeck.config.settings",
        "QUARTERDECK_HOME": str(home),
        "QUARTERDECK_HOSTS": NAME,
        "QUARTERDECK_BEHIND_PROXY": "1",
        "QUARTERDECK_WEB_PROCESSES": "1",
    }
    subprocess.run([*COMMAND, "user", "list"], env=environment, check=True, capture_output=True)  # noqa: S603 — our own program
    subprocess.run([sys.executable, "-c", ADD_ACCOUNT], env=environment, check=True)  # noqa: S603 — our own command, no words of a stranger
    serve = (*COMMAND, "serve", "--bind", f"127.0.0.1:{port}")
    with running(*serve, environment=environment, log=home / "log"):
        await_port(port)
        yield port


def await_port(port: int) -> None:
    def answers() -> bool | None:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0 or None

    wait_for(answers)


def of_caddy(site: Site, web: int, folder: Path) -> str:
    """The Caddyfile with our ports, our certificate, and nothing kept outside of the folder."""
    text = (ROOT / "deploy" / "Caddyfile").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{web}")
    ports = f"http_port {site.plain}\n\thttps_port {site.wrapped}"
    start = f"{{\n\tadmin off\n\t{ports}\n\tstorage file_system {folder}\n}}\n"
    tls = f"{NAME} {{\n\tbind 127.0.0.1\n\ttls {site.certificate} {folder / 'key.pem'}\n"
    return start + text.replace(f"{NAME} {{\n", tls)


def of_nginx(site: Site, web: int, folder: Path) -> str:
    """The file for nginx with the same, inside of what the file around it says."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{site.plain};"),
        ("listen 443 ", f"listen 127.0.0.1:{site.wrapped} "),
        ("127.0.0.1:8000", f"127.0.0.1:{web}"),
        (f"/etc/ssl/certs/{NAME}.pem", str(site.certificate)),
        (f"/etc/ssl/private/{NAME}.key", str(folder / "key.pem")),
    ):
        assert old in text
        text = text.replace(old, new)
    user = "user root;\n" if os.getuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    log = f"pid {folder}/pid;\nerror_log {folder}/error.log;\ndaemon off;\n"
    http = f"access_log off;\n{places}{text}"
    return f"{user}{log}events {{}}\nhttp {{\n{http}}}\n"


Written = Callable[[Site, int, Path], str]
WRITTEN: dict[str, Written] = {"caddy": of_caddy, "nginx": of_nginx}


@pytest.fixture(params=PROXIES)
def site(request: pytest.FixtureRequest, web: int, debian: Path, tmp_path: Path) -> Iterator[Site]:
    """A proxy before the web server."""
    site = Site(free_port(), free_port(), tmp_path / "certificate.pem")
    files = ("-keyout", tmp_path / "key.pem", "-out", site.certificate)
    words = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}")
    subject = ("-addext", f"subjectAltName=DNS:{NAME}")
    make: list[str | Path] = ["openssl", *words, *subject, *files]
    subprocess.run(make, check=True, capture_output=True)  # noqa: S603 — fixed words
    path = tmp_path / "configuration"
    path.write_text(WRITTEN[request.param](site, web, tmp_path))
    starts: dict[str, tuple[str | Path, ...]] = {
        "caddy": ("usr/bin/caddy", "run", "--adapter", "caddyfile", "--config", path),
        "nginx": ("usr/sbin/nginx", "-e", tmp_path / "error.log", "-c", path),
    }
    program, *arguments = starts[request.param]
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    log = tmp_path / "log"
    with running(debian / program, *arguments, environment=environment, log=log):
        # A proxy opens one after the other.
        await_port(site.plain)
        await_port(site.wrapped)
        yield site


def test_whoever_comes_without_tls_is_sent_to_it(site: Site) -> None:
    connection = HTTPConnection("127.0.0.1", site.plain)
    connection.request("GET", "/desk/tickets/?q=1", headers={"Host": NAME})
    answer = connection.getresponse()
    connection.close()

    assert answer.status in {301, 308}
    assert re.sub(r":\d+", "", answer.headers["Location"].removeprefix("https:")) == (
        f"//{NAME}/desk/tickets/?q=1"
    )


def test_browsers_are_told_to_stay_with_tls_and_cookies_go_by_it_alone(site: Site) -> None:
    page, _ = site.ask("/sign-in")
    page_cookies = site.set_cookies
    signed_in = site.sign_in()

    assert (page.status, page.headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
    assert signed_in.status == 302
    assert [("Secure" in each) for each in (*page_cookies, *site.set_cookies)] == [True] * (
        len(page_cookies) + len(site.set_cookies)
    )
    assert site.ask("/services/services/")[0].status == 200


def test_a_form_from_another_site_is_refused(site: Site) -> None:
    assert site.sign_in({"Origin": "https://evil.example.org"}).status == 403


def test_nobody_outside_writes_the_headers_of_the_proxy(site: Site) -> None:
    """A session says where it was begun; a request that calls itself plain is none."""
    forged = {"X-Forwarded-For": "192.0.2.66", "X-Forwarded-Proto": "http"}
    site.sign_in(forged)

    _, sessions = site.ask("/account/", headers=forged)

    assert ("192.0.2.66" in sessions, "127.0.0.1" in sessions) == (False, True)


def test_figures_stay_inside(site: Site) -> None:
    assert site.ask("/metrics")[0].status == 404


def test_a_large_file_comes_through(site: Site, tmp_path: Path) -> None:
    site.sign_in()
    content = write_log(tmp_path / "log.csv", 5_000, note="n" * 100).read_bytes()
    body, kind = form_of_file({"profile": PROFILE, "source": f"from-{site.plain}"}, content)

    answer, _ = site.ask("/api/v1/imports", body, kind, {"X-CSRFToken": site.cookies["csrftoken"]})

    assert (len(content) > 5_000_000, answer.status) == (True, 202)
