"""What the desk's measures have in common: the duty that they serve, and evidence of tickets."""

from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial

from quarterdeck.core.measures import Better, Terms, Unit, measure
from quarterdeck.kernels.spans import Span, coverage

DUTY, DOMAIN = "J3.4.m1", "desk.tickets"

# A duration of work is the better the shorter it is; a share says itself which way is good.
duration = partial(measure, unit=Unit.DURATION, better=Better.LOWER, duty=DUTY, domain=DOMAIN)
share = partial(measure, unit=Unit.SHARE, duty=DUTY, domain=DOMAIN)


def register_coverage(period: Span, as_of: datetime, first: datetime | None) -> Fraction:
    """Return the share of a period, up to `as_of`, in which a register of ours was kept.

    It counts as kept from its first entry on.
    """
    elapsed = period.clip(Span(min(period.start, as_of), as_of))
    if elapsed is None or first is None or first >= as_of:
        return Fraction(0)
    return coverage([Span(first, as_of)], elapsed)


def last_instant(period: Span, terms: Terms) -> datetime:
    """Return the last instant of a period that is over: what is settled then counts in it."""
    return min(period.end - timedelta(microseconds=1), terms.as_of)
