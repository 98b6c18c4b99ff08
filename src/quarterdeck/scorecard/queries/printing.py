"""Scorecards on paper: what is asked for, and who may read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from quarterdeck.core.measures import ORGANISATION, Measure, Scope, measure_of
from quarterdeck.core.permission import User
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries.printing import Paper, PaperKind, Question, Told
from quarterdeck.scorecard.queries.board import readable_measures

# The job that makes what somebody has asked for.
PRINT = "scorecard.print_scorecard"


@dataclass(frozen=True)
class ScorecardAsked:
    """Which measures are to be printed, over which period, at which scope, on which calendar."""

    period: Period
    scope: Scope
    calendar: str
    measures: tuple[Measure, ...]

    @property
    def question(self) -> Question:
        """The question as the job is told it."""
        told = {
            "period": self.period.key,
            "scope": str(self.scope),
            "calendar": self.calendar,
            "measures": sorted(measure.key for measure in self.measures),
        }
        return Question(PRINT, told)


def asked_of(
    period: Period, scope: Scope, calendar: str, measures: Iterable[str]
) -> ScorecardAsked:
    """Return what is asked for again from what its job was told."""
    return ScorecardAsked(period, scope, calendar, tuple(measure_of(each) for each in measures))


def scorecard_papers(user: User, asked: Sequence[Told]) -> list[Paper | None]:
    """Return those of which the reader may read every measure at their scope as things stand
    now."""
    known: dict[str, set[str]] = {}
    for told in asked:
        if told["scope"] not in known:
            readable = readable_measures(user, Scope.parse(told["scope"]))
            known[told["scope"]] = {each.key for each in readable}
    return [
        _paper(told) if known[told["scope"]].issuperset(told["measures"]) else None
        for told in asked
    ]


def _paper(told: Told) -> Paper:
    period, scope = told["period"], Scope.parse(told["scope"])
    parts = {
        "period": period,
        "scope": "" if scope == ORGANISATION else str(scope),
        "calendar": told["calendar"],
    }
    query = urlencode({name: value for name, value in parts.items() if value})
    return Paper(
        title=f"Scorecard {period}",
        about=scope.title,
        file_name=f"scorecard-{period.replace('..', '-')}.pdf",
        address=f"{reverse('scorecard')}?{query}",
        again=f"{reverse('scorecard.paper')}?{query}",
    )


SCORECARDS = PaperKind(PRINT, scorecard_papers)
