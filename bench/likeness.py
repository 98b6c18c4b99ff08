"""Which method finds duplicates and categories best, on real texts that are not part of this.

`QUARTERDECK_SHARED=… python -m bench.likeness`: recall of known duplicates among all issues that
were there before, on a Java project's tracker, and macro-F1 of the category that the neighbours
suggest, on the tickets of an IT company in the order of their file, which gives no dates. The
first 70 % teach, the rest is asked.
"""

import csv
import gzip
import math
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from bench.measuring import heading, load, table
from quarterdeck.kernels.likeness import (
    Rarities,
    Report,
    counts_of,
    vector_of,
    votes,
)
from quarterdeck.kernels.similarity import words_of

Scores = Mapping[int, float]
Method = Callable[[Report], Scores]
Ranks = Callable[[Sequence[Report]], Method]

_WANTED = (1, 5, 10)
_NEIGHBOURS, _TAUGHT, _EVERY = 100, 0.7, 2
_K1, _B_TITLE, _B_TEXT, _TITLE = 1.2, 0.5, 0.75, 3
_GAIN, _WEARS_OFF = 0.5, 90


def _postings(vectors: Mapping[int, Mapping[str, float]]) -> dict[str, list[tuple[int, float]]]:
    found: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for key, vector in vectors.items():
        for word, weight in vector.items():
            found[word].append((key, weight))
    return found


def _rarities(bags: Iterable[Counter[str]], amount: int) -> Rarities:
    return Rarities(amount, Counter(word for bag in bags for word in bag))


def plain(reports: Sequence[Report]) -> Method:
    """The baseline: cosine of count × inverse document frequency, title and text in one bag."""
    bags = {
        one.key: Counter(stem for _, stem in words_of(f"{one.title} {one.description}"))
        for one in reports
    }
    rare = _rarities(bags.values(), len(bags))

    def vector(bag: Counter[str]) -> dict[str, float]:
        weights = {word: count * rare.of(word) for word, count in bag.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1
        return {word: weight / length for word, weight in weights.items()}

    held = _postings({key: vector(bag) for key, bag in bags.items()})

    def ranked(asked: Report) -> Scores:
        bag = Counter(stem for _, stem in words_of(f"{asked.title} {asked.description}"))
        return _product(vector(bag), held)

    return ranked


def _product(
    vector: Mapping[str, float], held: Mapping[str, list[tuple[int, float]]]
) -> dict[int, float]:
    scores: defaultdict[int, float] = defaultdict(float)
    for word, weight in vector.items():
        for key, other in held.get(word, ()):
            scores[key] += weight * other
    return scores


def bm25f(reports: Sequence[Report]) -> Method:
    """BM25 with fields (Robertson and Zaragoza 2009): a title's word counts thrice."""
    bags = {
        one.key: tuple(
            Counter(stem for _, stem in words_of(text)) for text in (one.title, one.description)
        )
        for one in reports
    }
    means = [sum(bag[place].total() for bag in bags.values()) / len(bags) or 1 for place in (0, 1)]
    holders = Counter(word for title, text in bags.values() for word in {*title, *text})

    def saturated(word: str, title: Counter[str], text: Counter[str]) -> float:
        times = _TITLE * title[word] / (1 - _B_TITLE + _B_TITLE * title.total() / means[0])
        times += text[word] / (1 - _B_TEXT + _B_TEXT * text.total() / means[1])
        return times / (times + _K1)

    held = _postings(
        {
            key: {word: saturated(word, title, text) for word in {*title, *text}}
            for key, (title, text) in bags.items()
        }
    )

    def ranked(asked: Report) -> Scores:
        words = {stem for _, stem in words_of(f"{asked.title} {asked.description}")}
        weights = {
            word: math.log1p((len(bags) - holders[word] + 0.5) / (holders[word] + 0.5))
            for word in words
        }
        return _product(weights, held)

    return ranked


def shipped(reports: Sequence[Report]) -> Method:
    """What the product does, by its own kernel."""
    bags = {one.key: counts_of(one.title, one.description) for one in reports}
    rare = _rarities(bags.values(), len(bags))
    held = _postings({key: vector_of(bag, rare) for key, bag in bags.items()})
    days = {one.key: one.day for one in reports}

    def ranked(asked: Report) -> Scores:
        scores = _product(vector_of(counts_of(asked.title, asked.description), rare), held)
        return {
            key: score * (1 + _GAIN * math.exp(-abs(asked.day - days[key]) / _WEARS_OFF))
            for key, score in scores.items()
        }

    return ranked


METHODS: Mapping[str, Ranks] = {
    "TF-IDF, cosine (baseline)": plain,
    "BM25F": bm25f,
    "shipped: log TF, title × 3, nearness in time": shipped,
}


def measure_duplicates(folder: Path) -> None:
    """Print for each half of the known duplicates, by time, how often the other is found."""
    rows = {int(row["Issue id"]): row for row in _rows(folder / "gitbugs_hadoop.csv.gz")}
    reports = {
        key: Report(key, row["Summary"], row["Description"] or "", _day(row["Created"]))
        for key, row in rows.items()
    }
    pairs = [
        sorted((int(row["Issue id"]), int(row["Duplicate id"])), key=lambda key: reports[key].day)
        for row in _rows(folder / "gitbugs_hadoop_pairs.csv.gz")
        # One line names two duplicates, of which neither is said to be the first report.
        if "," not in row["Duplicate id"]
        and {int(row["Issue id"]), int(row["Duplicate id"])} <= reports.keys()
    ]
    pairs = sorted((pair for pair in pairs if pair[0] != pair[1]), key=lambda pair: pair[1])
    pairs.sort(key=lambda pair: reports[pair[1]].day)
    bounds = (0, len(pairs) // 2, len(pairs))
    lines = []
    for name, prepare in METHODS.items():
        method, cells = prepare(list(reports.values())), [name]
        for start, end in pairwise(bounds):
            places = [_place(method, reports, *pair) for pair in pairs[start:end]]
            cells += [
                f"{sum(place <= top for place in places) / len(places):.3f}" for top in _WANTED
            ]
        lines.append(cells)
    heading(f"{len(pairs)} known duplicates among {len(reports)} issues; {load()}")
    halves = [f"{half} half, recall@{top}" for half in ("older", "newer") for top in _WANTED]
    table(("method", *halves), lines)


def _place(method: Method, reports: Mapping[int, Report], first: int, second: int) -> float:
    asked = reports[second]
    scores = {
        key: score
        for key, score in method(asked).items()
        if key != second and reports[key].day <= asked.day
    }
    if first not in scores:
        return math.inf
    return 1 + sum((score, -key) > (scores[first], -first) for key, score in scores.items())


def measure_categories(path: Path) -> None:
    """Print how well the neighbours of a ticket say of which topic it is."""
    rows = list(_rows(path))
    taught = round(len(rows) * _TAUGHT)
    reports = [Report(key, "", row["Document"]) for key, row in enumerate(rows[:taught])]
    labels = [row["Topic_group"] for row in rows]
    lines = []
    for name, prepare in METHODS.items():
        method, said = prepare(reports), {}
        for key in range(taught, len(rows), _EVERY):
            scores = method(Report(key, "", rows[key]["Document"]))
            nearest = sorted(scores, key=lambda one: (-scores[one], -one))[:_NEIGHBOURS]
            voted = votes([(labels[one], scores[one]) for one in nearest])
            said[key] = voted[0].label if voted else ""
        right = sum(label == labels[key] for key, label in said.items())
        lines.append([name, f"{_macro_f1(said, labels):.3f}", f"{right / len(said):.3f}"])
    heading(f"topics of {len(said)} tickets, taught by {taught}; {load()}")
    table(("method", "macro-F1", "right"), lines)


def _macro_f1(said: Mapping[int, str], labels: Sequence[str]) -> float:
    found = []
    for label in sorted(set(labels)):
        told = {key for key, word in said.items() if word == label}
        true = {key for key in said if labels[key] == label}
        found.append(2 * len(told & true) / (len(told) + len(true)) if told or true else 0)
    return sum(found) / len(found)


def _rows(path: Path) -> Iterable[dict[str, str]]:
    csv.field_size_limit(sys.maxsize)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> float:
    return datetime.strptime(text + " +0000", "%d/%b/%y %H:%M %z").timestamp() / 86_400


def main() -> None:
    """Print both tables."""
    shared = Path(os.environ.get("QUARTERDECK_SHARED", "../shared")) / "data"
    if not shared.is_dir():
        sys.exit(f"bench: no data in {shared}; name the folder in QUARTERDECK_SHARED.")
    measure_duplicates(shared / "duplicates")
    measure_categories(shared / "itsm" / "it_ticket_text_A_shared_10000.csv.gz")


if __name__ == "__main__":
    main()
