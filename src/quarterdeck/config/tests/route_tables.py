"""How a table of routes is written: a line for each route, a column for what each reader gets.

An area of the product keeps the lines of its own routes, with what its addresses are made with.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar, cast
from urllib.parse import urljoin

from django.db.models import Model
from django.http import HttpResponseBase, StreamingHttpResponse

from quarterdeck.config.tests.cast import Cast
from quarterdeck.core.vocabulary import Role

R = TypeVar("R", bound=HttpResponseBase)
ANONYMOUS = "anonymous"
# One column for each reader.
COLUMNS = (
    ANONYMOUS,
    Role.REQUESTER,
    Role.TECHNICIAN,
    Role.TEAM_LEAD,
    Role.IT_MANAGER,
    Role.DIRECTOR,
    Role.EXECUTIVE_VIEWER,
    Role.HR_PARTNER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)

_ID = re.compile(r'<[^<>]*\sid="([^"]+)"')

Arguments = Mapping[str, list[object]]


class Row(NamedTuple):
    """One line of a table: a route with a record, and the answer that each reader gets."""

    route: str
    method: str
    record: str
    answers: dict[str, str]


@dataclass(frozen=True)
class RouteTable:
    """The routes of one area: its lines, the records that its addresses are made with.

    `open_to_all` names the routes that answer whoever is not signed in.
    """

    lines: str
    arguments: Callable[[Cast], Arguments]
    open_to_all: frozenset[str] = frozenset()

    def rows(self) -> Iterator[Row]:
        """Give the lines, taken apart; a line of column titles is none."""
        for line in self.lines.strip().splitlines():
            route, method, record, *answers = line.split()
            if method != "method":
                yield Row(route, method, record, dict(zip(COLUMNS, answers, strict=True)))


def arguments_of(tables: tuple[RouteTable, ...], cast: Cast) -> Arguments:
    """Return what the address of each record is made with; ValueError where two tables name one."""
    known: dict[str, list[object]] = {}
    for table in tables:
        for record, made in table.arguments(cast).items():
            if known.setdefault(record, made) != made:
                raise ValueError(f"Two tables of routes make {record!r} differently.")
    return known


def closed(response: R) -> R:
    """Return an answer, of which the file that it streams is read to its end and closed."""
    if response.streaming:
        b"".join(cast("StreamingHttpResponse", response))
    return response


def sendable(value: object) -> object:
    """Return the key of the first row for a model, and anything else as it is."""
    if not isinstance(value, type) or not issubclass(value, Model):
        return value
    return value._default_manager.order_by("pk").values_list("pk", flat=True).first()


def links_of(page: str, address: str) -> set[str]:
    """Return where the links of a page at an address lead."""
    return {urljoin(address, link) for link in re.findall(r'href="?([^"\s>]*)', page)}


def ids_twice(markup: str) -> list[str]:
    """Return what identifies two elements of a page, so that labels lead to the wrong one."""
    return [name for name, times in Counter(_ID.findall(markup)).items() if times > 1]
