"""Kills web servers and workers at random moments under load, and says what was lost or doubled.

`python -m bench.kills [--kills 100] [--seed 1] [--database sqlite|postgresql|both]`; it exits with
1 where anything was. `make test` has the same with five kills.
"""

import argparse
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.apart import DATABASES, run_apart


def main() -> int:
    """Run on the databases that were asked for, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="bench.kills", description="Kill at random moments.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="which moments and which processes")
    parser.add_argument("--database", choices=DATABASES, default="both")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.here:
        return run(chosen.kills, chosen.seed)
    words = ["--kills", str(chosen.kills), "--seed", str(chosen.seed), "--here"]
    return run_apart("bench.kills", words, chosen.database)


def run(kills: int, seed: int) -> int:
    """Drive a load that grows with the kills; print what was done and what is wrong."""
    # Settings read the environment that `run_apart` has made.
    import django  # noqa: PLC0415 — models can be imported only once the settings are chosen

    django.setup()

    from quarterdeck.config.tests.kills import Load, faults, manned, work_through  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.core.tests.background.house import copied, migrated  # noqa: PLC0415 — models can be imported only once the settings are chosen

    load = Load(
        files=3 + kills // 4,
        tickets_a_file=40,
        calls=5 * (kills + 5),
        jobs=20 * (kills + 5),
        kills=kills,
    )
    with TemporaryDirectory(prefix="quarterdeck-kills-", ignore_cleanup_errors=True) as name:
        first, second = Path(name) / "original", Path(name) / "house"
        first.mkdir()
        second.mkdir()
        with migrated(first) as original, copied(original, second) as house:
            begun = time.monotonic()
            with manned(house) as crew:
                work_through(crew, load, random.Random(seed))  # noqa: S311 — nothing to guess
            seconds = time.monotonic() - begun
            wrong = faults(load)
            engine = "PostgreSQL" if house.url.startswith("postgres") else "SQLite"
            struck = ", ".join(f"{count} of {kind}s" for kind, count in sorted(crew.struck.items()))
    print(
        f"{engine}: kills {struck}; {load.files} files with {load.files * load.tickets_a_file:,} "
        f"tickets, {load.calls:,} calls resolved by form, {load.jobs:,} jobs with as many "
        f"announcements; {seconds:.0f} s"
    )
    print("\n".join(wrong) or "nothing lost, nothing done twice, nothing half written")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
