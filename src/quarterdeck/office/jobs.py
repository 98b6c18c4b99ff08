"""The office's background work: long passes over import batches, which a killed worker's successor
resumes."""

from pathlib import Path

from django.core.files.storage import default_storage

from quarterdeck.core import clock
from quarterdeck.core.jobs import job, worker_account
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.verbs.import_run import apply_batch, examine_file


def _silent(_what: str, _done: int, _of: int) -> None:
    """The page reads how far a batch has come from the batch itself."""


@job(atomic=False)
def examine_import(*, batch_key: int) -> None:
    """Read an uploaded file and compare it with what is there."""
    batch = ImportBatch.objects.get(pk=batch_key)
    path = Path(default_storage.path(batch.stored_file))
    examine_file(batch=batch, path=path, report=_silent, actor=worker_account(), at=clock.now())


@job(atomic=False)
def apply_import(*, batch_key: int) -> None:
    """Apply an import batch that a person has approved."""
    batch = ImportBatch.objects.get(pk=batch_key)
    apply_batch(batch=batch, report=_silent, actor=worker_account(), at=clock.now())
