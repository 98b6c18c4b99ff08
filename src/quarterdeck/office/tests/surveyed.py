"""A small house in which people are visited, and asked how it was."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, RoleAssignment, Team, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import Survey
from quarterdeck.office.queries.occasions import Happening, Occasion, register_occasion
from quarterdeck.office.verbs.surveys import Question, SurveyTerms, begin_survey

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUESTIONS = (
    Question("scale", "How satisfied are you?", "Not at all", "Very"),
    Question("yes_no", "Was the first visit enough?"),
    Question("text", "What should we do better?"),
)
ALL = SurveyTerms(share=100)


def _visits(since: datetime, until: datetime) -> Iterator[Happening]:
    """Let everybody be visited every day at noon, by the only team."""
    team = Team.objects.get()
    noon = since.replace(hour=12, minute=0)
    while noon <= until:
        if noon > since:
            for person in Person.objects.order_by("pk"):
                yield Happening(
                    person.pk, f"visit:{noon:%F}", f"The visit of {noon:%F}", noon, team.pk
                )
        noon += timedelta(days=1)


VISITED = Occasion(
    key="tests.visited",
    title="Somebody was visited",
    asks="You were visited",
    happenings=_visits,
    settles=timedelta(hours=2),
)


def open_house(guests: int = 3) -> Account:
    """Found a house of so many guests with mail addresses; return who manages it."""
    register_occasion(VISITED)
    operator = Account.objects.get(username="operator")
    with acting(actor=operator, verb_name="tests.open_house", at=AT):
        unit = Unit.objects.create(name="Harbour", path="1.")
        Team.objects.create(name="Visitors", unit=unit)
        for number in range(guests):
            Person.objects.create(name=f"Guest {number}", email=f"guest{number}@example.org")
        manager = Account.objects.create(username="manager")
        RoleAssignment.objects.create(account=manager, role=Role.IT_MANAGER)
    return manager


def begun(
    manager: Account, *, terms: SurveyTerms = ALL, is_anonymous: bool = False, name: str = "Visits"
) -> Survey:
    """Begin a survey about visits."""
    return begin_survey(
        name=name,
        occasion=VISITED.key,
        questions=QUESTIONS,
        is_anonymous=is_anonymous,
        terms=terms,
        actor=manager,
        at=AT,
    )
