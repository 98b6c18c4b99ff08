"""The end of an import: what undo does, and who may decide."""

import pytest

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.office.models import ImportBatch, SourceRecord, StagedRecord
from quarterdeck.office.models.imports import ImportBatchQuerySet
from quarterdeck.office.tests.ledger import (
    AT,
    Written,
    begin,
    counts,
    silent,
    standing,
    take_in,
    told,
)
from quarterdeck.office.verbs.import_end import end_dry_run, withdraw_import
from quarterdeck.office.verbs.import_run import apply_batch, examine_file
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.usefixtures("ledger", "small_chunks")


def test_a_withdrawn_batch_no_longer_counts_and_keeps_its_rows(
    written: Written, operator: Account
) -> None:
    batch = take_in(written("A,1"), operator)

    withdrawn = withdraw_import(batch=batch, actor=operator, at=AT)

    assert (withdrawn.state, standing(), SourceRecord.objects.count()) == (
        BatchState.WITHDRAWN,
        {},
        1,
    )


def test_a_batch_is_withdrawn_once(written: Written, operator: Account) -> None:
    batch = take_in(written("A,1"), operator)
    withdraw_import(batch=batch, actor=operator, at=AT)

    with pytest.raises(Refused, match=r"is withdrawn; only an applied one can be withdrawn\.$"):
        withdraw_import(batch=batch, actor=operator, at=AT)


def test_a_batch_that_a_later_one_builds_on_cannot_be_withdrawn(
    written: Written, operator: Account
) -> None:
    first = take_in(written("A,1", "B,1"), operator)
    later = take_in(written("A,2", "B,1", name="later.csv"), operator)

    with pytest.raises(Refused) as refusal:
        withdraw_import(batch=first, actor=operator, at=AT)

    assert str(refusal.value) == (
        f"Batch {later.pk}: later.csv builds on Batch {first.pk}: ledger.csv: it changed 1 records "
        "and left 1 as told before, without rows of its own. "
        f"Withdraw it first (undo {later.pk}); its file can be imported again."
    )


def test_a_batch_that_a_later_one_only_repeats_is_withdrawn_after_it(
    written: Written, operator: Account
) -> None:
    first = take_in(written("A,1"), operator)
    later = take_in(written("A,1"), operator)

    with pytest.raises(Refused, match="it left 1 as told before, without rows of its own"):
        withdraw_import(batch=first, actor=operator, at=AT)

    assert standing() == {"A": [1]}
    withdraw_import(batch=later, actor=operator, at=AT)
    withdraw_import(batch=first, actor=operator, at=AT)
    assert standing() == {}


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_of_one_source_that_begin_at_one_moment_one_is_refused(
    written: Written, operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(written("A,1"), operator)
    # What the second one saw before the first one was stored.
    monkeypatch.setattr(ImportBatchQuerySet, "unfinished", lambda batches: batches.none())

    with pytest.raises(Refused) as refusal:
        begin(written("B,1", name="other.csv"), operator)

    assert str(refusal.value) == (
        "Another import of the source ledger began just now: finish or discard it first."
    )


def test_nothing_is_withdrawn_under_an_import_that_was_compared_with_it(
    written: Written, operator: Account
) -> None:
    first = take_in(written("A,1"), operator)
    unfinished = begin(written("A,1", "B,1", name="later.csv"), operator)

    with pytest.raises(Refused, match=rf"^Batch {unfinished.pk}: later\.csv is unfinished"):
        withdraw_import(batch=first, actor=operator, at=AT)


def test_a_dry_run_is_a_batch_of_its_own_that_says_what_it_found_and_keeps_no_lines(
    written: Written, operator: Account
) -> None:
    take_in(written("A,1"), operator)

    dry = examine_file(
        batch=begin(written("A,2", "B,3"), operator, dry_run=True),
        path=written("A,2", "B,3"),
        report=silent,
        actor=operator,
        at=AT,
    )

    assert (dry.state, counts(dry), told(dry), StagedRecord.objects.count(), standing()) == (
        BatchState.TRIED,
        (1, 1, 0, 0),
        [(2, "A", "amount", "[2]", "was [1]")],
        0,
        {"A": [1]},
    )


def test_a_dry_run_leaves_the_same_file_that_waits_for_a_decision_alone(
    written: Written, operator: Account
) -> None:
    path = written("A,1")
    waiting = begin(path, operator)
    examine_file(batch=waiting, path=path, report=silent, actor=operator, at=AT)

    dry = begin(path, operator, dry_run=True)
    examine_file(batch=dry, path=path, report=silent, actor=operator, at=AT)

    apply_batch(batch=waiting, report=silent, actor=operator, at=AT)
    assert (waiting.state, dry.state, standing()) == (
        BatchState.APPLIED,
        BatchState.TRIED,
        {"A": [1]},
    )


def test_only_a_dry_run_ends_as_one(written: Written, operator: Account) -> None:
    batch = take_in(written("A,1"), operator)

    with pytest.raises(Refused, match=r"is no dry run that has been examined\.$"):
        end_dry_run(batch=batch, actor=operator, at=AT)


def test_a_technician_may_not_import(written: Written, technician: Account) -> None:
    with pytest.raises(Refused, match=r"^You may not import files\.$"):
        begin(written("A,1"), technician)


def test_a_technician_may_not_let_a_batch_in(
    written: Written, operator: Account, technician: Account
) -> None:
    path = written("A,1")
    batch = begin(path, operator)
    examine_file(batch=batch, path=path, report=silent, actor=operator, at=AT)

    with pytest.raises(Refused, match=r"^You may not import files\.$"):
        apply_batch(batch=batch, report=silent, actor=technician, at=AT)


def test_a_technician_may_not_withdraw(
    written: Written, operator: Account, technician: Account
) -> None:
    batch = take_in(written("A,1"), operator)

    with pytest.raises(Refused, match=r"^You may not withdraw imports\.$"):
        withdraw_import(batch=batch, actor=technician, at=AT)


def test_a_technician_does_not_see_batches(
    written: Written, operator: Account, technician: Account
) -> None:
    take_in(written("A,1"), operator)

    assert (
        ImportBatch.objects.visible_to(technician).count(),
        ImportBatch.objects.visible_to(operator).count(),
    ) == (0, 1)
