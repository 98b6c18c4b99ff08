"""What went wrong, as `application/problem+json` (RFC 9457)."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.trouble import trouble_of
from quarterdeck.ui.errors import RETRY_AFTER, TROUBLES

MEDIA_TYPE = "application/problem+json"
BEARER = {"WWW-Authenticate": "Bearer"}
_TYPES = "/api/v1/#problem-"

_logger = logging.getLogger("django.request")


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its name in the address that explains it, status, title and meaning."""

    name: str
    status: int
    title: str
    meaning: str


UNREADABLE = Kind(
    "unreadable", 400, "The request cannot be read", "The body is no JSON, or a cursor is broken."
)
UNAUTHENTICATED = Kind(
    "unauthenticated",
    401,
    "Nobody is signed in",
    "Send “Authorization: Bearer” with a token that is neither expired nor revoked.",
)
FORBIDDEN = Kind(
    "forbidden",
    403,
    "This is not yours to do",
    "Your roles do not allow it, the token may only read, or a browser sent no CSRF token.",
)
NOT_FOUND = Kind(
    "not-found",
    404,
    "There is nothing here",
    "It does not exist, or it lies outside of what your roles reach.",
)
NOT_ALLOWED = Kind(
    "method-not-allowed", 405, "This cannot be done here", "The header Allow names what can."
)
REFUSED = Kind("refused", 409, "This was declined", "As things stand, the act is not possible.")
CHANGED = Kind(
    "changed-meanwhile",
    412,
    "Somebody else has changed it",
    "If-Match names a version that is no longer the present one: read again, then decide.",
)
TOO_LARGE = Kind(
    "too-large", 413, "This is too large", "Send less at once; large files come in by imports."
)
UNSUPPORTED = Kind(
    "unsupported-media-type",
    415,
    "This media type is not read here",
    "Send application/json, or for files multipart/form-data.",
)
INVALID = Kind(
    "invalid",
    422,
    "Some values cannot be accepted",
    "Each of “errors” names where the value stands and what is wrong with it.",
)
NO_VERSION = Kind(
    "version-required",
    428,
    "Say which version you have seen",
    "Send If-Match with the ETag of the record as you have read it.",
)
BROKEN = Kind(
    "broken", 500, "Something broke on our side", "It has been logged, and nothing was half done."
)
UNAVAILABLE = Kind(
    "unavailable",
    503,
    "Database or disk are in trouble",
    "The detail says which. What was sent was stored whole or not at all.",
)
KINDS = (
    *(UNREADABLE, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, NOT_ALLOWED, REFUSED, CHANGED),
    *(TOO_LARGE, UNSUPPORTED, INVALID, NO_VERSION, BROKEN, UNAVAILABLE),
)
OF_STATUS = {kind.status: kind for kind in KINDS}


@dataclass(frozen=True)
class Fault:
    """One value that cannot be accepted: where it stands, and what is wrong with it.

    `pointer` is a JSON pointer (RFC 6901) into the body, `parameter` the name of one in the
    address; one of the two is empty.
    """

    detail: str
    pointer: str = ""
    parameter: str = ""

    def told(self) -> dict[str, str]:
        """Return what the answer says."""
        place = {"parameter": self.parameter} if self.parameter else {"pointer": self.pointer}
        return {"detail": self.detail, **place}


@dataclass
class ProblemError(Exception):
    """An operation ends here, and the answer says why."""

    kind: Kind
    detail: str = ""
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(problem: ProblemError) -> HttpResponse:
    """Return the answer that tells a problem."""
    told: dict[str, Any] = {
        "type": f"{_TYPES}{problem.kind.name}",
        "title": problem.kind.title,
        "status": problem.kind.status,
        "detail": problem.detail or problem.kind.meaning,
    }
    if problem.faults:
        told["errors"] = [fault.told() for fault in problem.faults]
    return HttpResponse(
        json.dumps(told, ensure_ascii=False),
        status=problem.kind.status,
        content_type=MEDIA_TYPE,
        headers=dict(problem.headers),
    )


def etag_of(row: Any) -> str:
    """Return what tells one state of a row from another: its key and its version."""
    return f'"{row.pk}.{getattr(row, "version", 1)}"'


def problem_of(error: BaseException) -> ProblemError:
    """Return what an error means to whoever asked."""
    for kind, meaning in _MEANINGS:
        if isinstance(error, kind):
            return meaning(error)
    trouble = trouble_of(error)
    if trouble:
        fault = TROUBLES[trouble]
        return ProblemError(UNAVAILABLE, f"{fault.title}. {fault.text}", headers=RETRY_AFTER)
    return ProblemError(BROKEN)


def _http_problem(error: HttpError) -> ProblemError:
    """Take what the parser of the body says in place of the sentence that wraps it."""
    if isinstance(error.__cause__, ProblemError):
        return error.__cause__
    return ProblemError(OF_STATUS.get(error.status_code, UNREADABLE), str(error))


def _refusal(refusal: Refused) -> ProblemError:
    if isinstance(refusal, Conflict):
        return ProblemError(CHANGED, str(refusal), headers={"ETag": etag_of(refusal.present)})
    if isinstance(refusal, Invalid):
        return ProblemError(INVALID, faults=faults_of(refusal.errors))
    return ProblemError(REFUSED, str(refusal))


def faults_of(errors: Mapping[str, list[str]]) -> tuple[Fault, ...]:
    """Return what forms and models say of fields; `__all__` is the whole body."""
    return tuple(
        Fault(text, pointer="" if name == "__all__" else f"/{name}")
        for name, texts in errors.items()
        for text in texts
    )


def _fault(error: Mapping[str, Any]) -> Fault:
    """Turn a place such as (body, values, title) into a pointer or a parameter."""
    source, *path = map(str, error["loc"])
    detail = str(error["msg"])
    if source == "body":
        return Fault(detail, pointer=pointer_to(*path[1:]))
    return Fault(detail, parameter=path[-1] if path else source)


def pointer_to(*parts: str) -> str:
    """Return the JSON pointer (RFC 6901) to a place in the body."""
    return "".join(f"/{_escaped(part)}" for part in parts)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


_MEANINGS: tuple[tuple[type[Exception], Callable[[Any], ProblemError]], ...] = (
    (ProblemError, lambda error: error),
    (ValidationError, lambda error: ProblemError(INVALID, faults=tuple(map(_fault, error.errors)))),
    (AuthenticationError, lambda _: ProblemError(UNAUTHENTICATED, headers=BEARER)),
    (HttpError, _http_problem),
    (Http404, lambda _: ProblemError(NOT_FOUND)),
    (RequestDataTooBig, lambda _: ProblemError(TOO_LARGE)),
    (SuspiciousOperation, lambda error: ProblemError(UNREADABLE, str(error))),
    (MultiPartParserError, lambda error: ProblemError(UNREADABLE, str(error))),
    (Refused, _refusal),
)


def tell_problems(api: NinjaAPI) -> None:
    """Let every error of the interface be answered as a problem."""

    def tell(request: HttpRequest, error: Any) -> HttpResponse:
        problem = problem_of(error)
        if problem.kind in {BROKEN, UNAVAILABLE}:
            _logger.error("%s %s", request.method, request.path, exc_info=error)
        return answer(problem)

    for kind in (*(kind for kind, _ in _MEANINGS), Exception):
        api.add_exception_handler(kind, tell)


def not_allowed(response: HttpResponseBase) -> HttpResponse:
    """Return the problem for an answer that names the methods that a place has."""
    methods = sorted(each.strip() for each in response.headers.get("Allow", "").split(","))
    if "GET" in methods:
        methods.insert(methods.index("GET") + 1, "HEAD")
    return answer(ProblemError(NOT_ALLOWED, headers={"Allow": ", ".join(methods)}))
