"""Two actions that were due in May, of which one was done in time."""

from datetime import UTC, date, datetime

from quarterdeck.core.models import Person
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.vocabulary import ActionState


def actions_of_may(owner: Person, given: Given) -> list[CorrectiveAction]:
    """Two actions were due in May: one was done in time, the other is still open."""
    with given():
        return [
            CorrectiveAction.objects.create(
                title=f"Due on the {day}th",
                owner=owner,
                due_on=date(2026, 5, day),
                ended_on=ended_on,
                state=ActionState.DONE if ended_on else ActionState.OPEN,
                opened_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
            for day, ended_on in ((10, date(2026, 5, 9)), (20, None))
        ]
