"""What comes in as a form with files, which no schema reads."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from quarterdeck.config.api.problems import INVALID, UNSUPPORTED, ProblemError, faults_of

_FORM = "multipart/form-data"
# A browser that is signed in by a session proves so that it means it.
_OF_THE_BROWSER = frozenset({"csrfmiddlewaretoken"})


def ask_form(request: HttpRequest, body: Mapping[str, Any], what: str) -> None:
    """Ask for a form with no other fields than an operation's document names; else ProblemError.

    `what` says in words what comes in, such as “A file comes”.
    """
    if request.content_type != _FORM:
        raise ProblemError(UNSUPPORTED, f"{what} in as {_FORM}.")
    known = body["requestBody"]["content"][_FORM]["schema"]["properties"]
    strange = (request.POST.keys() | request.FILES.keys()) - known.keys() - _OF_THE_BROWSER
    if strange:
        told = [f"Unknown; known are {', '.join(known)}."]
        raise ProblemError(INVALID, faults=faults_of(dict.fromkeys(sorted(strange), told)))
