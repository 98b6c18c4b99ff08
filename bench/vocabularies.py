"""How good suggestions from a vocabulary are, held against links that analysts drew.

`python -m bench.vocabularies` takes each O*NET task of QUARTERDECK_SHARED as if it were a duty and
looks for its like among the tasks of all other occupations. A suggestion is right if O*NET's
analysts linked both tasks to one detailed work activity; tasks of the very same words are left
out, since to find those is no art.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random
from statistics import mean
from time import process_time

from bench.job_descriptions import shared_data
from bench.measuring import heading, middle_and_high, table
from bench.scale import SEED
from quarterdeck.kernels.similarity import Entry, Index, Suggestion

LIMIT, SHOWN = 10, 5
STRENGTHS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)


@dataclass(frozen=True, slots=True)
class Task:
    """A task of an occupation, with the activities that analysts linked it to."""

    occupation: str
    text: str
    activities: frozenset[str]


def main() -> None:
    """Print the tables."""
    tasks = _tasks(shared_data() / "workforce")
    seconds, found = _suggestions(tasks)
    asked = {key: like for key, like in _likes(tasks).items() if like}
    heading(f"vocabulary: {len(asked)} O*NET tasks as duties, looked for in other occupations")
    rng = Random(SEED)  # noqa: S311 — figures are to repeat, not to be secret
    drawn = {
        key: rng.sample(sorted(set(tasks) - {key}), LIMIT)  # a ranking without any knowledge
        for key in asked
    }
    ranked = {key: [one.entry.key for one in found[key]] for key in asked}
    rows = [("ours", *_quality(ranked, asked)), ("drawn by lot", *_quality(drawn, asked))]
    table(("", "first is right", f"one of {SHOWN} is", "mean reciprocal rank"), rows)
    heading("vocabulary: how often the first suggestion is right, by its strength")
    rows = [(f"{least:.1f} and more", *_by_strength(found, asked, least)) for least in STRENGTHS]
    table(("strength", "suggested", "right", "of them right"), rows)
    heading(f"vocabulary: one suggestion among about {len(tasks)} entries, milliseconds of CPU")
    table(("median", "p95"), [middle_and_high(seconds)])


def _suggestions(tasks: Mapping[str, Task]) -> tuple[list[float], dict[str, list[Suggestion]]]:
    """Look each task up among those of other occupations that are worded differently."""
    seconds, found = [], {}
    for occupation in sorted({task.occupation for task in tasks.values()}):
        others = {key: task for key, task in tasks.items() if task.occupation != occupation}
        index = Index(Entry(key, task.text) for key, task in others.items())
        for key, task in tasks.items():
            if task.occupation == occupation:
                began = process_time()
                suggestions = index.suggest(task.text, limit=2 * LIMIT)
                seconds.append(process_time() - began)
                other = [one for one in suggestions if one.entry.text != task.text]
                found[key] = other[:LIMIT]
    return seconds, found


def _likes(tasks: Mapping[str, Task]) -> dict[str, set[str]]:
    """Return for each task those of other occupations and words that share an activity with it."""
    return {
        key: {
            other
            for other, like in tasks.items()
            if like.occupation != task.occupation
            and like.text != task.text
            and like.activities & task.activities
        }
        for key, task in tasks.items()
    }


def _quality(ranked: Mapping[str, list[str]], asked: Mapping[str, set[str]]) -> list[str]:
    hits = [[other in like for other in ranked[key]] for key, like in asked.items()]
    ranks = [mine.index(True) + 1 if True in mine else 0 for mine in hits]
    return [
        f"{mean(any(mine[:1]) for mine in hits):.0%}",
        f"{mean(any(mine[:SHOWN]) for mine in hits):.0%}",
        f"{float(mean(Fraction(1, rank) if rank else Fraction(0) for rank in ranks)):.2f}",
    ]


def _by_strength(
    found: Mapping[str, list[Suggestion]], asked: Mapping[str, set[str]], least: float
) -> list[str]:
    firsts = [(key, found[key][0]) for key in asked if found[key]]
    strong = [one.entry.key in asked[key] for key, one in firsts if one.strength >= least]
    share = f"{mean(strong):.0%}" if strong else "-"
    return [str(len(strong)), str(sum(strong)), share]


def _tasks(folder: Path) -> dict[str, Task]:
    activities = defaultdict(set)
    for row in _rows(folder / "onet_tasks_to_dwas_it.tsv.gz"):
        activities[row["O*NET-SOC Code"], row["Task ID"]].add(row["DWA ID"])
    rows = _rows(folder / "onet_task_statements_it.tsv.gz")
    return {
        f"{row['O*NET-SOC Code']} {row['Task ID']}": Task(
            row["O*NET-SOC Code"],
            row["Task"],
            frozenset(activities[row["O*NET-SOC Code"], row["Task ID"]]),
        )
        for row in rows
    }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


if __name__ == "__main__":
    main()
