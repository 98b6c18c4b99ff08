"""Runs commands of one installation, each in a process of its own that has loaded everything.

Of a command that is killed a dozen times, most of the time would go into loading. Each line of the
standard input holds the words of a command, the file for its output, and for how many seconds it
waits before it writes how far it is; the answers are the number of its process, and its exit
status.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django
from django.db.migrations.loader import MigrationLoader


def main() -> None:
    """Load everything once, and then run what is asked for, one after the other."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "quarterdeck.config.settings"
    django.setup()
    from django.db import connection  # noqa: PLC0415 — models need the settings before

    from quarterdeck.config import commands  # noqa: PLC0415 — models need the settings before
    from quarterdeck.config.command import main as command  # noqa: PLC0415 — models need the settings before
    from quarterdeck.desk.verbs import settled_tickets  # noqa: PLC0415 — models need the settings before
    from quarterdeck.office.verbs import import_run  # noqa: PLC0415 — models need the settings before

    commands.COMMANDS.keys()
    MigrationLoader(None)
    # Passes of many chunks need no file of many lines then, and can be killed in their middle.
    import_run.LINES_A_CHUNK = import_run.ROWS_A_CHUNK = 200
    import_run.RECORDS_A_CHUNK = settled_tickets.TICKETS_A_CHUNK = 40
    for line in sys.stdin:
        words, output, seconds = json.loads(line)
        child = os.fork()
        if not child:
            connection.execute_wrappers.append(partial(_dawdle, seconds))
            with Path(output).open("w", encoding="utf-8") as sys.stdout:
                status = command(words)
            os._exit(status)
        _tell(child)
        _tell(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _dawdle(
    seconds: float,
    execute: Callable[..., Any],
    statement: str,
    *rest: Any,
) -> Any:
    """Wait before a line is written of how far an import is, so that it is seen where it was."""
    if statement.startswith('UPDATE "office_importprogress"'):
        time.sleep(seconds)
    return execute(statement, *rest)


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
