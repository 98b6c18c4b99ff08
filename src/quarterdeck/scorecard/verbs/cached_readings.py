"""Taking readings and keeping them; a cache changes no fact, so it is no act of anybody's."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from quarterdeck.core.evidence import digest
from quarterdeck.core.jobs import enqueue_once, has_worker, watched
from quarterdeck.core.measures import Terms
from quarterdeck.core.models import Account
from quarterdeck.scorecard.models import CachedReading
from quarterdeck.scorecard.queries.readings import Answers, Computed, Wanted, answers

TAKE_READINGS = "scorecard.take_missing_readings"
# A worker that is idle takes up a job within a second; after this one none is coming.
_SOON = timedelta(seconds=4)


def take_readings(
    *,
    wanted: Sequence[Wanted],
    go_on: Callable[[], bool],
    terms: Terms,
    actor: Account,
    at: datetime,
) -> Answers:
    """Answer with what is closed or kept, compute the rest for as long as `go_on` says, and keep
    it."""
    found = answers(wanted, terms, go_on=go_on)
    if found.computed:
        keep_readings(computed=found.computed, actor=actor, at=at)
    return found


def keep_readings(*, computed: Sequence[Computed], actor: Account, at: datetime) -> None:  # noqa: ARG001 — every verb is asked for somebody at some time
    """Keep readings with their rows until their evidence or definition changes."""
    CachedReading.objects.bulk_create(
        [
            CachedReading(
                scope=str(each.wanted.scope),
                calendar=each.terms.calendar,
                measure=each.wanted.measure.key,
                period=each.wanted.period.key,
                fingerprint=each.fingerprint,
                figures=each.figures.stored(),
                evidence=each.evidence,
            )
            for each in computed
        ],
        update_conflicts=True,
        unique_fields=["scope", "calendar", "measure", "period"],
        update_fields=["fingerprint", "figures", "evidence"],
    )


def leave_to_worker(
    *,
    wanted: Sequence[Wanted],
    terms: Terms,
    actor: Account,  # noqa: ARG001 — every verb is asked for somebody
    at: datetime,
) -> bool:
    """Let a worker take these readings; tell whether one is expected to.

    None is where no worker lives, where all are at something longer, or where the last try came to
    nothing: then whoever wants the readings has to take them.
    """
    if not has_worker(at):
        return False
    asked = {
        "measures": _names(each.measure.key for each in wanted),
        "scopes": _names(str(each.scope) for each in wanted),
        "periods": _names(each.period.key for each in wanted),
        "calendar": terms.calendar,
    }
    subject = digest(json.dumps(asked))
    last = watched(TAKE_READINGS, subject).get(subject)
    if last is None or (last.run.finished_at and at - last.run.finished_at > _SOON):
        enqueue_once(TAKE_READINGS, subject, **asked)
        return True
    is_fresh = not last.run.attempts and at - last.run.due_at <= _SOON
    return last.is_running or (last.is_unfinished and is_fresh)


def _names(each: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(each))
