"""Has pages printed by the press, one at a time and for a bounded time."""

import os
import subprocess
import sys
from dataclasses import dataclass
from threading import BoundedSemaphore

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Seal
from quarterdeck.office.gateways.press import UNAVAILABLE

# The thread that waits does nothing else meanwhile, so it does not wait for long.
PATIENCE_SECONDS, QUEUE_SECONDS = 45, 15
_PRESS = "quarterdeck.office.gateways.press"


@dataclass(frozen=True)
class LaidOut:
    """A page laid out for the press.

    `digest` is of all that it says but the moment at which it was laid out, so that of two with the
    same digest one is enough. `is_settled` says that nothing of it can change any more, and `seal`
    is the last one over its figures.
    """

    html: str
    digest: str
    is_settled: bool = False
    seal: Seal | None = None


_turn = BoundedSemaphore(1)


def pdf_of(html: str, *, patience: float = PATIENCE_SECONDS) -> bytes:
    """Return a page as PDF. Refused where the library is missing, where it takes more than so many
    seconds, and where others are being made for longer than somebody waits."""
    if not _turn.acquire(timeout=QUEUE_SECONDS):
        raise Refused("Another PDF is being made; ask again in a moment.")
    try:
        return _pressed(html, patience)
    finally:
        _turn.release()


def _pressed(html: str, patience: float) -> bytes:
    # The press needs none of our settings, such as the address of the database.
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith("QUARTERDECK_")
    }
    try:
        done = subprocess.run(  # noqa: S603 — our own module, with fixed words
            [sys.executable, "-m", _PRESS],
            input=html.encode(),
            capture_output=True,
            timeout=patience,
            env=surroundings,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise Refused(f"The PDF was not made within {patience:g} seconds.") from problem
    told = done.stderr.decode(errors="replace").strip()
    if done.returncode == UNAVAILABLE:
        raise Refused(
            "PDFs need a library that this machine lacks; install libpangoft2-1.0-0 and a font "
            f"such as fonts-dejavu-core. {told}"
        )
    if done.returncode:
        raise Refused("The PDF could not be made; the browser can print the page itself.")
    return done.stdout
