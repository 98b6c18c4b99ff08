"""Reads the files in which O*NET and the NICE framework are published.

O*NET (the United States Department of Labor, CC BY 4.0): tab-separated text with a header, of
which task statements or work styles are the entries, and occupation data and the links of tasks
to detailed work activities may stand beside them. NICE (the National Institute of Standards and
Technology, public domain): JSON, a list of statements with the work role that has each.
"""

import csv
import gzip
import io
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from quarterdeck.core.errors import Refused
from quarterdeck.people.verbs.vocabularies import NewEntry
from quarterdeck.people.vocabulary import EntryKind

LARGEST = 32 << 20
_GZIP = b"\x1f\x8b"
_OCCUPATION, _TASK = "O*NET-SOC Code", "Task ID"
_ONET = "O*NET", "the U.S. Department of Labor's O*NET, CC BY 4.0"
_NICE = "NICE framework", "the U.S. National Institute of Standards and Technology, public domain"
# The column with the code of what another column tells.
_CODES = {"Task": _TASK, "DWA ID": _TASK, "Element Name": "Element ID"}
_LONGEST_CODE = 64
_KINDS = {"T": EntryKind.TASK, "K": EntryKind.KNOWLEDGE, "S": EntryKind.SKILL}


@dataclass(frozen=True)
class PublishedVocabulary:
    """What the files of one vocabulary hold."""

    name: str
    licence: str
    entries: tuple[NewEntry, ...]


def read_vocabulary(files: Mapping[str, bytes]) -> PublishedVocabulary:
    """Return the entries that the files, by name, hold together.

    Refused where a file is of no known format, or none of them holds entries.
    """
    texts = {name: _text(name, content) for name, content in files.items()}
    if any(text.lstrip()[:1] in {"[", "{"} for text in texts.values()):
        entries = [entry for name, text in texts.items() for entry in _nice(name, text)]
        name, licence = _NICE
        return PublishedVocabulary(name, licence, _once(entries))
    entries = list(_onet(texts))
    if not entries:
        raise Refused(
            "None of the files holds entries: expected O*NET's task statements or work styles, "
            "or NICE statements as JSON."
        )
    name, licence = _ONET
    return PublishedVocabulary(name, licence, _once(entries))


def _text(name: str, content: bytes) -> str:
    """Return the text of a file, plain or gzip, of at most 32 MB."""
    try:
        if content.startswith(_GZIP):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                content = packed.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise Refused(f"{name} is larger than {LARGEST >> 20} MB.")
        return content.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as problem:
        raise Refused(f"{name}: expected text in UTF-8, plain or gzip ({problem}).") from problem


def _once(entries: Sequence[NewEntry]) -> tuple[NewEntry, ...]:
    """Make one entry of those under one code, used wherever any of them is."""
    found: dict[str, NewEntry] = {}
    for entry in entries:
        if not entry.text or not 0 < len(entry.code) <= _LONGEST_CODE:
            raise Refused(
                f"Entry “{entry.code[:_LONGEST_CODE]}”: expected a text, and a code of at most "
                f"{_LONGEST_CODE} characters."
            )
        known = found.get(entry.code)
        used = tuple(dict.fromkeys((*(known.used_in if known else ()), *entry.used_in)))
        found[entry.code] = replace(known or entry, used_in=used)
    return tuple(found.values())


def _onet(texts: Mapping[str, str]) -> Iterator[NewEntry]:
    """Read the tables together: titles and links may stand in other files than the entries."""
    rows = [row for name, text in texts.items() for row in _rows(name, text)]
    titles = {row[_OCCUPATION]: row["Title"] for row in rows if "Title" in row}
    activities: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if "DWA ID" in row:
            activities[row[_OCCUPATION], row[_TASK]].append(row["DWA ID"])
    for row in rows:
        occupation = row[_OCCUPATION]
        used_in = (f"{occupation} {titles.get(occupation, '')}".strip(),)
        if "Task" in row:
            # A task's number alone may serve several occupations.
            code, linked = f"{occupation}/{row[_TASK]}", activities[occupation, row[_TASK]]
            yield NewEntry(code, EntryKind.TASK, row["Task"].strip(), used_in, tuple(linked))
        elif "Element Name" in row:
            name = row["Element Name"].strip()
            yield NewEntry(row["Element ID"], EntryKind.WORK_STYLE, name, used_in)


def _rows(name: str, text: str) -> list[dict[str, str]]:
    """Return the lines of a table; Refused where it is none of O*NET's, or a line is too short."""
    reader = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    rows = []
    try:
        header = reader.fieldnames or ()
        needed = {_OCCUPATION, *(code for column, code in _CODES.items() if column in header)}
        for column in sorted(needed - set(header)):
            raise Refused(f"{name}, line 1: expected the column “{column}”, parted by tabs.")
        for row in reader:
            # The reader puts cells beyond the header under None, and None into those that lack.
            if None in row or None in row.values():
                where = f"{name}, line {reader.line_num}"
                raise Refused(f"{where}: expected as many cells as in line 1.")
            rows.append(row)
    except csv.Error as problem:
        raise Refused(f"{name}, line {reader.line_num}: {problem}.") from problem
    return rows


def _nice(name: str, text: str) -> Iterator[NewEntry]:
    try:
        statements = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Refused(f"{name}: expected JSON ({problem}).") from problem
    if not isinstance(statements, list):
        raise Refused(f"{name}: expected a list of statements.")
    for place, told in enumerate(statements, start=1):
        yield _statement(f"{name}, statement {place}", told)


def _statement(where: str, told: object) -> NewEntry:
    """Read one statement: its identifier, its text, and the work role that has it."""
    if not isinstance(told, dict):
        raise Refused(f"{where}: expected an object with ID, Description and WRL-ID.")
    code, text = str(told.get("ID") or "").strip(), str(told.get("Description") or "").strip()
    kind = _KINDS.get(code[:1])
    if kind is None or not text:
        raise Refused(f"{where}: expected an ID that begins with T, K or S, and a Description.")
    role = str(told.get("WRL-ID") or "").strip()
    return NewEntry(code, kind, text, (role,) if role else ())
