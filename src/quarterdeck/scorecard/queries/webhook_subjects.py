"""What webhooks are told of a missed target: the measure and its figures, where every technician
may read the measure; else only that there is one."""

from collections.abc import Collection

from django.urls import reverse

from quarterdeck.core.measures import Scope, all_measures
from quarterdeck.core.permission import Reach
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.chat import Notice
from quarterdeck.office.models.webhooks import Concern
from quarterdeck.office.queries.webhook_subjects import WebhookSubject, concern_at, place
from quarterdeck.office.vocabulary import WebhookEvent
from quarterdeck.planning.queries.actions import action_about
from quarterdeck.scorecard.models import ClosedReading
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.wording import limit_text, value_text

CLOSED_READING = "closed-reading"


def _missed(key: int, _event: WebhookEvent) -> Notice | None:
    """Tell of the month that was closed, whichever month its action was opened for."""
    rows = ClosedReading.objects.select_related("closed_period", "target").defer("evidence")
    row = rows.filter(pk=key).first()
    if row is None or row.target is None:
        return None
    month = row.closed_period.period
    action = action_about(row.measure, row.scope, month)
    path = "" if action is None else reverse("planning.correctiveaction.detail", args=[action.pk])
    period = {"Month": month}
    measure = next((each for each in all_measures() if each.key == row.measure), None)
    is_open = measure is not None and measure.readers.get(Role.TECHNICIAN, Reach.NONE) >= Reach.TEAM
    if measure is None or not is_open:
        return Notice("A target was missed", facts=tuple(period.items()), link=place(path))
    facts = {
        **period,
        "Of": Scope.parse(row.scope).title,
        "Was": value_text(measure, Figures.restored(row.figures)),
        "Target": limit_text(measure, row.target.value),
    }
    return Notice(
        "A target was missed",
        title=measure.title,
        facts=tuple(facts.items()),
        link=place(path),
        data={"measure": measure.key, "scope": row.scope, "period": month},
    )


def _concerns(keys: Collection[int], _event: WebhookEvent) -> dict[int, Concern]:
    """Those of a scope hear of it, as long as the reading has a target."""
    rows = ClosedReading.objects.filter(pk__in=keys, target__isnull=False)
    return {key: concern_at(Scope.parse(scope)) for key, scope in rows.values_list("pk", "scope")}


MISSED_TARGETS = WebhookSubject(CLOSED_READING, _missed, _concerns)
