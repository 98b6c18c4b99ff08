"""A changed document is read again: what it changes is told, and what was decided is kept."""

import pytest

from quarterdeck.people.models import ClassVersion, DraftedRecord, JobDraft
from quarterdeck.people.queries.differences import difference_of
from quarterdeck.people.tests.house import (
    AT,
    DESCRIPTION,
    House,
    approved,
    confirm_doubtful,
    drafted,
    open_house,
    record,
)
from quarterdeck.people.verbs.review import (
    accept_record,
    correct_record,
    drop_record,
    merge_records,
    split_record,
)
from quarterdeck.people.vocabulary import RecordState

pytestmark = pytest.mark.django_db

BERTHS, LIGHTS = "Assigns berths to every ship that calls.", "Keeps the lights of the pier burning."
LADDER = """Lamp Keeper Job Family

Competency\tContributing\tJourney
Care\tChecks each lamp after it was lit.\tChecks each lamp before and after.
Tact\tListens to every captain.\tPersuades every captain.
"""


@pytest.fixture
def house() -> House:
    return open_house()


@pytest.fixture
def draft(house: House) -> JobDraft:
    """The draft of the first version, with nothing decided but what is doubtful."""
    made = drafted(house.iris)
    confirm_doubtful(made, house.iris)
    return made


def told(again: JobDraft) -> str:
    """Return the line that the history of the class is offered."""
    records = list(again.records.in_order().select_related("parent"))
    difference = difference_of(again, records)
    assert difference is not None
    return difference.summary(records)


def reread(version: ClassVersion, house: House, text: str = DESCRIPTION) -> JobDraft:
    return drafted(house.iris, text, job_class=version.job_class)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("pier burning.", "pier lit.", "1 reworded (essential functions)"),
        (
            LIGHTS,
            "Keeps the lights of the pier.\n  3. Buys oil.",
            "1 new, 1 reworded (essential functions)",
        ),
        (f"1. {BERTHS}\n  2. {LIGHTS}", f"1. {LIGHTS}\n  2. {BERTHS}", "Nothing changed"),
        (f"  2. {LIGHTS}\n", "", "1 gone (essential functions)"),
        (LIGHTS, f"{LIGHTS}\n  3. Buys oil.", "1 new (essential functions)"),
        ("99.5%", "99.9%", "1 reworded (measures of success)"),
        ("Safe Mooring", "Safe Mooring at Night", "1 reworded (results areas)"),
    ],
    ids=["word", "split", "moved", "removed", "added", "target", "area renamed"],
)
def test_each_kind_of_edit_is_told_in_a_line(
    draft: JobDraft, house: House, before: str, after: str, line: str
) -> None:
    version = approved(draft, house.iris)
    assert before in DESCRIPTION

    again = reread(version, house, DESCRIPTION.replace(before, after))

    assert told(again) == line


def test_a_level_that_is_called_otherwise_changes_nothing_that_hangs_on_it(house: House) -> None:
    version = approved(drafted(house.iris, LADDER), house.iris)

    again = reread(version, house, LADDER.replace("Journey", "Advanced"))

    assert told(again) == "1 reworded (levels)"


def test_what_was_left_out_is_not_offered_again_in_other_words(
    draft: JobDraft, house: House
) -> None:
    drop_record(record=record(draft, LIGHTS), version=1, actor=house.iris, at=AT)
    version = approved(draft, house.iris)

    again = reread(version, house, DESCRIPTION.replace("pier burning", "whole pier burning"))

    lights = again.records.get(text__contains="whole pier")
    assert (lights.state, lights.reason) == (
        RecordState.DROPPED,
        f"Left out of version 1: “{LIGHTS}”.",
    )


def test_what_was_left_out_stays_out_of_the_version_after_the_next(
    draft: JobDraft, house: House
) -> None:
    drop_record(record=record(draft, LIGHTS), version=1, actor=house.iris, at=AT)
    second = approved(reread(approved(draft, house.iris), house), house.iris)

    again = reread(second, house)

    assert record(again, LIGHTS).state == RecordState.DROPPED


def test_a_correction_is_not_undone_by_reading_the_same_words_again(
    draft: JobDraft, house: House
) -> None:
    lights = record(draft, LIGHTS)
    correct_record(
        record=lights,
        version=1,
        text="Tends the lights.",
        payload={"modality": "must"},
        parent=lights.parent,
        actor=house.iris,
        at=AT,
    )
    version = approved(draft, house.iris)

    again = reread(version, house)

    tended = record(again, "Tends the lights.")
    assert (tended.state, tended.payload["modality"]) == (RecordState.ACCEPTED, "must")
    assert told(again) == "Nothing changed"


def test_what_was_split_or_joined_is_read_as_it_was_left(draft: JobDraft, house: House) -> None:
    burning = record(draft, "99.5% of lights burning at night")
    split_record(
        record=burning, version=1, parts=["99.5% burn", "They burn"], actor=house.iris, at=AT
    )
    merge_records(
        record=record(draft, LIGHTS),
        version=1,
        into=record(draft, BERTHS),
        into_version=1,
        actor=house.iris,
        at=AT,
    )
    version = approved(draft, house.iris)

    again = reread(version, house)

    kept = again.records.kept()
    assert set(kept.filter(text__contains="burn").values_list("text", flat=True)) == {
        "99.5% burn",
        "They burn",
        f"{BERTHS} {LIGHTS}",
    }
    assert told(again) == "Nothing changed"


def test_what_is_new_under_something_left_out_brings_it_back_to_be_decided(
    draft: JobDraft, house: House
) -> None:
    area = record(draft, "Safe Mooring")
    drop_record(record=area, version=1, actor=house.iris, at=AT)
    accept_record(record=record(draft, "Harbour Master"), version=1, actor=house.iris, at=AT)
    version = approved(draft, house.iris)

    again = reread(version, house, DESCRIPTION.replace(LIGHTS, f"{LIGHTS}\n  3. Buys oil."))

    oil: DraftedRecord = record(again, "Buys oil.")
    assert oil.parent is not None
    assert (oil.state, oil.parent.state) == (RecordState.UNCONFIRMED, RecordState.UNCONFIRMED)
