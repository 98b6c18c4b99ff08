"""Reads measures of success: operator, figure, unit, who judges, and which way is better."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from quarterdeck.kernels.jobtext.findings import found
from quarterdeck.kernels.jobtext.pieces import Piece, joined
from quarterdeck.kernels.jobtext.quantities import NUMBER, number_of
from quarterdeck.kernels.jobtext.records import (
    Confidence,
    Measure,
    MeasureKind,
    Operator,
    Polarity,
    Target,
)

__all__ = ["Stem", "measure_of", "similar_measure", "stem_of"]

_OPERATORS: tuple[tuple[Operator, str], ...] = (
    (
        Operator.AT_MOST,
        r"no more than|not more than|at most|up to|maximum of|max\.?|<=|≤|not to exceed",
    ),
    (Operator.AT_LEAST, r"no less than|not less than|at least|minimum of|minimum|min\.?|>=|≥"),
    (Operator.LESS, r"less than|fewer than|under|below|<"),
    (Operator.MORE, r"more than|greater than|over|above|exceeds|>"),
    (Operator.EQUAL, r"exactly|="),
)
_UNITS = (
    r"%|percent|per cent|days?|hours?|hrs?|minutes?|mins?|weeks?|months?|points?|business days?"
)
_FIGURE = re.compile(
    rf"(?:(?P<before>{'|'.join(words for _, words in _OPERATORS)})\s*)?"
    rf"(?<![\w.])(?P<value>\d{{1,9}}(?:[.,]\d{{1,6}})?|{NUMBER})\s*(?P<unit>{_UNITS})(?!\w)"
)
_ALL = re.compile(r"^(?:all|every|each)\b")
_NONE = re.compile(r"^(?:no|zero)\b (?!more|less|later)")
_YES_NO = re.compile(r"\((?:y\s*[-/]\s*n|yes\s*[-/]\s*no)\)")
_SHARE = re.compile(r"\(%\)|\bpercentage of\b|\brate of\b|\b% of\b")
_COUNTED = re.compile(
    r"\bcycle time\b|\btime (?:to|of)\b|\bnumber of\b|\bcost of\b|\bresponse time\b|"
    r"\bturn-?around\b|"
    r"\b(?:mean|average) time\b|\bcount of\b"
)
_SURVEY = re.compile(
    r"(?P<who>[\w-]+?)(?:'s|s')? (?:satisfaction|approval|feedback|opinion)\b|"
    r"\b(?P<felt>[\w-]+) (?:feel|"
    r"believe|perceive|agree|report that)\b"
)
_HIGHER = [
    "achievement",
    "availability",
    "available",
    "up-time",
    "uptime",
    "satisfaction",
    "adherence",
    "completed",
    "completion",
    "effectiveness",
    "quality",
    "compliance",
    "accuracy",
    "retention",
    "current",
    "aligned",
    "resolved",
    "acknowledged",
    "on-time",
    "appreciated",
    "knowledge",
    "documentation",
    "education",
    "participation",
]
_LOWER = [
    "turnover",
    "downtime",
    "disruption",
    "disruptions",
    "error",
    "errors",
    "defect",
    "defects",
    "incident",
    "incidents",
    "complaint",
    "complaints",
    "outage",
    "outages",
    "backlog",
    "cost",
    "costs",
    "delay",
    "delays",
    "absenteeism",
    "accidents",
    "violations",
    "loss",
    "losses",
]
_LOWER_WHOLE = re.compile(
    r"\bcycle time\b|\bresponse time\b|\btime to\b|\bturn-?around\b|\bovertime\b"
)
_AND = re.compile(r" and (?=(?:are |is |be )?(?:\w+ly )?(?:\w+(?:ed|s)\b) (?!of\b))")
_STEM_ENDS = re.compile(
    r"\b(?:with|of|for|in|to|by|on|about|include|includes|including|regarding):$"
)
_NEGATED = {
    Operator.LESS: Operator.AT_LEAST,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.MORE: Operator.AT_MOST,
    Operator.AT_LEAST: Operator.AT_MOST,
}
_RAISING = {Operator.MORE, Operator.AT_LEAST}
_STEM = 6
_COMMON = {"employee"[:_STEM], "with", "that", "have", "their"} | {
    word[:_STEM] for word in ("satisfaction", "supervisor", "performance", "management", "measures")
}
_ALIKE = 0.5
_HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class Stem:
    """What stands above a list of measures: a sub-heading, words that begin each item, or both."""

    heading: Piece
    words: Piece


def stem_of(lead: Piece) -> Stem:
    """Tell a stem, which ends in a preposition, from a sub-heading; "A: b with:" is both."""
    empty = lead.part(0, 0)
    own = lead.part(0, None, " :")
    if not _STEM_ENDS.search(lead.folded):
        return Stem(own, empty)
    head, _, rest = own.text.rpartition(": ")
    if head and rest:
        return Stem(own.part(0, len(head)), own.part(len(head) + 2))
    return Stem(empty, own)


def measure_of(item: Piece, stem: Stem | None, confidence: Confidence, reason: str) -> Measure:
    """Return an item as a measure of success, with the stem's words before it."""
    piece = joined((stem.words, item)) if stem else item
    folded = piece.folded
    kind = _kind(folded)
    measure = Measure(
        **found(piece, confidence, reason),
        kind=kind,
        subject=_subject(item, folded),
        evaluator=_evaluator(piece),
        polarity=_polarity(folded),
        heading=stem.heading.text if stem else "",
        parts=_parts(piece),
    )
    return _checked(_with_figure(measure, folded))


def _kind(folded: str) -> MeasureKind:
    tests = (
        (MeasureKind.YES_NO, _YES_NO.search(folded)),
        (MeasureKind.NUMBER, _FIGURE.search(folded) or _ALL.search(folded) or _NONE.search(folded)),
        (MeasureKind.SURVEY, _SURVEY.search(folded)),
        (MeasureKind.NO_TARGET, _SHARE.search(folded) or _COUNTED.search(folded)),
    )
    return next((kind for kind, holds in tests if holds), MeasureKind.QUALITATIVE)


def _with_figure(measure: Measure, folded: str) -> Measure:
    figure = _FIGURE.search(folded)
    if figure and measure.kind == MeasureKind.NUMBER:
        unit = "%" if figure["unit"] in {"percent", "per cent"} else figure["unit"]
        return replace(
            measure,
            operator=_operator(figure["before"]),
            value=number_of(figure["value"]),
            unit=unit,
        )
    if measure.kind == MeasureKind.NUMBER:
        value = _HUNDRED if _ALL.search(folded) else Fraction(0)
        operator = Operator.AT_LEAST if value else Operator.AT_MOST
        return replace(measure, operator=operator, value=value, unit="%" if value else "")
    if measure.kind == MeasureKind.NO_TARGET and "%" in folded:
        return replace(measure, unit="%")
    return measure


def _operator(written: str | None) -> Operator | None:
    return next(
        (operator for operator, words in _OPERATORS if written and re.fullmatch(words, written)),
        None,
    )


def _polarity(folded: str) -> Polarity:
    """Return which way is better by the first telling word, and unknown where there is none."""
    if _LOWER_WHOLE.search(folded):
        return Polarity.LOWER
    for word in re.findall(r"[a-z-]+", folded):
        if word in _LOWER:
            return Polarity.LOWER
        if word in _HIGHER:
            return Polarity.HIGHER
    return Polarity.UNKNOWN


def _checked(measure: Measure) -> Measure:
    """Hold the operator against the direction in which the measure is better.

    A missing operator is read from the direction. One that contradicts it stays as written, needs
    a person, and comes with the reading that would make sense.
    """
    operator, value = measure.operator, measure.value
    if value is None:
        return measure
    if operator is None:
        lower = measure.polarity == Polarity.LOWER
        meant = Operator.AT_MOST if lower else Operator.AT_LEAST
        reason = f"No operator is written; {meant.value} is read, since {measure.polarity.value}."
        if measure.polarity == Polarity.UNKNOWN:
            reason = "No operator is written; at least that much is read, as for any share reached."
        return replace(measure, operator=meant, confidence=Confidence.MEDIUM, reason=reason)
    wrong = {Polarity.HIGHER: operator not in _RAISING, Polarity.LOWER: operator in _RAISING}
    if operator == Operator.EQUAL or not wrong.get(measure.polarity, False):
        return measure
    meant = _NEGATED[operator]
    reason = (
        f"The operator {operator.value} is against the sense, since {measure.polarity.value}; "
        f"{meant.value} {float(value):g} {measure.unit} counts once a person confirms it."
    )
    return replace(
        measure,
        needs_confirmation=True,
        proposed=Target(operator=meant, value=value, unit=measure.unit),
        confidence=Confidence.LOW,
        reason=reason,
    )


def _evaluator(piece: Piece) -> str:
    survey = _SURVEY.search(piece.folded)
    if not survey:
        return ""
    group = "who" if survey["who"] else "felt"
    return piece.text[slice(*survey.span(group))].lower()


def _subject(item: Piece, folded: str) -> str:
    """Return what is measured: the item without its figure, operator and marks."""
    own = item.folded
    figure = _FIGURE.match(own)
    text = item.text[figure.end() :] if figure and folded.endswith(own) else item.text
    for mark in (_YES_NO, re.compile(r"\(%\)")):
        if mark_found := mark.search(text.lower()):
            text = text[: mark_found.start()] + text[mark_found.end() :]
    text = " ".join(text.split())
    return re.sub(r"^of ", "", text)


def _parts(piece: Piece) -> tuple[str, ...]:
    """Return the claims of a compound sentence such as "is on time and reflects the level"."""
    verb = re.search(r"\b(?:is|are|be|has|have)\b", piece.folded)
    if not verb:
        return ()
    split = _AND.search(piece.folded, verb.end())
    if not split:
        return ()
    return piece.part(0, split.start()).text, piece.part(split.end()).text


def similar_measure(measure: Measure, before: list[Measure]) -> int | None:
    """Return the position of an earlier measure that says much the same; None if there is none."""
    own = _content(measure.text)
    for place, other in enumerate(before):
        words = _content(other.text)
        shared = own & words
        enough = len(shared) > 1 and len(shared) >= _ALIKE * min(len(own), len(words))
        if enough and not _other_side(measure.text, other.text):
            return place
    return None


def _other_side(text: str, other: str) -> bool:
    """Tell "effectiveness of training" and "availability of training", two sides of one thing."""
    first, _, rest = text.lower().partition(" of ")
    second, _, other_rest = other.lower().partition(" of ")
    return rest != "" and rest == other_rest and first != second


def _content(text: str) -> set[str]:
    """Return the stems of the words that carry the meaning, common words of the trade left out."""
    words = re.findall(r"[a-z]{4,}", text.lower())
    return {word[:_STEM] for word in words} - _COMMON
