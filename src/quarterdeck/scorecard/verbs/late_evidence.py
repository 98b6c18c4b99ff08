"""Comparing closed readings with later evidence, and restating many of them at once."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused, Unsettled
from quarterdeck.core.jobs import enqueue_once
from quarterdeck.core.models import Account
from quarterdeck.scorecard import rules
from quarterdeck.scorecard.models import ClosedComparison, ClosedPeriod, ClosedReading
from quarterdeck.scorecard.queries.late_evidence import Compared, compared_anew
from quarterdeck.scorecard.verbs.closings import issue_restatement

COMPARE, RESTATE = "scorecard.compare_closed_readings", "scorecard.restate_month"


@verb
def ask_for_comparison(*, actor: Account, at: datetime) -> bool:  # noqa: ARG001 — the act is dated so
    """Have a worker compare closed readings with later evidence now; whether nobody had asked."""
    rules.ask_closing(actor)
    return enqueue_once(COMPARE, "")


def compare_closed(*, actor: Account, at: datetime) -> int:
    """Compare the closed readings whose evidence has changed; return how many were.

    What is being brought in at this moment is compared by the next run.
    """
    compared = 0
    with suppress(Unsettled):
        for some in compared_anew(at):
            keep_comparisons(compared=some, actor=actor, at=at)
            compared += len(some)
    return compared


def keep_comparisons(*, compared: Sequence[Compared], actor: Account, at: datetime) -> None:  # noqa: ARG001 — every verb is asked for somebody
    """Keep what closed readings would say now; it changes no fact, so it is nobody's act."""
    ClosedComparison.objects.bulk_create(
        [
            ClosedComparison(
                closed_reading=each.row,
                fingerprint=each.fingerprint,
                figures=each.figures.stored(),
                differs=each.differs,
                compared_at=at,
            )
            for each in compared
        ],
        update_conflicts=True,
        unique_fields=["closed_reading"],
        update_fields=["fingerprint", "figures", "differs", "compared_at"],
    )


@verb
def ask_for_restatement(
    *,
    closed: ClosedPeriod,
    readings: Sequence[int],
    reason: str,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> bool:
    """Have a worker take late evidence into closed readings of a month, by their keys; whether
    that was not asked for already."""
    rules.ask_closing(actor)
    if not reason.strip():
        raise Refused("Say why the closed readings change.")
    due = ClosedComparison.objects.filter(differs=True, closed_reading__closed_period=closed)
    keys = sorted(due.filter(closed_reading__in=readings).values_list("closed_reading", flat=True))
    if not keys:
        raise Refused("Choose at least one closed reading whose restatement is due.")
    words = {"readings": keys, "reason": reason.strip(), "actor_key": actor.pk}
    return enqueue_once(RESTATE, closed.period, **words)


def restate_readings(*, readings: Sequence[int], reason: str, actor: Account, at: datetime) -> int:
    """Restate closed readings one by one, each by an act of its own; return how many were.

    One of which the evidence says what stands by now is left as it is.
    """
    restated = 0
    for row in ClosedReading.objects.filter(pk__in=readings).order_by("pk"):
        with suppress(Refused):
            issue_restatement(closed_reading=row, reason=reason, actor=actor, at=at)
            restated += 1
    return restated
