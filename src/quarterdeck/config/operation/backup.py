"""Taking a backup while the product runs, and proving that one can be read back."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from quarterdeck.config.operation import postgresql, sqlite
from quarterdeck.config.operation.archive import (
    DATABASES,
    FILES,
    SECRET_KEY,
    extract,
    read_manifest,
    write_archive,
)
from quarterdeck.config.operation.manifest import Manifest, present_version
from quarterdeck.core.errors import Refused

ENGINES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}
_WORK = ".quarterdeck-backup-"
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True)
class Backup:
    """A backup that has been written and read back."""

    path: Path
    manifest: Manifest

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self.path.stat().st_size


def take_backup(
    folder: Path, *, occasion: str = "", with_secret_key: bool = False, at: datetime
) -> Backup:
    """Write a backup into a folder, verify it, and only then give it its name.

    It holds the database as of one moment, the uploaded files and, if asked for, the secret key.
    The database comes first: whatever file it names was stored before. `occasion` becomes part of
    the name. Refused where the folder cannot be written, or the backup cannot be read back.
    """
    migrations = tuple(sorted(MigrationRecorder(connection).applied_migrations()))
    if not migrations:
        raise Refused(f"There is nothing to back up: {settings.HOME} holds no installation yet.")
    stamp = at.astimezone(UTC).strftime(_STAMP)
    name = "-".join(filter(None, ("quarterdeck", occasion, stamp)))
    with _work_folder(folder) as work:
        written = work / f"{name}.zip"
        database = work / DATABASES[connection.vendor]
        rows = ENGINES[connection.vendor].copy_database(database)
        contents = [(database.name, database), *_files()]
        if with_secret_key:
            contents.append((SECRET_KEY, Path(settings.HOME) / SECRET_KEY))
        write_archive(
            written,
            contents,
            lambda members: Manifest(
                version=present_version(),
                taken_at=at,
                engine=connection.vendor,
                migrations=migrations,
                rows=rows,
                members=members,
                has_secret_key=with_secret_key,
            ),
        )
        database.unlink()
        manifest = verify_backup(written)
        placed = folder / written.name
        written.rename(placed)
        _sync(folder)
    return Backup(placed, manifest)


def verify_backup(path: Path) -> Manifest:
    """Read a whole backup back, and return its manifest; Refused where anything is wrong.

    Every member is compared with its digest, and the database is examined: SQLite's by
    integrity_check and its rows, PostgreSQL's by pg_restore's own listing.
    """
    manifest = read_manifest(path)
    database = DATABASES[manifest.engine]
    with _work_folder(path.parent) as work:
        extract(path, manifest, work, kept=lambda name: name == database)
        ENGINES[manifest.engine].examine_copy(work / database, manifest.rows)
    return manifest


def _files() -> Iterator[tuple[str, Path]]:
    """Give every uploaded file with its name in the backup."""
    folder = Path(settings.HOME) / "files"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{FILES}{path.relative_to(folder).as_posix()}", path


@contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    """Give a folder for what is not finished, beside the result, to be renamed into place."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        work = Path(mkdtemp(prefix=_WORK, dir=folder))
    except OSError as problem:
        raise Refused(f"{folder} cannot be written: {problem.strerror}.") from problem
    try:
        yield work
    except OSError as problem:
        raise Refused(f"The backup could not be written or read: {problem}.") from problem
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Let the new name outlast a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
