"""How answers are made, and how the errors of an operation are declared."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Schema
from pydantic import Field

from quarterdeck.config.api.fields import instant_text

ONE, CREATED, ACCEPTED = 200, 201, 202


class ProblemFault(Schema):
    """One value that cannot be accepted."""

    detail: str = Field(description="What is wrong with it.")
    pointer: str | None = Field(None, description="A JSON pointer (RFC 6901) into the body.")
    parameter: str | None = Field(None, description="The name of a parameter of the address.")


class ProblemDetails(Schema):
    """What went wrong, as in RFC 9457."""

    type: str = Field(description="The address that explains this kind of problem.")
    title: str = Field(description="What kind of problem it is.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What went wrong this time.")
    errors: list[ProblemFault] | None = Field(None, description="The values at fault.")


def errors(*statuses: int) -> dict[int, type[Schema]]:
    """Return the declaration of the problems that an operation may answer with."""
    return dict.fromkeys(statuses, ProblemDetails)


def json_answer(
    told: Any, *, status: int = ONE, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return an answer in JSON; the schemas describe it, and nothing is checked twice."""
    return HttpResponse(
        json.dumps(told, ensure_ascii=False, default=_plain),
        status=status,
        content_type="application/json",
        headers=dict(headers or {}),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    message = f"{type(value).__name__} has no form in JSON"
    raise TypeError(message)
