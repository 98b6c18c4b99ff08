"""The command that looks for faults in an installation."""

import argparse

from django.core import checks as django_checks
from django.db import connection

from quarterdeck.config.commands.output import note, say
from quarterdeck.config.operation.standing import last_backup
from quarterdeck.core import clock
from quarterdeck.core.history import differences


def check(_chosen: argparse.Namespace) -> int:
    """Say what is wrong with settings, models, guards and backups; 1 if anything is."""
    faults = [str(message) for message in django_checks.run_checks()]
    faults += differences(connection)
    backup = last_backup(clock.now())
    if not backup.is_well:
        faults.append(f"{backup.title}: {backup.told}")
    for fault in faults:
        note(fault)
    if backup.is_well:
        say(f"{backup.title}: {backup.told}")
    say(f"{len(faults)} faults found")
    return int(bool(faults))
