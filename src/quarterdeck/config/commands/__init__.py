"""What each command does."""

import argparse
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from quarterdeck.config.commands import (
    backup,
    checks,
    closing,
    imports,
    job_descriptions,
    mail,
    measures,
    running,
    sealing,
    searching,
    users,
)
from quarterdeck.config.operation.alone import alone

Command = Callable[[argparse.Namespace], int]

COMMANDS: dict[str, Command] = {
    "up": running.up,
    "serve": running.serve,
    "worker": running.worker,
    "demo": running.demo,
    "import": imports.import_file,
    "batches": imports.batches,
    "undo": imports.undo,
    "job-description": job_descriptions.read_job_description,
    "mail-in": mail.mail_in,
    "mail-lmtp": mail.mail_lmtp,
    "measures": measures.list_measures,
    "measure": measures.read_measure,
    "scorecard": measures.read_scorecard,
    "close": closing.close,
    "redact": sealing.redact_content,
    "erase": sealing.erase_person,
    "verify": sealing.verify_seals,
    "user": users.user,
    "backup": backup.backup,
    "restore": backup.restore,
    "upgrade": backup.upgrade,
    "check": checks.check,
    "search": searching.search,
}
# They come before the database is brought to the present version, or in place of it, or need none;
# a mail is handed over by a program that tries again, and no time for changing the database.
UNPREPARED = {"backup", "restore", "upgrade", "job-description", "mail-in", "mail-lmtp"}


def prepare() -> None:
    """Bring the database to the present version; an empty home gets a whole one."""
    with alone():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
