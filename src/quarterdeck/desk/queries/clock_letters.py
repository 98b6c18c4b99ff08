"""What the desk writes to its own people when a clock runs out."""

from zoneinfo import ZoneInfo

from quarterdeck.desk.models import ServiceLevelEvent, Ticket
from quarterdeck.desk.queries.letters import Letter
from quarterdeck.desk.queries.promises import hours_text
from quarterdeck.desk.vocabulary import ClockEventKind
from quarterdeck.office.queries import organisation


def event_letter(event: ServiceLevelEvent, ticket: Ticket) -> Letter:
    """Return the mail about a warning or breach; to whom it goes is for the verb to say."""
    zone = organisation().zone
    due = f"{event.due_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
    what = event.get_metric_display().lower()
    if event.is_operational:
        what = f"{what} within the team"
    if event.kind == ClockEventKind.BREACH:
        subject, said = f"{what} is overdue", f"The {what} was due at {due}."
    else:
        subject, said = f"{what} is due soon", f"The {what} is due at {due}."
    target = event.target
    lines = [
        said,
        "",
        f"{ticket.number} {ticket.title}",
        f"Priority {ticket.priority}" if ticket.priority else "No priority",
        f"State: {ticket.get_state_display()}",
        f"Promised: {hours_text(target.seconds)} on {target.calendar}, by {target.terms}",
    ]
    headers = {"X-Quarterdeck-Ticket": ticket.number}
    return Letter("", f"[{ticket.number}] {subject}", "\n".join(lines), headers)
