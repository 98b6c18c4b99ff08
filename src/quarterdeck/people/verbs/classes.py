"""The acts on approved classes: what computes their measures, and that somebody looked again."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.measures import measure_of
from quarterdeck.core.models import Account
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people import rules
from quarterdeck.people.models import ClassVersion, SuccessMeasure
from quarterdeck.people.models.base import DESCRIPTIONS


@verb
def link_success_measure(
    *,
    success: SuccessMeasure,
    version: int,
    measure: str,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> SuccessMeasure:
    """Say which registered measure computes a measure of success."""
    row = _locked(success, version, actor)
    return _saved(row, measure_of(measure).key, "")


@verb
def mark_not_computable(
    *,
    success: SuccessMeasure,
    version: int,
    reason: str,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> SuccessMeasure:
    """Say that nothing computes a measure of success yet, and why; a link to a measure ends."""
    row = _locked(success, version, actor)
    if not reason.strip():
        raise Refused("Say what is missing.")
    return _saved(row, "", reason.strip()[:500])


@verb
def note_class_review(
    *, class_version: ClassVersion, version: int, actor: Account, at: datetime
) -> ClassVersion:
    """Note that somebody has read a version again and found it right."""
    row = ClassVersion.objects.select_for_update().get(pk=class_version.pk)
    if row.version != version:
        raise Conflict(row)
    if not rules.may_keep_job_classes(actor):
        raise Refused("You may not keep job classes.")
    row.reviewed_on = own_day(at)
    row.version += 1
    row.save(update_fields=["reviewed_on", "version"])
    touch(DESCRIPTIONS, at, at)
    return row


def _locked(success: SuccessMeasure, version: int, actor: Account) -> SuccessMeasure:
    row = SuccessMeasure.objects.select_for_update(of=("self",)).get(pk=success.pk)
    if row.version != version:
        raise Conflict(row)
    if not rules.may_keep_job_classes(actor):
        raise Refused("You may not keep job classes.")
    return row


def _saved(row: SuccessMeasure, key: str, why_not: str) -> SuccessMeasure:
    row.measure_key, row.why_not = key, why_not
    row.version += 1
    row.save(update_fields=["measure_key", "why_not", "version"])
    return row
