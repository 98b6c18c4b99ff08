"""Rules as plain values, such as JSON takes, and back."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from quarterdeck.kernels.qualification.rules import (
    AllOf,
    AnyOf,
    ByJudgement,
    Combination,
    Comparison,
    Competency,
    Credential,
    Degree,
    DegreeLevel,
    Direction,
    EducationAndExperience,
    Equivalency,
    Months,
    Rule,
    Source,
    Standing,
    StatedNone,
)

__all__ = ["rule_of", "tree_of"]

_TYPES = {
    kind.__name__: kind
    for kind in (
        AllOf,
        AnyOf,
        ByJudgement,
        Combination,
        Competency,
        Credential,
        Degree,
        EducationAndExperience,
        Equivalency,
        Months,
        StatedNone,
    )
}
_LISTS_OF_RULES = {"equivalencies", "including", "parts"}


def tree_of(rule: Rule | Equivalency) -> dict[str, Any]:
    """Return a rule as dictionaries, lists, texts and numbers.

    Each dictionary has the rule's type under `rule` and the fields that are not as by default;
    fractions are texts such as `60` and `1/2`, degrees their names in lower case.
    """
    return _plain_record(rule)


def rule_of(tree: Mapping[str, Any]) -> Rule | Equivalency:
    """Return the rule that `tree_of` made the tree from.

    Raises ValueError for anything else.
    """
    try:
        rule: Rule | Equivalency = _record(tree)
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError) as problem:
        raise ValueError(f"This is no tree of a rule: {problem!r}.") from problem
    return rule


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_record(value)
    if isinstance(value, DegreeLevel):
        return value.name.lower()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Fraction) else value


def _plain_record(record: Any) -> dict[str, Any]:
    told = {
        field.name: _plain(getattr(record, field.name))
        for field in fields(record)
        if field.default is MISSING or getattr(record, field.name) != field.default
    }
    return told if isinstance(record, Source) else {"rule": type(record).__name__, **told}


def _record(tree: Mapping[str, Any]) -> Any:
    told = {name: _value(name, value) for name, value in tree.items() if name != "rule"}
    return _TYPES[tree["rule"]](**told)


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _LISTS_OF_RULES:
        return tuple(_record(each) for each in value)
    if name in _READERS:
        return _READERS[name](value)
    return tuple(value) if isinstance(value, list) else value


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("education", "experience"), _record),
    **dict.fromkeys(
        ("beyond_years", "education_years", "limit_years", "months", "rate", "years"), Fraction
    ),
    "comparison": Comparison,
    "direction": Direction,
    "standing": Standing,
    "level": lambda name: DegreeLevel[name.upper()],
    "source": lambda told: Source(**told),
}
