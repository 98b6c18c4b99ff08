"""The operations on each record: list, one of them, its history, and with a form add and change."""

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, ONE, errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.past import History, history_of
from quarterdeck.config.api.problems import (
    CHANGED,
    FORBIDDEN,
    INVALID,
    NO_VERSION,
    Fault,
    ProblemError,
    etag_of,
)
from quarterdeck.config.api.rows import Way
from quarterdeck.config.api.schemas import MOST_ROWS, Schemas, schemas_of
from quarterdeck.core import clock
from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import Record
from quarterdeck.ui.lists import Listing
from quarterdeck.ui.paging import PAGE_SIZE, Page, cut
from quarterdeck.ui.surroundings import zone_of

View = Callable[..., HttpResponse]
_NOBODY = AnonymousUser()


class HistoryAsked(Schema):
    """Which part of a history is asked for."""

    after: Text = Field("", max_length=40, description="The cursor of the page before.")
    limit: int = Field(PAGE_SIZE, ge=1, le=MOST_ROWS, description="How many changes at most.")


class Door:
    """The operations on one record."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.schemas: Schemas = schemas_of(record)
        self.way = Way.of(record)

    def list_rows(self, request: HttpRequest, asked: Schema) -> HttpResponse:
        """Return one page of the list, with the rows that the reader may see."""
        only(request, type(asked))
        # Days begin where the organisation's do, as on the pages.
        timezone.activate(zone_of(request))
        listing = Listing(self.record, request)
        page = self._page(listing, getattr(asked, "limit", PAGE_SIZE))
        told = {
            "items": self.told(page.rows, listing.user),
            "count": {"amount": listing.count.amount, "is_bounded": listing.count.is_bounded},
            "next": page.after or None,
        }
        headers = {"Link": f'<{_following(request, page.after)}>; rel="next"'} if page.after else {}
        return json_answer(told, headers=headers)

    def _page(self, listing: Listing, limit: int) -> Page:
        """Cut a page; a forged cursor may hold what no column can."""
        after = listing.request.GET.get("after", "")
        try:
            return cut(
                listing.in_order, listing.order, after=after, size=limit, shape=self.way.needed
            )
        except (ValueError, OverflowError) as problem:
            raise SuspiciousOperation("The cursor of this page is malformed.") from problem

    def show(self, request: HttpRequest, key: int) -> HttpResponse:
        """Return one row; the ETag names the version that a change has to build on."""
        return self.tell(self.find(request, key), reader=account_of(request))

    def tell_history(self, request: HttpRequest, key: int, asked: HistoryAsked) -> HttpResponse:
        """Return what was changed in one row, when, by whom and in which act."""
        only(request, HistoryAsked)
        row = self.find(request, key)
        reader = account_of(request)
        told = history_of(self.record, row, reader, after=asked.after, limit=asked.limit)
        return json_answer(told)

    def add(self, request: HttpRequest, values: Schema) -> HttpResponse:
        """Add a row."""
        account = account_of(request)
        if not self.record.may_add(account):
            raise ProblemError(FORBIDDEN, f"You may not add {self.record.title.lower()}.")
        given = values.model_dump(exclude_unset=True)
        row = add_record(record=self.record, values=given, actor=account, at=clock.now())
        response = self.tell(row, status=CREATED, reader=account)
        response.headers["Location"] = f"{request.path}/{row.pk}"
        return response

    def change(self, request: HttpRequest, key: int, values: Schema) -> HttpResponse:
        """Change a row; If-Match says which version of it was seen."""
        account, row = account_of(request), self.find(request, key)
        if not self.record.may_change(account, row):
            raise ProblemError(FORBIDDEN, f"You may not change “{row}”.")
        match(request, row)
        given = values.model_dump(exclude_unset=True)
        changed = change_record(
            record=self.record,
            row=row,
            version=row.version,
            values=given,
            actor=account,
            at=clock.now(),
        )
        return self.tell(changed, reader=account)

    def find(self, request: HttpRequest, key: int) -> Any:
        """Return the row, if the reader may see it; otherwise there is nothing here."""
        row = self.record.visible_to(account_of(request)).filter(pk=key).first()
        if row is None:
            raise Http404
        return row

    def tell(self, row: Any, status: int = ONE, reader: User = _NOBODY) -> HttpResponse:
        """Return a row as the answer, under the ETag of its version; what is guarded, to a reader
        who may read it."""
        told = self.told([row], reader)[0]
        return json_answer(told, status=status, headers={"ETag": etag_of(row)})

    def told(self, rows: Sequence[Any], reader: User) -> list[dict[str, Any]]:
        """Return rows as the reader may read them."""
        withheld, told = self.record.withheld(reader), self.way.told(rows)
        for row, values in zip(rows, told, strict=True):
            values.update(dict.fromkeys(withheld(row) & values.keys()))
        return told


def match(request: HttpRequest, row: Any) -> None:
    """Compare what was seen with what stands; without If-Match nobody knows what was seen."""
    seen = request.headers.get("If-Match", "").strip()
    if not seen:
        raise ProblemError(NO_VERSION, headers={"ETag": etag_of(row)})
    if seen != "*" and etag_of(row) not in [each.strip() for each in seen.split(",")]:
        raise ProblemError(CHANGED, headers={"ETag": etag_of(row)})


def _following(request: HttpRequest, after: str) -> str:
    asked = request.GET.copy()
    asked["after"] = after
    return f"{request.path}?{asked.urlencode()}"


def only(request: HttpRequest, asked: type[Schema]) -> None:
    """Refuse parameters that mean nothing here: a misspelt filter must not list everything."""
    strange = [name for name in request.GET if name not in asked.model_fields]
    if strange:
        known = ", ".join(asked.model_fields)
        faults = tuple(Fault(f"Unknown; known are {known}.", parameter=each) for each in strange)
        raise ProblemError(INVALID, faults=faults)


def typed(view: View, **kinds: tuple[Any, Any]) -> View:
    """Return the view under a signature that names the schemas of its record."""

    def operation(request: HttpRequest, **given: Any) -> HttpResponse:
        return view(request, **given)

    parameters = [Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)]
    for name, (kind, source) in kinds.items():
        default = Parameter.empty if source is None else source
        parameters.append(Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=default))
    operation.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # read by inspect
    operation.__doc__ = view.__doc__
    return operation


_doors: dict[str, Door] = {}


def door_to(record: Record) -> Door:
    """Return the operations on a record, whose schemas are made once."""
    if record.key not in _doors:
        _doors[record.key] = Door(record)
    return _doors[record.key]


def router_of(record: Record) -> Router:
    """Return the operations on one record."""
    door, router = door_to(record), Router(tags=[record.section or record.title])
    _declare_reading(door, router)
    if door.schemas.added:
        _declare_adding(door, router, door.schemas.added)
    if door.schemas.changed:
        _declare_changing(door, router, door.schemas.changed)
    return router


KEY = (Key, Path(..., description="The key of the record."))


def _declare_reading(door: Door, router: Router) -> None:
    """Declare list, detail and history."""
    record, schemas = door.record, door.schemas
    name, singular = record.key.replace(".", "_"), record.singular.lower()
    router.add_api_operation(
        "",
        ["GET"],
        typed(door.list_rows, asked=(schemas.asked, Query(...))),
        operation_id=f"{name}_list",
        summary=f"List {record.title.lower()}",
        response={200: schemas.page, **errors(400, 401, 422)},
        url_name=f"{record.key}.list",
    )
    router.add_api_operation(
        "/{key}",
        ["GET"],
        typed(door.show, key=KEY),
        operation_id=f"{name}_detail",
        summary=f"Read one {singular}",
        response={200: schemas.row, **errors(401, 404, 422)},
        url_name=f"{record.key}.detail",
    )
    router.add_api_operation(
        "/{key}/history",
        ["GET"],
        typed(door.tell_history, key=KEY, asked=(HistoryAsked, Query(...))),
        operation_id=f"{name}_history",
        summary=f"Read what was changed in one {singular}",
        response={200: History, **errors(400, 401, 404, 422)},
        url_name=f"{record.key}.history",
    )


def _declare_adding(door: Door, router: Router, added: type[Schema]) -> None:
    """Declare adding, for a record that says what a new row is made of."""
    record, row = door.record, door.schemas.row
    name, singular = record.key.replace(".", "_"), record.singular.lower()
    router.add_api_operation(
        "",
        ["POST"],
        typed(door.add, values=(added, None)),
        operation_id=f"{name}_add",
        summary=f"Add one {singular}",
        response={201: row, **errors(400, 401, 403, 409, 413, 415, 422)},
    )


def _declare_changing(door: Door, router: Router, changed: type[Schema]) -> None:
    """Declare changing, for a record that says what may be changed in a row."""
    record, row = door.record, door.schemas.row
    name, singular = record.key.replace(".", "_"), record.singular.lower()
    router.add_api_operation(
        "/{key}",
        ["PATCH"],
        typed(door.change, key=KEY, values=(changed, None)),
        operation_id=f"{name}_change",
        summary=f"Change one {singular}",
        response={200: row, **errors(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)},
        openapi_extra={"parameters": [IF_MATCH]},
    )


IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The ETag of the record as you have read it; without it the answer is 428.",
    "schema": {"type": "string", "maxLength": 200},
    "example": '"17.3"',
}
