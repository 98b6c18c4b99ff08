"""Names that imported tickets carry and that lead to no person, with whom they may mean."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from quarterdeck.core.models import Person
from quarterdeck.desk.models import PersonAlias, Ticket
from quarterdeck.desk.queries.names import people_meant
from quarterdeck.kernels.names import NameIndex

_PERCENT = 100


@dataclass(frozen=True)
class SuggestedPerson:
    """Somebody whom a name may mean, and why; one that is exact fits nobody else."""

    person: Person
    why: str
    is_exact: bool = False


@dataclass(frozen=True)
class UnresolvedName:
    """A name of a source, and how many tickets it would be linked on in which part."""

    source: str
    text: str
    as_requester: int
    as_assignee: int
    suggestions: list[SuggestedPerson] = field(default_factory=list)

    @property
    def tickets(self) -> int:
        """How often it stands on tickets."""
        return self.as_requester + self.as_assignee


def _imported() -> "QuerySet[Ticket]":
    return Ticket.objects.standing().filter(batch__isnull=False)


def _counts(part: str, only: Q) -> Counter[tuple[str, str]]:
    name = f"{part}_name"
    rows = _imported().filter(only, **{f"{part}__isnull": True}).exclude(**{name: ""})
    grouped = rows.order_by().values_list("source", name).annotate(amount=Count("pk"))
    return Counter({(source, text): amount for source, text, amount in grouped})


def unresolved_names() -> list[UnresolvedName]:
    """Return the names that lead to nobody, those on most tickets first, without suggestions.

    A name of which somebody has said that it is none of ours is left out.
    """
    requesters, assignees = _counts("requester", Q()), _counts("assignee", Q())
    explained = set(PersonAlias.objects.values_list("source", "text"))
    found = [
        UnresolvedName(source, text, requesters[source, text], assignees[source, text])
        for source, text in requesters.keys() | assignees.keys()
        if (source, text) not in explained
    ]
    return sorted(found, key=lambda each: (-each.tickets, each.source, each.text))


def tickets_named(names: Sequence[tuple[str, str]]) -> list[UnresolvedName]:
    """Return on how many tickets names, each with its source, would be linked: a dry run."""
    texts = {text for _, text in names}
    requesters = _counts("requester", Q(requester_name__in=texts))
    assignees = _counts("assignee", Q(assignee_name__in=texts))
    return [UnresolvedName(*name, requesters[name], assignees[name]) for name in names]


def with_suggestions(names: Iterable[UnresolvedName]) -> list[UnresolvedName]:
    """Return names with whom they may mean: by address, id or name first, then who is similar."""
    shown = list(names)
    meant = people_meant({each.text for each in shown})
    index = NameIndex(dict(Person.objects.values_list("pk", "name")))
    alike = {each.text: index.most_alike(each.text) for each in shown}
    wanted = {*meant.values(), *(key for found in alike.values() for key, _ in found)}
    people = Person.objects.in_bulk(wanted)
    return [
        UnresolvedName(
            each.source,
            each.text,
            each.as_requester,
            each.as_assignee,
            _suggested(people, meant.get(each.text), alike[each.text]),
        )
        for each in shown
    ]


def _suggested(
    people: dict[int, Person], meant: int | None, alike: list[tuple[int, float]]
) -> list[SuggestedPerson]:
    found = []
    if meant is not None:
        found.append(SuggestedPerson(people[meant], "the same", is_exact=True))
    return found + [
        SuggestedPerson(people[key], f"{round(share * _PERCENT)} % alike")
        for key, share in alike
        if key != meant
    ]
