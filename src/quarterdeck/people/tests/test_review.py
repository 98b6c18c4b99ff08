"""What people decide about the records of a draft, and what they may not."""

import pytest

from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account
from quarterdeck.office.models import Attachment
from quarterdeck.people.models import DraftedRecord, JobDraft
from quarterdeck.people.tests.house import (
    AT,
    DESCRIPTION,
    DOUBTFUL,
    House,
    drafted,
    open_house,
    record,
)
from quarterdeck.people.verbs.drafts import begin_empty_draft, discard_draft
from quarterdeck.people.verbs.review import (
    accept_confident,
    accept_record,
    add_drafted_record,
    confirm_reading,
    correct_record,
    drop_record,
    merge_records,
    restore_record,
    split_record,
)
from quarterdeck.people.vocabulary import RecordConfidence, RecordKind, RecordState

pytestmark = pytest.mark.django_db

BERTHS, LIGHTS = "Assigns berths to every ship that calls.", "Keeps the lights of the pier burning."


@pytest.fixture
def house() -> House:
    return open_house()


@pytest.fixture
def draft(house: House) -> JobDraft:
    """What was read of the harbour master's description, before anybody looked."""
    return drafted(house.iris)


def accepted(found: DraftedRecord, actor: Account) -> DraftedRecord:
    return accept_record(record=found, version=found.version, actor=actor, at=AT)


def test_a_draft_keeps_the_document_and_the_place_of_each_record(draft: JobDraft) -> None:
    lights = record(draft, LIGHTS)

    ((start, end),) = lights.spans
    file = Attachment.objects.about(draft).get()
    assert (DESCRIPTION[start:end], file.name) == (LIGHTS, "harbour-master.txt")


def test_nothing_is_confirmed_before_a_person_has_looked(draft: JobDraft) -> None:
    assert set(draft.records.values_list("state", flat=True)) == {RecordState.UNCONFIRMED}


def test_a_measure_hangs_on_its_results_area(draft: JobDraft) -> None:
    assert record(draft, DOUBTFUL).parent == record(draft, "Safe Mooring")


def test_an_accepted_record_is_no_longer_unconfirmed(draft: JobDraft, house: House) -> None:
    found = accepted(record(draft, BERTHS), house.hal)

    assert (found.state, found.version) == (RecordState.ACCEPTED, 2)


def test_a_doubtful_measure_cannot_simply_be_accepted(draft: JobDraft, house: House) -> None:
    with pytest.raises(Refused, match="confirm the proposal"):
        accepted(record(draft, DOUBTFUL), house.iris)


def test_a_confirmed_reading_turns_the_sign_and_leaves_the_text(
    draft: JobDraft, house: House
) -> None:
    doubtful = record(draft, DOUBTFUL)

    found = confirm_reading(record=doubtful, version=1, actor=house.iris, at=AT)

    reading = (found.payload["operator"], found.payload["value"], found.text)
    assert reading == (">=", 80, DOUBTFUL)


def test_a_doubtful_measure_may_be_corrected_as_it_is_written(
    draft: JobDraft, house: House
) -> None:
    doubtful = record(draft, DOUBTFUL)

    found = correct_record(
        record=doubtful,
        version=1,
        text=doubtful.text,
        payload={"operator": "<"},
        parent=doubtful.parent,
        actor=house.iris,
        at=AT,
    )

    state = (found.payload["operator"], found.needs_confirmation, found.state)
    assert state == ("<", False, RecordState.CORRECTED)


def test_two_people_who_decide_at_once_get_a_conflict(draft: JobDraft, house: House) -> None:
    seen_by_both = record(draft, BERTHS)
    accepted(seen_by_both, house.iris)

    with pytest.raises(Conflict):
        drop_record(record=seen_by_both, version=seen_by_both.version, actor=house.hal, at=AT)


def test_two_people_may_decide_about_two_records(draft: JobDraft, house: House) -> None:
    one, other = record(draft, BERTHS), record(draft, LIGHTS)
    accepted(one, house.iris)

    found = drop_record(record=other, version=other.version, actor=house.hal, at=AT)

    assert found.state == RecordState.DROPPED


def test_the_parts_of_a_split_follow_one_another_at_the_same_place(
    draft: JobDraft, house: House
) -> None:
    lights = record(draft, LIGHTS)

    parts = split_record(
        record=lights,
        version=1,
        parts=["Keeps the lights.", "", "Burns them."],
        actor=house.iris,
        at=AT,
    )

    places = [(part.text, part.spans == lights.spans, part.order) for part in parts]
    assert places == [
        ("Keeps the lights.", True, lights.order),
        ("Burns them.", True, lights.order),
    ]


def test_one_part_is_no_split(draft: JobDraft, house: House) -> None:
    with pytest.raises(Refused, match="at least two"):
        split_record(
            record=record(draft, LIGHTS), version=1, parts=["All of it"], actor=house.iris, at=AT
        )


def test_joined_records_are_one_with_both_places(draft: JobDraft, house: House) -> None:
    berths, lights = record(draft, BERTHS), record(draft, LIGHTS)

    found = merge_records(
        record=lights, version=1, into=berths, into_version=1, actor=house.iris, at=AT
    )

    lights.refresh_from_db()
    assert (found.text, len(found.spans), lights.state) == (
        f"{BERTHS} {LIGHTS}",
        2,
        RecordState.DROPPED,
    )


def test_a_duty_cannot_be_joined_to_a_measure(draft: JobDraft, house: House) -> None:
    with pytest.raises(Refused, match="one kind"):
        merge_records(
            record=record(draft, LIGHTS),
            version=1,
            into=record(draft, DOUBTFUL),
            into_version=1,
            actor=house.iris,
            at=AT,
        )


def test_what_hangs_on_a_dropped_record_goes_with_it(draft: JobDraft, house: House) -> None:
    area = record(draft, "Safe Mooring")

    drop_record(record=area, version=1, actor=house.iris, at=AT)

    left = draft.records.kept().filter(parent=area)
    assert list(left) == []


def test_what_hangs_on_a_dropped_record_waits_for_it(draft: JobDraft, house: House) -> None:
    area = record(draft, "Safe Mooring")
    drop_record(record=area, version=1, actor=house.iris, at=AT)
    berths = record(draft, BERTHS)

    with pytest.raises(Refused, match="restore that first"):
        restore_record(record=berths, version=berths.version, actor=house.iris, at=AT)


def test_a_decision_that_is_taken_back_leaves_the_record_unconfirmed(
    draft: JobDraft, house: House
) -> None:
    found = accepted(record(draft, BERTHS), house.iris)

    back = restore_record(record=found, version=found.version, actor=house.iris, at=AT)

    assert back.state == RecordState.UNCONFIRMED


def test_accepting_all_that_is_sure_leaves_the_doubtful_and_the_unsure(
    draft: JobDraft, house: House
) -> None:
    unsure = draft.records.filter(confidence__lt=RecordConfidence.HIGH)
    waiting = {*unsure.values_list("text", flat=True), DOUBTFUL}

    accept_confident(draft=draft, at_least=RecordConfidence.HIGH, actor=house.iris, at=AT)

    left = draft.records.filter(state=RecordState.UNCONFIRMED)
    assert set(left.values_list("text", flat=True)) == waiting


def test_what_the_reading_missed_is_added_with_its_place(draft: JobDraft, house: House) -> None:
    start = DESCRIPTION.index("a related field")

    found = add_drafted_record(
        draft=draft,
        kind=RecordKind.PASSAGE,
        text="a related field",
        payload={},
        span=(start, start + 15),
        actor=house.iris,
        at=AT,
    )

    assert (found.state, found.spans) == (RecordState.ADDED, [[start, start + 15]])


def test_a_place_outside_of_the_source_is_refused(draft: JobDraft, house: House) -> None:
    with pytest.raises(Refused, match="characters"):
        add_drafted_record(
            draft=draft,
            kind=RecordKind.PASSAGE,
            text="Nowhere",
            payload={},
            span=(0, 10_000),
            actor=house.iris,
            at=AT,
        )


def test_nothing_is_decided_about_a_discarded_draft(draft: JobDraft, house: House) -> None:
    discard_draft(draft=draft, version=draft.version, actor=house.iris, at=AT)

    with pytest.raises(Refused, match="not in review"):
        accepted(record(draft, BERTHS), house.iris)


def test_a_technician_keeps_no_job_classes(house: House) -> None:
    with pytest.raises(Refused, match="may not keep"):
        begin_empty_draft(title="Boatman", actor=house.ben, at=AT)
