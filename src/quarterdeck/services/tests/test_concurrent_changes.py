"""Two people who save the same record at the same moment: one is stored, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.errors import Conflict
from quarterdeck.core.models import Account
from quarterdeck.core.records import record_of
from quarterdeck.core.tests.patience import PATIENCE
from quarterdeck.services.models import Service

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("fresh_database")


def save(row: Service, name: str, actor: Account, start: Barrier) -> str:
    """Save a name once both are ready, and say what came of it."""
    start.wait(timeout=PATIENCE)
    try:
        change_record(
            record=record_of(Service),
            row=row,
            version=1,
            values={"name": name},
            actor=actor,
            at=AT,
        )
    except Conflict:
        return "conflict"
    finally:
        connection.close()
    return name


def test_of_two_saves_at_the_same_moment_one_is_a_conflict() -> None:
    operator = Account.objects.get(username="operator")
    row = add_record(record=record_of(Service), values={"name": "Email"}, actor=operator, at=AT)
    assert isinstance(row, Service)
    start = Barrier(2)

    with ThreadPoolExecutor(2) as both:
        saves = [both.submit(save, row, name, operator, start) for name in ("Mail", "Post")]
        answers = [each.result() for each in saves]

    stored = Service.objects.get()
    assert sorted(answers) == sorted([stored.name, "conflict"])
    assert stored.version == 2
