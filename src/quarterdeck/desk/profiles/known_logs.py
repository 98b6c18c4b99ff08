"""Logs whose columns are known, and whose organisation may have states and levels of its own.

A word that the tool does not have by itself is asked of a person, never guessed, and is remembered
with the mapping of the source.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from quarterdeck.core.columns import Choice, Joined, Stamp
from quarterdeck.core.date_forms import told_by_example
from quarterdeck.core.mapping import UNKNOWN, ColumnMapping, FieldKind, MappedField, MappedProfile
from quarterdeck.desk.profiles.ticket_fields import HOLD_REASONS
from quarterdeck.desk.profiles.ticket_log import State, TicketLog
from quarterdeck.desk.profiles.tickets import TicketProfile
from quarterdeck.desk.vocabulary import PauseReason, TicketState

# A state that waits says for whom: the clocks pause for some reasons, and not for others.
_STATES: dict[str, State] = {
    state.value: (state, PauseReason.NONE)
    for state in TicketState
    if state not in {TicketState.ON_HOLD, TicketState.UNKNOWN}
} | {
    f"{TicketState.ON_HOLD}:{reason}": (TicketState.ON_HOLD, PauseReason(reason))
    for reason in HOLD_REASONS
}
_STATE_TITLES = {
    name: f"{state.label}: {reason.label.lower()}" if reason else str(state.label)
    for name, (state, reason) in _STATES.items()
}
_PRIORITIES = {str(level): level for level in range(1, 6)}
_LEVELS = {"1": 1, "2": 2, "3": 3}
_VALUES: Mapping[str, Mapping[str, Any]] = {
    "state": {**_STATES, UNKNOWN: (TicketState.UNKNOWN, PauseReason.NONE)},
    "priority": {**_PRIORITIES, UNKNOWN: None},
    "impact": {**_LEVELS, UNKNOWN: None},
    "urgency": {**_LEVELS, UNKNOWN: None},
    "hold_reason": {**{reason: PauseReason(reason) for reason in HOLD_REASONS}, UNKNOWN: None},
}
_LEVEL_TITLES = {"1": "High", "2": "Medium", "3": "Low"}
_DATES = {"occurred": "When it was changed", "opened": "When it was opened"}
# What not every log of a tool has.
_BESIDE = {"hold_reason"}
# What may be asked of a log's words: how our field is called, and what a word may mean.
_ASKED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "state": ("State", _STATE_TITLES),
    "priority": ("Priority", {level: f"Priority {level}" for level in _PRIORITIES}),
    "impact": ("Impact", _LEVEL_TITLES),
    "urgency": ("Urgency", _LEVEL_TITLES),
    "hold_reason": ("Why it is on hold", HOLD_REASONS),
}


@dataclass(frozen=True)
class _ToolsWord(MappedField):
    """A field of words that a tool writes in one way alone: numbers and names as they stand."""

    def means(self, word: str) -> str | None:
        return self.known.get(word)


class KnownLog(MappedProfile):
    """A log whose columns are known; its words of states and priorities may be the
    organisation's own."""

    noun = TicketProfile.noun
    domain: ClassVar[str] = TicketProfile.domain

    def __init__(self, log: TicketLog, *, has_own_dates: bool = False) -> None:
        """Ask of a log's words those that the log does not know.

        Where each instance of the tool `has_own_dates`, a file that does not write them in the
        usual form tells theirs, or a person where the file leaves more than one.
        """
        self.log, self.key, self.title = log, log.key, log.title
        stamps = {name: getattr(log.layout, name) for name in _DATES} if has_own_dates else {}
        self._stamps: dict[str, Stamp] = stamps
        self._choices: dict[str, Choice] = {
            name: column for name in _ASKED if (column := getattr(log.layout, name)) is not None
        }
        dates = (
            MappedField(name, _DATES[name], FieldKind.DATE, required=True) for name in self._stamps
        )
        words = (self._field(name, column) for name, column in self._choices.items())
        self.fields = (*dates, *words)
        heads = {name: each.name for name, each in self._stamps.items()}
        heads |= {name: each.parts[0] for name, each in self._choices.items()}
        self.beside = {name: heads.pop(name) for name in _BESIDE & heads.keys()}
        forms = {name: each.form for name, each in self._stamps.items()}
        self.usual = ColumnMapping(heads, forms)

    def _field(self, name: str, column: Choice) -> MappedField:
        title, meanings = _ASKED[name]
        known = {word: str(value) for (word,), value in column.meanings.items()}
        nothing = {} if column.required else dict.fromkeys(self.log.unknown, UNKNOWN)
        return _ToolsWord(
            name,
            title,
            FieldKind.WORD,
            required=column.required,
            meanings=meanings,
            known={**nothing, **known},
        )

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns of the log of which nobody can say that they are called otherwise."""
        said = {column.parts[0] for column in self._choices.values()}
        return tuple(name for name in self.log.columns if name not in said)

    def bound(self, mapping: ColumnMapping, batch_key: int) -> TicketProfile:  # noqa: ARG002 — every profile has the same signature
        """Return the log with the words that a person has explained."""
        columns: dict[str, Any] = {
            name: _with_words(name, column, mapping) for name, column in self._choices.items()
        }
        columns |= {name: _in_form(name, stamp, mapping) for name, stamp in self._stamps.items()}
        word = mapping.columns.get("state")
        source_state = Joined((word,)) if word else self.log.layout.source_state
        return replace(
            self.log, layout=replace(self.log.layout, source_state=source_state, **columns)
        )


def _in_form(name: str, stamp: Stamp, mapping: ColumnMapping) -> Stamp:
    """Return a column of dates in the form that a person or the file told, else in its own."""
    named = replace(stamp, name=mapping.columns.get(name) or stamp.name)
    form = mapping.forms.get(name)
    if not form or form == stamp.form:
        return named
    return replace(named, form=form, example=told_by_example(form))


def _with_words(name: str, column: Choice, mapping: ColumnMapping) -> Choice | None:
    if not (head := mapping.columns.get(name)):
        return None
    said = {
        word.casefold(): _VALUES[name][meaning]
        for word, meaning in mapping.words.get(name, {}).items()
        if meaning
    }
    return replace(column, parts=(head,), said=said)
