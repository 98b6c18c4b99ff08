"""Two people, or a person and a worker, who are at one batch at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.tests.patience import PATIENCE
from quarterdeck.office import jobs
from quarterdeck.office.models import ImportBatch, StagedRecord
from quarterdeck.office.tests.ledger import AT, Written, begin, numbers, silent, standing, take_in
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.import_run import apply_batch, examine_file
from quarterdeck.office.verbs.imports import approve_import, upload_import
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.usefixtures("ledger", "small_chunks")


def approve(batch: ImportBatch, actor: Account, start: Barrier) -> str:
    """Let a batch in once both are ready, and say what came of it."""
    start.wait(timeout=PATIENCE)
    try:
        approve_import(batch=batch, accept="all", actor=actor, at=AT)
    except Refused as refusal:
        return str(refusal)
    finally:
        connection.close()
    return "approved"


@pytest.mark.usefixtures("fresh_database")
def test_of_two_who_let_a_batch_in_at_once_one_is_told_that_it_is_done(written: Written) -> None:
    operator = Account.objects.get(username="operator")
    path = written("A,1")
    batch = begin(path, operator)
    examine_file(batch=batch, path=path, report=silent, actor=operator, at=AT)
    start = Barrier(2)

    with ThreadPoolExecutor(2) as both:
        asked = [both.submit(approve, batch, operator, start) for _ in range(2)]
        answers = sorted(each.result() for each in asked)

    assert answers == [f"{batch} is not waiting for a decision: applying.", "approved"]


def test_what_is_discarded_while_a_worker_reads_it_leaves_neither_lines_nor_file(
    written: Written, operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = default_storage.save("ledger.csv", ContentFile(written(*numbers(300)).read_bytes()))
    batch = upload_import(
        profile="ledger",
        source="ledger",
        file_name="ledger.csv",
        file_digest="0" * 64,
        zone="UTC",
        stored_file=stored,
        actor=operator,
        at=AT,
    )

    def discard(_what: str, done: int, _of: int) -> None:
        if done == 101:
            withdraw_import(batch=batch, actor=operator, at=AT)

    monkeypatch.setattr(jobs, "_silent", discard)
    run_worker(until_idle=True)

    batch.refresh_from_db()
    assert (batch.state, batch.failure, StagedRecord.objects.count()) == (
        BatchState.REJECTED,
        "Discarded by hand.",
        0,
    )
    assert not Path(default_storage.path(stored)).exists()


def test_a_batch_is_not_withdrawn_while_the_next_of_its_source_is_applied(
    written: Written, operator: Account
) -> None:
    first = take_in(written("A,1"), operator)
    path = written(*numbers(90), name="later.csv")
    later = begin(path, operator)
    examine_file(batch=later, path=path, report=silent, actor=operator, at=AT)
    told = []

    def undo(_what: str, _done: int, _of: int) -> None:
        with pytest.raises(Refused) as refusal:
            withdraw_import(batch=first, actor=operator, at=AT)
        told.append(str(refusal.value))

    apply_batch(batch=later, report=undo, actor=operator, at=AT)

    expected = (
        f"{later} is unfinished and was compared with {first}: "
        f"finish it, or discard it (undo {later.pk}), first."
    )
    assert (set(told), later.state, len(standing())) == ({expected}, BatchState.APPLIED, 91)
