"""What the desk's measures have in common: the duty that they serve, and evidence of tickets."""

from functools import partial

from quarterdeck.core.measures import Better, Unit, measure

DUTY, DOMAIN = "J3.4.m1", "desk.tickets"

# A duration of work is the better the shorter it is; a share says itself which way is good.
duration = partial(measure, unit=Unit.DURATION, better=Better.LOWER, duty=DUTY, domain=DOMAIN)
share = partial(measure, unit=Unit.SHARE, duty=DUTY, domain=DOMAIN)
