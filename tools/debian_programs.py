"""Debian's mail servers and web proxies for the tests: unpacked beside the code, and not installed.

Installed, they would push out what the machine has, and start at once.
"""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
UNPACKED = ROOT / ".debian"
# The programs, what lets them run under any account, and the libraries that a bare Debian lacks.
PACKAGES = (
    *("caddy", "nginx", "exim4-daemon-light", "libnss-wrapper", "libgnutls-dane0", "libunbound8"),
    *("libevent-2.1-7", "libidn12", "libnsl2", "libtirpc3"),
    *("dovecot-core", "dovecot-imapd", "libsodium23", "libunwind8"),
)
_STAMP = UNPACKED / "packages"


def unpack_programs() -> str:
    """Fetch and unpack what is not there yet; return why it cannot be had, if it cannot."""
    wanted = "\n".join(PACKAGES)
    if _STAMP.is_file() and _STAMP.read_text() == wanted:
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
        shutil.rmtree(UNPACKED, ignore_errors=True)
        shutil.move(fetched / "unpacked", UNPACKED)
    _STAMP.write_text(wanted)
    return ""
