"""Mails that come in, by the second: read alone, kept, and understood to the end.

`python -m bench.mail [COUNT]` works on a private SQLite database in a folder that goes away.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import heading, load, machine, table

COUNT = 500


def main() -> None:
    """Make an installation, and print how many mails go through each step in a second."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with TemporaryDirectory(prefix="quarterdeck-bench-") as name:
        (Path(name) / "static").mkdir()
        os.environ |= {
            "QUARTERDECK_HOME": name,
            "DJANGO_SETTINGS_MODULE": "quarterdeck.config.settings",
        }
        migrate = [sys.executable, "-m", "django", "migrate", "--skip-checks", "-v0"]
        subprocess.run(migrate, check=True)

        import django  # noqa: PLC0415 — the home is made first

        django.setup()
        _measure(count)


def _measure(count: int) -> None:
    from quarterdeck.core.acts import acting  # noqa: PLC0415 — Django is set up first
    from quarterdeck.core.clock import now  # noqa: PLC0415 — it needs Django set up
    from quarterdeck.core.jobs import worker_account  # noqa: PLC0415 — it needs Django set up
    from quarterdeck.desk.gateways.mail.reading import Unreadable, read_mail  # noqa: PLC0415 — it needs Django set up
    from quarterdeck.desk.jobs import understand_mail  # noqa: PLC0415 — it needs Django set up
    from quarterdeck.desk.models import IncomingMail, Mailbox  # noqa: PLC0415 — it needs Django set up
    from quarterdeck.desk.tests.mail_cast import DESK, delivered, written  # noqa: PLC0415 — it needs Django set up
    from quarterdeck.desk.tests.mail_corpus import corpus  # noqa: PLC0415 — it needs Django set up

    def read(content: bytes) -> None:
        with suppress(Unreadable):
            read_mail(content)

    with acting(actor=worker_account(), verb_name="bench.mailbox", at=now()):
        Mailbox.objects.create(name="help", address=DESK, hourly_limit=10_000)
    awkward = [content for _, content in corpus().values()]
    plain = [written(f"Mail {n}", key=f"{n}@bench.example.org") for n in range(count)]
    rows = [
        _row("awkward mails, read alone", len(awkward), lambda n: read(awkward[n])),
        _row("plain mails, read alone", count, lambda n: read(plain[n])),
        _row("plain mails, kept (file and row on the disk)", count, lambda n: delivered(plain[n])),
    ]
    keys = list(IncomingMail.objects.waiting().order_by("pk").values_list("pk", flat=True))
    rows.append(
        _row(
            "plain mails, understood: a ticket and its confirmation",
            len(keys),
            lambda n: understand_mail.call(mail_key=keys[n]),
        )
    )
    heading(f"mail that comes in, on SQLite, one process; {machine()}; {load()}")
    table(("step", "mails", "seconds", "mails a second"), rows)


def _row(step: str, count: int, act: Callable[[int], object]) -> tuple[str, str, str, str]:
    begun = time.perf_counter()
    for number in range(count):
        act(number)
    taken = time.perf_counter() - begun
    return step, f"{count:,}", f"{taken:.2f}", f"{count / taken:,.0f}"


if __name__ == "__main__":
    main()
