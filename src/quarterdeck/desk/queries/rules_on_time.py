"""On which tickets enough time has passed for a rule."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from quarterdeck.desk.models import RuleFiring, Ticket, TicketRule
from quarterdeck.desk.queries.rule_conditions import match_of
from quarterdeck.desk.vocabulary import OPEN_STATES

_AT_ONCE = 500


def tickets_due_for(rule: TicketRule, at: datetime) -> Iterator[Ticket]:
    """Give the open tickets that a rule matches and has not fired on since that instant, page by
    page, the oldest first."""
    since, after = rule.since, 0
    long_ago = at - timedelta(minutes=rule.minutes or 0)
    fired = RuleFiring.objects.filter(rule=rule, ticket=OuterRef("pk"), since_at=OuterRef(since))
    rows = Ticket.objects.standing().filter(state__in=OPEN_STATES, **{f"{since}__lte": long_ago})
    due = rows.exclude(Exists(fired)).select_related("requester").order_by(F("pk").asc())
    while page := list(due.filter(pk__gt=after)[:_AT_ONCE]):
        after = page[-1].pk
        for ticket in page:
            if match_of(rule, ticket, rule.made_by).holds:
                yield ticket
