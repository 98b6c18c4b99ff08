"""Bulk acts of imports on what people bring: kept first, and holding once the batch counts."""

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
from quarterdeck.people.models.background import BackgroundItem

DOMAIN = "people.background"


@verb
def keep_background(
    *,
    batch: ImportBatch,
    noun: str,
    judgements: Sequence[Judgement],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Keep what a batch says of what people bring, and what stood before; no row changes yet."""
    _ask(actor, [judgement.facts["after"]["person"] for judgement in judgements])
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
def settle_background(
    *,
    batch: ImportBatch,
    noun: str,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Let what a batch says hold, or put back what stood before it was applied.

    A row that came with a withdrawn batch goes again, unless somebody has judged it or seen its
    proof: then that is told, and nothing is withdrawn. What was changed by hand since stays.
    """
    if not may_import(actor):
        raise Refused("You may not import what people bring.")
    records = SourceRecord.objects.filter(batch=batch, noun=noun).order_by("pk")
    for record in records:
        if batch.counts:
            _take_in(batch, record)
        else:
            _take_back(batch, record)


def _ask(actor: Account, people: Sequence[int]) -> None:
    """Refuse what tells of people out of reach; the command line acts for the whole house."""
    if not may_import(actor):
        raise Refused("You may not import what people bring.")
    reached = set(rules.within_reach(actor).filter(pk__in=people).values_list("pk", flat=True))
    if not actor.is_builtin and not set(people) <= reached:
        missing = len(set(people) - reached)
        raise Refused(
            f"The table tells of {missing} of the people whose personnel records you may not keep: "
            "expected people of your own reach."
        )


def _take_in(batch: ImportBatch, record: SourceRecord) -> None:
    model = apps.get_model(record.noun)
    key = record.facts["row"]
    row = model(version=0) if key is None else model._default_manager.get(pk=key)
    if row.verified_at is not None:
        raise Refused(f"The proof of “{row}” has been seen meanwhile: take that back first.")
    row.set_texts(record.facts["after"])
    row.source, row.external_id = batch.source, record.external_id
    row.version += 1
    row.save()


def _take_back(batch: ImportBatch, record: SourceRecord) -> None:
    model = apps.get_model(record.noun)
    rows = model._default_manager.filter(source=batch.source, external_id=record.external_id)
    row = rows.first()
    if row is None:
        return
    if row.verified_at is not None:
        raise Refused(f"The proof of “{row}” has been seen: take that back first.")
    if record.outcome == Outcome.CREATED:
        _remove(row)
        return
    before, after = record.facts["before"], record.facts["after"]
    present = row.texts(after)
    left = {name: before[name] for name in after if present[name] == str(after[name])}
    row.set_texts(left)
    row.version += 1
    row.save()


def _remove(row: BackgroundItem) -> None:
    try:
        row.delete()
    except ProtectedError as problem:
        raise Refused(f"“{row}” has been judged or is part of another row.") from problem
