"""What follows from a missed target: a corrective action of the target's owner."""

from datetime import datetime, timedelta

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Scope, measure_of
from quarterdeck.core.models import Account
from quarterdeck.kernels.periods import Grain, Period
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.queries.webhook_subjects import concern_at
from quarterdeck.office.verbs.webhooks import WebhookNews
from quarterdeck.office.vocabulary import WebhookEvent
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.queries.actions import action_about
from quarterdeck.planning.verbs.corrective_actions import Origin, open_corrective_action
from quarterdeck.scorecard.models import ClosedReading
from quarterdeck.scorecard.queries.board import Line
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.targets import judged
from quarterdeck.scorecard.queries.webhook_subjects import CLOSED_READING
from quarterdeck.scorecard.queries.wording import limit_text, value_text
from quarterdeck.scorecard.vocabulary import Verdict

USUAL_TIME = timedelta(days=30)


@verb
def answer_missed_target(
    *, line: Line, period: Period, scope: Scope, actor: Account, at: datetime
) -> CorrectiveAction:
    """Open one corrective action for a month that missed its target, or note it on the open one.

    The owner of the target gets it, due after the usual 30 days. Refused where the target is not
    missed, or the period is not a month that is over.
    """
    judgement, figures, measure = line.judgement, line.figures, line.measure
    if period.grain is not Grain.MONTH or period.span.end > at:
        raise Refused(f"Only a month that is over is answered by an action, not {period.key}.")
    if judgement is None or figures is None or judgement.verdict != Verdict.MISSED:
        raise Refused(f"“{measure.title}” did not miss a target in {period.key}.")
    target, reading = limit_text(measure, judgement.target.value), value_text(measure, figures)
    partly = " Only a part of the month was recorded." if judgement.is_partial else ""
    return open_corrective_action(
        title=f"Bring “{measure.title}” back to its target",
        owner=judgement.target.owner,
        due_on=own_day(at + USUAL_TIME),
        finding=f"{measure.title} was {reading} in {period.key}; the target is {target}.{partly}",
        origin=Origin(measure.key, str(scope), period.key, target, reading),
        actor=actor,
        at=at,
    )


@verb
def answer_closed_period(*, period: str, actor: Account, at: datetime) -> list[CorrectiveAction]:
    """Answer every target that a closed month missed; a second run changes and tells nothing."""
    rows = ClosedReading.objects.filter(closed_period__period=period, target__isnull=False)
    answered = []
    for row in rows.select_related("target__owner").defer("evidence").order_by("pk"):
        measure, figures = measure_of(row.measure), Figures.restored(row.figures)
        judgement = None if row.target is None else judged(measure, row.target, figures)
        if judgement is None or judgement.verdict != Verdict.MISSED:
            continue
        scope = Scope.parse(row.scope)
        is_news = action_about(row.measure, row.scope, period) is None
        action = answer_missed_target(
            line=Line(measure, figures, (), judgement),
            period=period_named(period),
            scope=scope,
            actor=actor,
            at=at,
        )
        if is_news:
            _tell_webhooks(row, scope, at)
        answered.append(action)
    return answered


def _tell_webhooks(row: ClosedReading, scope: Scope, at: datetime) -> None:
    WebhookNews(
        event=WebhookEvent.TARGET_MISSED,
        about=f"{CLOSED_READING}:{row.pk}",
        at=at,
        concern=concern_at(scope),
    ).tell()
