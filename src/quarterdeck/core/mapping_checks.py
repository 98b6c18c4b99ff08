"""Whether a mapping can be worked with, and what a person still has to say of a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from quarterdeck.core.date_forms import (
    FORMS,
    ISO,
    ISO_DAY,
    fits,
    in_words,
    possible_forms,
)
from quarterdeck.core.errors import Invalid
from quarterdeck.core.mapping import (
    UNKNOWN,
    ColumnMapping,
    FieldKind,
    MappedField,
    MappedProfile,
    Sample,
    unknown_words,
)


def unknown_names(
    profile: MappedProfile, mapping: ColumnMapping
) -> list[tuple[tuple[str, ...], str]]:
    """Return the names inside a mapping that mean nothing: the place of each, and what was
    expected there."""
    every, dates, words = (_fields_of(profile, kind) for kind in (None, "date", "word"))
    return [
        *_strange("columns", mapping.columns, every, ""),
        *_strange("dates", mapping.forms, dates, " of dates"),
        *_strange("words", mapping.words, words, " of words"),
        *(
            (("dates", name), f"There is no form of dates “{form}”; expected {_EXPECTED_FORM}.")
            for name, form in mapping.forms.items()
            if name in dates and form and form not in FORMS
        ),
        *_strange_meanings(mapping, words),
    ]


_EXPECTED_FORM = f"{ISO}, {ISO_DAY}, or such as %d/%m/%Y %H:%M"


def _fields_of(profile: MappedProfile, kind: str | None) -> dict[str, MappedField]:
    return {each.name: each for each in profile.fields if kind in {None, each.kind.value}}


def _strange(
    part: str, given: Iterable[str], known: Iterable[str], what: str
) -> list[tuple[tuple[str, ...], str]]:
    expected = ", ".join(known)
    return [
        ((part, name), f"There is no field “{name}”{what}; expected one of {expected}.")
        for name in given
        if name not in known
    ]


def _strange_meanings(
    mapping: ColumnMapping, known: Mapping[str, MappedField]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, wanted in known.items():
        expected = f"one of {', '.join(wanted.meanings)}, or {UNKNOWN} for not known"
        for word, meaning in mapping.words.get(name, {}).items():
            if meaning and meaning not in {*wanted.meanings, UNKNOWN}:
                told = f"There is no meaning “{meaning}”; expected {expected}."
                yield ("words", name, word), told


def check_mapping(
    profile: MappedProfile, mapping: ColumnMapping, sample: Sample | None = None
) -> None:
    """Raise Invalid, by field, where a mapping cannot be worked with, or where the first lines of
    a table cannot be read by it, or only by a guess."""
    fields = {each.name: each for each in profile.fields}
    errors: dict[str, list[str]] = {}
    for place, told in unknown_names(profile, mapping):
        errors.setdefault(place[1], []).append(told)
    errors |= {each.name: texts for each in profile.fields if (texts := _wrong(each, mapping))}
    errors |= {
        option.name: [f"“{answer}” is no answer; expected {option.expected}."]
        for option in profile.options
        if not option.takes(answer := mapping.options.get(option.name, option.usual))
    }
    errors = errors or profile.contradictions(mapping.options)
    known = {option.name for option in profile.options}
    errors |= {
        name: [f"There is no option “{name}”; expected one of {', '.join(sorted(known))}."]
        for name in mapping.options.keys() - known
    }
    for group in profile.needs:
        if not any(mapping.columns.get(name) for name in group):
            told = " or ".join(fields[name].title.lower() for name in group)
            errors[group[0]] = [f"Which column holds {told}?"]
    taken: dict[str, str] = {}
    for name, column in mapping.columns.items():
        if column and taken.setdefault(column, name) != name:
            errors.setdefault(name, []).append(f"“{column}” is taken already.")
    if sample is not None:
        errors |= _unsaid_of(profile, mapping, sample)
    if errors:
        raise Invalid(errors)


def _wrong(wanted: MappedField, mapping: ColumnMapping) -> list[str]:
    column = mapping.columns.get(wanted.name, "")
    if wanted.required and not column:
        return ["Which column holds it? Without it nothing can be taken in."]
    if not column:
        return []
    if wanted.kind is FieldKind.DATE and mapping.forms.get(wanted.name) not in FORMS:
        return [f"Say how “{column}” writes its dates."]
    return []


def _unsaid_of(
    profile: MappedProfile, mapping: ColumnMapping, sample: Sample
) -> dict[str, list[str]]:
    """Return what a person still has to say of the first lines, by field."""
    errors: dict[str, list[str]] = {}
    for each in profile.fields:
        column = mapping.columns.get(each.name, "")
        if not column or column not in sample.header:
            continue
        texts = sample.texts(column)
        if each.kind is FieldKind.DATE and not _reads(mapping.forms.get(each.name, ""), texts):
            errors[each.name] = [_unsaid(column, texts)]
        if each.kind is FieldKind.WORD and (words := unknown_words(each, mapping, texts)):
            errors[each.name] = [f"Say what these mean: {', '.join(words[:8])}."]
    return errors


def _reads(form: str, texts: Sequence[str]) -> bool:
    """Whether a column's dates can be told in a form: it is one, and no other form reads more.

    What stands in ISO 8601 is read beside any form.
    """
    if not form:
        return False
    possible = possible_forms(texts)
    if not possible or form in possible or ISO in possible or ISO_DAY in possible:
        return True
    told = [text for text in texts if fits(possible[0], text)]
    return all(fits(form, text) or fits(ISO, text) for text in told)


def _unsaid(column: str, texts: Sequence[str]) -> str:
    forms = possible_forms(texts)
    if not forms:
        return f"“{column}” holds no dates that can be read; it begins with “{(texts or [''])[0]}”."
    readings = " or ".join(in_words(form) for form in forms[:3])
    if len(forms) == 1:
        return f"“{column}” holds dates such as “{texts[0]}”, which is {readings}."
    return f"Say how “{column}” writes its dates: “{texts[0]}” can be {readings}."
