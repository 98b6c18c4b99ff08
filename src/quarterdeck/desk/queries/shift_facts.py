"""What a shift hands over without anybody typing it: the team's figures at the moment."""

from datetime import datetime

from django.db.models import Count, IntegerField, Q
from django.db.models.lookups import Exact

from quarterdeck.core.database import Unindexed
from quarterdeck.core.models import Team
from quarterdeck.desk.models import Escalation, ServiceLevelClock, ShiftNote, Ticket
from quarterdeck.desk.vocabulary import TicketState
from quarterdeck.office.queries import calendar_named, working_calendar

_SOON_SECONDS = 8 * 3_600
_MOST_NAMED = 10
_URGENT = 2


def shift_facts(team: Team, at: datetime) -> list[list[str]]:
    """Return titles and what was found, as texts that stay as they were."""
    work = Ticket.objects.standing().filter(team=team)
    alive = work.open()
    live = ServiceLevelClock.objects.live().standing().filter(team=team).promised_to_customers()
    soon = working_calendar(calendar_named("")).add_business(at, _SOON_SECONDS)
    last = ShiftNote.objects.filter(team=team).order_by("-at", "-pk").first()
    counted = alive.aggregate(
        open=Count("pk"),
        unassigned=Count("pk", filter=Q(assignee__isnull=True, assignee_name="")),
        on_hold=Count("pk", filter=Q(state=TicketState.ON_HOLD)),
    )
    due = live.filter(due_at__lte=soon).aggregate(
        late=Count("pk", filter=Q(due_at__lt=at)), soon=Count("pk", filter=Q(due_at__gte=at))
    )
    facts = [
        ["Open", f"{counted['open']:,}"],
        ["Unassigned", f"{counted['unassigned']:,}"],
        ["On hold", f"{counted['on_hold']:,}"],
        ["Promised times overdue", f"{due['late']:,}"],
        ["Due within 8 h of work", f"{due['soon']:,}"],
        ["Escalations open", f"{Escalation.objects.open().filter(ticket__team=team).count():,}"],
    ]
    if last is not None:
        came = work.filter(opened_at__gt=last.at, opened_at__lte=at).count()
        # By its team alone, SQLite would read all tickets that the team ever had.
        place = Unindexed("team", output_field=IntegerField())
        fixed = Ticket.objects.standing().filter(last_fix_at__gt=last.at, last_fix_at__lte=at)
        went = fixed.filter(Exact(place, team.pk)).count()
        facts += [
            ["Reported since the last hand-over", f"{came:,}"],
            ["Fixed since", f"{went:,}"],
        ]
    urgent = alive.filter(priority__lte=_URGENT).select_related("assignee").most_urgent_first()
    facts += [
        [f"Priority {ticket.priority}", f"{ticket}, {ticket.assignee_name or 'nobody'}"]
        for ticket in urgent[:_MOST_NAMED]
    ]
    return facts
