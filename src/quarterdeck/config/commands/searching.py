"""The command that looks after the search index."""

import argparse

from django.db import connection

from quarterdeck.config.commands.output import note, say
from quarterdeck.core.database import unmapped
from quarterdeck.core.errors import Refused
from quarterdeck.core.history import out_of_step, rebuild, searched_tables
from quarterdeck.core.history.tables import Table


@unmapped()
def search(chosen: argparse.Namespace) -> int:
    """Make the index anew, or compare every word of it with the rows; 1 if any differs."""
    tables = _tables(chosen.table)
    if chosen.act == "rebuild":
        for table in tables:
            rebuild(connection, [table])
            note(f"{table.name}: indexed anew")
        say(f"{len(tables)} indexes made anew")
        return 0
    faults = out_of_step(connection, tables)
    for name in faults:
        note(f"{name}: the index says something else than the rows; rebuild it")
    say(f"{len(faults)} of {len(tables)} indexes out of step")
    return int(bool(faults))


def _tables(name: str) -> list[Table]:
    tables = searched_tables(connection)
    if not name:
        return tables
    known = ", ".join(table.name for table in tables)
    chosen = [table for table in tables if table.name == name]
    if not chosen:
        raise Refused(f"There is no searched table “{name}”; expected one of {known}.")
    return chosen
