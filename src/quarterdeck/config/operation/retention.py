"""Which nightly backups stay: one for each of the last days, and one for each of the last weeks."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

DAYS, WEEKS = 7, 4
NIGHTLY = "nightly"
_NAME = re.compile(r"quarterdeck-(?:(?P<occasion>[a-z-]+)-)?(?P<stamp>\d{8}T\d{12}Z)\.zip")


def taken_at(path: Path) -> datetime | None:
    """Return when a backup was taken, by its name; None for a file that is no backup of ours."""
    named = _NAME.fullmatch(path.name)
    if named is None:
        return None
    return datetime.strptime(named["stamp"], "%Y%m%dT%H%M%S%f%z").astimezone(UTC)


def backups_in(folder: Path) -> dict[Path, datetime]:
    """Return the backups in a folder with their times; none where it cannot be read."""
    try:
        found = {path: taken_at(path) for path in folder.iterdir()}
    except OSError:
        return {}
    return {path: at for path, at in found.items() if at is not None}


def kept(instants: Iterable[datetime], *, days: int = DAYS, weeks: int = WEEKS) -> set[datetime]:
    """Return the instants to keep.

    These are the last of each of the latest `days` days and of each of the latest `weeks` weeks
    (ISO 8601, in UTC) that have any: nights without a backup push nothing out.
    """
    by_day: dict[tuple[int, ...], datetime] = {}
    by_week: dict[tuple[int, ...], datetime] = {}
    for instant in sorted(instants):
        calendar = instant.astimezone(UTC).isocalendar()
        by_day[tuple(calendar)] = instant
        by_week[tuple(calendar)[:2]] = instant
    last_days = sorted(by_day.values())[-days:]
    last_weeks = sorted(by_week.values())[-weeks:]
    return {*last_days, *last_weeks}


def prune(folder: Path) -> list[Path]:
    """Remove the nightly backups that need not stay, and return their paths; others are left."""
    nightly = {
        path: at
        for path, at in backups_in(folder).items()
        if path.name.startswith(f"quarterdeck-{NIGHTLY}-")
    }
    staying = kept(nightly.values())
    gone = sorted(path for path, at in nightly.items() if at not in staying)
    for path in gone:
        path.unlink(missing_ok=True)
    return gone
