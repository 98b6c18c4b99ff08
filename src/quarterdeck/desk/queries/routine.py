"""The definition of routine that a period is read by, in words and as a condition."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from quarterdeck.core.memory import asked_once
from quarterdeck.desk.models import RoutineDefinition
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


def in_words(definition: RoutineDefinition) -> str:
    """Return what is routine: `incidents of priority 3 or 4 at their last event`."""
    kinds = _joined([text for kind, text in _MANY.items() if kind in definition.kinds], "and")
    priorities = _joined([str(each) for each in definition.priorities], "or")
    categories = _joined([f"“{each}”" for each in definition.excluded_categories], "and")
    without = f", without the categories {categories}" if categories else ""
    return f"{kinds} of priority {priorities} at their last event{without}"


def parameters_of(definition: RoutineDefinition) -> dict[str, str]:
    """Return what a reading says of the definition that it was counted by."""
    return {"routine": in_words(definition), "routine defined": str(definition)}


def not_routine(definition: RoutineDefinition) -> Mapping[str, Q]:
    """Return the reasons for which a ticket is not routine, each with its condition; no ticket has
    two."""
    kinds = Q(kind__in=definition.kinds)
    counted = kinds
    others = [text for kind, text in _ONE.items() if kind not in definition.kinds]
    known = Q(priority__isnull=False) & ~Q(priority__in=definition.priorities)
    reasons = {f"Not routine: {_joined(others, 'or')}": ~kinds} if others else {}
    if definition.excluded_categories:
        excluded = Q(category__in=definition.excluded_categories)
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
