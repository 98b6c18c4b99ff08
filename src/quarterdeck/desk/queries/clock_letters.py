"""What the desk writes to its own people when a clock runs out."""

from zoneinfo import ZoneInfo

from quarterdeck.core.models import Person
from quarterdeck.desk.models import ServiceLevelEvent, Ticket
from quarterdeck.desk.queries.letters import notice_to
from quarterdeck.desk.queries.mail_kinds import CLOCK_BREACH, CLOCK_WARNING
from quarterdeck.desk.queries.promises import hours_text
from quarterdeck.desk.vocabulary import ClockEventKind
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.letters import Letter


def event_letter(person: Person, event: ServiceLevelEvent, ticket: Ticket) -> Letter | None:
    """Return the mail that tells a person of a warning or breach."""
    zone = organisation().zone
    what, target = event.get_metric_display().lower(), event.target
    facts = {
        "clock": f"{what} within the team" if event.is_operational else what,
        "due": f"{event.due_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})",
        "promise": f"{hours_text(target.seconds)} on {target.calendar}, by {target.terms}",
    }
    kind = CLOCK_BREACH if event.kind == ClockEventKind.BREACH else CLOCK_WARNING
    return notice_to(person, kind, ticket, facts)
