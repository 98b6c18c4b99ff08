"""Pages of a keyset: nothing twice, nothing left out, in both directions."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db.models import Q

from quarterdeck.core.acts import acting
from quarterdeck.core.clock import now
from quarterdeck.core.models import Account, Person
from quarterdeck.ui.paging import Parts, Rows, count_up_to, cut

pytestmark = pytest.mark.django_db

ORDER = ("-name", "-id")


@pytest.fixture
def people() -> list[str]:
    """Seven people, three of whom share a name; in the order of the list."""
    names = ["Ann", "Bo", "Bo", "Bo", "Cleo", "Dan", "Eve"]
    operator = Account.objects.get(username="operator")
    with acting(actor=operator, verb_name="test.add", at=now()):
        for name in names:
            Person.objects.create(name=name, external_id=f"{name}-{Person.objects.count()}")
    return list(Person.objects.order_by(*ORDER).values_list("external_id", flat=True))


# Some are in both, and nobody is in neither.
PARTS = (Q(name__lt="C"), Q(name__gte="Bo"), Q(name="Nobody"))


def everybody(parts: tuple[Q, ...]) -> Rows:
    if not parts:
        return Person.objects.all()
    return Parts([Person.objects.filter(part) for part in parts], ORDER)


def walk_forward(size: int, parts: tuple[Q, ...]) -> list[str]:
    seen: list[str] = []
    page = cut(everybody(parts), ORDER, size=size)
    while True:
        seen += [person.external_id for person in page.rows]
        if not page.after:
            return seen
        page = cut(everybody(parts), ORDER, after=page.after, size=size)


@pytest.mark.parametrize("parts", [(), PARTS], ids=["whole", "in parts"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_walking_forward_meets_everybody_once(
    people: list[str], size: int, parts: tuple[Q, ...]
) -> None:
    assert walk_forward(size, parts) == people


@pytest.mark.parametrize("parts", [(), PARTS], ids=["whole", "in parts"])
def test_walking_back_leads_to_the_page_before(people: list[str], parts: tuple[Q, ...]) -> None:
    first = cut(Person.objects.all(), ORDER, size=3)
    second = cut(Person.objects.all(), ORDER, after=first.after, size=3)

    back = cut(everybody(parts), ORDER, before=second.before, size=3)

    assert [person.external_id for person in back.rows] == people[:3]


def test_the_first_page_has_none_before_it(people: list[str]) -> None:
    second = cut(Person.objects.all(), ORDER, after=cut(Person.objects.all(), ORDER, size=3).after)

    assert (len(people), cut(Person.objects.all(), ORDER, before=second.before).before) == (7, "")


def test_a_cursor_survives_new_rows_before_it(people: list[str]) -> None:
    cursor = cut(Person.objects.all(), ORDER, size=3).after
    operator = Account.objects.get(username="operator")
    with acting(actor=operator, verb_name="test.add", at=now()):
        Person.objects.create(name="Zoe", external_id="Zoe")

    page = cut(Person.objects.all(), ORDER, after=cursor, size=3)

    assert [person.external_id for person in page.rows] == people[3:6]


@pytest.mark.parametrize("cursor", ["x", "W10", "eyJhIjoxfQ", "WyJhIl0", "WyJhIiwieCJd", "é"])
def test_a_malformed_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(SuspiciousOperation):
        cut(Person.objects.all(), ORDER, after=cursor)


def test_counting_stops_at_the_limit(people: list[str]) -> None:
    assert (len(people), str(count_up_to(Person.objects.all(), limit=5))) == (7, "5+")


def test_rows_of_several_parts_are_counted_once_and_up_to_a_limit(people: list[str]) -> None:
    parts = [
        Person.objects.filter(external_id__in=people[:5]),
        Person.objects.filter(external_id__in=people[3:]),
        Person.objects.none(),
    ]

    every = Parts(parts, ORDER)

    assert str(count_up_to(every)) == "7"
    assert [str(count_up_to(every, limit)) for limit in (7, 6)] == ["7", "6+"]
    assert str(count_up_to(Parts(parts[2:], ORDER))) == "0"
