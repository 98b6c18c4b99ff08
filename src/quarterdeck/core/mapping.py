"""How a person maps the columns of any table onto the fields of a profile, and what is proposed."""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Self

from quarterdeck.core.date_forms import (
    ISO,
    moment_of,
    possible_forms,
)
from quarterdeck.core.profiles import Format, Profile

# The meaning of a word that stands for not knowing, such as “n/a”.
UNKNOWN = "?"

# Below this likeness two heads are more often strangers than spellings of one word.
_ALIKE = 0.86
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Days are told within these: none of the trade's records is older, and a later one is a slip.
_FIRST_DAY, _LAST_DAY = "1970-01-01", "2199-12-31"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NO_WORD = re.compile(r"[\W_]+")


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    DATE = "date"
    WORD = "word"
    NUMBER = "number"


@dataclass(frozen=True)
class MappedField:
    """One field of ours that a column of a file may hold.

    `synonyms` are heads that other systems give the column. A field of words has the `meanings`
    that may be chosen, each with its title, and what `known` words mean without asking.
    """

    name: str
    title: str
    kind: FieldKind = FieldKind.TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False
    longest: int = 200
    meanings: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    help: str = ""

    def means(self, word: str) -> str | None:
        """Return what a word means without a person saying so, or None."""
        return self.known.get(" ".join(_tokens(word)))


@dataclass(frozen=True)
class Option:
    """What a profile asks of a person beside the columns: one of several answers, or, without
    choices, a day in ISO 8601 or nothing.

    What is not remembered has to be said anew of each file.
    """

    name: str
    title: str
    choices: Mapping[str, str]
    usual: str
    help: str = ""
    is_remembered: bool = True

    @property
    def expected(self) -> str:
        """What may be answered, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        return f"a day such as 2026-03-31, from {_FIRST_DAY} to {_LAST_DAY}"

    def takes(self, answer: str) -> bool:
        """Whether it can be answered so."""
        if self.choices:
            return answer in self.choices
        is_day = _DAY.fullmatch(answer) and moment_of(ISO, answer)
        return not answer or bool(is_day and _FIRST_DAY <= answer <= _LAST_DAY)


@dataclass(frozen=True)
class ColumnMapping:
    """What a person said of a table: column by field, date form by field, meaning by field and
    word, the sheet of a workbook, and the profile's options."""

    columns: Mapping[str, str]
    forms: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheet: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """Return the mapping as JSON can hold it."""
        return asdict(self)

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """Return a mapping that was stored."""
        return cls(**stored)


@dataclass(frozen=True)
class Sample:
    """The head of a table and its first lines."""

    header: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    def texts(self, column: str) -> list[str]:
        """Return what the first lines hold in a column, without blanks."""
        place = self.header.index(column)
        cells = (line[place].strip() for line in self.lines if place < len(line))
        return [cell for cell in cells if cell]


class MappedProfile(Format):
    """Any table: it becomes a profile once it is bound to a batch and its mapping."""

    fields: tuple[MappedField, ...]
    options: ClassVar[tuple[Option, ...]] = ()
    # How the source itself writes its files; None where each table has columns of its own.
    usual: ColumnMapping | None = None
    # Columns that such a file may have beside the usual ones, by field.
    beside: Mapping[str, str] = MappingProxyType({})
    # Of each group of fields, one at least has to be mapped.
    needs: ClassVar[tuple[tuple[str, ...], ...]] = ()

    @abstractmethod
    def bound(self, mapping: ColumnMapping, batch_key: int) -> Profile:
        """Return the profile that reads and judges the file of one batch by its mapping."""

    def contradictions(self, options: Mapping[str, str]) -> dict[str, list[str]]:  # noqa: ARG002 — most profiles have none
        """Return what is wrong with answers that each could stand alone, by the option."""
        return {}


def propose(profile: MappedProfile, sample: Sample, sheet: str = "") -> ColumnMapping:
    """Return the mapping that the heads and the first lines suggest; a person decides.

    A date form is proposed only where the lines leave one alone. A file as its source writes it is
    read as it is known to be, its dates too where its usual form reads them as well as any.
    """
    usual = profile.usual
    if usual is not None and not unfit_columns(usual, sample.header):
        beside = _beside(profile, usual, sample)
        forms = _usual_forms(profile, usual, sample)
        return replace(usual, columns={**usual.columns, **beside}, sheet=sheet, forms=forms)
    columns = _proposed_columns(profile.fields, sample)
    options = {option.name: option.usual for option in profile.options}
    forms = proposed_forms(profile, columns, sample)
    return filled(profile, ColumnMapping(columns, forms, {}, sheet, options), sample)


def completed(profile: MappedProfile, mapping: ColumnMapping, sample: Sample) -> ColumnMapping:
    """Return what was said of a source with what its profile has come to ask since then."""
    usual = profile.usual
    if usual is None or unfit_columns(usual, sample.header):
        return mapping
    # What has to be there and is not was not asked for then, and what may be there may not have
    # been; all else was left out on purpose.
    needed = {each.name for each in profile.fields if each.required}
    new = (needed & usual.columns.keys()) - mapping.columns.keys()
    told = _usual_forms(profile, usual, sample)
    return replace(
        mapping,
        columns={
            **mapping.columns,
            **{name: usual.columns[name] for name in new},
            **_beside(profile, mapping, sample),
        },
        forms={**mapping.forms, **{name: told[name] for name in new & told.keys()}},
    )


def fitted(profile: MappedProfile, mapping: ColumnMapping, sample: Sample) -> ColumnMapping:
    """Return what was said of a source without the columns that this file of it may lack."""
    lacks = {
        name
        for name, column in profile.beside.items()
        if mapping.columns.get(name) == column and column not in sample.header
    }
    return replace(
        mapping, columns={name: head for name, head in mapping.columns.items() if name not in lacks}
    )


def _beside(profile: MappedProfile, mapping: ColumnMapping, sample: Sample) -> dict[str, str]:
    """Return the columns beside the usual ones that a file has and a mapping does not name."""
    return {
        name: column
        for name, column in profile.beside.items()
        if column in sample.header and name not in mapping.columns
    }


def _usual_forms(profile: MappedProfile, usual: ColumnMapping, sample: Sample) -> dict[str, str]:
    """Return the usual forms of dates, but for those in which this file does not write them."""
    forms = proposed_forms(profile, usual.columns, sample)
    for name, form in usual.forms.items():
        possible = possible_forms(sample.texts(usual.columns[name]))
        if form in possible or not possible:
            forms[name] = form
    return forms


def proposed_forms(
    profile: MappedProfile, columns: Mapping[str, str], sample: Sample
) -> dict[str, str]:
    """Return the form of each date column of which the first lines leave one alone."""
    forms = {}
    for each in profile.fields:
        if each.kind is FieldKind.DATE and columns.get(each.name) in sample.header:
            possible = possible_forms(sample.texts(columns[each.name]))
            if len(possible) == 1:
                forms[each.name] = possible[0]
    return _agreed(forms, columns, profile, sample)


def filled(profile: MappedProfile, mapping: ColumnMapping, sample: Sample) -> ColumnMapping:
    """Return a mapping in which a date column that is still blank has a form: that of the others.

    A date of a later file that is not written so is an error then, and never misread.
    """
    forms = dict(mapping.forms)
    usual = next(iter(forms.values())) if len(set(forms.values())) == 1 else ISO
    for each in profile.fields:
        column = mapping.columns.get(each.name, "")
        is_blank = column in sample.header and not sample.texts(column)
        if each.kind is FieldKind.DATE and is_blank and not forms.get(each.name):
            forms[each.name] = usual
    return replace(mapping, forms=forms)


def _agreed(
    forms: Mapping[str, str],
    columns: Mapping[str, str],
    profile: MappedProfile,
    sample: Sample,
) -> dict[str, str]:
    """Let a column that leaves two forms follow another one of the table that leaves one of them.

    One program wrote all the columns of a table, so 13/02/2016 in one of them tells of the others.
    """
    agreed = dict(forms)
    for each in profile.fields:
        is_open = columns.get(each.name) in sample.header and each.name not in agreed
        if each.kind is FieldKind.DATE and is_open:
            possible = possible_forms(sample.texts(columns[each.name]))
            told = [form for form in forms.values() if form in possible]
            if told and len(set(told)) == 1:
                agreed[each.name] = told[0]
    return agreed


def _proposed_columns(fields: Sequence[MappedField], sample: Sample) -> dict[str, str]:
    """Pair fields and heads, the likest pair first; each column is taken once."""
    pairs = sorted(
        (
            (-likeness, place, each.name, head)
            for place, each in enumerate(fields)
            for head in sample.header
            if head and (likeness := _likeness(each, head)) and _may_hold(each, head, sample)
        ),
    )
    columns: dict[str, str] = {}
    for _, _, name, head in pairs:
        if name not in columns and head not in columns.values():
            columns[name] = head
    return {each.name: columns[each.name] for each in fields if each.name in columns}


def _likeness(wanted: MappedField, head: str) -> float:
    """Return how like a head is to a field's names, from 0 to 1; 0 where it is a stranger."""
    told = " ".join(_tokens(head))
    best = 0.0
    for rank, synonym in enumerate((wanted.name.replace("_", " "), *wanted.synonyms)):
        # Of two heads that are both names of the field, the more usual one is meant.
        if told == synonym:
            return 1.0 - rank / 1_000
        likeness = SequenceMatcher(None, told, synonym).ratio()
        if likeness >= _ALIKE:
            best = max(best, likeness * 0.9)
    return best


def _may_hold(wanted: MappedField, head: str, sample: Sample) -> bool:
    """Whether what stands in the column can be what the field holds."""
    texts = sample.texts(head)
    if wanted.kind is FieldKind.DATE:
        return not texts or bool(possible_forms(texts))
    if wanted.kind is FieldKind.NUMBER:
        return all(text.isascii() and text.isdigit() for text in texts)
    return True


def _tokens(text: str) -> list[str]:
    spaced = _CAMEL.sub(" ", text.replace("#", " number "))
    return [token for token in _NO_WORD.split(spaced.casefold()) if token]


def remembered(profile: MappedProfile, mapping: ColumnMapping) -> ColumnMapping:
    """Return what of a mapping holds for the next file too."""
    usual = {each.name: each.usual for each in profile.options if not each.is_remembered}
    return replace(mapping, options={**mapping.options, **usual})


def unfit_columns(mapping: ColumnMapping, header: Sequence[str]) -> list[str]:
    """Return the mapped columns that a file does not have."""
    return sorted(set(mapping.columns.values()) - set(header))


def unknown_words(wanted: MappedField, mapping: ColumnMapping, texts: Iterable[str]) -> list[str]:
    """Return the words among texts that have no meaning yet, each once, in order of first sight."""
    given = {word.casefold() for word in mapping.words.get(wanted.name, {})}
    found = dict.fromkeys(text.strip() for text in texts)
    return [
        word for word in found if word and word.casefold() not in given and not wanted.means(word)
    ]


def meaning_of(wanted: MappedField, mapping: ColumnMapping) -> Callable[[str], str | None]:
    """Return a function from a word to its meaning: as a person said, else as it is known."""
    given = mapping.words.get(wanted.name, {})
    said = {word.casefold(): meaning for word, meaning in given.items() if meaning}
    return lambda word: said.get(word.casefold()) or wanted.means(word)
