"""What the scorecard page shows: four results, their measures of success, and what computes
them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from quarterdeck.core.measures import ORGANISATION, Measure, Scope, all_measures
from quarterdeck.core.permission import User, holds
from quarterdeck.core.scopes import may_read
from quarterdeck.kernels.periods import Period
from quarterdeck.scorecard.models import Target
from quarterdeck.scorecard.queries.catalogue import RESULTS, SuccessMeasure
from quarterdeck.scorecard.queries.closings import Closing
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Answers, Wanted
from quarterdeck.scorecard.queries.targets import Judgement, judged

TREND_MONTHS = 24


@dataclass(frozen=True)
class TrendPoint:
    """One month of a trend; its figures are None while they are not computed."""

    period: Period
    figures: Figures | None


@dataclass(frozen=True)
class Line:
    """One computed measure: its figures over the period, its trend, and its target if it has
    one."""

    measure: Measure
    figures: Figures | None
    trend: tuple[TrendPoint, ...]
    judgement: Judgement | None = None
    closing: Closing | None = None
    is_restatement_due: bool = False
    live: Figures | None = None


@dataclass(frozen=True)
class Criterion:
    """One measure of success of the job description, with what computes it, if anything does
    yet."""

    success: SuccessMeasure
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    """One result of the job description."""

    number: int
    title: str
    criteria: tuple[Criterion, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is computed of it."""
        return tuple(line for criterion in self.criteria for line in criterion.lines)

    @property
    def computed(self) -> int:
        """How many of its measures of success are computed from evidence."""
        return sum(bool(criterion.lines) for criterion in self.criteria)


def readable_measures(user: User, scope: Scope = ORGANISATION) -> tuple[Measure, ...]:
    """Return the measures that this reader may read at a scope."""
    return tuple(measure for measure in all_measures() if may_read(user, measure, scope))


def readable_measure(user: User, key: str, scope: Scope = ORGANISATION) -> Measure | None:
    """Return the measure of that key, if this reader may read it at a scope."""
    return next((each for each in readable_measures(user, scope) if each.key == key), None)


@lru_cache(maxsize=64)
def trend_periods(period: Period) -> tuple[Period, ...]:
    """Return the months of the trend that ends with the period, oldest first."""
    return tuple(period.months_back(TREND_MONTHS))


def reads_measures(user: User) -> bool:
    """Say whether this reader may read any measure anywhere."""
    return any(holds(user, *measure.readers) for measure in all_measures())


def wanted_readings(measures: Sequence[Measure], period: Period, scope: Scope) -> list[Wanted]:
    """Return what a page needs: the period of each measure first, then the trends, newest first."""
    months = [month for month in reversed(trend_periods(period)) if month.key != period.key]
    return [
        *(Wanted(measure, period, scope) for measure in measures),
        *(Wanted(measure, month, scope) for month in months for measure in measures),
    ]


def line_of(here: Wanted, answers: Answers, target: Target | None = None) -> Line:
    """Return one measure with its trend, as far as it is computed, beside its target."""
    measure, scope = here.measure, here.scope
    months = trend_periods(here.period)
    trend = tuple(map(TrendPoint, months, answers.over(measure, scope, months)))
    figures, closing = answers.figures(here), answers.closing(here)
    # A closed month keeps the target that it was judged by, whatever was set since.
    aim = target if closing is None else closing.row.target
    judgement = None if aim is None else judged(measure, aim, figures)
    due, live = answers.is_restatement_due(here), answers.live.get(here.key)
    return Line(measure, figures, trend, judgement, closing, due, live)


@lru_cache(maxsize=1)
def duties_on_the_board() -> frozenset[str]:
    """Return the duties that stand on the board."""
    return frozenset(success.duty for result in RESULTS for success in result.measures)


def further_lines(
    wanted: Sequence[Wanted], answers: Answers, targets: Mapping[str, Target]
) -> tuple[Line, ...]:
    """Return the measures that serve other duties than those on the board."""
    others = [each for each in wanted if each.measure.duty not in duties_on_the_board()]
    return tuple(line_of(each, answers, targets.get(each.measure.key)) for each in others)


def sections(
    wanted: Sequence[Wanted], answers: Answers, targets: Mapping[str, Target]
) -> tuple[Section, ...]:
    """Return the whole board."""
    lines = [
        line_of(each, answers, targets.get(each.measure.key))
        for each in wanted
        if each.measure.duty in duties_on_the_board()
    ]
    return tuple(
        Section(
            number,
            result.title,
            tuple(
                Criterion(success, tuple(ln for ln in lines if ln.measure.duty == success.duty))
                for success in result.measures
            ),
        )
        for number, result in enumerate(RESULTS, start=1)
    )
