"""Commands that keep an installation safe: backup, restore, upgrade."""

import argparse
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from quarterdeck.config.commands.checks import check
from quarterdeck.config.commands.output import note, say, say_json
from quarterdeck.config.operation.alone import alone
from quarterdeck.config.operation.backup import Backup, take_backup, verify_backup
from quarterdeck.config.operation.manifest import Manifest, present_version
from quarterdeck.config.operation.restore import restore_backup
from quarterdeck.core import clock

_MEBIBYTE = 1024 * 1024


def backup(chosen: argparse.Namespace) -> int:
    """Take a backup and verify it, or verify one that is there."""
    if chosen.verify:
        manifest = verify_backup(Path(chosen.verify))
        _say("whole", manifest, Path(chosen.verify), as_json=chosen.json)
        return 0
    taken = take_backup(_folder(chosen.to), with_secret_key=chosen.with_secret_key, at=clock.now())
    _tell(taken, as_json=chosen.json)
    return 0


def restore(chosen: argparse.Namespace) -> int:
    """Put a backup in the place of this installation."""
    manifest = restore_backup(Path(chosen.file), force=chosen.force)
    _say("restored", manifest, Path(chosen.file), as_json=chosen.json)
    if not manifest.has_secret_key:
        note("The backup holds no secret key: whoever was signed in signs in again.")
    return 0


def upgrade(chosen: argparse.Namespace) -> int:
    """Take a backup, bring the database to the present version, and look for faults.

    What is started meanwhile waits, so that the backup is of what was there before.
    """
    with alone():
        taken = take_backup(_folder(chosen.to), occasion="before-upgrade", at=clock.now())
        _tell(taken, as_json=False)
        call_command("migrate", verbosity=0, interactive=False)
    say(f"The database is at version {present_version()}.")
    return check(chosen)


def _folder(given: str) -> Path:
    return Path(given or settings.BACKUP_FOLDER or settings.HOME / "backups")


def _tell(taken: Backup, *, as_json: bool) -> None:
    _say("written", taken.manifest, taken.path, as_json=as_json)
    if taken.manifest.has_secret_key:
        note("It holds the secret key: whoever has the file can sign in as anybody.")


def _say(done: str, manifest: Manifest, path: Path, *, as_json: bool) -> None:
    rows = sum(manifest.rows.values())
    if as_json:
        say_json(
            {
                "file": str(path.absolute()),
                "state": done,
                "bytes": path.stat().st_size,
                "version": manifest.version,
                "taken_at": manifest.taken_at,
                "engine": manifest.engine,
                "tables": len(manifest.rows),
                "rows": rows,
                "members": len(manifest.members),
                "secret_key": manifest.has_secret_key,
            }
        )
        return
    size = path.stat().st_size / _MEBIBYTE
    say(
        f"{path} is {done}: {rows:,} rows in {len(manifest.rows)} tables, "
        f"{len(manifest.members)} files, {size:,.1f} MB, "
        f"taken at {manifest.taken_at:%Y-%m-%d %H:%M} UTC."
    )
