"""Programs read the figures of a survey: those of the page, without any single answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.config.demo import cast as department
from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.survey_routes import answered_survey
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Team
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import Survey
from quarterdeck.office.verbs.survey_responses import answer_survey

pytestmark = pytest.mark.django_db


@pytest.fixture(name="survey")
def _survey(cast: Cast) -> Survey:  # noqa: ARG001 — the people whom it asks
    return answered_survey()


def asked(cast: Cast, survey: Survey, role: Role = Role.IT_MANAGER, **what: Any) -> Any:
    address = reverse("api-v1:survey.results", args=[survey.pk])
    return Client().get(address, what, headers=bearer(cast.accounts[role]))


def test_figures_are_those_of_the_page_and_texts_are_only_counted(
    cast: Cast, survey: Survey
) -> None:
    answer = asked(cast, survey, period="2016-03")

    told = answer.json()
    scale, text = told["questions"]
    # Six answered 5, 5, 5, 4, 4 and 2, and their links ran out on the 15th; the seventh still runs.
    assert (told["answered"], told["asked"], told["running"]) == (6, 6, 1)
    assert (told["is_hidden"], told["smallest_group"]) == (False, 5)
    assert scale["score"]["counts"] == {"2": 1, "4": 2, "5": 3}
    assert (scale["score"]["n"], scale["score"]["mean"]) == (6, pytest.approx(25 / 6))
    assert scale["score"]["share"] == pytest.approx(5 / 6)
    assert (text["written"], text["score"], "sooner" in answer.content.decode()) == (1, None, False)


def test_a_small_group_is_hidden_as_on_the_page(cast: Cast, survey: Survey) -> None:
    manager = cast.accounts[Role.IT_MANAGER]
    other = Team.objects.exclude(name=department.NETWORK).order_by("pk")[0]
    last = survey.invitations.order_by("pk")[6]
    with acting(actor=manager, verb_name="tests.other_team", at=survey.begun_at):
        last.team = other
        last.save()
    whole = {each["title"]: each["score"] for each in _groups(cast, survey)}
    answer_survey(
        invitation=last, answers={1: 1}, actor=manager, at=survey.begun_at + timedelta(days=4)
    )

    found = {each["title"]: each["score"] for each in _groups(cast, survey)}

    assert (whole[department.NETWORK]["n"], found) == (
        6,
        {department.NETWORK: None, other.name: None},
    )


def _groups(cast: Cast, survey: Survey) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = asked(cast, survey, period="2016-03").json()["groups"]
    return groups


def test_what_is_asked_wrongly_is_named(cast: Cast, survey: Survey) -> None:
    found = [
        (answer.status_code, answer.json()["errors"][0]["parameter"])
        for answer in (
            asked(cast, survey, period="soon"),
            asked(cast, survey, period="2016-03", by="person"),
            asked(cast, survey, period="2016-03", person="1"),
        )
    ]

    assert found == [(422, "period"), (422, "by"), (422, "person")]
