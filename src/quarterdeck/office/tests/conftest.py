"""What tests of imports stand on: a ledger's profile, small chunks, files, and a technician.

pytest loads this file before Django is set up, hence what needs models is imported by the fixtures.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from quarterdeck.core.models import Account, Unit
    from quarterdeck.core.tests.fixtures import Given
    from quarterdeck.office.tests.ledger import Ledger, Written
    from quarterdeck.office.tests.people_tables import Take


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> "Ledger":
    """The profile, registered for the time of one test."""
    from quarterdeck.core import profiles  # noqa: PLC0415 — models can be imported only once the tests have chosen the settings
    from quarterdeck.office.tests.ledger import Ledger  # noqa: PLC0415 — models can be imported only once the tests have chosen the settings

    profile = Ledger()
    monkeypatch.setitem(profiles._profiles, profile.key, profile)  # noqa: SLF001 — a profile for one test
    return profile


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of 50 lines, so that a short file goes through many."""
    from quarterdeck.office.verbs import import_run  # noqa: PLC0415 — models can be imported only once the tests have chosen the settings

    for name in ("LINES_A_CHUNK", "ROWS_A_CHUNK", "ROWS_A_PIECE", "PIECES_A_PAGE"):
        monkeypatch.setattr(import_run, name, 20 if name == "ROWS_A_PIECE" else 50)


@pytest.fixture
def written(tmp_path: Path) -> "Written":
    """Write a ledger with these lines."""

    def write(*lines: str, name: str = "ledger.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(("number,amount", *lines, "")), encoding="utf-8")
        return path

    return write


@pytest.fixture
def places(operator: "Account") -> "Unit":
    """A unit and a team that tables of people name."""
    from quarterdeck.office.tests.people_tables import found_places  # noqa: PLC0415 — models can be imported only once the tests have chosen the settings

    return found_places(operator)


@pytest.fixture
def take_in(tmp_path: Path, operator: "Account", places: "Unit") -> "Take":  # noqa: ARG001 — the places must be there
    """Take a table of people in."""
    from quarterdeck.office.tests.people_tables import taker  # noqa: PLC0415 — models can be imported only once the tests have chosen the settings

    return taker(tmp_path, operator)


@pytest.fixture
def technician(given: "Given") -> "Account":
    """Somebody who works on tickets and imports nothing."""
    from quarterdeck.core.models import Account, RoleAssignment  # noqa: PLC0415 — models can be imported only once the tests have chosen the settings
    from quarterdeck.core.vocabulary import Role  # noqa: PLC0415 — models can be imported only once the tests have chosen the settings

    with given():
        account = Account.objects.create(username="nils")
        RoleAssignment.objects.create(account=account, role=Role.TECHNICIAN)
    return account
