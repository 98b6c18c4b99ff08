"""Two levels side by side, and the ladder of a family."""

from datetime import date

import pytest

from quarterdeck.kernels.wording import Fate
from quarterdeck.people.models import JobFamily, Level
from quarterdeck.people.queries.ladder import Contrast, contrast, ladder_of, rung_of
from quarterdeck.people.tests.house import AT, JANUARY, House, open_house
from quarterdeck.people.verbs.approval import Placing, approve_draft
from quarterdeck.people.verbs.drafts import begin_empty_draft
from quarterdeck.people.verbs.review import add_drafted_record
from quarterdeck.people.vocabulary import RecordKind

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
CALM = "Stays calm when ships come late and tides are low."
ANCHORS = {
    "Steering": {
        "Mate": "Steers small boats in calm water by day.",
        "Master": "Steers large boats in calm water by day.",
    },
    "Calm": {"Mate": CALM, "Master": CALM},
    "Logs": {"Mate": "Writes the log.", "Master": "Answers for all books of the harbour."},
}


@pytest.fixture
def house() -> House:
    return open_house()


@pytest.fixture
def levels(house: House) -> dict[str, Level]:
    """A class of two levels with three competencies."""
    draft = begin_empty_draft(title="Boatman", actor=house.iris, at=AT)
    for rank, name in enumerate(("Mate", "Master"), start=1):
        add_drafted_record(
            draft=draft,
            kind=RecordKind.LEVEL,
            text=name,
            payload={"name": name, "rank": rank},
            actor=house.iris,
            at=AT,
        )
    for name, anchors in ANCHORS.items():
        competency = add_drafted_record(
            draft=draft, kind=RecordKind.COMPETENCY, text=name, payload={}, actor=house.iris, at=AT
        )
        for level, text in anchors.items():
            add_drafted_record(
                draft=draft,
                kind=RecordKind.ANCHOR,
                text=text,
                payload={"level": level},
                parent=competency,
                actor=house.iris,
                at=AT,
            )
    approve_draft(
        draft=draft,
        version=draft.version,
        placing=Placing(family="Port", title="Boatman"),
        effective_on=JANUARY,
        actor=house.iris,
        at=AT,
    )
    return {level.name: level for level in Level.objects.all()}


def test_two_levels_are_compared_competency_by_competency(levels: dict[str, Level]) -> None:
    mate, master = (rung_of(levels[name], TODAY) for name in ("Mate", "Master"))
    assert mate is not None
    assert master is not None

    (section,) = contrast(mate, master)

    assert {row.name: row.contrast for row in section.rows} == {
        "Steering": Contrast.REWORDED,
        "Calm": Contrast.SAME,
        "Logs": Contrast.REWRITTEN,
    }


def test_what_differs_is_lit_word_by_word(levels: dict[str, Level]) -> None:
    mate, master = (rung_of(levels[name], TODAY) for name in ("Mate", "Master"))
    assert mate is not None
    assert master is not None
    (section,) = contrast(mate, master)

    (steering,) = (row for row in section.rows if row.name == "Steering")

    lit = [(each.fate, each.text) for each in steering.words if each.fate is not Fate.SAME]
    assert lit == [(Fate.GONE, "small"), (Fate.NEW, "large")]


def test_a_ladder_has_the_levels_in_order_with_what_differs(levels: dict[str, Level]) -> None:
    steps = ladder_of(JobFamily.objects.get(), TODAY)

    told = [(step.rung.level, [len(each.differing) for each in step.sections]) for step in steps]
    assert told == [(levels["Mate"], []), (levels["Master"], [2])]
