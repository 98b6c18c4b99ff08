"""Accounts by the command line: who may sign in, as what, and with which password."""

import io
import json
from collections.abc import Callable

import pytest

from quarterdeck.config.command import main
from quarterdeck.core.models import Account, Person, RoleAssignment, Unit
from quarterdeck.core.vocabulary import Role

pytestmark = pytest.mark.django_db

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def user(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `quarterdeck user …`; return its exit status, and what it printed on both streams."""

    def user(*words: str) -> tuple[int, str, str]:
        status = main(["user", *words])
        printed = capsys.readouterr()
        return status, printed.out.strip(), printed.err.strip()

    return user


def test_an_account_is_added_with_its_person_and_role(user: Command) -> None:
    unit = Unit.objects.get(parent=None)

    user("add", "ada", "--role", "it-manager", "--unit", unit.name, "--person", "Ada Birchall")

    account = Account.objects.get(username="ada")
    given = RoleAssignment.objects.of(account).get()
    assert (account.person, given.role, given.unit) == (
        Person.objects.get(name="Ada Birchall"),
        Role.IT_MANAGER,
        unit,
    )


def test_an_account_with_a_role_that_does_not_exist_is_not_added_by_half(user: Command) -> None:
    status, _, told = user("add", "ada", "--role", "pirate", "--person", "Ada Birchall")

    assert (status, told.startswith("quarterdeck: There is no role “pirate”. Known: ")) == (1, True)
    assert not (Account.objects.filter(username="ada") or Person.objects.all()).exists()


def test_a_reach_without_a_role_is_refused(user: Command) -> None:
    assert user("add", "ada", "--team", "Network")[0] == 1


def test_a_generated_password_is_printed_once_and_opens(user: Command) -> None:
    user("add", "ada")

    _, password, _ = user("password", "ada", "--generate")

    account = Account.objects.get(username="ada")
    assert (account.check_password(password), account.must_change_password) == (True, True)


def test_a_password_may_come_through_a_pipe(user: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    user("add", "ada")
    monkeypatch.setattr("sys.stdin", io.StringIO("four words nobody guesses\n"))

    user("password", "ada")

    assert Account.objects.get(username="ada").check_password("four words nobody guesses")


def test_accounts_are_listed_with_how_they_stand(user: Command) -> None:
    user("add", "ada", "--role", "technician")
    user("add", "bilal")
    user("password", "bilal", "--generate")
    user("add", "cleo")
    user("add", "chief", "--role", "administrator")
    user("lock", "cleo")

    _, printed, _ = user("list", "--json")

    assert {row["username"]: (row["roles"], row["sign-in"]) for row in json.loads(printed)} == {
        "ada": ("technician", "no password"),
        "bilal": ("", "password to be changed"),
        "chief": ("administrator", "no password"),
        "cleo": ("", "locked"),
    }


def test_a_locked_account_is_unlocked_again(user: Command) -> None:
    user("add", "chief", "--role", "administrator")
    user("add", "ada")
    user("lock", "ada")

    user("unlock", "ADA")

    assert Account.objects.get(username="ada").is_active


@pytest.mark.parametrize("act", ["password", "lock", "unlock"])
def test_built_in_actors_are_none_of_these_accounts(user: Command, act: str) -> None:
    status, _, told = user(act, "operator")

    assert (status, told) == (
        1,
        "quarterdeck: There is no account “operator”; quarterdeck user list shows all.",
    )
