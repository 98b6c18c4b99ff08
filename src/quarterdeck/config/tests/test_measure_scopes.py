"""Who may read a measure at which scope: the same on pages, in files, for programs and commands."""

import csv
import json
from urllib.parse import quote_plus

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.config.command import main
from quarterdeck.config.demo import cast as department
from quarterdeck.config.tests.cast import LIBRARY_SYSTEMS, Cast
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.vocabulary import Role

KEY, MARCH = "desk.cycle_time", "2016-03"
OWN, OTHER, FAR = (
    f"team:{department.SERVICE_DESK}",
    f"team:{department.NETWORK}",
    f"team:{LIBRARY_SYSTEMS}",
)
RESOURCES, LIBRARIES = f"unit:{department.RESOURCES}", f"unit:{department.LIBRARIES}"
SOURCE = "source:servicenow-incident-events"
SCOPES = ("organisation", OWN, OTHER, FAR, RESOURCES, LIBRARIES, SOURCE)
# The technician works in the service desk, the team lead leads the network, and the director's
# reach ends before the libraries; the HR partner reads the whole and none of its parts.
READABLE = {
    Role.REQUESTER: set(),
    Role.TECHNICIAN: {"organisation", OWN},
    Role.TEAM_LEAD: {"organisation", OTHER},
    Role.IT_MANAGER: set(SCOPES),
    Role.DIRECTOR: {"organisation", OWN, OTHER, RESOURCES},
    Role.EXECUTIVE_VIEWER: set(SCOPES),
    Role.HR_PARTNER: {"organisation"},
    Role.AUDITOR: set(SCOPES),
    Role.ADMINISTRATOR: set(SCOPES),
}

pytestmark = pytest.mark.django_db

every_role = pytest.mark.parametrize("role", READABLE)


def signed_in(cast: Cast, role: Role) -> Client:
    client = Client()
    client.force_login(cast.accounts[role])
    return client


def statuses(client: Client, address: str, headers: dict[str, str] | None = None) -> dict[str, int]:
    return {
        scope: client.get(address, {"period": MARCH, "scope": scope}, headers=headers).status_code
        for scope in SCOPES
    }


def expected(role: Role) -> dict[str, int]:
    return {scope: 200 if scope in READABLE[role] else 404 for scope in SCOPES}


def offered(page: str) -> set[str]:
    """Return the scopes that the page of scopes leads to."""
    return {scope for scope in SCOPES if f'scope={quote_plus(scope)}"' in page}


@every_role
def test_the_page_of_a_measure_is_there_at_the_scopes_in_reach(role: Role, cast: Cast) -> None:
    address = reverse("scorecard.measure", args=[KEY])

    assert statuses(signed_in(cast, role), address) == expected(role)


@every_role
def test_the_scorecard_is_there_at_the_scopes_in_reach(role: Role, cast: Cast) -> None:
    found = statuses(signed_in(cast, role), reverse("scorecard"))

    # The scorecard of the organisation is a page for everybody, though it may show no figure.
    assert found == {**expected(role), "organisation": 200}


@every_role
def test_a_program_reads_what_its_account_may(role: Role, cast: Cast) -> None:
    headers = bearer(cast.accounts[role])

    found = statuses(Client(), reverse("api-v1:measure", args=[KEY]), headers)

    assert found == expected(role)


@every_role
def test_the_picker_offers_the_scopes_in_reach(role: Role, cast: Cast) -> None:
    address = reverse("scorecard.scopes")

    page = signed_in(cast, role).get(address, {"period": MARCH}).content.decode()

    assert offered(page) == READABLE[role] - {"organisation"}


@every_role
def test_the_file_of_all_teams_holds_the_teams_in_reach(role: Role, cast: Cast) -> None:
    address = reverse("scorecard.comparison", args=[KEY, "team"])

    answer = signed_in(cast, role).get(address, {"period": MARCH, "format": "csv"})

    rows = csv.DictReader(answer.content.decode().splitlines())
    listed = {row["scope"] for row in rows} if answer.status_code == 200 else set()
    teams = {OWN, OTHER, FAR} & READABLE[role]
    assert listed & set(SCOPES) == (teams | {"organisation"} if teams else set())


@pytest.mark.parametrize("scope", SCOPES)
def test_the_command_reads_what_the_named_account_may(
    scope: str, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    technician = cast.accounts[Role.TECHNICIAN].username

    words = ("--period", MARCH, "--scope", scope, "--reader", technician, "--json")
    status = main(["measure", KEY, *words])

    told = capsys.readouterr()
    if scope in READABLE[Role.TECHNICIAN]:
        assert (status, json.loads(told.out)["key"]) == (0, KEY)
    else:
        assert (status, told.out) == (1, "")


def test_the_operator_reads_every_scope(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert cast.accounts
    words = ("measure", KEY, "--period", MARCH, "--scope", FAR, "--json")

    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["key"] == KEY


def test_rows_behind_a_figure_that_one_may_read_can_stay_hidden(cast: Cast) -> None:
    client = signed_in(cast, Role.TECHNICIAN)
    address = reverse("scorecard.measure", args=[KEY])

    page = client.get(address, {"period": MARCH, "rows": "counted"}).content.decode()

    assert "1 more rows were counted that you may not see" in page


@pytest.mark.parametrize("route", ["scorecard.target", "scorecard.action"])
def test_a_director_sets_no_target_and_opens_no_action_beyond_reach(route: str, cast: Cast) -> None:
    client = signed_in(cast, Role.DIRECTOR)

    address = f"{reverse(route, args=[KEY])}?period={MARCH}&scope={FAR.replace(' ', '+')}"

    assert client.post(address, {"value": "1"}).status_code == 404
