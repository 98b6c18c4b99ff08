"""The command that closes a month."""

import argparse

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.commands.output import say
from quarterdeck.core import clock
from quarterdeck.office.queries import period_named
from quarterdeck.scorecard.verbs.closings import close_period


def close(chosen: argparse.Namespace) -> int:
    """Close a month that is over: store its readings as they stand."""
    closed = close_period(period=period_named(chosen.period), actor=operator(), at=clock.now())
    say(f"{closed.period} is closed: {closed.readings.count()} readings are stored.")
    return 0
