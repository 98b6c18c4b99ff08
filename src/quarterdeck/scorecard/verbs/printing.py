"""Scorecards are printed for whoever waits for them."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from quarterdeck.core.jobs import note_progress
from quarterdeck.core.measures import Terms
from quarterdeck.core.models import Account
from quarterdeck.office.gateways.printing import LaidOut
from quarterdeck.office.models import PrintedPaper
from quarterdeck.office.queries import organisation
from quarterdeck.office.verbs.printing import print_paper
from quarterdeck.scorecard.gateways.paper import sheet_of
from quarterdeck.scorecard.queries.board import wanted_readings
from quarterdeck.scorecard.queries.printing import PRINT, ScorecardAsked
from quarterdeck.scorecard.queries.readings import Answers
from quarterdeck.scorecard.verbs.cached_readings import take_readings


class EvidenceMoves(Exception):
    """Evidence is being brought in or taken back; the figures can be read once that is done."""


def print_scorecard(
    *,
    asked: ScorecardAsked,
    slices: Callable[[], Callable[[], bool]],
    actor: Account,
    at: datetime,
) -> PrintedPaper | None:
    """Print a scorecard for all who wait for it; None where nobody does any more.

    Readings that are not kept are taken in `slices`.
    """

    def lay_out() -> LaidOut:
        found = _readings(asked, slices, actor, at)
        with timezone.override(organisation().tzinfo):
            return sheet_of(
                measures=asked.measures,
                period=asked.period,
                scope=asked.scope,
                terms=Terms(at, asked.calendar),
                found=found,
            )

    return print_paper(question=asked.question, lay_out=lay_out, actor=actor, at=at)


def _readings(
    asked: ScorecardAsked, slices: Callable[[], Callable[[], bool]], actor: Account, at: datetime
) -> Answers:
    """Return every reading of the scorecard and its trends; say how far this is after each
    slice."""
    terms, key = Terms(at, asked.calendar), asked.question.key
    wanted = wanted_readings(asked.measures, asked.period, asked.scope)
    while True:
        found = take_readings(wanted=wanted, go_on=slices(), terms=terms, actor=actor, at=at)
        # The last step is the printing.
        note_progress(PRINT, key, done=found.done, of=found.of + 1)
        if not found.missing:
            return found
        if not found.computed:
            raise EvidenceMoves(EvidenceMoves.__doc__)
