"""What somebody sees who opens the demo at once, before a worker has looked around."""

from datetime import datetime

from quarterdeck.core.measures import ORGANISATION, Terms, all_measures
from quarterdeck.core.models import Account
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.periods import own_day
from quarterdeck.scorecard.queries.board import wanted_readings
from quarterdeck.scorecard.verbs.cached_readings import take_readings


def take_first_readings(*, actor: Account, at: datetime) -> int:
    """Take and keep what the scorecard opens with: the last whole month and its trends. Return how
    many readings were computed; those of closed months stand already."""
    month = period_named(f"{own_day(at):%Y-%m}").previous()
    found = take_readings(
        wanted=wanted_readings(all_measures(), month, ORGANISATION),
        go_on=lambda: True,
        terms=Terms(at),
        actor=actor,
        at=at,
    )
    return len(found.computed)
