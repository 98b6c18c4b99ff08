"""Putting a backup in the place of an installation."""

import shutil
from pathlib import Path
from tempfile import mkdtemp

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from quarterdeck.config.operation.archive import (
    DATABASES,
    FILES,
    SECRET_KEY,
    extract,
    read_manifest,
)
from quarterdeck.config.operation.backup import ENGINES
from quarterdeck.config.operation.manifest import Manifest, refuse_newer
from quarterdeck.core.errors import Refused
from quarterdeck.core.history import differences


def restore_backup(path: Path, *, force: bool = False) -> Manifest:
    """Put a backup in the place of this installation, and bring it to the present version.

    Nothing is touched before the whole backup has been read and examined. Refused for a damaged
    backup, one of a newer version or of another database, an installation that is in use or, unless
    `force`, one that holds anything. A restore that was killed is done again with `force`.
    """
    manifest = read_manifest(path)
    refuse_newer(manifest)
    if manifest.engine != connection.vendor:
        raise Refused(
            f"The backup is of a {manifest.engine} database, and this installation's is "
            f"{connection.vendor}: set QUARTERDECK_DATABASE_URL."
        )
    if not force and _holds_anything():
        raise Refused(
            "This installation is not empty. "
            "With --force the backup takes the place of all it holds."
        )
    home = Path(settings.HOME)
    work = Path(mkdtemp(prefix=".quarterdeck-restore-", dir=home))
    try:
        extract(path, manifest, work, kept=lambda _: True)
        engine, database = ENGINES[manifest.engine], work / DATABASES[manifest.engine]
        engine.examine_copy(database, manifest.rows)
        engine.put_back(database)
        _put_files_back(work, home)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _prove(manifest)
    return manifest


def _prove(manifest: Manifest) -> None:
    """Count again what stands in the database, then bring it to the present version."""
    if manifest.engine == "postgresql" and ENGINES["postgresql"].counted_rows() != manifest.rows:
        raise Refused("The restored database has not the rows that the manifest counts.")
    call_command("migrate", verbosity=0, interactive=False)
    if faults := differences(connection):
        raise Refused(f"The restored database lacks guards: {'; '.join(faults[:3])}.")


def _holds_anything() -> bool:
    """Say whether there are people's accounts, acts or files; what cannot be read may hold some."""
    if any((Path(settings.HOME) / "files").rglob("*")):
        return True
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(name).exists():
        return False
    try:
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor))
            if "core_account" not in tables:
                return bool(tables)
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM core_account WHERE NOT is_builtin)"
                " OR EXISTS (SELECT 1 FROM core_act)"
            )
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return True


def _put_files_back(work: Path, home: Path) -> None:
    """Let files, and the secret key if the backup has it, take the place of the home's."""
    restored, present, former = work / FILES, home / "files", work / "former-files"
    if present.exists():
        present.rename(former)
    if restored.exists():
        restored.rename(present)
    key = work / SECRET_KEY
    if key.exists():
        key.replace(home / SECRET_KEY)
