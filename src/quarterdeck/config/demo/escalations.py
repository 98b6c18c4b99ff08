"""What was escalated and complained about in the demo's last weeks, and a shift that hands over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from quarterdeck.config.demo import cast
from quarterdeck.config.demo.agenda import Agenda
from quarterdeck.config.demo.story import Story
from quarterdeck.core.changes import add_record
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.desk.models import Escalation, Ticket
from quarterdeck.desk.records.escalations import escalation_policies
from quarterdeck.desk.verbs.escalation_work import Complaint
from quarterdeck.desk.verbs.escalations import (
    answer_escalation,
    complain,
    escalate_ticket,
    record_verdict,
    resolve_escalation,
)
from quarterdeck.desk.verbs.shift_notes import hand_over_shift
from quarterdeck.desk.vocabulary import EscalationDirection
from quarterdeck.office.queries import calendar_named

_NOTE = "The vendor of the scanners calls back after ten. Mind the printer in the town hall."


@dataclass(frozen=True)
class Escalations:
    """Who escalates and who answers; `hands` are a team's accounts, whoever leads it first."""

    story: Story
    agenda: Agenda
    hands: Mapping[str, Sequence[Account]]
    manager: Account

    def plan(self) -> None:
        """Spread it over the last two weeks."""
        until = self.story.until
        self.agenda.plan(until - timedelta(days=12), self._solved)
        self.agenda.plan(until - timedelta(days=5), self._silent)
        self.agenda.plan(until - timedelta(hours=3), self._today)

    def _solved(self, at: datetime) -> None:
        """A complaint that ran its whole course."""
        told = Complaint(
            reason="Three people have asked me the same questions, and nobody has come.",
            complainant=Person.objects.get(name=cast.REQUESTER),
            channel="Phone",
            promised="A visit within the week",
        )
        row = self._complaint(told, at)
        row = answer_escalation(
            escalation=row,
            version=row.version,
            answer="One of us comes tomorrow at nine, and stays until it works.",
            actor=self.manager,
            at=at + timedelta(hours=3),
        )
        row = self._resolved(row, at + timedelta(days=1))
        record_verdict(
            escalation=row,
            version=row.version,
            verdict="solved",
            remark="Very friendly, in the end.",
            actor=self.hands[cast.SERVICE_DESK][1],
            at=at + timedelta(days=3),
        )

    def _silent(self, at: datetime) -> None:
        """A complaint that is resolved, and of which the complainant has said nothing yet."""
        told = Complaint(
            reason="I was told twice that it was done, and twice it was not.",
            complainant_name="A caller from the depot",
            channel="Phone",
        )
        self._resolved(self._complaint(told, at), at + timedelta(days=2))

    def _today(self, at: datetime) -> None:
        """What waits for an answer, by itself from now on, and the end of the early shift."""
        mine = self.hands[cast.SERVICE_DESK]
        waiting = Ticket.objects.open().filter(batch__isnull=True, team__name=cast.SERVICE_DESK)
        for ticket, escalate in zip(waiting.order_by("pk"), self._ways(), strict=False):
            escalate(ticket=ticket, actor=mine[1], at=at)
        values = {
            "name": "Broken promises of priority 1 and 2",
            "priority": 2,
            "calendar": calendar_named(""),
            "begins_on": at.date(),
        }
        add_record(record=escalation_policies, values=values, actor=self.manager, at=at)
        team = Team.objects.get(name=cast.SERVICE_DESK)
        hand_over_shift(team=team, shift="Early", text=_NOTE, actor=mine[1], at=at)

    def _ways(self) -> tuple[Callable[..., Escalation], ...]:
        """Return how two tickets are escalated: one up the line, one to another team."""
        up, across = EscalationDirection.HIERARCHICAL, EscalationDirection.FUNCTIONAL
        return (
            partial(
                escalate_ticket,
                direction=up,
                reason="The vendor wants an order first.",
                answer_hours=1,
            ),
            partial(
                escalate_ticket,
                direction=across,
                to_team=Team.objects.get(name=cast.SERVERS),
                reason="The share is full again; we cannot see why.",
            ),
        )

    def _complaint(self, told: Complaint, at: datetime) -> Escalation:
        of_desk = Ticket.objects.filter(batch__isnull=True, team__name=cast.SERVICE_DESK)
        ticket = of_desk.order_by("-pk")[0]
        return complain(
            ticket=ticket,
            complaint=told,
            owner=self.manager.person,
            actor=self.hands[cast.SERVICE_DESK][1],
            at=at,
        )

    def _resolved(self, row: Escalation, at: datetime) -> Escalation:
        return resolve_escalation(
            escalation=row,
            version=row.version,
            resolution="One person is named for it now, and has called back the same day.",
            actor=self.manager,
            at=at,
        )
