"""A private Exim, the mail server of Debian, with TLS, sign-in and mailboxes in a folder."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from quarterdeck.core.tests.patience import PATIENCE

# This machine by a name that is not known for it: mail to other machines goes by TLS.
HOST = "127.1"
USER, PASSWORD = "desk", "open sesame"
NO_TOKEN = "none"  # noqa: S105 — there is none
# Exim gives up root's rights, and asks for the account that Debian's installation makes.
_ACCOUNT = "Debian-exim"
_NOBODY = 65534

_CONFIGURATION = """
exim_path = {program}
spool_directory = {folder}/spool
log_file_path = {folder}/spool/%slog
pid_file_path = {folder}/spool/exim.pid
primary_hostname = mail.example.org
daemon_smtp_ports = {plain} : {wrapped}
tls_on_connect_ports = {wrapped}
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = {folder}/certificate.pem
tls_privatekey = {folder}/key.pem
acl_smtp_rcpt = recipient
never_users =
keep_environment =
deliver_drop_privilege = true
begin acl
recipient:
  deny local_parts = ^nobody
       message = There is nobody of that name
  defer local_parts = ^later
       message = Greylisted, try again later
  accept authenticated = *
  deny message = Sign in first
begin routers
everybody:
  driver = accept
  transport = mailbox
begin transports
mailbox:
{delivery}
  user = {account}
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
token:
  driver = plaintext
  public_name = XOAUTH2
  server_prompts = :
  server_condition = ${{if match{{$auth1}}{{auth=Bearer {token}\\\\x01}}}}
  server_set_id = token
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""


_INTO_A_FOLDER = """
  driver = appendfile
  directory = {folder}/mailbox
  maildir_format
"""


@dataclass(frozen=True)
class Exim:
    """A running server: its ports, and the folder with its certificate and its mailbox."""

    folder: Path
    plain: int
    wrapped: int

    @property
    def certificate(self) -> Path:
        """The certificate, which nobody trusts who is not told to."""
        return self.folder / "certificate.pem"

    def taken(self, count: int) -> list[EmailMessage]:
        """Wait until so many mails are in the mailbox, and return all that are."""
        until = monotonic() + PATIENCE
        while len(files := [*self.folder.glob("mailbox/new/*")]) < count:
            if monotonic() > until:
                raise TimeoutError
            sleep(0.02)
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


@contextmanager
def running_exim(
    program: Path, delivery: str = _INTO_A_FOLDER, token: str = NO_TOKEN
) -> Iterator[Exim]:
    """Run a server on two free ports of this machine, one for STARTTLS and one for TLS at once.

    `delivery` is how it delivers what it takes, as lines of a transport; `token` signs in too.
    """
    with TemporaryDirectory(prefix="quarterdeck-exim-", ignore_cleanup_errors=True) as name:
        exim = Exim(Path(name), free_port(), free_port())
        environment = _furnish(exim, program, delivery, token)
        command: list[str | Path] = [program, "-C", exim.folder / "configuration", "-bdf", "-q1m"]
        log = (exim.folder / "log").open("wb")
        with log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:  # noqa: S603 — Debian's own program
            try:
                _await_port(exim.plain, exim.folder / "log")
                yield exim
            finally:
                process.terminate()


def _furnish(exim: Exim, program: Path, delivery: str, token: str) -> dict[str, str]:
    """Write certificate, accounts and configuration; return what the server's surroundings are."""
    folder, number = exim.folder, os.getuid() or _NOBODY
    for name in ("spool", "mailbox"):
        (folder / name).mkdir()
    certify(folder)
    configuration = _CONFIGURATION.format(
        delivery=delivery.strip("\n").format(folder=folder),
        program=program,
        folder=folder,
        plain=exim.plain,
        wrapped=exim.wrapped,
        account=_ACCOUNT,
        user=USER,
        password=PASSWORD,
        token=token,
    )
    (folder / "configuration").write_text(configuration)
    root = "" if number == os.getuid() else "root:x:0:0::/:/bin/false\n"
    (folder / "passwd").write_text(f"{root}{_ACCOUNT}:x:{number}:{number}::/:/bin/false\n")
    (folder / "group").write_text(f"{_ACCOUNT}:x:{number}:\n")
    if number != os.getuid():
        folder.chmod(0o755)
        for path in (folder / "spool", folder / "mailbox", folder / "key.pem"):
            os.chown(path, number, number)
    libraries = [path.parent for path in program.parents[2].glob("usr/lib/*/libnss_wrapper.so")]
    return {
        "LD_PRELOAD": str(libraries[0] / "libnss_wrapper.so"),
        "LD_LIBRARY_PATH": str(libraries[0]),
        "NSS_WRAPPER_PASSWD": str(folder / "passwd"),
        "NSS_WRAPPER_GROUP": str(folder / "group"),
    }


def certify(folder: Path) -> None:
    """Make a certificate for the name by which the tests call this machine."""
    words = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}")
    files = ("-keyout", folder / "key.pem", "-out", folder / "certificate.pem")
    command: list[str | Path] = ["openssl", *words, "-addext", f"subjectAltName=DNS:{HOST}", *files]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 — fixed words


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _await_port(port: int, log: Path) -> None:
    until = monotonic() + PATIENCE
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError as problem:
            if monotonic() > until:
                raise TimeoutError(log.read_text()) from problem
            sleep(0.05)
