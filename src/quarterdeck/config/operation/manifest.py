"""What a backup says of itself: which version wrote it, what is in it, and when it was taken."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import takewhile
from typing import Any

from django.db.migrations.loader import MigrationLoader

from quarterdeck.core.errors import Refused

FORMAT = 1

Migration = tuple[str, str]


@dataclass(frozen=True)
class Member:
    """One file in a backup: its SHA-256 as hexadecimal digits, and its length in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds.

    `engine` is Django's word for the database, `rows` counts the rows of each table, `migrations`
    are those that had been applied, and `members` are all files but the manifest itself.
    """

    version: str
    taken_at: datetime
    engine: str
    migrations: tuple[Migration, ...]
    rows: Mapping[str, int]
    members: Mapping[str, Member]
    has_secret_key: bool

    def to_json(self) -> str:
        """Return the manifest as it stands in a backup."""
        stated = {
            "product": "quarterdeck",
            "format": FORMAT,
            "version": self.version,
            "taken_at": self.taken_at.isoformat(),
            "engine": self.engine,
            "secret_key": self.has_secret_key,
            "migrations": self.migrations,
            "rows": dict(sorted(self.rows.items())),
            "members": {
                name: {"sha256": member.sha256, "bytes": member.size}
                for name, member in sorted(self.members.items())
            },
        }
        return json.dumps(stated, indent=1)


def manifest_of(text: str) -> Manifest:
    """Read a manifest; Refused where it is none, or of a format that is not known yet."""
    try:
        stated: dict[str, Any] = json.loads(text)
        if stated["format"] > FORMAT:
            raise Refused(
                f"The backup is of format {stated['format']}, which a newer Quarterdeck writes; "
                f"this one reads format {FORMAT}."
            )
        return Manifest(
            version=str(stated["version"]),
            taken_at=datetime.fromisoformat(stated["taken_at"]),
            engine=str(stated["engine"]),
            migrations=tuple((str(app), str(name)) for app, name in stated["migrations"]),
            rows={str(table): int(count) for table, count in stated["rows"].items()},
            members={
                str(name): Member(str(each["sha256"]), int(each["bytes"]))
                for name, each in stated["members"].items()
            },
            has_secret_key=bool(stated["secret_key"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise Refused("The backup is damaged: its manifest cannot be read.") from problem


def present_version() -> str:
    """Return the version of the program that runs."""
    return version("quarterdeck")


def refuse_newer(manifest: Manifest) -> None:
    """Refuse what a newer program wrote: this one would not know its tables."""
    known = MigrationLoader(None).disk_migrations
    unknown = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if unknown or _release(manifest.version) > _release(present_version()):
        reason = f", with the migration {unknown[0]}" if unknown else ""
        raise Refused(
            f"The backup is of version {manifest.version}{reason}; this is {present_version()}. "
            "Install that version or a newer one, then restore."
        )


def _release(text: str) -> tuple[int, ...]:
    """Return the leading numbers of a version (PEP 440): 1.4.0.dev2 is 1, 4, 0."""
    return tuple(int(part) for part in takewhile(str.isdigit, text.split(".")))
