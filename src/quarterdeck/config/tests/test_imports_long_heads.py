"""A file whose heads are longer than what a finding keeps of them."""

from pathlib import Path

import pytest

from quarterdeck.core.mapping import ColumnMapping
from quarterdeck.core.models import Account
from quarterdeck.desk.tests.incident_log import counts, examine, told

pytestmark = pytest.mark.django_db


def test_a_finding_names_the_beginning_of_a_very_long_head(
    tmp_path: Path, operator: Account
) -> None:
    head = "When it was opened, by the clocks of the desk; " * 8
    path = tmp_path / "table.csv"
    path.write_text(f'number,"{head.strip()}"\n1,never\n', encoding="utf-8")
    columns = {"number": "number", "opened_at": head.strip()}
    mapping = ColumnMapping(columns, {"opened_at": "iso-day"}, options={"kind": "incident"})

    batch = examine(path, operator, profile="tickets-table", mapping=mapping)

    named = {(line, column, found) for line, _, column, found, _ in told(batch)}
    assert counts(batch) == (0, 0, 0, 1)
    assert (2, head[:200], "never") in named
