"""The command that looks for faults in an installation."""

import argparse

from django.core import checks as django_checks
from django.db import connection

from quarterdeck.config.commands.output import note, say
from quarterdeck.core.history import differences


def check(_chosen: argparse.Namespace) -> int:
    """Say what is wrong with settings, models and the database's guards; 1 if anything is."""
    faults = [str(message) for message in django_checks.run_checks()]
    faults += differences(connection)
    for fault in faults:
        note(fault)
    say(f"{len(faults)} faults found")
    return int(bool(faults))
