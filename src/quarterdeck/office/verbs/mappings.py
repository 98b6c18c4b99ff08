"""Saying what the columns of a table hold."""

from datetime import datetime
from typing import Any

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.mapping import ColumnMapping, MappedProfile, remembered
from quarterdeck.core.mapping_checks import check_mapping
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import profile_of
from quarterdeck.office import rules
from quarterdeck.office.models import (
    ImportBatch,
    ImportFinding,
    ImportMapping,
    ImportProgress,
    StagedRecord,
)
from quarterdeck.office.vocabulary import BatchState, Outcome


@verb
def map_import(
    *, batch: ImportBatch, mapping: ColumnMapping, zone: str, actor: Account, at: datetime
) -> ImportBatch:
    """Say what the columns of a waiting batch hold, or say it anew of one that was examined.

    It is remembered for the source's next file. A worker then reads the file, if it was uploaded.
    """
    if not rules.may_import(actor, batch.profile):
        raise Refused("You may not import files.")
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    profile = profile_of(batch.profile)
    if not isinstance(profile, MappedProfile):
        raise Refused(f"The columns of {profile.key} are known: there is nothing to map.")
    if not rules.can_map(batch):
        raise Refused(f"{batch} is {batch.get_state_display().lower()}: its columns are mapped.")
    check_mapping(profile, mapping)
    _begin_anew(batch)
    batch.mapping, batch.zone, batch.state = mapping.stored(), zone, BatchState.STAGING
    batch.save(update_fields=["mapping", "zone", "state", "nameless_lines", *Outcome.values])
    remember_mapping(batch=batch, actor=actor, at=at)
    if batch.stored_file:
        enqueue("office.examine_import", batch_key=batch.pk)
    return batch


def _begin_anew(batch: ImportBatch) -> None:
    """Forget what was read by another mapping."""
    StagedRecord.objects.filter(batch=batch).delete()
    ImportFinding.objects.filter(batch=batch).delete()
    ImportProgress.objects.filter(batch=batch).update(
        lines_staged=0, records_staged=0, records_done=0, done_through="", outcomes={}
    )
    batch.nameless_lines = 0
    for outcome in Outcome.values:
        setattr(batch, outcome, 0)


def _remembered(batch: ImportBatch) -> dict[str, Any]:
    profile = profile_of(batch.profile)
    if not isinstance(profile, MappedProfile):
        return {}
    return remembered(profile, ColumnMapping.restored(batch.mapping)).stored()


@verb
def remember_mapping(*, batch: ImportBatch, actor: Account, at: datetime) -> ImportMapping:
    """Keep how a batch was mapped for the next file of its source."""
    known = ImportMapping.objects.select_for_update().filter(
        profile=batch.profile, source=batch.source
    )
    kept = known.first() or ImportMapping(profile=batch.profile, source=batch.source, version=0)
    mapping = _remembered(batch)
    if (kept.mapping, kept.zone) == (mapping, batch.zone):
        return kept
    kept.mapping, kept.zone = mapping, batch.zone
    kept.mapped_by, kept.mapped_at = actor, at
    kept.version += 1
    kept.save()
    return kept
