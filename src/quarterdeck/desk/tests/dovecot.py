"""A private Dovecot, the IMAP server of Debian, with TLS and one mailbox; nothing is installed.

It looks for its modules in one folder of the machine. The copies of its libraries that it runs with
here name another one of the same length, which leads to where they are unpacked.
"""

import imaplib
import os
import secrets
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from time import monotonic, sleep

from quarterdeck.office.tests.exim import HOST, certify, free_port

USER, PASSWORD = "help", "open-sesame"
_PATIENCE = 30.0
_MODULES = b"/usr/lib/dovecot/modules"
_PATCHED = ("libdovecot.so.0", "libdovecot-login.so.0", "libdovecot-storage.so.0")

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
libexec_dir = {unpacked}/usr/lib/dovecot
protocols = imap
listen = 127.0.0.1
log_path = {folder}/log
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
import_environment = LD_LIBRARY_PATH
default_internal_user = {inner}
default_internal_group = {group}
default_login_user = {outer}
mail_location = maildir:{folder}/mailbox
first_valid_uid = 0
auth_mechanisms = plain xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/tokens
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={number} gid={number} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {wrapped}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""

# How it asks the authorization server on this machine whose a token is.
_TOKENS = """
introspection_mode = post
introspection_url = http://127.0.0.1:{judge}/judge
username_attribute = username
active_attribute = active
active_value = true
scope = imap
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server: its ports, and the folder with its certificate and its mailbox."""

    folder: Path
    plain: int
    wrapped: int

    @property
    def certificate(self) -> Path:
        """The certificate, which nobody trusts who is not told to."""
        return self.folder / "certificate.pem"

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        """Sign in as somebody who reads the mailbox with another program."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        with imaplib.IMAP4_SSL(HOST, self.wrapped, ssl_context=context) as server:
            server.login(USER, PASSWORD)
            server.select()
            yield server

    def put(self, *mails: bytes) -> None:
        """Put mails into the mailbox."""
        with self.opened() as server:
            for mail in mails:
                server.append("INBOX", "", "", mail)


@contextmanager
def running_dovecot(unpacked: Path, judge: int = 1) -> Iterator[Dovecot]:
    """Run a server on two free ports of this machine, one for STARTTLS and one for TLS at once.

    `judge` is the port of the server that it asks about tokens.
    """
    # The name has to be as long as the one that it stands for.
    rest = len(_MODULES) - len(gettempdir()) - 1
    link = Path(gettempdir()) / secrets.token_hex(rest)[:rest]
    with TemporaryDirectory(prefix="quarterdeck-dovecot-", ignore_cleanup_errors=True) as name:
        dovecot = Dovecot(Path(name), free_port(), free_port())
        link.symlink_to(unpacked / "usr/lib/dovecot/modules")
        (dovecot.folder / "tokens").write_text(_TOKENS.format(judge=judge))
        command, environment = _furnish(dovecot, unpacked, bytes(link))
        log = (dovecot.folder / "out").open("wb")
        try:
            with log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:  # noqa: S603 — Debian's own program
                try:
                    _await(dovecot)
                    yield dovecot
                finally:
                    process.terminate()
        finally:
            link.unlink()


def _furnish(
    dovecot: Dovecot, unpacked: Path, modules: bytes
) -> tuple[list[str | Path], dict[str, str]]:
    """Write certificate, libraries and configuration; return the command and its surroundings."""
    folder, libraries = dovecot.folder, unpacked / "usr/lib/dovecot"
    for name in ("run", "mailbox", "lib"):
        (folder / name).mkdir()
    certify(folder)
    for name in _PATCHED:
        content = (libraries / name).read_bytes().replace(_MODULES, modules)
        (folder / "lib" / name).write_bytes(content)
    # Under root it wants two accounts that are nobody's; else it is its own.
    is_root, own = os.getuid() == 0, str(os.getuid())
    configuration = _CONFIGURATION.format(
        folder=folder,
        unpacked=unpacked,
        plain=dovecot.plain,
        wrapped=dovecot.wrapped,
        password=PASSWORD,
        inner="daemon" if is_root else own,
        group="daemon" if is_root else str(os.getgid()),
        outer="nobody" if is_root else own,
        number="1" if is_root else own,
    )
    (folder / "configuration").write_text(configuration)
    if is_root:
        folder.chmod(0o755)
        os.chown(folder / "mailbox", 1, 1)
    path = [folder / "lib", libraries, libraries / "modules/old-stats"]
    path += unpacked.glob("usr/lib/*-linux-gnu")
    environment = {
        "LD_LIBRARY_PATH": ":".join(map(str, path)),
        "DOVECOT_PRESERVE_ENVS": "LD_LIBRARY_PATH",
    }
    program = unpacked / "usr/sbin/dovecot"
    own_words: list[str | Path] = ["-c", folder / "configuration"]
    reader = [unpacked / "usr/bin/doveconf", *own_words, "-m", "master", "-f", "service=master"]
    return [*reader, "-e", program, "-F", *own_words], environment


def _await(dovecot: Dovecot) -> None:
    until = monotonic() + _PATIENCE
    while True:
        try:
            with dovecot.opened():
                return
        except (OSError, imaplib.IMAP4.error) as problem:
            if monotonic() > until:
                told = [(dovecot.folder / name).read_text() for name in ("out", "log")]
                raise TimeoutError("".join(told)) from problem
            sleep(0.05)
