"""What a rule would change on a ticket, found by doing it and taking it back."""

from collections.abc import Mapping
from dataclasses import dataclass

from quarterdeck.desk.models import Ticket
from quarterdeck.office.models import OutgoingMail

_COLUMNS = {
    "state": "State",
    "pause_reason": "Waits for",
    "priority": "Priority",
    "team": "Team",
    "assignee": "Assignee",
    "service": "Service",
    "category": "Category",
    "impact": "Impact",
    "urgency": "Urgency",
}


@dataclass(frozen=True)
class Trial:
    """A ticket that a rule matches, why, and what it would change; untold where not looked at."""

    ticket: Ticket
    reason: str
    changes: tuple[str, ...]


def standing_of(ticket: Ticket) -> Mapping[str, str]:
    """Return what of a ticket a rule may change, in words."""
    found = {}
    for column, title in _COLUMNS.items():
        shown = getattr(ticket, f"get_{column}_display", None)
        value = shown() if shown else getattr(ticket, column)
        found[title] = "—" if value in {None, ""} else str(value)
    found["Tags"] = ", ".join(ticket.tags.order_by("name").values_list("name", flat=True)) or "—"
    for kind, count in (
        ("Messages", ticket.messages.count()),
        ("Mails", OutgoingMail.objects.count()),
    ):
        found[kind] = str(count)
    return found


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return what differs, in words."""
    said = []
    for title, value in before.items():
        if after[title] == value:
            continue
        if title in {"Messages", "Mails"}:
            said.append(f"{int(after[title]) - int(value)} new {title.lower()[:-1]}(s)")
        else:
            said.append(f"{title}: {value} → {after[title]}")
    return said
