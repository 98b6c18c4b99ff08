"""Bulk acts of imports of which each line is one row: kept first, and holding once the batch
counts."""

from collections.abc import Sequence
from datetime import datetime

from django.apps import apps
from django.db.models import ProtectedError

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import digest
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import Judgement
from quarterdeck.office.models import ImportBatch, SourceRecord
from quarterdeck.office.rules import may_import
from quarterdeck.office.vocabulary import Outcome
from quarterdeck.people import rules
from quarterdeck.people.models import Enrolment, TestResult
from quarterdeck.people.models.background import BackgroundItem
from quarterdeck.people.models.base import TableRow
from quarterdeck.people.vocabulary import EnrolmentState


@verb
def keep_rows(
    *,
    batch: ImportBatch,
    noun: str,
    judgements: Sequence[Judgement],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Keep what a batch says of rows, and what stood before; no row changes yet."""
    _ask(actor, noun)
    if issubclass(apps.get_model(noun), BackgroundItem):
        _ask_of_people(actor, [judgement.facts["after"]["person"] for judgement in judgements])
    SourceRecord.objects.bulk_create(
        SourceRecord(
            batch=batch,
            noun=noun,
            source=batch.source,
            external_id=judgement.external_id,
            outcome=judgement.outcome,
            digest=digest(sorted(judgement.facts["after"].items())),
            facts=judgement.facts,
        )
        for judgement in judgements
    )


@verb
def settle_rows(*, batch: ImportBatch, noun: str, actor: Account, at: datetime) -> None:
    """Let what a batch says hold, or put back what stood before it was applied.

    A row that came with a withdrawn batch goes again, unless somebody has built upon it, such as by
    a judgement or by having seen its proof: then that is told, and nothing is withdrawn. An
    enrolment with results or reminders of tests, which stay on record, is withdrawn. What was
    changed by hand since stays.
    """
    _ask(actor, noun)
    records = SourceRecord.objects.filter(batch=batch, noun=noun).order_by("pk")
    taken: set[int] = set()
    for record in records:
        if batch.counts:
            _take_in(batch, record, taken, at)
        else:
            _take_back(batch, record)


def _ask(actor: Account, noun: str) -> None:
    is_background = issubclass(apps.get_model(noun), BackgroundItem)
    is_keeper = is_background or actor.is_builtin or rules.may_keep_courses(actor)
    if not may_import(actor) or not is_keeper:
        raise Refused(f"You may not import tables of {apps.get_model(noun)._meta.verbose_name}s.")


def _ask_of_people(actor: Account, people: Sequence[int]) -> None:
    """Refuse what tells of people out of reach; the command line acts for the whole house."""
    reached = set(rules.within_reach(actor).filter(pk__in=people).values_list("pk", flat=True))
    if not actor.is_builtin and not set(people) <= reached:
        missing = len(set(people) - reached)
        raise Refused(
            f"The table tells of {missing} of the people whose personnel records you may not keep: "
            "expected people of your own reach."
        )


def _take_in(batch: ImportBatch, record: SourceRecord, taken: set[int], at: datetime) -> None:
    """Write one row; `taken` are those that this batch has written before, also by another line."""
    row = _row_of(batch, record)
    is_new = row is None
    if row is not None and row.pk not in taken:
        _ask_meanwhile(record, row)
    if row is None:
        row = apps.get_model(record.noun)(version=0)
    if row.fixed:
        raise Refused(f"“{row}” has changed meanwhile: {row.fixed}.")
    row.set_texts(record.facts["after"])
    if is_new:
        row.source, row.external_id = batch.source, record.external_id
    row.version += 1
    row.save()
    taken.add(row.pk)
    for moment, (points, most) in record.facts.get("results", {}).items():
        TestResult.objects.create(
            enrolment_id=row.pk, moment=moment, points=points, most=most, at=at, batch=batch
        )


def _ask_meanwhile(record: SourceRecord, row: TableRow) -> None:
    """Refuse to overwrite what was entered since the line was judged."""
    before, after = record.facts["before"], record.facts["after"]
    differs = any(
        text not in {before.get(name), str(after[name])} for name, text in row.texts(after).items()
    )
    if differs:
        raise Refused(
            f"“{row}” was entered or changed by somebody meanwhile. Discard this import, and give "
            "the file in again if the table is right."
        )


def _row_of(batch: ImportBatch, record: SourceRecord) -> TableRow | None:
    """Return the row that stands for a record; two lines of a file may speak of one."""
    model: type[TableRow] = apps.get_model(record.noun)
    facts = record.facts
    if facts["row"] is not None:
        return model._default_manager.get(pk=facts["row"])
    return model.standing(batch.source, record.external_id, facts["after"])


def _take_back(batch: ImportBatch, record: SourceRecord) -> None:
    row = _row_of(batch, record)
    is_created = record.outcome == Outcome.CREATED
    if row is None or (is_created and row.external_id != record.external_id):
        return
    if row.fixed:
        raise Refused(f"“{row}” cannot be taken back: {row.fixed}.")
    if is_created:
        _remove(row)
        return
    before, after = record.facts["before"], record.facts["after"]
    present = row.texts(after)
    left = {name: before[name] for name in after if present[name] == str(after[name])}
    row.set_texts(left)
    row.version += 1
    row.save()


def _remove(row: TableRow) -> None:
    if isinstance(row, Enrolment) and (row.results.exists() or row.test_reminders.exists()):
        row.state, row.completed_on = EnrolmentState.WITHDRAWN, None
        row.version += 1
        row.save()
        return
    try:
        row.delete()
    except ProtectedError as problem:
        raise Refused(f"Something else rests on “{row}”: expected to take that back first.") from (
            problem
        )
