"""The passes of an import: what is accepted, and what a rerun goes on with."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, EvidenceMark
from quarterdeck.office.models import SourceRecord, StagedRecord
from quarterdeck.office.tests.ledger import (
    AT,
    Ledger,
    Written,
    begin,
    counts,
    numbers,
    silent,
    standing,
    take_in,
    told,
)
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.import_run import MOST_ROWS, apply_batch, examine_file
from quarterdeck.office.verbs.imports import (
    MOST_FINDINGS,
    move_import,
)
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.usefixtures("ledger", "small_chunks")


class Killed(Exception):
    """What stops a run in the middle."""


def killed_after(reports: int) -> Callable[[str, int, int], None]:
    """Stop the run at a report, as a kill would; what was committed before stays."""
    left = iter(range(reports))

    def report(_what: str, _done: int, _of: int) -> None:
        if next(left, None) is None:
            raise Killed

    return report


def test_all_lines_of_a_record_come_in_together(written: Written, operator: Account) -> None:
    batch = take_in(written("A,1", "A,2", "B,3"), operator)

    assert (batch.state, counts(batch), standing()) == (
        BatchState.APPLIED,
        (2, 0, 0, 0),
        {"A": [1, 2], "B": [3]},
    )


def test_lines_of_two_records_may_stand_mixed(written: Written, operator: Account) -> None:
    take_in(written("A,1", "B,3", "A,2", "B,4"), operator)

    assert standing() == {"A": [1, 2], "B": [3, 4]}


def test_records_mixed_over_many_chunks_keep_every_line(
    written: Written, operator: Account
) -> None:
    lines = [f"{'AB'[number % 2]},{number}" for number in range(300)]

    take_in(written(*lines), operator)

    assert standing() == {"A": list(range(0, 300, 2)), "B": list(range(1, 300, 2))}


def test_one_bad_line_rejects_its_record_and_not_half_of_it(
    written: Written, operator: Account
) -> None:
    batch = take_in(written("A,1", "A,x", "B,3"), operator, accept="valid")

    assert (counts(batch), standing(), told(batch)) == (
        (1, 0, 0, 1),
        {"B": [3]},
        [(3, "A", "amount", "x", "a whole number")],
    )


def test_all_or_none_lets_nothing_of_a_file_with_an_error_in(
    written: Written, operator: Account
) -> None:
    batch = take_in(written("A,1", "A,x", "B,3"), operator)

    assert (batch.state, batch.failure, standing(), SourceRecord.objects.count()) == (
        BatchState.REJECTED,
        "1 records have errors, and all or none were to be accepted.",
        {},
        0,
    )


@pytest.mark.parametrize(("line", "found"), [("A", "1 cells"), ("A,1,2", "3 cells")])
def test_a_line_of_another_width_than_the_header_is_an_error(
    written: Written, operator: Account, line: str, found: str
) -> None:
    batch = take_in(written("B,3", line), operator)

    assert told(batch) == [(3, "A", "(whole line)", found, "2 cells as in the header")]


def test_a_line_that_names_no_record_is_an_error_of_its_own(
    written: Written, operator: Account
) -> None:
    batch = take_in(written(",1", "B,3", "x" * 201 + ",1"), operator, accept="valid")

    expected = "the key of a record, of at most 200 characters"
    assert (counts(batch), told(batch)) == (
        (1, 0, 0, 2),
        [(2, "", "number", "", expected), (4, "", "number", "x" * 40, expected)],
    )


def test_a_key_with_a_line_end_in_it_is_an_error(written: Written, operator: Account) -> None:
    batch = take_in(written("B,3", '"A\n1",1'), operator, accept="valid")

    expected = "the key of a record, on one line and without control characters"
    assert told(batch) == [(3, "", "number", "A\n1", expected)]


def test_a_record_without_end_is_rejected(written: Written, operator: Account) -> None:
    batch = take_in(written(*["A,1"] * (MOST_ROWS + 500), "B,3"), operator, accept="valid")

    assert (standing(), told(batch)) == (
        {"B": [3]},
        [(2, "A", "(all lines)", "more", "at most 10000 lines for one record")],
    )


def test_a_file_that_ends_after_its_header_is_rejected(written: Written, operator: Account) -> None:
    batch = take_in(written(), operator)

    assert (batch.state, batch.failure) == (
        BatchState.REJECTED,
        "Line 1: the file ends after its header; expected lines below it.",
    )


def test_a_file_that_breaks_off_leaves_nothing_staged(written: Written, operator: Account) -> None:
    path = written(*numbers(60))
    path.write_bytes(path.read_bytes() + b"X,\xff\n")

    batch = take_in(path, operator)

    assert (batch.state, batch.failure, StagedRecord.objects.count()) == (
        BatchState.REJECTED,
        "Line 62, byte 3: 0xFF is not UTF-8; expected UTF-8 text, or that its encoding is said.",
        0,
    )


def test_past_a_thousand_errors_the_counts_stay_exact(written: Written, operator: Account) -> None:
    bad = [f"E{number},x" for number in range(MOST_FINDINGS + 200)]

    batch = take_in(written(*bad), operator)

    assert (batch.rejected, len(told(batch))) == (MOST_FINDINGS + 200, MOST_FINDINGS)


def test_a_second_import_of_the_same_file_judges_once_and_writes_nothing(
    written: Written, operator: Account, ledger: Ledger
) -> None:
    take_in(written("A,1", "B,3"), operator)
    ledger.judged.clear()

    batch = take_in(written("A,1", "B,3"), operator)

    assert (counts(batch), ledger.judged, SourceRecord.objects.count()) == (
        (0, 0, 2, 0),
        ["A", "B"],
        2,
    )


def test_a_batch_that_brings_nothing_new_touches_no_evidence(
    written: Written, operator: Account
) -> None:
    take_in(written("A,1"), operator)
    marks = list(EvidenceMark.objects.values_list("month", "changes"))

    take_in(written("A,1"), operator)

    assert list(EvidenceMark.objects.values_list("month", "changes")) == marks


@pytest.mark.parametrize("reports", range(6))
def test_a_rerun_of_a_stopped_run_ends_like_an_undisturbed_one(
    written: Written, operator: Account, reports: int
) -> None:
    path = written(*numbers(90), "E00001,x")
    batch = begin(path, operator, accept="valid")

    # Two reports while lines are staged, two while records are examined, two while applied.
    report = killed_after(reports)
    with suppress(Killed):
        examine_file(batch=batch, path=path, report=report, actor=operator, at=AT)
        apply_batch(batch=batch, report=report, actor=operator, at=AT)
    seen_half_way = standing()
    again = take_in(path, operator, accept="valid")

    assert (again.pk, counts(again), seen_half_way, standing()) == (
        batch.pk,
        (89, 0, 0, 1),
        {},
        {f"E{n:05}": [n] for n in range(90) if n != 1},
    )


def test_a_rerun_does_not_stage_again_what_was_staged(written: Written, operator: Account) -> None:
    path = written(*numbers(90))
    batch = begin(path, operator)
    with pytest.raises(Killed):
        examine_file(batch=batch, path=path, report=killed_after(0), actor=operator, at=AT)
    first = set(StagedRecord.objects.values_list("pk", flat=True))

    examine_file(batch=begin(path, operator), path=path, report=silent, actor=operator, at=AT)

    both = set(StagedRecord.objects.values_list("pk", flat=True))
    assert (len(first), first < both, len(both)) == (50, True, 90)


def test_two_runs_over_one_batch_cannot_both_go_on(written: Written, operator: Account) -> None:
    path = written(*numbers(90))
    batch, same = begin(path, operator), begin(path, operator)
    with pytest.raises(Killed):
        examine_file(batch=batch, path=path, report=killed_after(1), actor=operator, at=AT)
    take_in(path, operator)

    with pytest.raises(
        Refused, match=rf"^Another run is at work on Batch {batch.pk}: ledger\.csv;"
    ):
        examine_file(batch=same, path=path, report=silent, actor=operator, at=AT)


def test_what_a_killed_run_left_staged_goes_with_the_next_import(
    written: Written, operator: Account
) -> None:
    batch = take_in(written("A,1"), operator)
    StagedRecord.objects.create(batch=batch, external_id="A", first_line=2, rows=[])

    take_in(written("A,1"), operator)

    assert StagedRecord.objects.count() == 0


def test_another_file_waits_until_the_first_of_the_source_is_finished(
    written: Written, operator: Account
) -> None:
    batch = begin(written("A,1"), operator)

    with pytest.raises(Refused) as refusal:
        begin(written("B,1", name="other.csv"), operator)

    assert str(refusal.value) == (
        f"Batch {batch.pk}: ledger.csv of the source ledger is unfinished. "
        f"Import the same file again to finish it, or discard it (undo {batch.pk}) first."
    )


def test_what_is_being_applied_keeps_its_terms(written: Written, operator: Account) -> None:
    path = written("A,1")
    batch = begin(path, operator)
    examine_file(batch=batch, path=path, report=silent, actor=operator, at=AT)
    move_import(batch=batch, state=BatchState.APPLYING, actor=operator, at=AT)

    with pytest.raises(Refused, match=r"is being applied with “All records or none”\.$"):
        begin(path, operator, accept="valid")


def test_an_unfinished_batch_can_be_discarded(written: Written, operator: Account) -> None:
    batch = begin(written("A,1"), operator)

    withdrawn = withdraw_import(batch=batch, actor=operator, at=AT)

    assert (withdrawn.state, withdrawn.failure) == (BatchState.REJECTED, "Discarded by hand.")


def test_a_discarded_batch_goes_no_further(written: Written, operator: Account) -> None:
    path = written("A,1")
    batch = begin(path, operator)
    withdraw_import(batch=batch, actor=operator, at=AT)

    with pytest.raises(Refused, match=r"^Another run is at work on Batch"):
        examine_file(batch=batch, path=path, report=silent, actor=operator, at=AT)
