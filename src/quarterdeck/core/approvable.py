"""What can be approved: apps declare kinds of approvals, and the office asks for them.

A kind knows what of its record an approval is about, so that an approval holds for what was seen
and for nothing else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from quarterdeck.core.models import Person
from quarterdeck.core.permission import NounClass


@dataclass(frozen=True)
class ApprovalKind:
    """One kind of approval: its key and title, and the noun that its requests are about.

    `digest_of` tells one state of what is approved from another, `owner_of` who owns it, or None.
    `is_wanted` says whether the record still waits for the answer.
    """

    key: str
    title: str
    model: type[models.Model]
    digest_of: Callable[[Any], str]
    owner_of: Callable[[Any], Person | None]
    is_wanted: Callable[[Any], bool]
    noun_class: NounClass = NounClass.ORDINARY


_kinds: dict[str, ApprovalKind] = {}


def register(kind: ApprovalKind) -> None:
    """Make a kind known; each key may be declared once."""
    if _kinds.get(kind.key, kind) != kind:
        raise ValueError(f"{kind.key} is declared as a kind of approval twice")
    _kinds[kind.key] = kind


def kind_of(key: str) -> ApprovalKind:
    """Return the kind of that key; KeyError where no app has declared it."""
    return _kinds[key]


def all_kinds() -> Iterable[ApprovalKind]:
    """Return every kind, by its title."""
    return tuple(sorted(_kinds.values(), key=lambda kind: kind.title))
