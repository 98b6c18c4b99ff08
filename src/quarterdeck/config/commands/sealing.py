"""The command that verifies the chain of seals."""

import argparse

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.commands.output import note, say
from quarterdeck.core import clock
from quarterdeck.core.sealing import seal_rows, verify


def verify_seals(chosen: argparse.Namespace) -> int:
    """Compute the chain of seals again and name the first fault; 1 if there is one."""
    if chosen.seal_first:
        say(f"{seal_rows(actor=operator(), at=clock.now()):,} rows sealed")
    found = verify()
    if found.fault:
        note(found.fault)
    say(f"{found.rows:,} rows under {found.seals:,} seals are as they were sealed")
    say(f"last seal {found.last_digest}")
    return int(bool(found.fault))
