"""What a person says on the command line of the columns of a table."""

import argparse
import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from quarterdeck.core.date_forms import FORMS, in_words, possible_forms
from quarterdeck.core.errors import Refused
from quarterdeck.core.mapping import (
    UNKNOWN,
    ColumnMapping,
    FieldKind,
    MappedProfile,
    Sample,
    filled,
    propose,
    unfit_columns,
    unknown_words,
)
from quarterdeck.core.mapping_checks import check_mapping
from quarterdeck.core.profiles import Format
from quarterdeck.office.gateways.delimited import UnreadableFile
from quarterdeck.office.gateways.tables import sample_of
from quarterdeck.office.web.known_mappings import (
    KnownMapping,
    Recognised,
    last_sheet,
    notices_of,
    recognised,
)

_ORDERS = {
    "day-first": ("%d/%m/", "%d.%m.", "%d-%m-"),
    "month-first": ("%m/%d/", "%m-%d-"),
}


def mapping_of(
    chosen: argparse.Namespace, profile: Format, source: str, path: Path
) -> KnownMapping:
    """Return how the table is mapped: as said, else as its source's last one, else as its source
    writes by itself; no mapping for a file of known columns.

    Refused, with a proposal, where nobody has said it yet, or where dates could be read in two
    ways.
    """
    if not isinstance(profile, MappedProfile):
        return KnownMapping(None)
    try:
        if chosen.map:
            sheet = chosen.sheet or last_sheet(profile, source, path)
            return KnownMapping(_said(profile, sample_of(path, sheet), sheet, chosen))
        known = recognised(profile, source, path, chosen.sheet)
    except UnreadableFile as problem:
        raise Refused(f"{path.name}: {problem}") from problem
    if known.mapping is None:
        raise Refused(_unrecognised(profile, known, path))
    mapping = _explained(profile, known.mapping, known.sample, chosen)
    return KnownMapping(mapping, notices_of(profile, mapping, known.missing))


def _said(
    profile: MappedProfile, sample: Sample, sheet: str, chosen: argparse.Namespace
) -> ColumnMapping:
    """Return the mapping that the options tell; Refused where it does not fit the table."""
    proposal = propose(profile, sample, sheet)
    said = next(csv.reader([chosen.map], skipinitialspace=True))
    columns = {name: column for column, name in _pairs(said, "COLUMN=FIELD")}
    mapping = replace(
        proposal,
        columns=columns,
        forms=_forms(profile, columns, sample, chosen.dates),
        words=_words(chosen.mean),
        options={**proposal.options, **dict(_pairs(chosen.option, "NAME=VALUE"))},
    )
    if unfit := unfit_columns(mapping, sample.header):
        raise Refused(
            f"The file has no column {', '.join(unfit)}; it has {', '.join(sample.header)[:500]}."
        )
    mapping = filled(profile, mapping, sample)
    check_mapping(profile, mapping, sample)
    return mapping


def _unrecognised(profile: MappedProfile, known: Recognised, path: Path) -> str:
    begun = (
        f"The file has no column {', '.join(known.missing)}, which the last one of this source "
        "had: say with --map what its columns hold."
        if known.missing
        else f"Nobody has said yet what the columns of {path.name} hold."
    )
    return (
        f"{begun} Proposed: --map “{_as_said(propose(profile, known.sample))}”. "
        f"The fields are {', '.join(each.name for each in profile.fields)}."
    )


def _explained(
    profile: MappedProfile, mapping: ColumnMapping, sample: Sample, chosen: argparse.Namespace
) -> ColumnMapping:
    """Return a known mapping with the meanings that are said now; Refused, naming the words, where
    one of a source's own words is known to nobody yet."""
    said = _words(chosen.mean)
    words = {
        name: {**mapping.words.get(name, {}), **said.get(name, {})}
        for name in {**mapping.words, **said}
    }
    forms = _forms(profile, mapping.columns, sample, chosen.dates) if chosen.dates else {}
    options = {**mapping.options, **dict(_pairs(chosen.option, "NAME=VALUE"))}
    mapping = replace(mapping, words=words, options=options, forms={**mapping.forms, **forms})
    _check_words(profile, mapping, sample)
    return mapping


def _check_words(profile: MappedProfile, mapping: ColumnMapping, sample: Sample) -> None:
    for each in profile.fields:
        column = mapping.columns.get(each.name, "")
        if each.kind is FieldKind.WORD and column in sample.header:
            unknown = unknown_words(each, mapping, sample.texts(column))
            if unknown:
                raise Refused(
                    f"Say what these mean in “{column}”: {', '.join(unknown[:8])}. For each: "
                    f"--mean “{each.name}:{unknown[0]}=MEANING” with one of "
                    f"{', '.join(each.meanings)}, or {UNKNOWN} for not known."
                )
    check_mapping(profile, mapping, sample)


def _as_said(mapping: ColumnMapping) -> str:
    pairs = (f"{column}={name}" for name, column in mapping.columns.items())
    return ",".join(f'"{pair}"' if "," in pair else pair for pair in pairs)


def _pairs(texts: Iterable[str], expected: str) -> list[tuple[str, str]]:
    pairs = []
    for text in texts:
        left, sign, right = text.rpartition("=")
        if not sign or not left.strip() or not right.strip():
            raise Refused(f"“{text}” is not {expected}.")
        pairs.append((left.strip(), right.strip()))
    return pairs


def _words(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for left, meaning in _pairs(texts, "FIELD:WORD=MEANING"):
        name, _, word = left.partition(":")
        words.setdefault(name, {})[word] = meaning
    return words


def _forms(
    profile: MappedProfile, columns: Mapping[str, str], sample: Sample, order: str
) -> dict[str, str]:
    """Return the date form of each column: the only one that reads it, or the one of the order."""
    if order and order not in {*_ORDERS, *FORMS}:
        raise Refused(f"There is no order of dates “{order}”; expected {', '.join(_ORDERS)}.")
    forms = dict(propose(profile, sample).forms)
    found = {}
    for each in profile.fields:
        column = columns.get(each.name, "")
        if each.kind is FieldKind.DATE and column in sample.header:
            possible = _ordered(possible_forms(sample.texts(column)), order)
            if len(possible) == 1:
                found[each.name] = possible[0]
            elif forms.get(each.name) in possible:
                found[each.name] = forms[each.name]
            elif len(possible) > 1:
                told = " or ".join(in_words(form) for form in possible[:3])
                raise Refused(
                    f"“{column}” holds dates such as {sample.texts(column)[0]}, which can be "
                    f"{told}: say --dates day-first or month-first."
                )
    return found


def _ordered(possible: list[str], order: str) -> list[str]:
    if order in possible:
        return [order]
    begun = _ORDERS.get(order, ())
    return [form for form in possible if form.startswith(begun)] if begun else possible
