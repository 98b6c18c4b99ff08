"""The desk's background work: what runs out is noted, and clocks are counted anew."""

from datetime import timedelta

from django.db.models import Q

from quarterdeck.core import clock
from quarterdeck.core.jobs import job, scheduled, worker_account
from quarterdeck.core.memory import remembering
from quarterdeck.desk.models import ClockRecalculation
from quarterdeck.desk.verbs.clock_events import note_clock_events
from quarterdeck.desk.verbs.recalculations import apply_clocks, examine_clocks, follow_import
from quarterdeck.desk.vocabulary import RecalculationState


@scheduled(every=timedelta(seconds=30))
@job(atomic=False)
def watch_clocks() -> None:
    """Note the warnings and breaches of service levels that are due."""
    while note_clock_events(actor=worker_account(), at=clock.now()):
        pass


@scheduled(every=timedelta(minutes=1))
@job(atomic=False)
def recalculate_clocks() -> None:
    """Compare and apply the recalculations of clocks that wait, going on where one was killed."""
    waiting = ClockRecalculation.objects.filter(
        Q(terms__isnull=True) | Q(terms__holds_from__lte=clock.now()),
        state__in=(RecalculationState.EXAMINING, RecalculationState.APPLYING),
    )
    for recalculation in waiting.order_by("pk"):
        _run(recalculation)


def _run(recalculation: ClockRecalculation) -> None:
    """Take one through both passes, as far as they may go without a decision."""
    passes = (
        (RecalculationState.EXAMINING, examine_clocks),
        (RecalculationState.APPLYING, apply_clocks),
    )
    for state, step in passes:
        recalculation.refresh_from_db()
        while recalculation.state == state:
            with remembering():
                step(recalculation=recalculation, actor=worker_account(), at=clock.now())
            recalculation.refresh_from_db()


@job(atomic=False)
def follow_batch(*, batch_key: int) -> None:
    """Count the clocks of the tickets that an import has brought or changed."""
    after = 0
    while after := follow_import(
        batch_key=batch_key, after=after, actor=worker_account(), at=clock.now()
    ):
        pass
