"""What names a row in a list is what is shown there, also to whoever hears it read out."""

from datetime import date

from quarterdeck.core.models import Person
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import Skill
from quarterdeck.office.models import Holiday
from quarterdeck.people.models import Education
from quarterdeck.ui.list_cells import columns_of


def test_a_row_is_named_by_what_its_first_cell_shows_and_without_markup() -> None:
    study = Education(level="bachelor")
    skill = Skill(person=Person(name='Ann "A" <Berg>'), level=2)
    feast = Holiday(day=date(2026, 5, 17))

    named = [
        columns_of(record_of(Education), ("level",))[0].naming(study),
        columns_of(record_of(Skill), ("person",))[0].naming(skill),
        columns_of(record_of(Skill), ("level",))[0].naming(skill),
        columns_of(record_of(Holiday), ("day",))[0].naming(feast),
    ]

    # A degree in words, a level of a badge, and nothing that would end the attribute.
    assert named == [
        "Bachelor’s degree",
        "Ann &quot;A&quot; &lt;Berg&gt;",
        "Able",
        "2026-05-17",
    ]
