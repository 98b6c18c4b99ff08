"""The command that looks after the search index."""

import pytest
from django.db import connection

from quarterdeck.config.command import main
from quarterdeck.core.models import Person
from quarterdeck.core.tests.fixtures import Given

pytestmark = pytest.mark.django_db(transaction=True)

EMPTYING = {
    "postgresql": "DELETE FROM search_core_person",
    "sqlite": "INSERT INTO search_core_person (search_core_person) VALUES ('delete-all')",
}


@pytest.fixture
def emptied(given: Given) -> None:
    """An index that knows none of the rows."""
    with given():
        Person.objects.create(name="Ada")
    with connection.cursor() as cursor:
        cursor.execute(EMPTYING[connection.vendor])


def test_an_index_in_step_is_said_to_be_so(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["search", "check", "core_person"])

    assert (code, capsys.readouterr().out) == (0, "0 of 1 indexes out of step\n")


@pytest.mark.usefixtures("emptied")
def test_an_index_out_of_step_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["search", "check"])

    assert (code, capsys.readouterr().err) == (
        1,
        "core_person: the index says something else than the rows; rebuild it\n",
    )


@pytest.mark.usefixtures("emptied")
def test_a_rebuild_brings_it_back(capsys: pytest.CaptureFixture[str]) -> None:
    rebuilt = main(["search", "rebuild", "core_person"])

    assert (rebuilt, main(["search", "check"])) == (0, 0)
    assert capsys.readouterr().err == "core_person: indexed anew\n"


def test_an_unknown_table_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["search", "rebuild", "no_such_table"])

    assert code == 1
    assert "no searched table “no_such_table”; expected one of" in capsys.readouterr().err
