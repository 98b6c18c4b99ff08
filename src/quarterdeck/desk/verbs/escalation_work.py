"""One act on one escalation: lock it, ask whether it may be done, change it, write it down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.permission import User
from quarterdeck.desk.models import Escalation, EscalationEvent, EscalationPolicy, Ticket
from quarterdeck.desk.queries.escalations import DOMAIN, Promise
from quarterdeck.desk.queries.reporting_line import Found
from quarterdeck.desk.queries.webhook_subjects import ESCALATION
from quarterdeck.desk.verbs.webhook_news import TicketTold
from quarterdeck.desk.vocabulary import EscalationEventKind, Verdict
from quarterdeck.office.queries.letters import Letter
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.office.vocabulary import WebhookEvent


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What somebody complains of, as it was heard.

    A complainant who is not in the directory is a name alone. `promised` is what they were told
    would be done.
    """

    reason: str
    complainant: Person | None = None
    complainant_name: str = ""
    channel: str = ""
    promised: str = ""


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is brought before whom: the sides of a new escalation."""

    cause: str
    direction: str
    reason: str
    owner: Found
    promise: Promise
    to_team: Team | None = None
    policy: EscalationPolicy | None = None
    occasion: str = ""
    complaint: Complaint | None = None


@dataclass
class EscalationWork:
    """An escalation under the hands of one actor; its row is locked until the transaction ends."""

    escalation: Escalation
    actor: Account
    at: datetime

    @classmethod
    def begin(  # noqa: PLR0917 — each act says all of it in one line
        cls,
        escalation: Escalation,
        version: int,
        actor: Account,
        at: datetime,
        may: Callable[[User, Escalation], bool],
        can: Callable[[Escalation], bool],
        done: str,
    ) -> Self:
        """Lock it as the actor has seen it at this version; `done` says what shall be done."""
        work = cls.locked(escalation, actor, at)
        row = work.escalation
        if not Escalation.objects.visible_to(actor).filter(pk=row.pk).exists():
            raise Refused("There is no such escalation.")
        if not may(actor, row):
            raise Refused(f"{row} cannot be {done} by you.")
        if not can(row):
            raise Refused(f"{row} cannot be {done}: it is {row.get_state_display().lower()}.")
        if row.version != version:
            raise Conflict(row)
        return work

    @classmethod
    def locked(cls, escalation: Escalation, actor: Account, at: datetime) -> Self:
        """Lock it for whoever needs no permission, such as the holder of a signed link."""
        rows = Escalation.objects.select_for_update(of=("self",)).select_related(
            "ticket__team", "owner", "raised_by__person", "resolved_by", "complainant", "calendar"
        )
        return cls(rows.get(pk=escalation.pk), actor, at)

    @classmethod
    def raised(cls, ticket: Ticket, call: Call, actor: Account, at: datetime) -> Self:
        """Write a new escalation down; what is due counts from now."""
        answer_due_at, resolution_due_at = call.promise.due(at)
        complaint = call.complaint
        told = {}
        if complaint is not None:
            told = {
                "complainant": complaint.complainant,
                "complainant_name": complaint.complainant_name,
                "channel": complaint.channel,
                "promised": complaint.promised,
            }
        row = Escalation.objects.create(
            ticket=ticket,
            cause=call.cause,
            direction=call.direction,
            policy=call.policy,
            occasion=call.occasion,
            reason=call.reason,
            from_team=ticket.team,
            from_person=ticket.assignee,
            to_team=call.to_team,
            owner=call.owner.person,
            skipped=list(call.owner.skipped),
            raised_by=actor,
            raised_at=at,
            answer_due_at=answer_due_at,
            resolution_due_at=resolution_due_at,
            calendar=call.promise.calendar,
            answer_seconds=call.promise.answer_seconds,
            **told,
        )
        work = cls(row, actor, at)
        work.note(EscalationEventKind.RAISED, call.reason)
        about, other = f"{ESCALATION}:{row.pk}", row.to_team_id
        TicketTold(ticket, at).of(WebhookEvent.ESCALATION, about, other)
        return work

    def save(self, **columns: Any) -> None:
        """Save columns as the next version."""
        row = self.escalation
        for name, value in columns.items():
            setattr(row, name, value)
        row.version += 1
        row.save(update_fields=[*columns, "version"])

    def note(self, kind: EscalationEventKind, text: str = "", verdict: str = Verdict.NONE) -> None:
        """Add what happened to its history, and let readings know."""
        row = self.escalation
        EscalationEvent.objects.create(
            escalation=row,
            kind=kind,
            by=self.actor,
            at=self.at,
            text=text,
            owner=row.owner,
            answer_due_at=row.answer_due_at,
            verdict=verdict,
        )
        last = max(row.resolution_due_at, self.at)
        touch(DOMAIN, min(row.raised_at, self.at), last)

    def mail(self, letter: Letter | None) -> None:
        """Queue a mail, where there is somebody to read it."""
        write_letter(letter=letter, actor=self.actor, at=self.at)
