"""One act on one ticket: lock it, ask whether it may be done, add to the log, project, save."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.db.models import QuerySet

from quarterdeck.core.database import insert_row
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import User
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.queries.facts import Log, effective_changes, header_of_ticket, whole_second
from quarterdeck.desk.queries.names import assignees_meant
from quarterdeck.desk.queries.projection import project
from quarterdeck.desk.queries.webhook_subjects import concern_of
from quarterdeck.desk.rules import may_work
from quarterdeck.desk.verbs.clock_projection import ClockProjection
from quarterdeck.desk.verbs.rule_news import TicketNews
from quarterdeck.desk.verbs.watch_news import WatchNews
from quarterdeck.desk.verbs.webhook_news import TicketTold
from quarterdeck.desk.vocabulary.ticket_life import RuleTrigger
from quarterdeck.office.models.webhooks import Concern
from quarterdeck.office.vocabulary import WebhookEvent

DOMAIN = "desk.tickets"
MOST_URGENT = 1


def _last_place() -> QuerySet[StateChange, tuple[int]]:
    changes = StateChange.objects.filter(ticket=Slot("ticket"))
    return changes.order_by("-sequence").values_list("sequence")[:1]


_LAST = Prepared(_last_place)


def _locked() -> QuerySet[Ticket]:
    rows = Ticket.objects.select_for_update(of=("self",)).select_related(
        "requester", "assignee", "team", "service"
    )
    return rows.filter(pk=Slot("ticket")).order_by()


_LOCKED = Prepared(_locked)


@dataclass
class TicketWork:
    """A ticket under the hands of one actor; its row is locked until the transaction ends.

    `begin` takes it up, `append` adds a line to its log, `set` its other columns, and `finish`
    projects the log onto the ticket and saves it as its next version. `is_new` where the act opens
    the ticket; no version says so, as an imported ticket that nobody touched stands at the first.
    """

    ticket: Ticket
    actor: Account
    at: datetime
    is_new: bool = False
    columns: set[str] = field(default_factory=set)
    is_logged: bool = False
    logs: dict[int, Log] = field(default_factory=dict)
    stood: tuple[str, str] = field(init=False)
    concern_before: Concern = field(init=False)

    def __post_init__(self) -> None:
        """Remember how the ticket stood."""
        self.stood = self.ticket.state, self.ticket.pause_reason
        self.concern_before = Concern() if self.is_new else concern_of(self.ticket)

    @classmethod
    def begin(  # noqa: PLR0917 — each act says all of it in one line
        cls,
        ticket: Ticket,
        version: int,
        actor: Account,
        at: datetime,
        can: Callable[[Ticket], bool],
        done: str,
        may: Callable[[User, Ticket], bool] = may_work,
    ) -> Self:
        """Lock the ticket as the actor has seen it at this version; `done` says what shall be done.

        Refused where the actor may not or the state does not allow it, which says more to somebody
        who clicked twice than the Conflict that follows from an old version.
        """
        present: Ticket | None = next(iter(_LOCKED.records(ticket=ticket.pk)), None)
        if present is None or not Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists():
            raise Refused("There is no such ticket.")
        if not may(actor, present):
            raise Refused(f"{present.number} cannot be {done} by you: your roles do not reach it.")
        if not can(present):
            raise Refused(_refusal(present, done))
        if present.version != version:
            raise Conflict(present)
        return cls(present, actor, at)

    def append(self, *, by: str = "", **changed: Any) -> None:
        """Add a line to the log: the ticket as it stands, but for what is changed.

        It is the actor's line, unless it says by what else it was done.
        """
        ticket = self.ticket
        present = {
            "state": ticket.state,
            "pause_reason": ticket.pause_reason,
            "priority": ticket.priority,
            "team": ticket.team,
            "assignee": ticket.assignee if self._is_given_by_hand() else None,
            "assignee_name": ticket.assignee_name,
            "service": ticket.service,
            "service_name": ticket.service_name,
        }
        (last,) = next(iter(_LAST.rows(ticket=ticket.pk)), (-1,))
        change = StateChange(
            ticket=ticket,
            sequence=last + 1,
            occurred_at=whole_second(self.at),
            recorded_at=self.at,
            changed_by=by or str(self.actor),
            **{**present, **changed},
        )
        insert_row(change)
        self.is_logged = True
        self._project()

    def set(self, *, is_header: bool = False, **columns: Any) -> None:
        """Set columns that are no projections; a header is then safe from a later import."""
        for name, value in columns.items():
            setattr(self.ticket, name, value)
        self.columns |= set(columns)
        if is_header:
            self.ticket.set_by_hand = sorted({*self.ticket.set_by_hand, *columns})
            self.columns.add("set_by_hand")

    def finish(self) -> Ticket:
        """Save the ticket, and let readings know that their evidence has changed."""
        ticket = self.ticket
        due = ClockProjection([ticket], self.at, self.logs).project()[ticket.pk]
        moved: dict[str, Any] = due.changed(ticket)
        self.set(**moved)
        trigger = RuleTrigger.OPENED if self.is_new else RuleTrigger.CHANGED
        ticket.version += 1
        ticket.save(update_fields=[*sorted(self.columns), "version"])
        # What tickets are about tells which of them are routine.
        if self.is_logged or {"category", "true_category"} & self.columns:
            touch(DOMAIN, min(ticket.opened_at, self.at), max(ticket.opened_at, self.at))
        TicketNews(ticket, trigger, self.at).tell()
        self._tell_webhooks(trigger)
        if (ticket.state, ticket.pause_reason) != self.stood:
            WatchNews(ticket, self.actor, self.at).of_state()
        return ticket

    def _tell_webhooks(self, trigger: RuleTrigger) -> None:
        told = TicketTold(self.ticket, self.at)
        if trigger == RuleTrigger.OPENED and self.ticket.priority == MOST_URGENT:
            told.of(WebhookEvent.URGENT_TICKET)
        if not self.is_new and concern_of(self.ticket) != self.concern_before:
            told.moved()
        if concern_of(self.ticket).teams - self.concern_before.teams:
            told.of(WebhookEvent.TICKET_ASSIGNED)

    def _project(self) -> None:
        """Set the projected columns to what the whole log adds up to."""
        ticket = self.ticket
        self.logs = effective_changes([ticket.pk])
        log = self.logs[ticket.pk]
        changes = [change for _, change in log]
        projection = project(header_of_ticket(ticket), changes, self._meant(changes[-1].assignee))
        columns = projection._asdict()
        columns["team"] = self._team(projection.team)
        self.set(**columns)

    def _is_given_by_hand(self) -> bool:
        """Whether the log itself knows the assignee, not only whom the source's name means today.

        A line that repeated what a name means would hold it for good, though that be taken back.
        """
        ticket = self.ticket
        if ticket.batch_id is None or ticket.assignee_id is None:
            return True
        log = (self.logs or effective_changes([ticket.pk])).get(ticket.pk)
        return not log or log[-1][1].assignee_id == ticket.assignee_id

    def _meant(self, assignee: str) -> Mapping[str, int]:
        """Whom somebody has said that the source of an imported ticket means."""
        if self.ticket.batch_id is None or not assignee:
            return {}
        return assignees_meant({assignee}, self.ticket.source)

    def _team(self, name: str) -> Team | None:
        known = self.ticket.team
        if known is not None and known.name == name:
            return known
        return Team.objects.get(name=name) if name else None


def _refusal(ticket: Ticket, done: str) -> str:
    """Say how the ticket stands, to somebody whose act comes too late or too early."""
    last = StateChange.objects.filter(ticket=ticket).order_by("-sequence", "-pk").first()
    by = f", by {last.changed_by}" if last is not None and last.changed_by else ""
    state, since = ticket.get_state_display().lower(), f"{ticket.changed_at:%Y-%m-%d %H:%M} UTC"
    return f"{ticket.number} cannot be {done}: it is {state} since {since}{by}."
