"""The command that reads a job description and prints the draft; it needs no database."""

import argparse
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quarterdeck.config.commands.output import note, say, say_json
from quarterdeck.core.errors import Refused
from quarterdeck.kernels.jobtext import Source, draft_as_json, read_draft
from quarterdeck.people.gateways.documents import UnreadableDocument, open_document

_LONGEST = 96
_LEGEND = "Each line has: + sure, ~ likely, ? doubtful; the line of the text; what was read."
_SECTIONS = (
    ("summary", "Summary"),
    ("levels", "Levels"),
    ("series", "Class series"),
    ("duties", "Duties"),
    ("clauses", "Standing clauses"),
    ("competencies", "Competencies"),
    ("qualifications", "Qualifications"),
    ("equivalencies", "Equivalencies"),
    ("supervision", "Supervision"),
    ("authority", "Scope of authority"),
    ("conditions", "Working conditions"),
    ("background_checks", "Background checks"),
    ("facts", "Facts"),
    ("history", "History of the class"),
    ("stated_none", "Stated to be none"),
    ("passages", "Kept as text"),
)
# What was read out of a text, in the order in which it is told behind it.
_TOLD = ("key", "section", "kind", "level", "degree", "evaluator", "condition", "notice")
_UNTOLD = {"number", "qualitative", "skill"}


def read_job_description(chosen: argparse.Namespace) -> int:
    """Print what is read of a file: records with their places, or one line of JSON."""
    path = Path(chosen.file)
    try:
        source = open_document(_content(path), path.name)
    except UnreadableDocument as problem:
        raise Refused(f"{path}: {problem}") from problem
    draft = draft_as_json(read_draft(source.lines))
    if chosen.json:
        about = {"file": path.name, "container": source.container, "notes": source.notes}
        say_json(about | draft)
        return 0
    for text in source.notes:
        note(f"{path.name}: {text}")
    for line in _Shown(source).lines(draft):
        say(line)
    return 0


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Refused(f"{path} is a folder; expected a file.")
        return path.read_bytes()
    except FileNotFoundError as problem:
        raise Refused(f"There is no file {path}.") from problem
    except OSError as problem:
        raise Refused(f"{path} cannot be read: {problem.strerror}.") from problem


class _Shown:
    """A draft as lines for a person, each record with its line in the source."""

    def __init__(self, source: Source) -> None:
        self._starts = [line.span.start for line in source.lines]

    def lines(self, draft: dict[str, Any]) -> Iterator[str]:
        """Give the lines."""
        code = f" ({draft['class_code']})" if draft["class_code"] else ""
        yield f"{draft['title'] or 'A job without a title'}{code}"
        for key in ("issuer", "family"):
            if draft[key]:
                yield f"{key.capitalize()}: {draft[key]}"
        yield f"Read as {draft['kind']}. {draft['kind_reason']}"
        yield _LEGEND
        for key, title in _SECTIONS:
            yield from self._section(f"{title} ({len(draft[key])})", draft[key])
        if draft["probation"]:
            yield from self._section("Probation", [draft["probation"]])
        for area in draft["results_areas"]:
            counts = f"{len(area['functions'])} functions, {len(area['measures'])} measures"
            yield from self._section(f"Result: {area['name']} ({counts})", area["functions"])
            yield from self._section("  measured by", area["measures"], apart=False)
        yield from self._warnings(draft["warnings"])

    def _section(
        self, title: str, records: list[dict[str, Any]], *, apart: bool = True
    ) -> Iterator[str]:
        if not records:
            return
        if apart:
            yield ""
        yield title
        for record in records:
            yield f"{self._place(record)}{_short(record['text'])}{_told(record)}"
            for anchor in record.get("anchors", ()):
                level = f"{anchor['level']}: " if anchor["level"] else ""
                yield f"          {level}{_short(anchor['text'])}"

    def _warnings(self, records: list[dict[str, Any]]) -> Iterator[str]:
        if records:
            yield ""
            yield f"Look at ({len(records)})"
        for record in records:
            yield f"  line {self._number(record)}, {record['kind']}: {record['message']}"

    def _place(self, record: dict[str, Any]) -> str:
        sign = {"high": "+", "medium": "~", "low": "?"}[record["confidence"]]
        return f"  {sign} {self._number(record):>4}  "

    def _number(self, record: dict[str, Any]) -> int:
        return bisect_right(self._starts, record["span"][0])


def _told(record: dict[str, Any]) -> str:
    """Return what was read out of a text, behind it."""
    told = [str(record[key]) for key in _TOLD if record.get(key) and record[key] not in _UNTOLD]
    told = [text for text in told if text != record["text"]]
    for key, unit in (("years", "years"), ("value", record.get("unit", ""))):
        if record.get(key) is not None:
            told.append(f"{record.get('operator') or ''} {record[key]} {unit}".strip())
    if record.get("modality", "does") != "does":
        told.append(record["modality"])
    if "ratio" in record:
        told.append(f"ratio {record['ratio']}" if record["ratio"] else "no ratio")
    if record.get("needs_confirmation"):
        told.append("to be confirmed")
    return f"  [{'; '.join(told)}]" if told else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
