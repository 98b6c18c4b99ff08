"""The file of a backup: a zip with the database, the uploaded files and a manifest.

Zip, since every machine can open it, each member can be read alone, and it has no limit of size
(ZIP64, APPNOTE 6.3.10 section 4.5.3). The manifest is written last.
"""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from quarterdeck.config.operation.manifest import Manifest, Member, manifest_of
from quarterdeck.core.errors import Refused

MANIFEST = "manifest.json"
SECRET_KEY = "secret-key"  # noqa: S105 — the name of a member, not the key
FILES = "files/"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_CHUNK = 1024 * 1024
_MANIFEST_LIMIT = 64 * 1024 * 1024
# What is written by a fast level takes a third of the time, and is a tenth larger.
_LEVEL = 1


def write_archive(
    path: Path,
    contents: Iterable[tuple[str, Path]],
    describe: Callable[[Mapping[str, Member]], Manifest],
) -> Manifest:
    """Write files under their names, then the manifest that `describe` makes of them.

    Only its owner may read the result. A file that has gone since it was listed is left out.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    members = {}
    with os.fdopen(descriptor, "wb") as raw:
        with zipfile.ZipFile(raw, "w", allowZip64=True) as archive:
            for name, source in contents:
                try:
                    file = source.open("rb")
                except FileNotFoundError:
                    continue
                with file:
                    members[name] = _add(archive, name, file)
            manifest = describe(members)
            archive.writestr(_entry(MANIFEST), manifest.to_json())
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    # PostgreSQL's dump is compressed already; uploads mostly are.
    squeezed = name in {MANIFEST, DATABASES["sqlite"]}
    entry.compress_type = zipfile.ZIP_DEFLATED if squeezed else zipfile.ZIP_STORED
    entry._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 — before 3.13 it has no public name
    entry.external_attr = 0o600 << 16
    return entry


def _add(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> Member:
    digest, size = hashlib.sha256(), 0
    with archive.open(_entry(name), "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return Member(digest.hexdigest(), size)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup for reading; whatever is wrong inside is told as a damaged file."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as problem:
        raise Refused(f"There is no backup {path}.") from problem
    except (IsADirectoryError, PermissionError) as problem:
        raise Refused(f"{path} cannot be read: {problem.strerror}.") from problem
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, KeyError),
        *(NotImplementedError, RuntimeError, UnicodeDecodeError),
    ) as problem:
        raise Refused(f"{path} is damaged, or no backup: {problem}.") from problem


def read_manifest(path: Path) -> Manifest:
    """Return what a backup says of itself, and refuse one whose members are not those it lists."""
    with _opened(path) as archive:
        if archive.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT:
            raise Refused(f"{path} is damaged, or no backup: its manifest is too large.")
        manifest = manifest_of(archive.read(MANIFEST).decode())
        present = archive.namelist()
    if sorted(present) != sorted([*manifest.members, MANIFEST]):
        raise Refused(f"{path} is damaged: it does not hold the files that its manifest lists.")
    for name in manifest.members:
        _refuse_strange(path, name)
    if DATABASES.get(manifest.engine) not in manifest.members:
        raise Refused(f"{path} is damaged: it holds no database.")
    return manifest


def _refuse_strange(path: Path, name: str) -> None:
    """Refuse a name that would lead out of the folder into which a backup is taken apart."""
    ours = name in {SECRET_KEY, *DATABASES.values()} or name.startswith(FILES)
    if not ours or ".." in PurePosixPath(name).parts or "\\" in name or "//" in name:
        raise Refused(f"{path} is damaged, or no backup of ours: it holds “{name}”.")


def extract(path: Path, manifest: Manifest, folder: Path, *, kept: Callable[[str], bool]) -> None:
    """Read every member, compare it with its digest, and write those that `kept` names."""
    with _opened(path) as archive:
        for name, member in manifest.members.items():
            target = folder / name
            digest, size = hashlib.sha256(), 0
            with archive.open(name) as source, _sink(target if kept(name) else None) as sink:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    sink.write(chunk)
            if Member(digest.hexdigest(), size) != member:
                raise Refused(f"{path} is damaged: {name} is not what was written.")


def _sink(target: Path | None) -> IO[bytes]:
    if target is None:
        return Path(os.devnull).open("wb")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
