"""A reviewed draft becomes a version, a changed document the next one, an article neither."""

from datetime import date

import pytest

from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.measures import Terms
from quarterdeck.office.models import Organisation
from quarterdeck.office.queries import period_named
from quarterdeck.office.verbs.period_rules import correct_zone
from quarterdeck.people.models import (
    ClassHistoryEvent,
    ClassVersion,
    DraftedRecord,
    Duty,
    JobClass,
    QualificationRule,
    SuccessMeasure,
)
from quarterdeck.people.queries.differences import Change, difference_of
from quarterdeck.people.queries.sheet import version_in_force
from quarterdeck.people.queries.success import answers_of, not_yet_computable
from quarterdeck.people.tests.house import (
    AT,
    DESCRIPTION,
    DOUBTFUL,
    JANUARY,
    House,
    approved,
    confirm_doubtful,
    drafted,
    open_house,
    record,
)
from quarterdeck.people.verbs.approval import Placing, approve_draft
from quarterdeck.people.verbs.classes import (
    link_success_measure,
    mark_not_computable,
    note_class_review,
)
from quarterdeck.people.verbs.drafts import begin_empty_draft, begin_from_template, copy_suggestions
from quarterdeck.people.verbs.review import accept_record, add_drafted_record, correct_record
from quarterdeck.people.vocabulary import (
    Confirmation,
    DraftKind,
    DraftState,
    RecordKind,
    RecordState,
)

pytestmark = pytest.mark.django_db

LIGHTS = "Keeps the lights of the pier burning."
JULY = date(2026, 7, 1)
CHANGED = DESCRIPTION.replace(LIGHTS, "Keeps the lights of both piers burning.").replace(
    "  • 99.5% of lights burning at night\n", ""
)


@pytest.fixture
def house() -> House:
    return open_house()


@pytest.fixture
def first(house: House) -> ClassVersion:
    """Version 1 of the harbour master, of which one duty alone was looked at."""
    draft = drafted(house.iris)
    lights = record(draft, LIGHTS)
    accept_record(record=lights, version=lights.version, actor=house.iris, at=AT)
    confirm_doubtful(draft, house.iris)
    return approved(draft, house.iris)


def test_an_approved_draft_is_version_1_of_its_class(first: ClassVersion) -> None:
    told = (first.number, str(first.job_class), first.job_class.family.name, first.draft.state)

    assert told == (1, "Harbour Master", "Port", DraftState.APPROVED)


def test_what_nobody_looked_at_stays_marked_in_the_version(first: ClassVersion) -> None:
    duties = dict(Duty.objects.filter(class_version=first).values_list("text", "is_confirmed"))

    assert duties == {"Assigns berths to every ship that calls.": False, LIGHTS: True}


def test_a_confirmed_target_is_held_beside_the_words_as_written(first: ClassVersion) -> None:
    measure = SuccessMeasure.objects.get(class_version=first, text=DOUBTFUL)

    assert (measure.target, measure.confirmation) == ("≥ 80 %", Confirmation.CONFIRMED)


def test_a_qualification_is_stored_as_a_rule_with_its_sentence(first: ClassVersion) -> None:
    rule = QualificationRule.objects.get(class_version=first, kind="experience")

    assert (rule.tree["rule"], rule.tree["months"], rule.tree["source"]["text"]) == (
        "Months",
        "36",
        rule.text,
    )


def test_a_doubtful_target_has_to_be_confirmed_before_approval(house: House) -> None:
    with pytest.raises(Refused, match="1 must be confirmed"):
        approved(drafted(house.iris), house.iris)


def test_a_class_that_stands_already_is_not_made_twice(first: ClassVersion, house: House) -> None:
    again = drafted(house.iris)
    confirm_doubtful(again, house.iris)

    with pytest.raises(Refused, match=f"There is a class “{first.job_class}” already"):
        approved(again, house.iris)


def test_the_code_of_a_series_may_be_that_of_several_classes(house: House) -> None:
    made = []
    for title in ("Pilot", "Tug Master"):
        draft = drafted(house.iris, DESCRIPTION.replace("Harbour Master", title))
        confirm_doubtful(draft, house.iris)
        placing = Placing(family="Port", title=title, code="0301")
        version = approve_draft(
            draft=draft, version=1, placing=placing, effective_on=JANUARY, actor=house.hal, at=AT
        )
        made.append(str(version.job_class))

    assert made == ["Pilot (0301)", "Tug Master (0301)"]


def test_two_approvals_of_one_draft_are_a_conflict(first: ClassVersion, house: House) -> None:
    draft = first.draft

    with pytest.raises(Conflict):
        approve_draft(
            draft=draft,
            version=draft.version - 1,
            placing=Placing(family="Port", title="Harbour Master"),
            effective_on=JANUARY,
            actor=house.hal,
            at=AT,
        )


def test_a_document_read_again_needs_no_second_look_at_what_was_confirmed(
    first: ClassVersion, house: House
) -> None:
    again = drafted(house.iris, CHANGED, job_class=first.job_class)

    states = {
        text: record(again, text).state
        for text in (DOUBTFUL, "Assigns berths to every ship that calls.")
    }
    assert states == {
        DOUBTFUL: RecordState.ACCEPTED,
        "Assigns berths to every ship that calls.": RecordState.UNCONFIRMED,
    }


def test_a_changed_document_proposes_what_differs(first: ClassVersion, house: House) -> None:
    again = drafted(house.iris, CHANGED, job_class=first.job_class)
    records = list(again.records.in_order())

    difference = difference_of(again, records)

    assert difference is not None
    reworded = [
        standing.before.text
        for standing in difference.standings.values()
        if standing.change is Change.REWORDED and standing.before
    ]
    gone = [each.text for each in difference.gone]
    assert (reworded, gone) == ([LIGHTS], ["99.5% of lights burning at night"])


def test_the_next_version_writes_its_line_into_the_history_of_the_class(
    first: ClassVersion, house: House
) -> None:
    again = drafted(house.iris, CHANGED, job_class=first.job_class)

    second = approved(again, house.iris, effective_on=JULY)

    events = ClassHistoryEvent.objects.filter(class_version=second)
    assert (second.number, [(each.happened_on, each.change) for each in events]) == (
        2,
        [(JULY, "1 reworded, 1 gone (essential functions, measures of success)")],
    )


@pytest.mark.parametrize(("day", "number"), [(date(2026, 6, 30), 1), (JULY, 2)])
def test_a_version_counts_from_its_day_until_the_next_one_begins(
    first: ClassVersion, house: House, day: date, number: int
) -> None:
    again = drafted(house.iris, CHANGED, job_class=first.job_class)
    approved(again, house.iris, effective_on=JULY)

    counting = version_in_force(first.job_class, day)

    assert counting is not None
    assert counting.number == number


def test_no_version_begins_before_the_one_before_it(first: ClassVersion, house: House) -> None:
    again = drafted(house.iris, CHANGED, job_class=first.job_class)

    with pytest.raises(Refused, match="choose a day from then"):
        approved(again, house.iris, effective_on=date(2025, 12, 31))


def test_a_class_may_be_revised_from_what_it_says_now(first: ClassVersion, house: House) -> None:
    draft = begin_empty_draft(title="x", job_class=first.job_class, actor=house.hal, at=AT)
    berths = record(draft, "Assigns berths to every ship that calls.")
    correct_record(
        record=berths,
        version=1,
        text="Assigns berths to all ships.",
        payload={},
        parent=berths.parent,
        actor=house.hal,
        at=AT,
    )

    second = approved(draft, house.hal, effective_on=JULY)

    texts = Duty.objects.filter(class_version=second).values_list("text", "is_confirmed")
    assert set(texts) == {("Assigns berths to all ships.", True), (LIGHTS, True)}


ARTICLE = """What does a lighthouse keeper do?
Keepers of lighthouses are found along every coast, and many love the sea.
- Trimming lamps
- Writing logs
"""


def test_a_general_article_never_becomes_a_class(house: House) -> None:
    draft = drafted(house.iris, ARTICLE)

    with pytest.raises(Refused, match="never a class"):
        approved(draft, house.iris)

    assert (draft.kind, JobClass.objects.count()) == (DraftKind.TEMPLATE, 0)


def test_what_an_article_suggests_waits_unconfirmed_in_another_draft(house: House) -> None:
    article, target = drafted(house.iris, ARTICLE), drafted(house.iris)

    amount = copy_suggestions(template=article, draft=target, actor=house.iris, at=AT)

    copied = DraftedRecord.objects.filter(draft=target, reason__startswith="Suggested by")
    assert (copied.count(), {each.state for each in copied}) == (
        amount,
        {RecordState.UNCONFIRMED},
    )


def test_a_class_may_be_begun_with_what_an_article_suggests(house: House) -> None:
    article = drafted(house.iris, ARTICLE)

    draft = begin_from_template(template=article, title="Keeper", actor=house.iris, at=AT)

    assert (draft.title, draft.kind, draft.records.get(kind="title").text) == (
        "Keeper",
        DraftKind.CLASS,
        "Keeper",
    )


def test_a_measure_of_success_is_linked_to_one_of_the_product(
    first: ClassVersion, house: House
) -> None:
    success = SuccessMeasure.objects.get(class_version=first, text=DOUBTFUL)

    linked = link_success_measure(
        success=success, version=1, measure="desk.cycle_time", actor=house.iris, at=AT
    )

    assert linked.measure_key == "desk.cycle_time"


def test_what_a_class_achieves_says_how_its_month_was_cut(
    first: ClassVersion, house: House
) -> None:
    success = SuccessMeasure.objects.get(class_version=first, text=DOUBTFUL)
    link_success_measure(
        success=success, version=1, measure="planning.actions_on_time", actor=house.iris, at=AT
    )
    correct_zone(
        organisation=Organisation.objects.get(),
        zone="Asia/Tokyo",
        valid_from=date(2026, 1, 1),
        reason="We moved",
        actor=house.operator,
        at=AT,
    )

    (answer,) = answers_of(first, house.operator, period_named("2026-01"), Terms(AT)).computed

    assert answer.reading is not None
    assert answer.reading.parameters["days"] == "Zone 2, Asia/Tokyo from 2026-01-01: We moved"


def test_a_measure_of_success_is_not_linked_to_what_the_product_has_not(
    first: ClassVersion, house: House
) -> None:
    success = SuccessMeasure.objects.get(class_version=first, text=DOUBTFUL)

    with pytest.raises(Refused, match="There is no measure"):
        link_success_measure(
            success=success, version=1, measure="port.lights", actor=house.iris, at=AT
        )


def test_what_is_marked_as_not_computable_loses_its_link(first: ClassVersion, house: House) -> None:
    success = SuccessMeasure.objects.get(class_version=first, text=DOUBTFUL)
    linked = link_success_measure(
        success=success, version=1, measure="desk.cycle_time", actor=house.iris, at=AT
    )

    marked = mark_not_computable(
        success=linked, version=2, reason="No log of berths", actor=house.iris, at=AT
    )

    assert (marked.measure_key, marked.why_not) == ("", "No log of berths")


def test_a_version_that_was_read_again_says_when(first: ClassVersion, house: House) -> None:
    noted = note_class_review(class_version=first, version=1, actor=house.hal, at=AT)

    assert noted.reviewed_on == AT.date()


def test_measures_of_success_that_nothing_computes_are_told(
    first: ClassVersion, house: House
) -> None:
    linked = SuccessMeasure.objects.get(class_version=first, text=DOUBTFUL)
    link_success_measure(
        success=linked, version=1, measure="desk.cycle_time", actor=house.iris, at=AT
    )

    told = {success.text for success in not_yet_computable(house.cyd)}

    assert told == {
        "99.5% of lights burning at night",
        "Supervisor's satisfaction with the order on the quay",
    }


def test_only_the_latest_version_is_asked_what_nothing_computes(
    first: ClassVersion, house: House
) -> None:
    again = drafted(house.iris, CHANGED, job_class=first.job_class)
    second = approved(again, house.iris, effective_on=JULY)

    asked = {success.class_version for success in not_yet_computable(house.cyd)}

    assert asked == {second}


def test_what_no_column_holds_stays_in_the_words(house: House) -> None:
    """A document may say anything; the figure is left out, and the sentence is kept whole."""
    endless = f"Berths {'9' * 40} ships {'x' * 300}"
    draft = drafted(house.iris)
    confirm_doubtful(draft, house.iris)
    add_drafted_record(
        draft=draft,
        kind=RecordKind.MEASURE,
        text=endless,
        payload={"kind": "number", "value": 10**40, "unit": "x" * 300},
        actor=house.iris,
        at=AT,
    )

    version = approved(draft, house.iris)

    kept = SuccessMeasure.objects.get(class_version=version, text=endless)
    assert (kept.value, kept.unit) == (None, "x" * 64)
