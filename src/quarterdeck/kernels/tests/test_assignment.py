"""Whose turn it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.assignment import Candidate, least_loaded, next_in_turn

candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 9),
        st.just("Somebody"),
        st.integers(0, 3),
        st.sampled_from([(), ("Away",)]),
    ),
    unique_by=lambda each: each.key,
)


@pytest.mark.parametrize(("last", "chosen"), [(None, 1), (1, 3), (2, 3), (3, 4), (4, 1), (99, 1)])
def test_the_turn_goes_round_and_passes_over_who_cannot(last: int | None, chosen: int) -> None:
    people = [
        Candidate(4, "D"),
        Candidate(1, "A"),
        Candidate(2, "B", 0, ("Away",)),
        Candidate(3, "C"),
    ]

    found = next_in_turn(people, last)

    assert found is not None
    assert found.key == chosen


def test_of_equal_loads_the_lowest_key_gets_it() -> None:
    people = [Candidate(3, "C", 2), Candidate(2, "B", 2), Candidate(1, "A", 5)]

    assert least_loaded(people) == people[1]


@given(candidates, st.one_of(st.none(), st.integers(0, 10)))
def test_somebody_is_chosen_if_and_only_if_somebody_can(
    people: list[Candidate], last: int | None
) -> None:
    able = [each for each in people if each.can]

    for chosen in (next_in_turn(people, last), least_loaded(people)):
        assert (chosen in able) if able else (chosen is None)


@given(candidates)
def test_in_as_many_turns_as_people_everybody_who_can_has_one(people: list[Candidate]) -> None:
    able = {each.key for each in people if each.can}
    last, had = None, []

    for _ in able:
        chosen = next_in_turn(people, last)
        assert chosen is not None
        last = chosen.key
        had.append(last)

    assert (set(had), len(had)) == (able, len(able))
