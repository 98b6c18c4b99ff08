"""Columns of a noun that not everybody reads who sees a row of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models

from quarterdeck.core.permission import User


class GuardedSight(Protocol):
    """Of which rows a reader reads guarded columns: the condition on rows, and the same of one."""

    @property
    def is_reader(self) -> bool:
        """Whether they read them of any row."""

    def rows(self, prefix: str) -> models.Q:
        """Return the condition on the rows to which the prefix leads; none for the rows at hand."""

    def covers(self, row: Any) -> bool:
        """Say it of one row."""


@dataclass(frozen=True)
class Guard:
    """Columns that not everybody reads who sees a row: in no list, filter, file, history or answer.

    `sight` says of which rows a reader reads them, from the columns that it `needs` of each. A list
    has none of them for whoever reads them of no row.
    """

    columns: frozenset[str]
    needs: tuple[str, ...]
    sight: Callable[[User], GuardedSight]
