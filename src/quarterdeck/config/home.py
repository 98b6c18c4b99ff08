"""Where an installation keeps its things, and which database it uses."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SQLITE_SETTINGS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=268435456;"
    "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864;"
)
# A server that is away is noticed in seconds; nobody waits for the kernel to give up on it. What
# the URL says comes first (https://www.postgresql.org/docs/15/libpq-connect.html).
POSTGRESQL_PATIENCE = {
    "connect_timeout": "2",
    "keepalives_idle": "30",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
# Seconds. A pool that has given up on a connection tries again as soon as somebody asks for one.
POOL_PATIENCE = {"timeout": 2.0, "reconnect_timeout": 4.0}


def home() -> Path:
    """Return the folder of this installation (QUARTERDECK_HOME), made on first use."""
    default = (
        Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "quarterdeck"
    )
    folder = Path(os.environ.get("QUARTERDECK_HOME") or default).expanduser()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """Return this installation's signing key, made on first use and readable by its owner alone."""
    path = folder / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key


def database(url: str, folder: Path) -> dict[str, Any]:
    """Return Django's settings for `url`: `postgresql://…`, `sqlite:///path`, or SQLite in the
    home."""
    parts = urlsplit(url or f"sqlite:///{folder / 'quarterdeck.sqlite3'}")
    if parts.scheme == "sqlite":
        return _sqlite(
            unquote(parts.path.removeprefix("/") if parts.path[:2] == "//" else parts.path)
        )
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgresql(url)
    message = f"QUARTERDECK_DATABASE_URL begins with “{parts.scheme}”: expected postgresql:// or sqlite:///"
    raise SystemExit(message)


def _sqlite(path: str) -> dict[str, Any]:
    # IMMEDIATE takes the one writer's lock at the start, so that writers queue instead of failing
    # half-way.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_SETTINGS,
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 — SQLite needs no driver loaded

    given = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given.pop("dbname", "quarterdeck"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **POSTGRESQL_PATIENCE,
            **given,
            "pool": {"min_size": 1, "max_size": 8, **POOL_PATIENCE},
        },
    }
