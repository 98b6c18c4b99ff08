"""Debian's mail server for the tests: unpacked into the checkout, and not installed.

Installed, it would push out the mail server that the machine may have.
"""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
UNPACKED = ROOT / ".debian"
# The server, what lets it run under any account, and the libraries that a bare Debian lacks.
PACKAGES = (
    *("exim4-daemon-light", "libnss-wrapper", "libgnutls-dane0", "libunbound8"),
    *("libevent-2.1-7", "libidn12", "libnsl2", "libtirpc3"),
)


def unpack_mail_server() -> str:
    """Fetch and unpack Exim where it is not yet; return why it cannot be had, if it cannot."""
    if UNPACKED.is_dir():
        return ""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return "this is no Debian"
    with TemporaryDirectory(prefix="quarterdeck-debian-") as name:
        fetched = Path(name)
        fetch = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", *PACKAGES]
        done = subprocess.run(fetch, cwd=fetched, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr.strip() or "apt-get could not fetch it"
        for archive in sorted(fetched.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", archive, fetched / "unpacked"], check=True)
        shutil.move(fetched / "unpacked", UNPACKED)
    return ""
