"""The side navigation: what is arranged once is folded away, and still found."""

from quarterdeck.ui.middleware import page_above
from quarterdeck.ui.navigation import Place, Section

QUEUE = Place("My queue", "/desk/mine", "checklist", is_current=False)


def macros(*, is_current: bool) -> Place:
    return Place("Macros", "/desk/macros/", "player-play", is_current=is_current)


def test_a_section_stays_folded_while_the_page_is_none_of_what_it_folds_away() -> None:
    section = Section("Desk", (QUEUE,), (macros(is_current=False),))

    assert not section.is_unfolded


def test_a_section_unfolds_on_the_page_of_what_it_folds_away() -> None:
    section = Section("Desk", (QUEUE,), (macros(is_current=True),))

    assert section.is_unfolded


def test_above_an_act_stands_the_page_of_its_record_and_at_last_the_home_page() -> None:
    above = [page_above(path) for path in ("/ui/components/7/act/close", "/sign-out", "/")]

    assert above == ["/ui/components", "/", "/"]
