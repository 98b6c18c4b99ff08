"""One of several people at work at the same time: `python -m quarterdeck.desk.tests.at_once N`.

It opens N tickets and prints their numbers, then tries to resolve the first ticket of all, and
prints whether it did.
"""

import sys
from datetime import UTC, datetime

import django

django.setup()

# What follows needs the apps to be loaded.
from quarterdeck.core.errors import Refused  # noqa: E402 — see the line above
from quarterdeck.core.models import Account  # noqa: E402 — see the line above
from quarterdeck.desk.models import Ticket  # noqa: E402 — see the line above
from quarterdeck.desk.verbs.tickets import (  # noqa: E402 — see the line above
    Report,
    open_ticket,
    resolve_ticket,
)

AT = datetime(2016, 4, 4, 9, tzinfo=UTC)


def work(amount: int) -> list[str]:
    """Return the numbers of the tickets, and how the resolution ended."""
    operator = Account.objects.get(username="operator")
    done = [
        open_ticket(report=Report(title="At once"), actor=operator, at=AT).number
        for _ in range(amount)
    ]
    first = Ticket.objects.get(number="T-000001")
    try:
        resolve_ticket(
            ticket=first,
            version=first.version,
            resolution="Done",
            true_category="Advice",
            actor=operator,
            at=AT,
        )
    except Refused:
        return [*done, "refused"]
    return [*done, "resolved"]


if __name__ == "__main__":
    sys.stdout.write("\n".join(work(int(sys.argv[1]))))
