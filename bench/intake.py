"""Takes every real job description through the pages: upload, review, accept all, approve.

`python -m bench.intake [--database sqlite|postgresql|both] [--sample N]` reads the archive of real
descriptions in QUARTERDECK_SHARED and prints what each step took, what was refused and why. It
exits with 1 where a page broke.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench.apart import DATABASES, run_apart
from bench.job_descriptions import KIBIBYTE, described_files
from bench.measuring import MEBIBYTE, heading, load, middle_and_high, table

if TYPE_CHECKING:
    from django.test import Client

BROKEN = 500
STEPS = ("upload", "review page", "accept all", "approve", "class page")
_FAULT = re.compile(r'<(?:li|p)[^>]*class="[^"]*(?:error|fault)[^"]*"[^>]*>(.*?)</', re.DOTALL)


def main() -> int:
    """Run on the databases that were asked for, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="bench.intake", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, default="both")
    parser.add_argument("--sample", type=int, default=0, help="every how manieth file; 0 for all")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.here:
        return run(chosen.sample)
    words = ["--sample", str(chosen.sample), "--here"]
    return run_apart("bench.intake", words, chosen.database)


@dataclass
class Journey:
    """What became of the files: seconds by step, and why some came no further."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ends: Counter[str] = field(default_factory=Counter)
    refusals: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, step: str, client: "Client", address: str, sent: Any = None) -> Any:
        """Ask for a page, or send a form to it, and keep the time."""
        began = perf_counter()
        response = client.get(address) if sent is None else client.post(address, sent)
        self.seconds[step].append(perf_counter() - began)
        if response.status_code >= BROKEN:
            self.end("broken", address, f"{response.status_code} at {step}")
        return response

    def end(self, what: str, name: str, why: str) -> None:
        """Note where a file's way ended."""
        self.ends[what] += 1
        if why:
            self.refusals.append((name, why))


def run(sample: int) -> int:
    """Take the files in one after another, and print the tables."""
    # Settings read the environment that `run_apart` has made.
    import django  # noqa: PLC0415 — models can be imported only once the settings are chosen

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 — it needs Django set up
    from django.db import connection  # noqa: PLC0415 — it needs Django set up
    from django.test import Client  # noqa: PLC0415 — it needs Django set up
    from django.test.utils import setup_test_environment  # noqa: PLC0415 — it needs Django set up

    from quarterdeck.core.models import Account  # noqa: PLC0415 — it needs Django set up

    call_command("migrate", verbosity=0)
    setup_test_environment()
    client, journey = Client(raise_request_exception=False), Journey()
    client.force_login(Account.objects.get(username="operator"))
    for name, content in _chosen(sample):
        _take(client, journey, name, content)
    _print(connection.vendor, journey)
    return int(bool(journey.ends["broken"]))


def _chosen(sample: int) -> Iterator[tuple[str, bytes]]:
    for place, file in enumerate(described_files()):
        if not sample or place % sample == 0:
            yield file


def _take(client: "Client", journey: Journey, name: str, content: bytes) -> None:
    """Take one file from its upload to its class page, as far as it comes."""
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 — it needs Django set up
    from django.urls import reverse  # noqa: PLC0415 — it needs Django set up

    from quarterdeck.people.models import JobDraft  # noqa: PLC0415 — it needs Django set up

    file = SimpleUploadedFile(Path(name).name, content)
    sent = journey.ask("upload", client, reverse("people.draft.import"), {"file": file})
    if sent.status_code != 302:  # noqa: PLR2004 — whoever is taken in is led to the review
        journey.end("refused at the door", name, _said(sent))
        return
    draft = JobDraft.objects.latest("pk")
    journey.ask("review page", client, reverse("people.jobdraft.detail", args=[draft.pk]))
    address = reverse("people.draft.accept", args=[draft.pk])
    journey.ask("accept all", client, address, {"at_least": "1"})
    doubtful = list(draft.records.filter(needs_confirmation=True))
    for each in doubtful:
        act = reverse("people.record.act", args=[each.pk])
        journey.ask("confirm", client, act, {"act": "confirm", "version": each.version})
    _approve(client, journey, name, draft)


def _approve(client: "Client", journey: Journey, name: str, draft: Any) -> None:
    from django.urls import reverse  # noqa: PLC0415 — it needs Django set up

    address = reverse("people.draft.approve", args=[draft.pk])
    page = client.get(address)
    if page.status_code != 200:  # noqa: PLR2004 — a template has no such page
        journey.end(f"no class: {draft.get_kind_display().lower()}", name, draft.kind_reason)
        return
    offered = {field.name: field.value() or "" for field in page.context["form"]}
    # The documents name no family; a person does, and here the organisation stands for one.
    offered["family"] = offered.get("family") or Path(name).parent.name
    made = journey.ask("approve", client, address, offered)
    if made.status_code != 302:  # noqa: PLR2004 — whoever approves is led to the class
        journey.end("not approved", name, _said(made))
        return
    journey.ask("class page", client, made.headers["Location"])
    journey.end("approved", name, "")


def _said(response: Any) -> str:
    form = response.context and response.context.get("form")
    faults = [str(fault) for faults in form.errors.values() for fault in faults] if form else []
    return " ".join(faults) or str(response.status_code)


def _print(database: str, journey: Journey) -> None:
    heading(f"intake of job descriptions on {database}, wall milliseconds a file; {load()}")
    rows = [
        (step, len(seconds), *middle_and_high(seconds), f"{max(seconds) * 1_000:.0f}")
        for step, seconds in journey.seconds.items()
    ]
    table(("step", "asked", "median", "p95", "slowest"), rows)
    own, readers = (getrusage(who).ru_maxrss * KIBIBYTE for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    print(f"peak {own / MEBIBYTE:.0f} MiB here, {readers / MEBIBYTE:.0f} in the process that opens")
    table(("what became of them", "files"), sorted(journey.ends.items()))
    for name, why in journey.refusals:
        print(f"  {name}: {why}")


if __name__ == "__main__":
    sys.exit(main())
