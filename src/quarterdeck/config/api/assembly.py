"""Assembles the interface: its operations, its document, and its page for people."""

import sys
from collections.abc import Callable, Iterator
from functools import cache
from http import HTTPStatus
from json import dumps, loads
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router
from ninja.parser import Parser

from quarterdeck.config.api import (
    acts,
    articles,
    calendars,
    catalogue,
    counted_rows,
    delegations,
    descriptions,
    desk,
    desk_settings,
    desk_work,
    drafted_records,
    imports,
    kept,
    letters,
    measures,
    notices,
    organisation,
    period_rules,
    portal,
    printing,
    qualification,
    records,
    remarks,
    search,
    steering,
    survey_work,
    surveys,
    ticket_past,
    tickets,
    training,
    vocabularies,
)
from quarterdeck.config.api.authentication import Session, Token
from quarterdeck.config.api.pages import overview_of
from quarterdeck.config.api.problems import (
    MEDIA_TYPE,
    NOT_FOUND,
    UNREADABLE,
    UNSUPPORTED,
    ProblemError,
    answer,
    not_allowed,
    problem_of,
    tell_problems,
)
from quarterdeck.core.records import all_records
from quarterdeck.ui.errors import broken as broken_page

NAMESPACE, PREFIX = "api-v1", "/api/v1/"
_READABLE = ("application/json", "application/merge-patch+json")
_ABOUT = (
    "Every record of Quarterdeck, its measures and its imports. Programs send "
    "`Authorization: Bearer` with a token from the account menu; what the token's account may not "
    "see does not exist here either. Durations are in seconds, instants in ISO 8601 in UTC."
)

_PARTS: tuple[tuple[str, tuple[Router, ...]], ...] = (
    ("", (search.router, measures.router, counted_rows.router, descriptions.router)),
    ("imports", (imports.router,)),
    (drafted_records.DRAFTED.record.path.rstrip("/"), (drafted_records.router,)),
    ("desk", (desk.router, kept.router, desk_settings.router, desk_work.router)),
    ("people", (training.router,)),
    ("people/qualification", (qualification.router,)),
    ("people/vocabularies", (vocabularies.router,)),
    ("services/catalogue-items", (catalogue.router,)),
    ("office", (calendars.router, remarks.router)),
    ("office/organisation", (organisation.router,)),
    ("office/surveys", (surveys.router, survey_work.router)),
    ("office/period-rules", (period_rules.router,)),
    ("desk/articles", (articles.router,)),
    ("scorecard", (steering.router, printing.router)),
    ("portal", (portal.router, delegations.router)),
    ("", (tickets.router, ticket_past.router, letters.router, notices.router)),
)


class JsonParser(Parser):
    """Reads JSON and nothing else."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return what the body says; ProblemError where it is something else."""
        if request.content_type not in _READABLE:
            raise ProblemError(UNSUPPORTED)
        try:
            return loads(request.body, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ProblemError(UNREADABLE, f"The body is no JSON: {error}.") from error


def _refuse(constant: str) -> None:
    """NaN and its like are no JSON."""
    raise ValueError(f"{constant} is no number")


def assemble() -> NinjaAPI:
    """Return the interface with the operations of every record that is declared."""
    api = NinjaAPI(
        title="Quarterdeck",
        version="1",
        description=_ABOUT,
        openapi_url=None,
        docs_url=None,
        urls_namespace=NAMESPACE,
        auth=[Token(), Session()],
        parser=JsonParser(),
    )
    tell_problems(api)
    # What an app's own operations are called stands before the key of a row.
    for place, parts in _PARTS:
        for part in parts:
            api.add_router(place, part)
    for record in all_records():
        router = records.router_of(record)
        acts.declare_acts(records.door_to(record), router)
        api.add_router(record.path.rstrip("/"), router)

    @api.get("/openapi.json", include_in_schema=False, url_name="openapi")
    def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 — ninja knows it by this name
        return HttpResponse(_document_text(), content_type="application/json")

    return api


interface = assemble()


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    described: dict[str, Any] = loads(dumps(interface.get_openapi_schema(path_prefix=PREFIX)))
    for operation in _operations(described):
        for status, response in operation["responses"].items():
            content = response.get("content", {})
            if int(status) >= HTTPStatus.BAD_REQUEST and "application/json" in content:
                response["content"] = {MEDIA_TYPE: content["application/json"]}
            if not content:
                response.pop("content", None)
    return described


@cache
def _document_text() -> str:
    return dumps(document())


def _operations(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in described["paths"].values():
        yield from methods.values()


def _door(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view answer without a session, and say in its own way what cannot be done there."""

    @csrf_exempt
    @login_not_required
    def answer_any(request: HttpRequest, *arguments: Any, **given: Any) -> HttpResponseBase:
        is_head = request.method == "HEAD"
        if is_head:
            # The operations know it as GET; what is not asked for is cut off here.
            request.method = "GET"
        response = view(request, *arguments, **given)
        if is_head and isinstance(response, HttpResponse):
            response.headers["Content-Length"] = str(len(response.content))
            response.content = b""
        is_bare = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        return not_allowed(response) if is_bare else response

    return answer_any


@csrf_exempt
@login_not_required
def _nowhere(_request: HttpRequest, rest: str) -> HttpResponse:
    """Answer addresses below the interface's that lead nowhere."""
    return answer(ProblemError(NOT_FOUND, f"There is no address {PREFIX}{rest}."))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer what broke before an operation began: programs get a problem, browsers a page."""
    if not request.path.startswith(PREFIX):
        return broken_page(request)
    return answer(problem_of(sys.exception() or RuntimeError()))


def _patterns() -> Iterator[URLPattern | URLResolver]:
    patterns, _, _ = interface.urls
    for pattern in patterns:
        # Ninja's own root page stands where ours does.
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = _door(pattern.callback)
            yield pattern


api_urls: list[URLPattern | URLResolver] = [
    path("api/v1/", overview_of(document), name="api"),
    path("api/v1/", include((list(_patterns()), NAMESPACE))),
    re_path(r"^api/v1/(?P<rest>.+)$", _nowhere, name="api.nowhere"),
]
