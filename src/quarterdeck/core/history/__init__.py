"""Row history: the database itself copies every change of a noun and guards every table of ours.

Triggers are generated from the models, so that bulk updates and raw SQL are covered too. A write to
a noun or a fact fails where nobody acts (see `quarterdeck.core.acts`); facts are never changed or
removed. Values are stored alike on both databases: booleans as booleans, times in ISO 8601 in UTC,
decimals as numbers, masked columns as "***".

The search indexes are kept in step by triggers of the same make, and come and go with them.
"""

from quarterdeck.core.history.entries import entries_of, held_ever, rows_that_held
from quarterdeck.core.history.indexes import out_of_step, rebuild, searched_tables
from quarterdeck.core.history.triggers import (
    actual_triggers,
    differences,
    expected_triggers,
    install,
    remove,
    triggers_of,
)

__all__ = [
    "actual_triggers",
    "differences",
    "entries_of",
    "expected_triggers",
    "held_ever",
    "install",
    "out_of_step",
    "rebuild",
    "remove",
    "rows_that_held",
    "searched_tables",
    "triggers_of",
]
