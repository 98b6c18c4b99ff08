"""The rules of the house that no linter knows: verbs, measures, nouns, and the length of things."""

import ast
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import Parameter
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

import quarterdeck
from quarterdeck.config.tests import (
    duty_routes,
    escalation_routes,
    knowledge_routes,
    people_routes,
    problem_routes,
    service_level_routes,
    survey_routes,
    ticket_life_routes,
    training_routes,
)
from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.documents import ROOT, duties
from quarterdeck.config.tests.route_tables import links_of
from quarterdeck.core import accounts, changes, directory, tokens
from quarterdeck.core.measures import Measure, all_measures
from quarterdeck.core.models import Fact, Noun, Scratch
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import ServiceLevelClock
from quarterdeck.desk.queries.occasions import TICKET_RESOLVED
from quarterdeck.office.models import SurveyResponse
from quarterdeck.people.queries.training import TRAINING_ATTENDED

LONGEST_FILE, LONGEST_FUNCTION = 400, 40
CODE = {".py", ".html", ".css", ".js"}
# Migrations are generated, and what is vendored is not ours.
NOT_OURS = {"migrations", "vendor"}


def house_models() -> list[type[models.Model]]:
    ours = [model for model in apps.get_models() if model.__module__.startswith("quarterdeck.")]
    return [model for model in ours if ".tests." not in model.__module__]


def verb_modules() -> Iterator[ModuleType]:
    """Give every module of a room `verbs`, and those of core that have acts in them."""
    yield accounts
    yield directory
    yield changes
    yield tokens
    for found in pkgutil.walk_packages(quarterdeck.__path__, "quarterdeck."):
        if re.match(r"quarterdeck\.\w+\.verbs(\.|$)", found.name):
            yield import_module(found.name)


def verbs() -> list[Callable[..., object]]:
    """Return the public functions that verb modules define, without the rules among them."""
    return [
        function
        for module in verb_modules()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith(("_", "may_", "can_"))
    ]


def full_name(thing: Callable[..., object]) -> str:
    return f"{thing.__module__.removeprefix('quarterdeck.')}.{thing.__qualname__}"


def key_of(measure: Measure) -> str:
    return measure.key


every_verb = pytest.mark.parametrize("verb", verbs(), ids=full_name)
every_measure = pytest.mark.parametrize("measure", all_measures(), ids=key_of)
every_model = pytest.mark.parametrize("model", house_models(), ids=lambda model: model.__name__)


@every_verb
def test_a_verb_takes_everything_by_keyword(verb: Callable[..., object]) -> None:
    kinds = {parameter.kind for parameter in inspect.signature(verb).parameters.values()}

    assert kinds == {Parameter.KEYWORD_ONLY}


@every_verb
def test_a_verb_is_told_who_acts_and_when(verb: Callable[..., object]) -> None:
    assert {"actor", "at"} - set(inspect.signature(verb).parameters) == set()


@every_verb
def test_a_verb_is_annotated(verb: Callable[..., object]) -> None:
    signature = inspect.signature(verb)
    annotations = [parameter.annotation for parameter in signature.parameters.values()]

    assert inspect.Signature.empty not in {*annotations, signature.return_annotation}


@every_verb
def test_a_verb_says_what_it_does(verb: Callable[..., object]) -> None:
    assert re.match(r"[A-Z][^\n]+", inspect.getdoc(verb) or "")


@every_measure
def test_a_measure_has_a_definition(measure: Measure) -> None:
    assert re.match(r"[A-Z][^\n]+\.", measure.definition)


@every_measure
def test_a_measure_has_a_duty_that_is_listed(measure: Measure) -> None:
    assert measure.duty in {duty.id for duty in duties()}


@every_measure
def test_a_measure_bears_the_name_of_the_app_that_defines_it(measure: Measure) -> None:
    app = measure.compute.__module__.split(".")[1]

    assert measure.key.split(".")[0] == app


@pytest.mark.django_db
@every_measure
def test_the_page_of_a_measure_leads_down_to_its_rows(measure: Measure, cast: Cast) -> None:
    holder = people_routes.arguments(cast)["incumbency"]
    answered = service_level_routes.answered_ticket()
    read = knowledge_routes.enquiries(cast)
    complaint = escalation_routes.judged_complaint(cast)
    training_routes.asked_after_course(cast)
    solved = problem_routes.solved_problem()
    major, told = duty_routes.told_in_march(cast)
    enrolments = training_routes.taught().enrolments.values_list("pk", flat=True)
    for occasion in (TICKET_RESOLVED, TRAINING_ATTENDED):
        survey_routes.answered_survey(occasion)
    responses = SurveyResponse.objects.values_list("pk", flat=True)
    ticket_life_routes.worked_on_all(cast)
    # Rows of people are personnel records, which an administrator does not see.
    reader = Role.DIRECTOR if measure.key.startswith("people.") else Role.ADMINISTRATOR
    client = Client()
    client.force_login(cast.accounts[reader])

    address, asked = reverse("scorecard.measure", args=[measure.key]), {"period": "2016-03"}
    page = client.get(address, {**asked, "rows": "counted"})

    details = {reverse("desk.ticket.detail", args=[key]) for key in cast.tickets.values()}
    details.add(reverse("desk.ticket.detail", args=[answered]))
    details.add(reverse("desk.escalation.detail", args=[complaint]))
    details.add(reverse("desk.problem.detail", args=[solved]))
    details.add(reverse("desk.majorincident.detail", args=[major]))
    details.add(reverse("desk.publicupdate.detail", args=[told]))
    details.add(reverse("planning.correctiveaction.detail", args=[cast.action]))
    details.add(reverse("services.service.detail", args=[cast.service]))
    details |= {reverse("people.enrolment.detail", args=[key]) for key in enrolments}
    details |= {reverse("office.surveyresponse.detail", args=[key]) for key in responses}
    details.add(reverse("people.incumbency.detail", args=holder))
    details |= {reverse(f"desk.{noun}.detail", args=[key]) for noun, key in read}
    clocks = ServiceLevelClock.objects.values_list("pk", flat=True)
    details |= {reverse("desk.servicelevelclock.detail", args=[key]) for key in clocks}
    found = details & links_of(page.content.decode(), "/")
    assert (page.status_code, found != set()) == (200, True)


@every_model
def test_a_table_is_a_noun_a_fact_or_scratch(model: type[models.Model]) -> None:
    assert sum(issubclass(model, kind) for kind in (Noun, Fact, Scratch)) == 1


@every_model
def test_a_model_says_what_it_is(model: type[models.Model]) -> None:
    """Django gives a model without a docstring one that lists its fields."""
    assert not (model.__doc__ or "(").startswith((f"{model.__name__}(", "("))


@every_model
def test_a_model_says_how_a_row_is_called(model: type[models.Model]) -> None:
    assert "__str__" in vars(model)


def code_files() -> list[Path]:
    own = [ROOT / "conftest.py", *(ROOT / "tools").glob("*.py"), *(ROOT / "bench").rglob("*.py")]
    package = (path for path in (ROOT / "src").rglob("*") if path.suffix in CODE)
    return [*own, *(path for path in package if not NOT_OURS & set(path.parts))]


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in code_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }

    assert long == {}


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}": lines
        for path in code_files()
        if path.suffix == ".py"
        for function in functions_of(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }

    assert long == {}
