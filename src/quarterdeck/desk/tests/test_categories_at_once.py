"""Two people who move categories at the same moment close no ring."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Account
from quarterdeck.core.tests.patience import PATIENCE
from quarterdeck.desk.models import Category
from quarterdeck.desk.records import categories
from quarterdeck.desk.tests.web_cast import NOON

pytestmark = pytest.mark.usefixtures("fresh_database")


def move(row: Category, below: Category, actor: Account, start: Barrier) -> str:
    """Move a category once both are ready, and say what came of it."""
    start.wait(timeout=PATIENCE)
    try:
        change_record(
            record=categories,
            row=row,
            version=1,
            values={"parent": below},
            actor=actor,
            at=NOON,
        )
    except Invalid:
        return "refused"
    finally:
        connection.close()
    return "moved"


def add(name: str, parent: Category | None, actor: Account) -> Category:
    values = {"name": name, "parent": parent}
    made = add_record(record=categories, values=values, actor=actor, at=NOON)
    assert isinstance(made, Category)
    return made


def test_of_two_moves_each_below_a_child_of_the_other_one_is_refused() -> None:
    operator = Account.objects.get(username="operator")
    hardware, software = (add(name, None, operator) for name in ("Hardware", "Software"))
    printer, editor = add("Printer", hardware, operator), add("Editor", software, operator)
    start = Barrier(2)

    with ThreadPoolExecutor(2) as both:
        pairs = ((hardware, editor), (software, printer))
        moves = [both.submit(move, *pair, operator, start) for pair in pairs]
        answers = sorted(each.result() for each in moves)

    tops = Category.objects.filter(parent=None).count()
    assert (answers, tops) == (["moved", "refused"], 1)
