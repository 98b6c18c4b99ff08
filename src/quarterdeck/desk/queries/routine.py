"""The definition of routine that a period is read by, in words and as a condition."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import CharField, Q
from django.db.models.lookups import In

from quarterdeck.core.database import Unindexed
from quarterdeck.core.memory import asked_once
from quarterdeck.desk.models import RoutineDefinition
from quarterdeck.desk.queries.categories import category_paths, of_categories, within_path
from quarterdeck.desk.vocabulary import TicketKind

_ONE = {
    TicketKind.INCIDENT: "an incident",
    TicketKind.REQUEST: "a service request",
    TicketKind.PROBLEM: "a problem",
}
_MANY = {
    TicketKind.INCIDENT: "incidents",
    TicketKind.REQUEST: "service requests",
    TicketKind.PROBLEM: "problems",
}


def of_kinds(kinds: Iterable[str]) -> Q:
    """Return the condition on tickets of some kinds, beside a narrower one: most tickets are of one
    kind, and an index of kinds would be walked over all years."""
    column = Unindexed("kind", output_field=CharField())
    return Q(In(column, [str(kind) for kind in kinds]))


@asked_once
def routine_at(instant: datetime) -> RoutineDefinition:
    """Return the definition that holds at an instant: for a period, the one at its start.

    A period is read by one definition, so that its figures are of one series.
    """
    definitions = RoutineDefinition.objects.latest_first()
    found = definitions.filter(holds_from__lte=instant).first()
    # Before the first definition began, nothing better is known than that one.
    return found or definitions.reverse()[0]


def routine_series(instants: Sequence[datetime]) -> list[str]:
    """Return by which definition each of the periods that begin then is read."""
    definitions = list(RoutineDefinition.objects.latest_first())
    return [
        str(next((each for each in definitions if each.holds_from <= instant), definitions[-1]))
        for instant in instants
    ]


def routine_tickets(definition: RoutineDefinition) -> Q:
    """Return the condition on tickets that are routine."""
    routine = of_kinds(definition.kinds) & Q(priority__in=definition.priorities)
    left_out = _left_out(definition)
    return routine & ~left_out if left_out else routine


def _left_out(definition: RoutineDefinition) -> Q:
    """Return the condition on tickets whose category is left out, empty where none is.

    Of our own categories, what a ticket turned out to be decides; where nobody has said that yet,
    what it looked like.
    """
    found = Q()
    if definition.excluded_categories:
        found |= Q(category__in=definition.excluded_categories)
    if definition.excluded_trees:
        seeming = Q(true_category="") & _of_trees("category", definition)
        found |= _of_trees("true_category", definition) | seeming
    return found


def _of_trees(column: str, definition: RoutineDefinition) -> Q:
    """Return the condition on tickets of a category that is left out, by its path of now or of the
    day of the definition, or by what an alias says of their text."""
    known = category_paths()
    keys = [each["key"] for each in definition.excluded_trees if each["key"] in known]
    found = of_categories(column, [str(key) for key in keys]) if keys else Q()
    for each in definition.excluded_trees:
        if known.get(each["key"]) != each["path"]:
            found |= within_path(column, each["path"])
    return found


def in_words(definition: RoutineDefinition) -> str:
    """Return what is routine: `incidents of priority 3 or 4 at their last event`."""
    kinds = _joined([text for kind, text in _MANY.items() if kind in definition.kinds], "and")
    priorities = _joined([str(each) for each in definition.priorities], "or")
    texts = [f"“{each}”" for each in definition.excluded_categories]
    texts += [f"“{each['path']}” and below" for each in definition.excluded_trees]
    without = f", without the categories {_joined(texts, 'and')}" if texts else ""
    if definition.excluded_trees:
        without += ", by what tickets turned out to be, or else by what they looked like"
    return f"{kinds} of priority {priorities} at their last event{without}"


def parameters_of(definition: RoutineDefinition) -> dict[str, str]:
    """Return what a reading says of the definition that it was counted by."""
    return {"routine": in_words(definition), "routine defined": str(definition)}


def not_routine(definition: RoutineDefinition) -> Mapping[str, Q]:
    """Return the reasons for which a ticket is not routine, each with its condition; no ticket has
    two."""
    kinds = of_kinds(definition.kinds)
    counted = kinds
    others = [text for kind, text in _ONE.items() if kind not in definition.kinds]
    known = Q(priority__isnull=False) & ~Q(priority__in=definition.priorities)
    reasons = {f"Not routine: {_joined(others, 'or')}": ~kinds} if others else {}
    excluded = _left_out(definition)
    if excluded:
        reasons["Not routine: its category is left out"] = kinds & excluded
        counted = kinds & ~excluded
    neither = _neither(definition.priorities)
    reasons[f"Not routine: its priority is {neither}"] = counted & known
    reasons["Its priority is not known"] = counted & Q(priority__isnull=True)
    return reasons


def _neither(priorities: Sequence[int]) -> str:
    texts = [str(each) for each in priorities]
    return f"not {texts[0]}" if len(texts) == 1 else f"neither {_joined(texts, 'nor')}"


def _joined(texts: Sequence[str], word: str) -> str:
    """`a, b or c`."""
    if len(texts) < 2:  # noqa: PLR2004 — one text needs no word between
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"
