"""A draft as plain values, such as JSON takes."""

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from quarterdeck.kernels.jobtext.records import Draft
from quarterdeck.kernels.jobtext.source import SourceSpan


def draft_as_json(draft: Draft) -> dict[str, Any]:
    """Return the draft as dictionaries, lists, texts and numbers, ready for JSON.

    Keys are the names of the records' fields. A span is `[start, end]`; beside `spans` each
    record has `span`, the whole reach from its first character to its last. A fraction becomes a
    whole number where it is one, a float otherwise; a date its ISO 8601 form. `title` and
    `class_code` are texts here, with their records under `title_record` and `class_code_record`;
    `equivalency` of a qualification lists the draft's equivalencies that replace its kind.
    """
    plain: dict[str, Any] = _plain(draft)
    for key in ("title", "class_code", "issuer", "family"):
        record = plain[key]
        plain[f"{key}_record"] = record
        plain[key] = record and record["text"]
    for qualification in plain["qualifications"]:
        qualification["equivalency"] = [
            equivalency
            for equivalency in plain["equivalencies"]
            if equivalency["replaces"] == qualification["kind"]
            and equivalency["level"] in {"", qualification["level"]}
        ]
    return plain


def _plain(value: object) -> Any:
    if isinstance(value, SourceSpan):
        return [value.start, value.end]
    if is_dataclass(value):
        return _record(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _record(record: Any) -> dict[str, Any]:
    plain = {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    if spans := plain.get("spans"):
        plain["span"] = [min(start for start, _ in spans), max(end for _, end in spans)]
    return plain
