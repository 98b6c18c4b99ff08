"""The acts on rows: one operation for each act that a record declares."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field, create_model

from quarterdeck.config.api.answers import CREATED, ONE, errors, json_answer
from quarterdeck.config.api.fields import Instant, Key, Text, description_of, form_of
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError, etag_of
from quarterdeck.config.api.records import IF_MATCH, KEY, Door, door_to, match, typed
from quarterdeck.config.api.schemas import Given, without_default
from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.offered_acts import do_act
from quarterdeck.core.permission import account_of
from quarterdeck.core.record_acts import Asked, RecordAct
from quarterdeck.core.records import record_of

_LONGEST = 100_000
MOST_NAMED = 1_000
_MOST = 2**31 - 1
_KINDS: dict[type, Any] = {
    bool: bool,
    int: Annotated[int, Field(ge=-_MOST - 1, le=_MOST)],
    date: date,
    datetime: Instant,
    Decimal: Decimal,
}
_EXAMPLES: dict[type, Any] = {
    bool: True,
    int: 3,
    date: "2016-03-29",
    datetime: "2016-03-29T12:00:00Z",
    Decimal: "12.50",
    str: "text",
}
# Also where no version is asked for, a verb may find that somebody was faster.
_STATUSES = (400, 401, 403, 404, 409, 412, 413, 415, 422)


class ActDoor:
    """The operation by which programs do one act on a row."""

    def __init__(self, door: Door, act: RecordAct) -> None:
        self.door, self.act = door, act

    def do(self, request: HttpRequest, key: int, values: Schema | None = None) -> HttpResponse:
        """Do the act, as the page does it, and answer with the row as it is then, or with the row
        that the act makes."""
        account, row = account_of(request), self.door.find(request, key)
        if not self.act.may(account, row):
            raise ProblemError(FORBIDDEN, f"“{self.act.title}” on “{row}” is not yours to do.")
        if self.act.takes_version:
            match(request, row)
        given = {} if values is None else values.model_dump(exclude_unset=True)
        done = do_act(
            record=self.door.record,
            act=self.act,
            row=row,
            version=getattr(row, "version", 1),
            values=given,
            actor=account,
            at=clock.now(),
        )
        if self.act.warns is not None:
            return self._tell_with_warnings(done, self.act.warns(done, given), account)
        if self.act.makes is None:
            return self.door.tell(done, reader=account)
        made = door_to(record_of(self.act.makes))
        response = made.tell(done, CREATED, reader=account)
        response.headers["Location"] = reverse(f"api-v1:{made.record.key}.detail", args=[done.pk])
        return response

    def _tell_with_warnings(self, row: Any, warning: str, reader: Account) -> HttpResponse:
        """Answer with the row, and what the act has left undone."""
        told = self.door.told([row], reader)[0]
        warnings = [warning] if warning else []
        return json_answer({**told, "warnings": warnings}, headers={"ETag": etag_of(row)})


def declare_acts(door: Door, router: Router) -> None:
    """Declare an operation for each act of a record."""
    for act in door.record.acts:
        _declare(door, router, act)


def _declare(door: Door, router: Router, act: RecordAct) -> None:
    record, word = door.record, act.name.replace("-", "_")
    asked = _given(door, act)
    statuses = (*_STATUSES, 428) if act.takes_version else _STATUSES
    view = typed(ActDoor(door, act).do, key=KEY, **({"values": (asked, None)} if asked else {}))
    view.__doc__ = act.run.__doc__
    router.add_api_operation(
        f"/{{key}}/acts/{act.name}",
        ["POST"],
        view,
        operation_id=f"{record.key.replace('.', '_')}_act_{word}",
        summary=f"{record.singular}: {act.title[:1].lower()}{act.title[1:]}",
        response={**_answer(door, act), **errors(*sorted(statuses))},
        openapi_extra={"parameters": [IF_MATCH]} if act.takes_version else None,
        url_name=f"{record.key}.act.{act.name}",
    )


def _answer(door: Door, act: RecordAct) -> dict[int, type[Schema]]:
    """Return what the act is answered with: the row, or the one that it makes."""
    if act.warns is not None:
        return {ONE: _warned(door, act)}
    if act.makes is None:
        return {ONE: door.schemas.row}
    return {CREATED: door_to(record_of(act.makes)).schemas.row}


def _warned(door: Door, act: RecordAct) -> type[Schema]:
    """Return the schema of a row with what the act on it has left undone."""
    told = Field(
        description="What was left undone; empty where all was done.",
        examples=[["@kim told nobody: nobody of that name may read notes on INC-1."]],
    )
    made: type[Schema] = create_model(
        f"{door.schemas.row.__name__}After{_word_of(act)}",
        __base__=door.schemas.row,
        __doc__=f"The row after “{act.title}”.",
        warnings=(list[str], told),
    )
    return made


def _word_of(act: RecordAct) -> str:
    """Return how an act is called within the name of a schema."""
    return "".join(part.title() for part in act.name.split("-"))


def _given(door: Door, act: RecordAct) -> type[Schema] | None:
    """Return the schema of what an act asks; nothing where it asks nothing."""
    fields = dict(_fields(door, act))
    if not fields:
        return None
    made: type[Schema] = create_model(
        f"{door.record.model.__name__}Act{_word_of(act)}",
        __base__=Given,
        __doc__=f"What “{act.title}” asks; references are given by key.",
        **fields,
    )
    return made


def _fields(door: Door, act: RecordAct) -> Iterator[tuple[str, Any]]:
    for asked in act.asks:
        if asked.name in act.says:
            kind, example = _kind_of(asked, act), _example_of(asked)
            told = act.says[asked.name]
        else:
            column: Any = door.record.model._meta.get_field(asked.name)
            form = form_of(column)
            kind, example = form.taken, form.example
            told = description_of(door.record, column)
        yield (
            asked.name,
            (
                kind | None if asked.may_be_nothing else kind,
                Field(
                    default=... if asked.is_needed else None,
                    description=told,
                    examples=[example],
                    json_schema_extra=None if asked.is_needed else without_default,
                ),
            ),
        )


def _kind_of(asked: Asked, act: RecordAct) -> Any:
    """Return how a value that is no column's is given."""
    if issubclass(asked.kind, models.Model):
        return Annotated[list[Key], Field(max_length=MOST_NAMED)] if asked.is_many else Key
    if asked.kind is str:
        return Annotated[Text, Field(max_length=act.longest.get(asked.name, _LONGEST))]
    return _KINDS[asked.kind]


def _example_of(asked: Asked) -> Any:
    if issubclass(asked.kind, models.Model):
        return [17] if asked.is_many else 17
    return _EXAMPLES[asked.kind]
