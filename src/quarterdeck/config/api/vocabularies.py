"""The operation by which a published vocabulary comes in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from quarterdeck.config.api.answers import CREATED, errors
from quarterdeck.config.api.problems import INVALID, ProblemError, faults_of
from quarterdeck.config.api.records import Door, door_to
from quarterdeck.config.api.steering import permitted
from quarterdeck.config.api.uploads import ask_form
from quarterdeck.core.records import record_of
from quarterdeck.people.models import Vocabulary
from quarterdeck.people.rules import may_keep_job_classes
from quarterdeck.people.web.suggestions import VocabularyForm, take_in

VOCABULARIES: Door = door_to(record_of(Vocabulary))
router = Router(tags=["People"])
_FILES = {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["uploads", "edition"],
                    "properties": {
                        "uploads": {
                            **_FILES,
                            "description": "O*NET's tab-separated tables or NICE's JSON, plain "
                            "or gzip.",
                        },
                        "edition": {
                            "type": "string",
                            "maxLength": 64,
                            "description": "As its publisher numbers it, such as 29.3.",
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "/import",
    response={201: VOCABULARIES.schemas.row, **errors(400, 401, 403, 409, 413, 415, 422)},
    operation_id="vocabulary_import",
    url_name="vocabulary.import",
    summary="Import a vocabulary",
    openapi_extra=_BODY,
)
def take(request: HttpRequest) -> HttpResponse:
    """Take in one edition of a vocabulary, from all its files at once; it is never changed."""
    user = permitted(request, may_keep_job_classes, "keep job classes and their vocabularies")
    ask_form(request, _BODY, "Files come")
    form = VocabularyForm(request.POST, request.FILES)
    if not form.is_valid():
        named = {name: [*map(str, texts)] for name, texts in form.errors.items()}
        raise ProblemError(INVALID, faults=faults_of(named))
    given = form.cleaned_data
    return VOCABULARIES.tell(
        take_in(given["uploads"], given["edition"], user), CREATED, reader=user
    )
