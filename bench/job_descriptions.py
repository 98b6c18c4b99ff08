"""How well job descriptions are read: precision and recall over files that a person labelled.

`python -m bench.job_descriptions [--misses]` reads the labels beside it and the archive of real
descriptions in QUARTERDECK_SHARED. `--misses` names what went wrong in the development half; the
held-out half is counted and never shown, so that its figures stay those of unseen documents.
"""

import argparse
import os
import re
import tarfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

from bench.measuring import MEBIBYTE, MILLISECONDS, heading, middle_and_high, table
from quarterdeck.kernels.jobtext import Draft, Source, read_draft
from quarterdeck.kernels.jobtext.records import Degree, Necessity, QualificationKind
from quarterdeck.kernels.jobtext.source import SourceSpan
from quarterdeck.people.gateways.documents import open_document

HERE = Path(__file__).resolve().parent
ARCHIVE = "workforce/gov_job_descriptions_a_18f_austin_california.tar.gz"
HALVES = ("development", "held_out")
FIELDS = ("title", "class_code", "pay_grade", "duties", "degree", "years", "equivalency")
KIBIBYTE = 1 << 10


@dataclass(frozen=True, slots=True)
class Score:
    """What was read of one field: how much of it is right, how much was read, how much stands."""

    right: int = 0
    read: int = 0
    stands: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.read + other.read, self.stands + other.stands)

    def cells(self) -> list[str]:
        """Return precision and recall in per cent, and the counts behind them."""
        return [
            f"{self.right / self.read:.0%}" if self.read else "-",
            f"{self.right / self.stands:.0%}" if self.stands else "-",
            str(self.right),
            str(self.read),
            str(self.stands),
        ]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="bench.job_descriptions", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="name what was misread")
    measure_job_descriptions(misses=parser.parse_args().misses)


def measure_job_descriptions(*, misses: bool = False) -> None:
    """Print precision and recall for both halves of the labelled files, then time and memory."""
    files = dict(described_files())
    drafts, seconds, opening = {}, [], []
    for name, content in files.items():
        opened = perf_counter()
        # By the door that a stranger's file comes in, and not past it.
        source = open_document(content, Path(name).name)
        opening.append(perf_counter() - opened)
        began = process_time()
        drafts[name] = (read_draft(source.lines), source)
        seconds.append(process_time() - began)
    print("opened apart, wall ms: median {}, p95 {}".format(*middle_and_high(opening)))
    for half in HALVES:
        _print_half(half, files, drafts, misses=misses and half == HALVES[0])
    heading(f"job descriptions: all {len(files)}, a file each in milliseconds of CPU")
    middle, high = middle_and_high(seconds)
    slowest = f"{max(seconds) * MILLISECONDS:.1f}"
    memory = getrusage(RUSAGE_SELF).ru_maxrss * KIBIBYTE / MEBIBYTE
    table(
        ("", "median", "p95", "slowest", "all, s", "peak MiB", "with duties", "with a title"),
        [
            (
                f"{sum(map(len, files.values())) / len(files) / KIBIBYTE:.1f} KiB on average",
                middle,
                high,
                slowest,
                f"{sum(seconds):.1f}",
                f"{memory:.0f}",
                sum(bool(draft.duties) for draft, _ in drafts.values()),
                sum(draft.title is not None for draft, _ in drafts.values()),
            )
        ],
    )


def _print_half(
    half: str,
    files: Mapping[str, bytes],
    drafts: Mapping[str, tuple[Draft, Source]],
    *,
    misses: bool,
) -> None:
    scores: dict[str, Score] = defaultdict(Score)
    labels = _labels(half)
    for label in labels:
        name = label["file"]
        if sha256(files[name]).hexdigest() != label["sha256"]:
            raise ValueError(f"{name} is not the file that was labelled.")
        for field, score in _judge(label, *drafts[name]).items():
            scores[field] += score
            if misses and not score.right == score.read == score.stands:
                print(f"{name}: {field}: {score}")
    heading(f"job descriptions: {half.replace('_', '-')} half, {len(labels)} labelled files")
    rows = [(field, *scores[field].cells()) for field in FIELDS]
    table(("", "precision", "recall", "right", "read", "stands"), rows)


def _judge(label: Mapping[str, Any], draft: Draft, source: Source) -> dict[str, Score]:
    """Hold a draft against the label of its file, field by field; what is arguable is left out."""
    title = {_plain(draft.title.text)} if draft.title else set()
    code = {_plain(draft.class_code.text)} if draft.class_code else set()
    grades = {_plain(fact.text) for fact in draft.facts if fact.key == "pay_grade"}
    grades |= {_plain(level.grade_system + level.grade) for level in draft.levels if level.grade}
    years = {str(q.years) for q in draft.qualifications if _asks_for_years(q.kind, q.years)}
    scores = {
        "title": _one_of(title, label["titles"]),
        "class_code": _one_of(code, [label["class_code"]] if label["class_code"] else []),
        "pay_grade": _one_of(grades, label["pay_grades"]),
        "degree": _sets(_degree(draft), {label["degree"]} - {""}),
        "years": _sets(years, {str(number) for number in label["years"]}),
    }
    if "duties" in label:
        scores["duties"] = _duties(label, draft, source)
    if not label.get("equivalency_arguable"):
        scores["equivalency"] = _sets(_equivalencies(draft), set(label["equivalency"]))
    return scores


def _asks_for_years(kind: QualificationKind, years: Fraction | None) -> bool:
    return kind == QualificationKind.EXPERIENCE and years is not None


def _one_of(read: set[str], accepted: list[str]) -> Score:
    right = len(read & {_plain(text) for text in accepted})
    return Score(min(right, 1), len(read), min(len(accepted), 1))


def _sets(read: set[str], stands: set[str]) -> Score:
    return Score(len(read & stands), len(read), len(stands))


def _degree(draft: Draft) -> set[str]:
    ranks = list(Degree)
    asked = [
        ranks.index(qualification.degree)
        for qualification in draft.qualifications
        if qualification.degree and qualification.necessity == Necessity.REQUIRED
    ]
    return {ranks[min(asked)].value} if asked else set()


def _equivalencies(draft: Draft) -> set[str]:
    read = {"none" if e.ratio is None else str(e.ratio) for e in draft.equivalencies}
    vague = any(qualification.or_equivalent for qualification in draft.qualifications)
    return read | {"none"} if vague and not read else read


def _duties(label: Mapping[str, Any], draft: Draft, source: Source) -> Score:
    """Match each duty that was read to a labelled line within its reach.

    A further duty from a line that is matched already, or one from an arguable line, counts
    neither as right nor as wrong.
    """
    wanted, arguable = _lines(label["duties"]), _lines(label.get("arguable", []))
    matched: set[int] = set()
    wrong = 0
    functions = [function for area in draft.results_areas for function in area.functions]
    for duty in (*draft.duties, *functions):
        reach = {line for span in duty.spans for line in _reach(source.text, span)}
        if hits := sorted(reach & wanted - matched):
            matched.add(hits[0])
        elif not reach & (wanted | arguable):
            wrong += 1
    return Score(len(matched), len(matched) + wrong, len(wanted))


def _lines(ranges: list[str]) -> set[int]:
    bounds = [(text.partition("-")[0], text.rpartition("-")[2]) for text in ranges]
    return {line for first, last in bounds for line in range(int(first), int(last) + 1)}


def _reach(text: str, span: SourceSpan) -> range:
    """Return the numbers of the lines, from 1, that a span touches."""
    first = text.count("\n", 0, span.start) + 1
    return range(first, first + text.count("\n", span.start, max(span.start, span.end - 1)) + 1)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _labels(half: str) -> list[dict[str, Any]]:
    path = HERE / "labels" / f"job_descriptions_{half}.toml"
    labels: list[dict[str, Any]] = tomllib.loads(path.read_text())["file"]
    return labels


def shared_data() -> Path:
    """Return the folder of real files: QUARTERDECK_SHARED, or its folder `data`."""
    named = Path(os.environ.get("QUARTERDECK_SHARED") or HERE.parent.parent / "shared")
    return named if (named / "GOLDEN.json").is_file() else named / "data"


def described_files() -> Iterator[tuple[str, bytes]]:
    """Give each real description with its name."""
    with tarfile.open(shared_data() / ARCHIVE) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                yield member.name, file.read()


if __name__ == "__main__":
    main()
