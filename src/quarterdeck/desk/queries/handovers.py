"""Which tickets were handed on here, by the lines that were written by hand."""

from collections.abc import Sequence

from django.db.models import QuerySet

from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.queries.facts import ChangeFacts, effective_changes


def handed_on_here(tickets: QuerySet[Ticket]) -> set[int]:
    """Return the keys of the tickets that went from team to team or from person to person here.

    What a source tells of the same ticket is counted by the source.
    """
    by_hand = StateChange.objects.filter(batch__isnull=True, ticket__in=tickets.values("pk"))
    keys = sorted(set(by_hand.values_list("ticket_id", flat=True)))
    return {
        key
        for key, log in effective_changes(keys).items()
        if _is_handed_on(log, "team") or _is_handed_on(log, "assignee")
    }


def _is_handed_on(log: Sequence[tuple[int, ChangeFacts]], name: str) -> bool:
    """Whether a line by hand names another holder than the last one; a first holder is no other."""
    held = ""
    for _, change in log:
        holder: str = getattr(change, name)
        if change.by_hand and held and holder and holder != held:
            return True
        held = holder or held
    return False
