"""What the conditions of rules may ask about a ticket, and what is known of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from quarterdeck.core.models import Unit
from quarterdeck.core.permission import User
from quarterdeck.desk.models import Ticket, TicketMessage, TicketRule
from quarterdeck.desk.queries.categories import paths_on_offer
from quarterdeck.desk.queries.steps import Choices, choices_of
from quarterdeck.desk.vocabulary import (
    Channel,
    Level,
    PauseReason,
    TicketKind,
    TicketState,
)
from quarterdeck.desk.vocabulary.ticket_life import RuleComparison, RuleField, StepKind
from quarterdeck.kernels.conditions import Known, holds, together

MOST_CONDITIONS = 10
LONGEST_VALUE = 200
_IS, _IS_NOT = RuleComparison.IS, RuleComparison.IS_NOT
_SET, _EMPTY = RuleComparison.IS_SET, RuleComparison.IS_EMPTY
NEEDS_NOTHING = frozenset({_SET, _EMPTY})


class _Way(Enum):
    """Of what sort a field is, which decides how it may be compared."""

    CHOICE = auto()
    NUMBER = auto()
    TEXT = auto()
    WORDS = auto()


COMPARISONS: Mapping[_Way, tuple[RuleComparison, ...]] = {
    _Way.CHOICE: (_IS, _IS_NOT, _SET, _EMPTY),
    _Way.NUMBER: (_IS, RuleComparison.AT_LEAST, RuleComparison.AT_MOST),
    _Way.TEXT: (RuleComparison.CONTAINS, RuleComparison.CONTAINS_NOT, _SET, _EMPTY),
    _Way.WORDS: (_IS, _IS_NOT, _SET, _EMPTY),
}
_WAYS: Mapping[RuleField, _Way] = {
    **dict.fromkeys(RuleField, _Way.CHOICE),
    **dict.fromkeys(
        (RuleField.PRIORITY, RuleField.IMPACT, RuleField.URGENCY, RuleField.REOPENED), _Way.NUMBER
    ),
    **dict.fromkeys((RuleField.TITLE, RuleField.DESCRIPTION, RuleField.MESSAGE), _Way.TEXT),
    RuleField.TAG: _Way.WORDS,
}


class Condition(NamedTuple):
    """One condition: what is asked about, how it is compared, and with what."""

    field: RuleField
    comparison: RuleComparison
    value: str = ""


@dataclass(frozen=True)
class Match:
    """Whether a rule's conditions hold of a ticket, and which of them do, in words."""

    holds: bool
    reason: str


def conditions_of(stored: Iterable[Sequence[str]]) -> tuple[Condition, ...]:
    """Return conditions as a rule keeps them."""
    return tuple(Condition(RuleField(f), RuleComparison(c), value) for f, c, value in stored)


def comparisons_for(field: RuleField) -> tuple[RuleComparison, ...]:
    """Return how a field may be compared."""
    return COMPARISONS[_WAYS[field]]


def _labels(choices: Iterable[tuple[object, object]]) -> Choices:
    return [(str(value), str(label)) for value, label in choices if value != ""]


def _units(_user: User) -> Choices:
    return _labels(Unit.objects.order_by("name").values_list("pk", "name"))


_CHOICES: Mapping[RuleField, Callable[[User], Choices]] = {
    RuleField.KIND: lambda _user: _labels(TicketKind.choices),
    RuleField.STATE: lambda _user: _labels(TicketState.choices),
    RuleField.PAUSE_REASON: lambda _user: _labels(PauseReason.choices),
    RuleField.PRIORITY: lambda _user: [(str(each), f"P{each}") for each in range(1, 6)],
    RuleField.IMPACT: lambda _user: _labels(Level.choices),
    RuleField.URGENCY: lambda _user: _labels(Level.choices),
    RuleField.TEAM: lambda user: choices_of(StepKind.TEAM, user),
    RuleField.ASSIGNEE: lambda user: choices_of(StepKind.PERSON, user),
    RuleField.SERVICE: lambda user: choices_of(StepKind.SERVICE, user),
    RuleField.CHANNEL: lambda _user: _labels(Channel.choices),
    RuleField.UNIT: _units,
}


def values_of(field: RuleField, user: User) -> Choices | None:
    """Return what a field is compared with, to choose from; None where that is typed."""
    if field is RuleField.CATEGORY and (paths := paths_on_offer()):
        return [(path, path) for path in paths]
    return _CHOICES[field](user) if field in _CHOICES else None


def condition_faults(conditions: Sequence[Condition], user: User) -> list[str]:
    """Return what is wrong with conditions, for the verbs that keep them."""
    if len(conditions) > MOST_CONDITIONS:
        return [f"At most {MOST_CONDITIONS} conditions."]
    return [fault for each in conditions if (fault := _fault_of(each, user))]


def _fault_of(condition: Condition, user: User) -> str:
    field, comparison, value = condition
    if comparison not in comparisons_for(field):
        return f"“{field.label}” is not compared by “{comparison.label}”."
    if comparison in NEEDS_NOTHING:
        return ""
    offered = values_of(field, user)
    if not value or len(value) > LONGEST_VALUE:
        return f"“{field.label} {comparison.label}” needs a value of {LONGEST_VALUE} characters."
    if offered is not None and value not in {key for key, _ in offered}:
        return f"“{field.label}”: what was chosen is not on offer."
    if _WAYS[field] is _Way.NUMBER and not value.isdecimal():
        return f"“{field.label}” is compared with a number."
    return ""


def in_words(condition: Condition, user: User) -> str:
    """Return a condition as a reader says it."""
    said = f"{condition.field.label} {condition.comparison.label}"
    if condition.comparison in NEEDS_NOTHING:
        return said
    offered = dict(values_of(condition.field, user) or ())
    return f"{said} “{offered.get(condition.value, condition.value)}”"


def known_of(ticket: Ticket) -> Mapping[RuleField, Known]:
    """Return what is known of a ticket now, field by field."""
    own = TicketMessage.objects.filter(ticket=ticket).by_requester()
    last = own.order_by("-at", "-pk").values_list("text", flat=True).first()
    unit = ticket.requester.unit_id if ticket.requester else None
    return {
        RuleField.KIND: ticket.kind,
        RuleField.STATE: ticket.state,
        RuleField.PAUSE_REASON: ticket.pause_reason,
        RuleField.PRIORITY: ticket.priority,
        RuleField.IMPACT: ticket.impact,
        RuleField.URGENCY: ticket.urgency,
        RuleField.TEAM: _key(ticket.team_id),
        RuleField.ASSIGNEE: _key(ticket.assignee_id),
        RuleField.SERVICE: _key(ticket.service_id),
        RuleField.CATEGORY: ticket.category,
        RuleField.CHANNEL: ticket.contact_channel,
        RuleField.UNIT: _key(unit),
        RuleField.TITLE: ticket.title,
        RuleField.DESCRIPTION: ticket.description,
        RuleField.MESSAGE: last,
        RuleField.TAG: frozenset(ticket.tags.values_list("name", flat=True)),
        RuleField.REOPENED: ticket.reopen_count,
    }


def _key(key: int | None) -> str:
    return "" if key is None else str(key)


def match_of(rule: TicketRule, ticket: Ticket, user: User) -> Match:
    """Return whether a rule's conditions hold of a ticket as it stands now."""
    conditions = conditions_of(rule.conditions)
    known = known_of(ticket) if conditions else {}
    held = [holds(each.comparison, known[each.field], each.value) for each in conditions]
    true = [each for each, is_held in zip(conditions, held, strict=True) if is_held]
    reason = "; ".join(in_words(each, user) for each in true) or "It has no condition"
    return Match(together(held, all_of_them=rule.needs_all), reason)
