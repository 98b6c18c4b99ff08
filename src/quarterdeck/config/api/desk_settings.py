"""The operations on how tickets are ranked and which of them are routine."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.schemas import Given
from quarterdeck.config.api.steering import permitted
from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import Category, PriorityMatrix, RoutineDefinition
from quarterdeck.desk.verbs.priorities import set_priority_matrix
from quarterdeck.desk.verbs.routine import define_routine
from quarterdeck.office.rules import may_change_settings

router = Router(tags=["Desk"])
_MOST, _LONGEST_REASON = 500, 500
_WRITING = errors(400, 401, 403, 409, 415, 422)
Priority = Annotated[int, Field(ge=1, le=5)]
Kind = Literal["incident", "request", "problem"]


class SinceGiven(Given):
    """From when on something counts, and why."""

    valid_from: date = Field(description="The first day.", examples=["2016-05-01"])
    reason: Text = Field("", max_length=_LONGEST_REASON, description="Why.")


class MatrixGiven(SinceGiven):
    """Another matrix of priorities."""

    rows: list[list[Priority]] = Field(
        max_length=3,
        description="A row for each impact from high to low; in it a priority for each urgency.",
        examples=[[[1, 2, 3], [2, 3, 4], [3, 4, 5]]],
    )


class RoutineGiven(SinceGiven):
    """Another definition of routine."""

    kinds: list[Kind] = Field(max_length=10, description="Which kinds of tickets.")
    priorities: list[Priority] = Field(max_length=5, description="Which priorities.")
    excluded_categories: list[Annotated[Text, Field(max_length=200)]] = Field(
        default_factory=list, max_length=1_000, description="Texts of sources that are left out."
    )
    excluded_trees: list[Key] = Field(
        default_factory=list,
        max_length=1_000,
        description="The keys of our categories that are left out with all below them.",
    )


class SettingTold(Schema):
    """What counts from a day on."""

    id: int = Field(description="Its key.")
    valid_from: date = Field(description="The first day.")
    reason: str = Field(description="Why.")


class MatrixTold(SettingTold):
    """A matrix of priorities."""

    rows: list[list[int]] = Field(description="By impact, then by urgency, from high to low.")


class RoutineTold(SettingTold):
    """A definition of routine."""

    kinds: list[str] = Field(description="Which kinds of tickets.")
    priorities: list[int] = Field(description="Which priorities.")
    excluded_categories: list[str] = Field(description="Texts of sources that are left out.")
    excluded_trees: list[int] = Field(description="Our categories that are left out.")


class Matrices(Schema):
    """The matrices, the latest first; of two from the same day, the first one counts."""

    items: list[MatrixTold] = Field(description="At most 500.")


class RoutineDefinitions(Schema):
    """The definitions, the latest first; of two from the same day, the first one counts."""

    items: list[RoutineTold] = Field(description="At most 500.")


def _setting(row: PriorityMatrix | RoutineDefinition) -> dict[str, Any]:
    return {"id": row.pk, "valid_from": row.valid_from.isoformat(), "reason": row.reason}


def _matrix(row: PriorityMatrix) -> dict[str, Any]:
    return {**_setting(row), "rows": row.rows}


def _routine(row: RoutineDefinition) -> dict[str, Any]:
    names = ("kinds", "priorities", "excluded_categories")
    trees = [each["key"] for each in row.excluded_trees]
    return {
        **_setting(row),
        **{name: getattr(row, name) for name in names},
        "excluded_trees": trees,
    }


@router.get(
    "/priority-matrices",
    response={200: Matrices, **errors(401)},
    operation_id="priority_matrices_list",
    url_name="priority-matrices",
    summary="List the matrices of priorities",
)
def list_matrices(request: HttpRequest) -> HttpResponse:
    """Return which priority follows from impact and urgency, and since when."""
    rows = PriorityMatrix.objects.visible_to(account_of(request)).latest_first()[:_MOST]
    return json_answer({"items": [_matrix(row) for row in rows]})


@router.post(
    "/priority-matrices",
    response={201: MatrixTold, **_WRITING},
    operation_id="priority_matrix_set",
    url_name="priority-matrices",
    summary="Set another matrix of priorities",
)
def set_matrix(request: HttpRequest, given: MatrixGiven) -> HttpResponse:
    """Say which priority follows from impact and urgency from a day on; no ticket changes."""
    user = permitted(request, may_change_settings, "change the settings")
    row = set_priority_matrix(**given.model_dump(), actor=user, at=clock.now())
    return json_answer(_matrix(row), status=CREATED)


@router.get(
    "/routine-definitions",
    response={200: RoutineDefinitions, **errors(401)},
    operation_id="routine_definitions_list",
    url_name="routine-definitions",
    summary="List the definitions of routine",
)
def list_routine(request: HttpRequest) -> HttpResponse:
    """Return what counts as routine, and since when."""
    rows = RoutineDefinition.objects.visible_to(account_of(request)).latest_first()[:_MOST]
    return json_answer({"items": [_routine(row) for row in rows]})


@router.post(
    "/routine-definitions",
    response={201: RoutineTold, **_WRITING},
    operation_id="routine_define",
    url_name="routine-definitions",
    summary="Define routine anew",
)
def define(request: HttpRequest, given: RoutineGiven) -> HttpResponse:
    """Say what counts as routine from a day on; periods that begin then are read by it."""
    user = permitted(request, may_change_settings, "change the settings")
    trees = list(Category.objects.visible_to(user).filter(pk__in=given.excluded_trees))
    if len(trees) != len(set(given.excluded_trees)):
        raise Invalid({"excluded_trees": ["Some of these categories do not exist."]})
    words = given.model_dump(exclude={"excluded_trees"})
    row = define_routine(**words, excluded_trees=trees, actor=user, at=clock.now())
    return json_answer(_routine(row), status=CREATED)
