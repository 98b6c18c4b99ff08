"""Reads what is said about the class itself: conditions, checks, probation, history, authority."""

import re
from collections.abc import Callable

from quarterdeck.kernels.jobtext.blocks import Block, Shape, key_and_value
from quarterdeck.kernels.jobtext.clauses import take_clause
from quarterdeck.kernels.jobtext.fields import field_named, own_name
from quarterdeck.kernels.jobtext.findings import Findings, found
from quarterdeck.kernels.jobtext.headings import Section
from quarterdeck.kernels.jobtext.outline import Part
from quarterdeck.kernels.jobtext.pieces import Piece, joined, split_at
from quarterdeck.kernels.jobtext.quantities import dates_of, durations_of
from quarterdeck.kernels.jobtext.records import (
    AuthorityDimension,
    BackgroundCheck,
    ClassEvent,
    ConditionKind,
    Confidence,
    Fact,
    Passage,
    Probation,
    SeriesMember,
    WorkingCondition,
)

__all__ = ["READERS", "read_field", "read_history"]

_BY_POSITION = re.compile(
    r"^(by position|depending on position|where applicable|if applicable),?\s+"
)
_SERIES = re.compile(r"\b(?:series|classifications|classes)\b[^.:]{0,60}:\s*(?P<names>[^.]+)\.?")
_BETWEEN = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")
_NOTICE = re.compile(r"\b[A-Z]{1,3}\d{3,6}\b")
_DIMENSION = re.compile(
    r"(?P<name>[a-z][a-z /&]{2,40}):\s*(?P<level>[a-z][a-z -]{2,40}?)\s*"
    r"\((?P<examples>[^()]{1,600})\)"
)
_EXAMPLES = re.compile(r"^(?:e\.g\.?,?|for example,?|such as)\s*")
_MONTHS = 12


def _read_conditions(part: Part, findings: Findings) -> None:
    kinds = {
        Section.ENVIRONMENT: ConditionKind.ENVIRONMENT,
        Section.PHYSICAL_LEVEL: ConditionKind.PHYSICAL_LEVEL,
        Section.PHYSICAL_DEMANDS: ConditionKind.PHYSICAL_DEMAND,
    }
    kind = kinds.get(part.section or Section.ENVIRONMENT, ConditionKind.ENVIRONMENT)
    for block in part.blocks:
        if take_clause(block.piece, part, findings):
            continue
        own = found(block.piece, part.confidence, part.reason)
        pair = key_and_value(block.piece) if kind == ConditionKind.PHYSICAL_DEMAND else None
        is_note = block.piece.text.startswith("(")
        findings.conditions.append(
            WorkingCondition(
                **own,
                kind=ConditionKind.NOTE if is_note else kind,
                name=pair[0].text if pair else "",
            )
        )


def _read_checks(part: Part, findings: Findings) -> None:
    for block in part.blocks:
        condition = _BY_POSITION.match(block.piece.folded)
        findings.background_checks.append(
            BackgroundCheck(
                **found(block.piece, part.confidence, part.reason),
                condition=condition.group(1) if condition else "",
            )
        )


def _read_probation(part: Part, findings: Findings) -> None:
    for block in part.blocks:
        durations = list(durations_of(block.piece.folded))
        if durations and not findings.probation:
            own = found(block.piece, part.confidence, part.reason)
            months = durations[0].years * _MONTHS
            findings.probation.append(Probation(**own, months=months))
        else:
            findings.keep(block.piece, part)


def _read_distinctions(part: Part, findings: Findings) -> None:
    for block in part.blocks:
        own = found(block.piece, part.confidence, part.reason)
        findings.distinctions.append(Passage(**own, section=str(part.section)))
        if series := _SERIES.search(block.piece.folded):
            names = split_at(block.piece.part(*series.span("names")), _BETWEEN)
            reason = "It is named in the list of the class series."
            findings.series += [
                SeriesMember(**found(name, Confidence.HIGH, reason), order=order)
                for order, name in enumerate(names, start=1)
            ]


def _read_authority(part: Part, findings: Findings) -> None:
    for block in part.blocks:
        piece = block.piece
        matches = list(_DIMENSION.finditer(piece.folded))
        for match in matches:
            examples = piece.part(*match.span("examples"))
            lead = _EXAMPLES.match(examples.folded)
            examples = examples.part(lead.end() if lead else 0)
            findings.authority.append(
                AuthorityDimension(
                    **found(piece.part(*match.span()), part.confidence, part.reason),
                    dimension=piece.text[slice(*match.span("name"))].strip(),
                    complexity=piece.text[slice(*match.span("level"))].strip(),
                    examples=tuple(
                        one.text for one in split_at(examples, re.compile(r";\s*"), " .")
                    ),
                )
            )
        if not matches:
            findings.keep(piece, part)


def _read_details(part: Part, findings: Findings) -> None:
    for block in part.blocks:
        if pair := key_and_value(block.piece):
            key, value = pair
            read_field(Block(shape=Shape.FIELD, piece=value, key=key), findings)
        elif not take_clause(block.piece, part, findings):
            findings.keep(block.piece, part)


def _read_history(part: Part, findings: Findings) -> None:
    read_history(joined((block.piece for block in part.blocks), "; "), findings)


def read_field(block: Block, findings: Findings) -> None:
    """Keep a short fact; a class history becomes its events."""
    key = field_named(block.key.folded)
    if key == "class_history":
        read_history(block.piece, findings)
        return
    reason = f"It stands behind “{block.key.text}”."
    days = [day for _, _, day in dates_of(block.piece.folded)]
    fact = Fact(
        **found(block.piece, Confidence.HIGH, reason),
        key=key or own_name(block.key.folded),
        day=days[0] if len(days) == 1 else None,
    )
    findings.facts.append(fact)


def read_history(piece: Piece, findings: Findings) -> None:
    """Read events such as "7/1/24 - Revised the requirement"; each begins with its date."""
    folded = piece.folded
    dates = list(dates_of(folded))
    for place, (start, end, day) in enumerate(dates):
        stop = dates[place + 1][0] if place + 1 < len(dates) else len(folded)
        own = piece.part(start, stop, " ;,")
        change = piece.part(end, stop, " ;,.:-–—")
        notice = _NOTICE.search(change.text)
        findings.history.append(
            ClassEvent(
                **found(
                    own, Confidence.HIGH, "It begins with a date, in the history of the class."
                ),
                day=day,
                change=change.text,
                notice=notice.group() if notice else "",
            )
        )


READERS: dict[Section, Callable[[Part, Findings], None]] = {
    Section.ENVIRONMENT: _read_conditions,
    Section.PHYSICAL_LEVEL: _read_conditions,
    Section.PHYSICAL_DEMANDS: _read_conditions,
    Section.BACKGROUND: _read_checks,
    Section.PROBATION: _read_probation,
    Section.DISTINCTIONS: _read_distinctions,
    Section.AUTHORITY: _read_authority,
    Section.DETAIL: _read_details,
    Section.HISTORY: _read_history,
}
