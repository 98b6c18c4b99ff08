"""Why the database or the disk could not do what was asked of it, as far as the error tells."""

import errno
from collections.abc import Iterator
from enum import StrEnum

from django.db import DatabaseError, InterfaceError, OperationalError


class Trouble(StrEnum):
    """What keeps an installation from reading or storing; none of it is a fault of the program."""

    AWAY = "away"
    BUSY = "busy"
    FULL = "full"
    READ_ONLY = "read only"


# The word after SQLITE_ in the names of its result codes (https://www.sqlite.org/rescode.html).
_OF_SQLITE = {
    "BUSY": Trouble.BUSY,
    "LOCKED": Trouble.BUSY,
    "FULL": Trouble.FULL,
    "READONLY": Trouble.READ_ONLY,
    "CANTOPEN": Trouble.AWAY,
    "IOERR": Trouble.AWAY,
    "PROTOCOL": Trouble.BUSY,
}
# The beginnings of SQLSTATE, the longer one first
# (https://www.postgresql.org/docs/15/errcodes-appendix.html).
_OF_SQLSTATE = (
    ("53100", Trouble.FULL),
    ("25006", Trouble.READ_ONLY),
    ("55P03", Trouble.BUSY),
    ("57014", Trouble.BUSY),
    ("40", Trouble.BUSY),
    ("53", Trouble.BUSY),
    ("08", Trouble.AWAY),
    ("57P", Trouble.AWAY),
)
_OF_ERRNO = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Return what was in the way; None where the error tells of something else."""
    return next(filter(None, map(_trouble, _chain(error))), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and what it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__


def _trouble(error: BaseException) -> Trouble | None:
    if isinstance(error, DatabaseError | InterfaceError):
        return _of_driver(error, error.__cause__ or error)
    return _OF_ERRNO.get(error.errno or 0) if isinstance(error, OSError) else None


def _of_driver(error: Exception, cause: BaseException) -> Trouble | None:
    """Read the code that the driver gives; PostgreSQL gives none where the connection is gone."""
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        return _OF_SQLITE.get(name.split("_")[1])
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return Trouble.AWAY if isinstance(error, OperationalError | InterfaceError) else None
    return next((found for start, found in _OF_SQLSTATE if state.startswith(start)), None)
