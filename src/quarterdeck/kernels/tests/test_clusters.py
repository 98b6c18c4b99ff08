"""Groups of reports: planted ones are found, and nothing else is."""

from random import Random

import pytest

from quarterdeck.kernels.clusters import clusters_of
from quarterdeck.kernels.likeness import Report


def reports(*titles: str) -> list[Report]:
    return [Report(key, title, "") for key, title in enumerate(titles, start=1)]


def test_what_resembles_is_one_group_with_the_words_that_hold_it() -> None:
    found = clusters_of(
        reports("toner spills", "lift dark", "toner spills", "door squeaks", "toner spills")
    )

    assert [[one.key for one in group.members] for group in found] == [[1, 3, 5]]
    # Each word is one over the root of two of each member, so half of what holds them.
    assert dict(found[0].words) == pytest.approx({"toner": 0.5, "spill": 0.5})
    assert [one.strength for one in found[0].members] == pytest.approx([1, 1, 1])


def test_too_few_are_no_group_and_silence_is_none() -> None:
    assert clusters_of(reports("toner spills", "toner spills", "", "", "")) == []


def test_planted_groups_are_found_among_a_thousand_strangers() -> None:
    rng = Random(5)  # noqa: S311 — words, not secrets
    syllables = ["ba", "ke", "li", "mo", "nu", "pra", "sti", "tor", "vex", "zu"]

    def strange() -> str:
        return " ".join("".join(rng.choices(syllables, k=4)) for _ in range(8))

    planted = {
        "printer": "print job vanishes from the queue",
        "mail": "no new mail arrives since morning",
    }
    titles = [strange() for _ in range(1_000)]
    titles += [f"{text} {strange().split()[0]}" for text in planted.values() for _ in range(20)]
    order = list(range(len(titles)))
    rng.shuffle(order)

    found = clusters_of([Report(key, titles[key], "") for key in order])

    members = [{one.key for one in group.members} for group in found]
    assert members == [set(range(1_000, 1_020)), set(range(1_020, 1_040))]
