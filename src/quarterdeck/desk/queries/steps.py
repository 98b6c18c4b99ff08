"""The steps of macros and rules: what each takes, and how it reads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from quarterdeck.core.models import Person, Team
from quarterdeck.core.permission import User
from quarterdeck.desk.models import CannedReply, Ticket
from quarterdeck.desk.queries.categories import paths_on_offer
from quarterdeck.desk.vocabulary import (
    CANCELLED_BY_OTHER_ACTS,
    CancelledAs,
    Level,
    PauseReason,
)
from quarterdeck.desk.vocabulary.ticket_life import Notified, StepKind
from quarterdeck.services.models import Service

Choices = list[tuple[str, str]]
MOST_STEPS = 12
LONGEST_TEXT = 200


@dataclass(frozen=True)
class Step:
    """One step: what is done, and with what; the value of a row is its key."""

    kind: StepKind
    value: str = ""


def _levels(_user: User) -> Choices:
    return [(str(level.value), str(level.label)) for level in Level]


def _teams(_user: User) -> Choices:
    return [
        (str(key), name) for key, name in Team.objects.order_by("name").values_list("pk", "name")
    ]


def _people(_user: User) -> Choices:
    """Whoever works in a team can be given a ticket."""
    found = Person.objects.filter(memberships__isnull=False).distinct().order_by("name", "pk")
    return [(str(key), name) for key, name in found.values_list("pk", "name")]


def _services(_user: User) -> Choices:
    rows = Service.objects.order_by("name").values_list("pk", "name")
    return [(str(key), name) for key, name in rows]


def _categories(_user: User) -> Choices:
    return [(path, path) for path in paths_on_offer()]


def _pauses(_user: User) -> Choices:
    kept = {"", PauseReason.APPROVAL}
    return [(value, str(label)) for value, label in PauseReason.choices if value not in kept]


def _cancellations(_user: User) -> Choices:
    chosen = [each for each in CancelledAs if each not in CANCELLED_BY_OTHER_ACTS]
    return [(each.value, str(each.label)) for each in chosen]


def _texts(user: User) -> Choices:
    rows = CannedReply.objects.visible_to(user).in_use().order_by("name", "pk")
    return [(str(key), name) for key, name in rows.values_list("pk", "name")]


def _notified(_user: User) -> Choices:
    return [(each.value, str(each.label)) for each in Notified]


# Whom a person would notify, they write to; a rule is nobody who takes a ticket.
FOR_MACROS = [choice for choice in StepKind.choices if choice[0] != StepKind.NOTIFY]
FOR_RULES = [choice for choice in StepKind.choices if choice[0] != StepKind.TAKE]


def notified_of(ticket: Ticket, whom: Notified) -> list[Person]:
    """Return who is notified of a ticket."""
    if whom is Notified.ASSIGNEE:
        return [ticket.assignee] if ticket.assignee else []
    if ticket.team is None:
        return []
    if whom is Notified.LEAD:
        return [ticket.team.lead] if ticket.team.lead else []
    return list(Person.objects.filter(memberships__team=ticket.team).order_by("pk"))


# What a step chooses its value from. Those that are not here take none.
_CHOICES: Mapping[StepKind, Callable[[User], Choices]] = {
    StepKind.TEAM: _teams,
    StepKind.PERSON: _people,
    StepKind.IMPACT: _levels,
    StepKind.URGENCY: _levels,
    StepKind.CATEGORY: _categories,
    StepKind.SERVICE: _services,
    StepKind.HOLD: _pauses,
    StepKind.NOTE: _texts,
    StepKind.REPLY: _texts,
    StepKind.RESOLVE: _texts,
    StepKind.CANCEL: _cancellations,
    StepKind.NOTIFY: _notified,
}
_TYPED = frozenset({StepKind.TAG, StepKind.UNTAG})


def takes_text(kind: StepKind) -> bool:
    """Whether the value of such a step is typed; a category is, while none is set up."""
    return kind in _TYPED or (kind is StepKind.CATEGORY and not paths_on_offer())


def choices_of(kind: StepKind, user: User) -> Choices:
    """Return what the value of such a step is chosen from; nothing where it takes no value."""
    return _CHOICES[kind](user) if kind in _CHOICES else []


def takes_value(kind: StepKind) -> bool:
    """Whether such a step needs to be told something."""
    return kind in _CHOICES or kind in _TYPED


def steps_of(stored: Iterable[Sequence[str]]) -> tuple[Step, ...]:
    """Return steps as a macro or rule keeps them."""
    return tuple(Step(StepKind(kind), value) for kind, value in stored)


def stored_steps(steps: Iterable[Step]) -> list[list[str]]:
    """Return steps as a macro or rule keeps them."""
    return [[step.kind.value, step.value] for step in steps]


def _fault_of(step: Step, user: User) -> str:
    """Return why a step cannot be kept, or nothing."""
    if not takes_value(step.kind):
        return ""
    if not step.value.strip():
        return f"“{step.kind.label}” needs a value."
    if takes_text(step.kind):
        is_long = len(step.value) > LONGEST_TEXT
        return f"“{step.kind.label}” takes at most {LONGEST_TEXT} characters." if is_long else ""
    known = {key for key, _ in choices_of(step.kind, user)}
    return "" if step.value in known else f"“{step.kind.label}”: what was chosen is not on offer."


def _asks_nothing(steps: Sequence[Step]) -> bool:
    """Whether a ticket would wait for its requester whom no step before has written to."""
    for step in steps:
        if step.kind is StepKind.REPLY:
            return False
        if (step.kind, step.value) == (StepKind.HOLD, PauseReason.REQUESTER):
            return True
    return False


def step_faults(steps: Sequence[Step], user: User) -> dict[str, list[str]]:
    """Return what is wrong with steps, for the verbs that keep them."""
    if not steps:
        return {"steps": ["Say what shall be done."]}
    if len(steps) > MOST_STEPS:
        return {"steps": [f"At most {MOST_STEPS} steps."]}
    faults = [fault for step in steps if (fault := _fault_of(step, user))]
    if _asks_nothing(steps):
        faults.append(f"“{StepKind.HOLD.label}” for the requester: let a reply before it ask them.")
    return {"steps": faults} if faults else {}


def steps_in_words(steps: Iterable[Step], user: User) -> list[str]:
    """Return each step as a reader of it says it; what is gone, or not for the reader, is told."""
    titles: dict[StepKind, dict[str, str]] = {}
    said = []
    for step in steps:
        if step.kind not in titles:
            titles[step.kind] = dict(choices_of(step.kind, user))
        value = step.value if takes_text(step.kind) else titles[step.kind].get(step.value)
        known = f"“{value}”" if value else "(not to be found)"
        said.append(
            f"{step.kind.label} {known}" if takes_value(step.kind) else str(step.kind.label)
        )
    return said
