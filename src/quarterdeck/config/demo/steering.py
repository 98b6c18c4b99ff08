"""How the demo's department is steered: targets, closed months, what follows from a missed one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from quarterdeck.config.demo import cast
from quarterdeck.config.demo.agenda import Agenda
from quarterdeck.config.demo.story import Story
from quarterdeck.core.measures import Scope, Terms, measure_of
from quarterdeck.core.memory import remembering
from quarterdeck.core.models import Account, Person
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.periods import take_over
from quarterdeck.office.verbs.remarks import write_comment
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.verbs.corrective_actions import (
    cancel_corrective_action,
    complete_corrective_action,
    open_corrective_action,
)
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.scorecard.models import ClosedReading
from quarterdeck.scorecard.queries.board import Line
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.targets import judged, targets_in_force
from quarterdeck.scorecard.verbs.closings import close_period, issue_restatement
from quarterdeck.scorecard.verbs.missed_targets import answer_closed_period, answer_missed_target
from quarterdeck.scorecard.verbs.targets import set_target
from quarterdeck.scorecard.vocabulary import Verdict

WANDERING = Scope("team", cast.APPLICATIONS)
_HOUR = 3_600
_TIGHTENED_MONTH, _OWN_MONTH = 19, 16


class _Aim(NamedTuple):
    """A target: its value and the warning before it, in the measure's unit, and its owner."""

    measure: str
    scope: Scope
    value: str
    warning: str
    owner: str


_CYCLE_TIME = _Aim("desk.cycle_time", Scope(), str(11 * _HOUR), str(9 * _HOUR), cast.IT_MANAGER)
_AIMS = (
    _CYCLE_TIME,
    _Aim("desk.reopen_rate", Scope(), "0.07", "0.06", "Beatriz Quillfeather"),
    _Aim("desk.sla_recorded", Scope(), "0.9", "0.92", cast.IT_MANAGER),
    _Aim("desk.reassignment_rate", WANDERING, "0.5", "0.4", "Shabnam Whitlock"),
    _Aim("desk.backlog_age", WANDERING, str(150 * _HOUR), "", cast.IT_MANAGER),
)
_TIGHTENED = _CYCLE_TIME._replace(value=str(8 * _HOUR), warning=str(7 * _HOUR))

# What was done for a measure, and what came of it.
_DONE: Mapping[str, tuple[str, str]] = {
    "desk.cycle_time": (
        "Two people begin at seven, and the oldest ticket is the first of the day.",
        "The next month was faster by an hour and a half.",
    ),
    "desk.reopen_rate": (
        "Whoever mends a printer prints three jobs with the requester before it is resolved.",
        "No effect that could be told from chance.",
    ),
    "desk.sla_recorded": (
        "The queue is looked at before noon for what falls due on the day.",
        "",
    ),
    "desk.reassignment_rate": (
        "Wrote down for each business application who takes its calls.",
        "Fewer hand-overs for the finance system; none for housing and benefits.",
    ),
}
# Days from the due day to the end of an action, by the order in which they are opened.
_ENDS = (-5, 11, -1, -8, 16, -2)
_UNHEEDED = "desk.backlog_age"


@dataclass
class Steering:
    """Who steers, and what they have done so far."""

    story: Story
    agenda: Agenda
    manager: Account
    answered: list[int] = field(default_factory=list)

    def plan(self) -> None:
        """Set the targets, and plan the closings with what follows from them."""
        story, begins = self.story, self.story.new_process + timedelta(hours=10)
        self.agenda.plan(begins, self._set_targets)
        tightened = story.at(story.month(_TIGHTENED_MONTH), 1, 10)
        self.agenda.plan(tightened, partial(self._set, _TIGHTENED, "It has been met for months."))
        self.agenda.plan(story.at(story.month(_OWN_MONTH), 12, 15), self._open_own)
        for number, at in story.reviews():
            turn = self._close if number >= story.CLOSED_FROM else self._review
            self.agenda.plan(at, partial(turn, f"{story.month(number):%Y-%m}"))

    def restate(self, at: datetime) -> None:
        """Take what came in late into the month's cycle time; its other readings stay due."""
        month = f"{self.story.month(self.story.LATE):%Y-%m}"
        reading = ClosedReading.objects.get(
            closed_period__period=month, measure=_CYCLE_TIME.measure, scope=str(Scope())
        )
        issue_restatement(
            closed_reading=reading,
            reason="Workplace Support’s list of the month was found and taken in.",
            actor=self.manager,
            at=at,
        )

    def _set_targets(self, at: datetime) -> None:
        for aim in _AIMS:
            self._set(aim, "Agreed with the director for the year.", at)

    def _set(self, aim: _Aim, reason: str, at: datetime) -> None:
        set_target(
            measure=aim.measure,
            scope=aim.scope,
            value=Decimal(aim.value),
            warning=Decimal(aim.warning) if aim.warning else None,
            owner=Person.objects.get(name=aim.owner),
            valid_from=at.astimezone(self.story.zone).date().replace(day=1),
            reason=reason,
            actor=self.manager,
            at=at,
        )

    def _open_own(self, at: datetime) -> None:
        """Open an action that no figure asked for; it is given up later."""
        action = open_corrective_action(
            title="Let two people know each business application",
            owner=Person.objects.get(name="Shabnam Whitlock"),
            due_on=(at + timedelta(days=60)).date(),
            finding="For five of the applications a single person knows how they are set up.",
            actor=self.manager,
            at=at,
        )
        self.agenda.plan(at + timedelta(days=44), partial(self._give_up, action.pk))

    def _review(self, month: str, at: datetime) -> None:
        """Hold a month against its targets before months were closed."""
        period = period_named(month)
        scopes = {str(aim.scope): aim.scope for aim in _AIMS}.values()
        with remembering():
            taken = {
                (scope, key, target): take_over(measure_of(key), period, scope, Terms(at))
                for scope in scopes
                for key, target in targets_in_force(scope, period.last).items()
            }
        for (scope, key, target), reading in taken.items():
            measure, figures = measure_of(key), Figures.of(reading)
            judgement = judged(measure, target, figures)
            if judgement.verdict == Verdict.MISSED:
                line = Line(measure, figures, (), judgement)
                action = answer_missed_target(
                    line=line, period=period, scope=scope, actor=self.manager, at=at
                )
                self._follow(action, at)

    def _close(self, month: str, at: datetime) -> None:
        close_period(period=period_named(month), actor=self.manager, at=at)
        for action in answer_closed_period(period=month, actor=self.manager, at=at):
            self._follow(action, at)

    def _follow(self, action: CorrectiveAction, at: datetime) -> None:
        if action.pk not in self.answered:
            self.answered.append(action.pk)
            self._plan_end(action, at)

    def _plan_end(self, action: CorrectiveAction, at: datetime) -> None:
        """Let its owner say what comes next, and most be done about their due day."""
        self.agenda.plan(at + timedelta(days=2, hours=3), partial(self._remark, action.pk))
        if action.measure == _UNHEEDED:
            return
        days = _ENDS[(len(self.answered) - 1) % len(_ENDS)]
        self.agenda.plan(
            self._day(action.due_on + timedelta(days=days)), partial(self._done, action.pk)
        )

    def _day(self, day: date) -> datetime:
        return datetime.combine(day, time(16), self.story.zone)

    def _remark(self, key: int, at: datetime) -> None:
        action = CorrectiveAction.objects.select_related("owner").get(pk=key)
        text = f"{action.owner} brings a proposal to the weekly meeting."
        if action.measure == _UNHEEDED:
            text = "Nobody has time for it before the **year-end** work is over."
        write_comment(row=action, text=text, actor=self.manager, at=at)

    def _done(self, key: int, at: datetime) -> None:
        action = CorrectiveAction.objects.get(pk=key)
        if action.state != ActionState.OPEN:
            return
        what_was_done, effect = _DONE[action.measure]
        complete_corrective_action(
            action=action,
            version=action.version,
            what_was_done=what_was_done,
            effect=effect,
            actor=self.manager,
            at=at,
        )

    def _give_up(self, key: int, at: datetime) -> None:
        action = CorrectiveAction.objects.get(pk=key)
        cancel_corrective_action(
            action=action,
            version=action.version,
            reason="The vendor takes the applications over next year.",
            actor=self.manager,
            at=at,
        )
