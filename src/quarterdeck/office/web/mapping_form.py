"""What a person fills in to say what the columns of a table hold."""

import zoneinfo
from typing import Any, NamedTuple

from django import forms

from quarterdeck.core.date_forms import in_words, moment_of, possible_forms
from quarterdeck.core.mapping import (
    UNKNOWN,
    ColumnMapping,
    FieldKind,
    MappedField,
    MappedProfile,
    Option,
    Sample,
)
from quarterdeck.office.verbs.unexplained_words import MOST_WORDS

_NOT_THERE = ("", "— not in the file —")
_EXAMPLES = 3
_LONGEST_EXAMPLE = 40


class MappingRow(NamedTuple):
    """One field of ours on the page: its column, examples of it, its date form, its words."""

    field: MappedField
    column: forms.BoundField
    examples: list[str]
    form: forms.BoundField | None
    words: list[forms.BoundField]


class MappingForm(forms.Form):
    """Column, date form and meanings of words for each field of a profile, and its options.

    What is offered follows from the columns that are chosen so far.
    """

    zone = forms.CharField(
        label="Zone",
        max_length=64,
        help_text="For times that name no zone, such as Europe/Berlin.",
    )

    def __init__(
        self,
        profile: MappedProfile,
        sample: Sample,
        mapping: ColumnMapping,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.profile, self.sample, self.mapping = profile, sample, mapping
        for option in profile.options:
            answer = mapping.options.get(option.name, option.usual)
            self.fields[f"option_{option.name}"] = _option_field(option, answer)
        for each in profile.fields:
            self._add(each)

    def _add(self, wanted: MappedField) -> None:
        heads = [(head, head) for head in self.sample.header if head]
        self.fields[f"column_{wanted.name}"] = forms.ChoiceField(
            label=wanted.title,
            choices=[_NOT_THERE, *heads],
            required=False,
            initial=self.mapping.columns.get(wanted.name, ""),
            widget=_select(),
        )
        column = self.column(wanted)
        texts = self.sample.texts(column) if column in self.sample.header else []
        if wanted.kind is FieldKind.DATE and texts:
            self.fields[f"form_{wanted.name}"] = _form_field(wanted, texts, self._form(wanted))
        if wanted.kind is FieldKind.WORD and texts:
            for word in self._words(wanted, texts):
                self.fields[f"mean_{wanted.name}_{word}"] = forms.ChoiceField(
                    label=f"“{word}” means",
                    choices=[("", "— choose —"), *wanted.meanings.items(), (UNKNOWN, "Not known")],
                    required=False,
                    widget=_select(),
                    initial=self._said(wanted).get(word.casefold(), ""),
                )

    def _form(self, wanted: MappedField) -> str:
        """Return the date form that is known, as long as its column is the one that it is of."""
        is_same = self.mapping.columns.get(wanted.name, "") == self.column(wanted)
        return self.mapping.forms.get(wanted.name, "") if is_same else ""

    def _said(self, wanted: MappedField) -> dict[str, str]:
        words = self.mapping.words.get(wanted.name, {})
        return {word.casefold(): meaning for word, meaning in words.items()}

    def _words(self, wanted: MappedField, texts: list[str]) -> list[str]:
        """Return the words of a column that need a person to explain them, or did before."""
        found = {text.casefold(): text for text in reversed(texts) if not wanted.means(text)}
        return sorted(found.values())[:MOST_WORDS]

    def column(self, wanted: MappedField) -> str:
        """Return the column that is chosen for a field: as sent, else as mapped before."""
        name = f"column_{wanted.name}"
        if self.is_bound:
            return str(self.data.get(name, ""))
        return self.mapping.columns.get(wanted.name, "")

    def rows(self) -> list[MappingRow]:
        """Return the fields as the page lists them."""
        return [self._row(each) for each in self.profile.fields]

    def _row(self, wanted: MappedField) -> MappingRow:
        column = self.column(wanted)
        texts = self.sample.texts(column) if column in self.sample.header else []
        form, mean = f"form_{wanted.name}", f"mean_{wanted.name}_"
        return MappingRow(
            wanted,
            self[f"column_{wanted.name}"],
            [text[:_LONGEST_EXAMPLE] for text in dict.fromkeys(texts)][:_EXAMPLES],
            self[form] if form in self.fields else None,
            [self[name] for name in self.fields if name.startswith(mean)],
        )

    def unread(self) -> list[str]:
        """Return the columns of the file that no field is taken from."""
        read = {self.column(each) for each in self.profile.fields}
        return [head for head in self.sample.header if head and head not in read]

    def option_fields(self) -> list[forms.BoundField]:
        """Return the profile's options and the zone."""
        return [*(self[f"option_{option.name}"] for option in self.profile.options), self["zone"]]

    def clean_zone(self) -> str:
        """Accept the name of a time zone."""
        name: str = self.cleaned_data["zone"].strip()
        if name not in zoneinfo.available_timezones():
            raise forms.ValidationError(
                f"There is no time zone “{name}”; expected such as Europe/Berlin."
            )
        return name

    @property
    def said(self) -> ColumnMapping:
        """What was said, once each answer has been found to be one that was offered."""
        given = self.cleaned_data
        fields = self.profile.fields
        columns = {f.name: given[f"column_{f.name}"] for f in fields}
        words = {f.name: {**self._kept_words(f), **self._said_words(f)} for f in fields}
        return ColumnMapping(
            columns={name: column for name, column in columns.items() if column},
            forms={f.name: form for f in fields if (form := self._said_form(f))},
            words={name: found for name, found in words.items() if found},
            sheet=self.mapping.sheet,
            options={o.name: given[f"option_{o.name}"] for o in self.profile.options},
        )

    def _said_words(self, wanted: MappedField) -> dict[str, str]:
        mean = f"mean_{wanted.name}_"
        return {
            name.removeprefix(mean): str(meaning)
            for name, meaning in self.cleaned_data.items()
            if name.startswith(mean) and meaning
        }

    def _kept_words(self, wanted: MappedField) -> dict[str, str]:
        """Return what was said before of words that this file does not ask about."""
        mean = f"mean_{wanted.name}_"
        asked = {
            name.removeprefix(mean).casefold() for name in self.fields if name.startswith(mean)
        }
        known = self.mapping.words.get(wanted.name, {})
        return {word: meaning for word, meaning in known.items() if word.casefold() not in asked}

    def _said_form(self, wanted: MappedField) -> str:
        """Return the date form that was chosen, or the only one that was offered."""
        name = f"form_{wanted.name}"
        if name not in self.fields:
            return ""
        possible = possible_forms(self.sample.texts(self.column(wanted)))
        alone = possible[0] if len(possible) == 1 else ""
        return str(self.cleaned_data.get(name) or alone)

    def show_errors(self, errors: dict[str, list[str]]) -> None:
        """Put what is wrong with a mapping beside the columns that it is about."""
        for name, texts in errors.items():
            column, option = f"column_{name}", f"option_{name}"
            place = next((each for each in (column, option) if each in self.fields), None)
            for text in texts:
                self.add_error(place, text)


def _option_field(option: Option, answer: str) -> forms.Field:
    told: dict[str, Any] = {"label": option.title, "initial": answer, "help_text": option.help}
    if option.choices:
        return forms.ChoiceField(choices=list(option.choices.items()), **told)
    day = forms.TextInput(attrs={"type": "date"})
    return forms.CharField(required=False, max_length=10, widget=day, **told)


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _form_field(wanted: MappedField, texts: list[str], known: str) -> forms.ChoiceField:
    """Offer the forms that read a column, each with what it makes of the first date.

    Where several do, none is chosen for the person.
    """
    possible = possible_forms(texts)
    choices = [(form, _reading(form, texts)) for form in possible]
    alone = possible[0] if len(possible) == 1 else ""
    return forms.ChoiceField(
        label=f"How {wanted.title.lower()} is written",
        choices=choices if alone else [("", "— choose —"), *choices],
        required=False,
        initial=known if known in possible else alone,
        widget=_select(),
    )


def _reading(form: str, texts: list[str]) -> str:
    """`day/month/year: 01/02/2016 is 1 February 2016`."""
    text = next((each for each in texts if moment_of(form, each)), texts[0])
    moment = moment_of(form, text)
    if moment is None:
        return in_words(form)
    return f"{in_words(form)}: {text} is {moment.day} {moment:%B %Y}"
