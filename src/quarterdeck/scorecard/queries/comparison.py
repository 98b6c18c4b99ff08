"""One measure at several scopes side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quarterdeck.core.measures import Better, Measure, Scope, State
from quarterdeck.kernels.periods import Period
from quarterdeck.scorecard.models import Target
from quarterdeck.scorecard.queries.closings import Closing
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Answers, Wanted
from quarterdeck.scorecard.queries.targets import Judgement, judged
from quarterdeck.scorecard.vocabulary import Verdict

# The gravest verdict first.
_GRAVITY = (Verdict.MISSED, Verdict.NEAR, Verdict.MET, Verdict.NOT_JUDGED)


@dataclass(frozen=True)
class Side:
    """One scope of a comparison; its figures are None while they are not computed."""

    scope: Scope
    figures: Figures | None
    judgement: Judgement | None
    closing: Closing | None

    @property
    def value(self) -> Fraction | None:
        """The value, where there is one."""
        return None if self.figures is None else self.figures.value

    @property
    def is_known(self) -> bool:
        """Whether it says anything but that there is no evidence at all."""
        return self.figures is not None and (
            self.figures.state is State.VALUE or bool(self.figures.left_out)
        )


@dataclass(frozen=True)
class Sorting:
    """A column to sort by, and whether from its end."""

    column: str
    is_reversed: bool = False

    @classmethod
    def parse(cls, text: str, usual: "Sorting") -> "Sorting":
        """Read `n` or `-n`; whatever else is asked for is the usual sorting."""
        column = text.removeprefix("-")
        return cls(column, text.startswith("-")) if column in _SORT_KEYS else usual

    @property
    def text(self) -> str:
        """How an address says it."""
        return f"-{self.column}" if self.is_reversed else self.column


def worst_first(measure: Measure) -> Sorting:
    """Return the sorting that begins with the worst value."""
    return Sorting("value", is_reversed=measure.better is Better.LOWER)


def sides(
    measure: Measure,
    period: Period,
    scopes: Sequence[Scope],
    answers: Answers,
    targets: Mapping[str, Target],
) -> list[Side]:
    """Return the measure at each scope, beside the target that it is judged by there."""
    return [
        _side(Wanted(measure, period, scope), answers, targets.get(str(scope))) for scope in scopes
    ]


def _side(here: Wanted, answers: Answers, target: Target | None) -> Side:
    figures, closing = answers.figures(here), answers.closing(here)
    # A closed month keeps the target that it was judged by, whatever was set since.
    aim = target if closing is None else closing.row.target
    judgement = None if aim is None else judged(here.measure, aim, figures)
    return Side(here.scope, figures, judgement, closing)


def ordered(rows: Sequence[Side], sorting: Sorting) -> list[Side]:
    """Return the sides in an order; those without a value come last whichever way it runs."""
    by_name = sorted(rows, key=lambda row: row.scope.name.casefold())
    if sorting.column == "scope":
        return by_name[::-1] if sorting.is_reversed else by_name
    key = _SORT_KEYS[sorting.column]
    known = [row for row in by_name if row.value is not None]
    silent = [row for row in by_name if row.value is None]
    return [*sorted(known, key=key, reverse=sorting.is_reversed), *silent]


def _by_value(row: Side) -> Fraction:
    return row.value or Fraction(0)


def _by_n(row: Side) -> Fraction:
    return Fraction(0 if row.figures is None else row.figures.n)


def _by_coverage(row: Side) -> Fraction:
    return Fraction(0) if row.figures is None else row.figures.coverage


def _by_verdict(row: Side) -> Fraction:
    verdict = Verdict.NOT_JUDGED if row.judgement is None else row.judgement.verdict
    return Fraction(_GRAVITY.index(verdict))


_SORT_KEYS: Mapping[str, Callable[[Side], Fraction]] = {
    "scope": _by_n,
    "value": _by_value,
    "n": _by_n,
    "coverage": _by_coverage,
    "target": _by_verdict,
}
