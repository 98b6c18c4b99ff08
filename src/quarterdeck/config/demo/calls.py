"""Tickets that the demo's desk works by hand, through the verbs that its people have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.core.files.base import ContentFile

from quarterdeck.config.demo import scripts
from quarterdeck.config.demo.agenda import Agenda
from quarterdeck.config.demo.cast import BY_HAND, SERVICE_DESK, WORKPLACE
from quarterdeck.config.demo.scripts import SCRIPTS, Script
from quarterdeck.config.demo.story import Story
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.verbs.ticket_messages import note_internally, reply_publicly
from quarterdeck.desk.verbs.tickets import (
    Report,
    assign_ticket,
    cancel_ticket,
    close_ticket,
    hold_ticket,
    mark_spam,
    open_ticket,
    reopen_ticket,
    resolve_at_once,
    resolve_ticket,
    resume_ticket,
    start_ticket,
    take_ticket,
)
from quarterdeck.desk.vocabulary import CancelledAs, Channel, PauseReason
from quarterdeck.office.verbs.remarks import attach_file
from quarterdeck.services.models import Service

# Spread over the weeks, and over the last days, so that some of them are still open.
_CALLS, _LAST_CALLS, _LAST_DAYS = 64, 22, 3
_MINUTE, _HOUR, _WORKDAY = 60, 3_600, 9.5 * 3_600
_LEVELS = ((3, 2), (3, 2), (3, 3), (2, 2), (2, 1), (3, 1))
_CHANNELS = (Channel.PHONE, Channel.PHONE, Channel.PHONE, Channel.MAIL, Channel.IN_PERSON)
_AT_ONCE, _ASSIGNED, _HANDED_ON, _HELD, _FROM_STAFF = 0.4, 0.35, 0.15, 0.3, 0.12
_OF_WORKPLACE = frozenset({scripts.PRINTING, scripts.COMPUTER, scripts.SOFTWARE, scripts.PHONE})
_LOG = b"09:12:04 queue restarted\n09:14:40 driver: duplex setting not understood\n"


@dataclass(frozen=True)
class Desk:
    """Who answers calls and who makes them; every call plans its own next turn.

    `hands` are the accounts of a team's members by the team's name, whoever leads it first; `staff`
    are callers whom the directory knows, `callers` the names of those whom it does not.
    """

    story: Story
    agenda: Agenda
    rng: Random
    hands: Mapping[str, Sequence[Account]]
    staff: Sequence[Person]
    callers: Sequence[str]

    def plan(self) -> None:
        """Spread the calls over the business time of the weeks by hand."""
        calendar, begins = self.story.calendar, self.story.by_hand
        seconds = calendar.business_seconds(begins, self.story.until)
        last = _LAST_DAYS * _WORKDAY / seconds
        shares = [script.share for script in SCRIPTS]
        places = [(number + self.rng.random()) / _CALLS for number in range(_CALLS)]
        places += [1 - last * self.rng.random() for _ in range(_LAST_CALLS)]
        for place in sorted(places):
            is_staff = self._chance(_FROM_STAFF)
            caller = self.rng.choice(self.staff) if is_staff else self.rng.choice(self.callers)
            turn = partial(self._called, self.rng.choices(SCRIPTS, shares)[0], caller)
            self.agenda.plan(calendar.add_business(begins, round(seconds * place)), turn)
        known = (self.staff[-1], scripts.OF_REQUESTER)
        for place, script in zip((0.2, 1 - last, 0.999), known[1], strict=True):
            turn = partial(self._called, script, known[0])
            self.agenda.plan(calendar.add_business(begins, round(seconds * place)), turn)
        for number, ends in enumerate((self._withdrawn, self._twice, self._spam, self._spam), 1):
            self.agenda.plan(calendar.add_business(begins, round(seconds * number / 5)), ends)

    def _called(self, script: Script, caller: Person | str, at: datetime) -> None:
        team = WORKPLACE if script.category in _OF_WORKPLACE else SERVICE_DESK
        answers = self._hand(SERVICE_DESK)
        report = self._report(script, caller, team)
        if script.category == scripts.SIGN_IN and self._chance(_AT_ONCE):
            resolve_at_once(
                report=report,
                resolution=script.resolution,
                true_category=script.true_category,
                actor=answers,
                at=at,
            )
            return
        ticket = open_ticket(report=report, actor=answers, at=at)
        self._later(at, 0.1 * _HOUR, 2 * _HOUR, partial(self._taken, script, ticket.pk))

    def _report(self, script: Script, caller: Person | str, team: str) -> Report:
        impact, urgency = self.rng.choice(_LEVELS)
        return Report(
            title=script.title,
            description=script.description,
            kind=script.kind,
            requester=caller if isinstance(caller, Person) else None,
            requester_name="" if isinstance(caller, Person) else caller,
            service=Service.objects.get(name=script.service),
            category=script.category,
            channel=self.rng.choice(_CHANNELS),
            impact=impact,
            urgency=urgency,
            team=Team.objects.get(name=team),
        )

    def _taken(self, script: Script, key: int, at: datetime) -> None:
        """Let somebody of the team begin, unless it first goes to the wrong team."""
        ticket = Ticket.objects.select_related("team").get(pk=key)
        team = str(ticket.team)
        if ticket.state == "new" and self._chance(_HANDED_ON):
            other = next(name for name in BY_HAND if name != team)
            assign_ticket(
                ticket=ticket,
                version=ticket.version,
                team=Team.objects.get(name=other),
                actor=self._hand(team),
                at=at,
            )
            self._later(at, 0.2 * _HOUR, 3 * _HOUR, partial(self._taken, script, key))
            return
        lead, *_ = self.hands[team]
        hand = self._hand(team)
        if self._chance(_ASSIGNED):
            ticket = assign_ticket(
                ticket=ticket, version=ticket.version, assignee=hand.person, actor=lead, at=at
            )
        else:
            ticket = take_ticket(ticket=ticket, version=ticket.version, actor=hand, at=at)
        begins = self._after(at, 0.05 * _HOUR, _HOUR)
        if begins < self.story.until:
            start_ticket(ticket=ticket, version=ticket.version, actor=hand, at=begins)
            self._later(begins, 0.1 * _HOUR, 2 * _HOUR, partial(self._worked, script, key, hand))

    def _worked(self, script: Script, key: int, hand: Account, at: datetime) -> None:
        """Write what there is to write, and wait where somebody else has to act."""
        ticket = Ticket.objects.get(pk=key)
        if script.note:
            note_internally(ticket=ticket, text=script.note, actor=hand, at=at)
        if script.category == scripts.PRINTING and self._chance(_HELD):
            content = ContentFile(_LOG, "queue.log")
            attach_file(row=ticket, name="queue.log", content=content, actor=hand, at=at)
        if script.reply:
            # Whom the directory does not know is called back.
            is_told = ticket.requester_id is None
            reply_publicly(ticket=ticket, text=script.reply, is_spoken=is_told, actor=hand, at=at)
        next_turn = partial(self._resolved, script, key, hand)
        if not (script.reply or self._chance(_HELD)):
            self._later(at, 0.1 * _HOUR, 4 * _HOUR, next_turn)
            return
        hold_ticket(
            ticket=ticket,
            version=ticket.version,
            pause_reason=PauseReason.REQUESTER if script.reply else PauseReason.VENDOR,
            reason=script.reply,
            actor=hand,
            at=at,
        )
        self._later(at, 2 * _HOUR, 2 * _WORKDAY, partial(self._resumed, script, key, hand))

    def _resumed(self, script: Script, key: int, hand: Account, at: datetime) -> None:
        ticket = Ticket.objects.get(pk=key)
        resume_ticket(ticket=ticket, version=ticket.version, actor=hand, at=at)
        self._later(at, 0.1 * _HOUR, 3 * _HOUR, partial(self._resolved, script, key, hand))

    def _resolved(self, script: Script, key: int, hand: Account, at: datetime) -> None:
        ticket = Ticket.objects.get(pk=key)
        resolve_ticket(
            ticket=ticket,
            version=ticket.version,
            resolution=script.resolution,
            true_category=script.true_category,
            actor=hand,
            at=at,
        )
        if self._chance(script.comes_back / (1 + ticket.reopen_count)):
            self._later(at, 2 * _HOUR, 2.5 * _WORKDAY, partial(self._reopened, script, key, hand))
        else:
            self._later(at, 5 * _WORKDAY, 5.5 * _WORKDAY, partial(self._closed, key, hand))

    def _reopened(self, script: Script, key: int, hand: Account, at: datetime) -> None:
        ticket = Ticket.objects.get(pk=key)
        reason = self.rng.choice(scripts.REOPENED_BECAUSE)
        reopen_ticket(ticket=ticket, version=ticket.version, reason=reason, actor=hand, at=at)
        self._later(at, 0.5 * _HOUR, _WORKDAY, partial(self._resolved, script, key, hand))

    def _closed(self, key: int, hand: Account, at: datetime) -> None:
        ticket = Ticket.objects.get(pk=key)
        close_ticket(ticket=ticket, version=ticket.version, actor=hand, at=at)

    def _withdrawn(self, at: datetime) -> None:
        """A requester who calls again: it has taken care of itself."""
        hand = self._hand(WORKPLACE)
        report = self._report(scripts.WITHDRAWN, self.rng.choice(self.callers), WORKPLACE)
        ticket = open_ticket(report=report, actor=hand, at=at)
        cancel_ticket(
            ticket=ticket,
            version=ticket.version,
            cancelled_as=CancelledAs.WITHDRAWN,
            reason="The meeting was moved to another room.",
            actor=hand,
            at=at + timedelta(minutes=25),
        )

    def _twice(self, at: datetime) -> None:
        hand = self._hand(SERVICE_DESK)
        ticket = open_ticket(
            report=self._report(scripts.TWICE, self.rng.choice(self.callers), SERVICE_DESK),
            actor=hand,
            at=at,
        )
        cancel_ticket(
            ticket=ticket,
            version=ticket.version,
            cancelled_as=CancelledAs.DUPLICATE,
            reason="Your colleague had called before.",
            actor=hand,
            at=at + timedelta(minutes=6),
        )

    def _spam(self, at: datetime) -> None:
        hand = self._hand(SERVICE_DESK)
        ticket = open_ticket(
            report=self._report(scripts.SPAM, self.rng.choice(self.callers), SERVICE_DESK),
            actor=hand,
            at=at,
        )
        mark_spam(ticket=ticket, version=ticket.version, actor=hand, at=at + timedelta(minutes=2))

    def _hand(self, team: str) -> Account:
        return self.rng.choice(self.hands[team])

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _after(self, at: datetime, least: float, most: float) -> datetime:
        """Return a moment that much business time later, in seconds."""
        return self.story.calendar.add_business(at, round(self.rng.uniform(least, most)))

    def _later(self, at: datetime, least: float, most: float, turn: "partial[None]") -> None:
        self.agenda.plan(self._after(at, least, most), turn)
