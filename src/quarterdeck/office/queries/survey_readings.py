"""Readings of satisfaction, for the measures of the apps whose occasions surveys ask about."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from django.db.models import Q

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Exclusion, Reading, Scope, Terms
from quarterdeck.core.models import Team, Unit
from quarterdeck.core.readings import Basis, of_shares
from quarterdeck.core.scopes import unit_named
from quarterdeck.kernels.small_groups import is_shown
from quarterdeck.kernels.spans import Span, coverage
from quarterdeck.office.models import Survey, SurveyQuestion, SurveyResponse
from quarterdeck.office.models.survey_responses import SurveyResponseQuerySet
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.queries.survey_results import (
    SATISFIED,
    Days,
    ResponseRate,
    answered_invitations,
    response_rate,
)
from quarterdeck.office.vocabulary import QuestionKind

_SMALLEST_GROUP = 5
_DAY = timedelta(days=1)


def satisfaction_after(occasion: str, period: Span, scope: Scope, terms: Terms) -> Reading:
    """Read the share of the satisfied among the answers to all surveys bound to an occasion.

    Satisfied is who answers the first question with 4 or 5 of 5, or with yes. Coverage is the share
    of the period in which such a survey was asking. The response rate stands among the parameters.
    Answers of fewer people than the smallest group of the surveys are no evidence, and neither are
    so many that those of the rest of the organisation would be fewer people's.
    """
    surveys = list(Survey.objects.filter(occasion=occasion, begun_at__lte=terms.as_of))
    days, within = _days(period, terms), _within(scope)
    rows = SurveyResponse.objects.filter(
        days.of("answered_on"), within, survey__in=surveys, score__isnull=False
    )
    rate = response_rate(surveys, days, terms.as_of, within)
    smallest = max((each.smallest_group for each in surveys), default=_SMALLEST_GROUP)
    basis = Basis(
        as_of=terms.as_of,
        coverage=_coverage(surveys, period, terms),
        included=rows,
        excluded=_silent(rate, rows.none()),
        freshest_at=terms.as_of if surveys else None,
        parameters={**_parameters(rate), "smallest group": str(smallest)},
    )
    n = rows.count()
    if n and not is_shown(*_people(surveys, days, within), smallest):
        few = Exclusion("Answers of too few people", rows.none(), n, is_unknown=True)
        hidden = replace(basis, included=rows.none(), excluded=(*basis.excluded, few))
        return hidden.silence()
    return of_shares(basis, _hits(surveys, rows))


def _people(surveys: list[Survey], days: Days, within: Q) -> tuple[int, tuple[int]]:
    """Return how many people answered, and that number with those who answered elsewhere."""
    answered = answered_invitations(surveys, days)
    here = answered.filter(within)
    rest = answered.exclude(pk__in=here.values("pk"))
    people, others = (each.values("person").distinct().count() for each in (here, rest))
    return people, (people + others,)


def _days(period: Span, terms: Terms) -> Days:
    last = min(period.end, terms.as_of) - timedelta(microseconds=1)
    return Days(own_day(period.start), own_day(last) + _DAY)


def _hits(surveys: list[Survey], rows: SurveyResponseQuerySet) -> dict[int, bool]:
    """Return by key which responses are those of somebody satisfied."""
    yes_no = set(
        SurveyQuestion.objects.filter(
            survey_version__survey__in=surveys, order=1, kind=QuestionKind.YES_NO
        ).values_list("survey_version", flat=True)
    )
    scores = rows.values_list("pk", "score", "survey_version")
    return {
        key: (score or 0) >= (1 if version in yes_no else SATISFIED)
        for key, score, version in scores
    }


def _silent(rate: ResponseRate, nothing: object) -> tuple[Exclusion, ...]:
    missing = rate.asked - rate.answered
    if not missing:
        return ()
    return (Exclusion("Asked, and did not answer", nothing, missing, is_unknown=True),)  # type: ignore[arg-type]  # it is an empty QuerySet


def _parameters(rate: ResponseRate) -> dict[str, str]:
    if rate.share is None or rate.interval is None:
        known = "no link has run out yet" if rate.running else "no link ran out in the period"
        return {"response rate": known, **_running(rate)}
    low, high = rate.interval
    told = f"{rate.answered} of {rate.asked}, {float(rate.share):.0%} ({low:.0%} to {high:.0%})"
    return {"response rate": told, **_running(rate)}


def _running(rate: ResponseRate) -> dict[str, str]:
    return {"links that still run": str(rate.running)} if rate.running else {}


def _within(scope: Scope) -> Q:
    """Return the condition of a scope; Refused for an unknown unit or team."""
    if scope.kind == "organisation":
        return Q()
    if scope.kind == "unit":
        return Q(unit__in=Unit.objects.below(unit_named(scope.name)))
    if scope.kind == "team":
        team = Team.objects.filter(name=scope.name).first()
        if team is None:
            raise Refused(f"There is no team “{scope.name}”.")
        return Q(team=team)
    return Q(service=scope.name) if scope.kind == "service" else Q(pk__in=())


def _coverage(surveys: list[Survey], period: Span, terms: Terms) -> Fraction:
    """Return the share of the period, up to now, in which somebody could be asked."""
    elapsed = period.clip(Span(min(period.start, terms.as_of), terms.as_of))
    spans = [
        Span(each.begun_at, min(each.ended_at or terms.as_of, terms.as_of))
        for each in surveys
        if each.begun_at < terms.as_of and each.begun_at < (each.ended_at or terms.as_of)
    ]
    return coverage(spans, elapsed) if elapsed and spans else Fraction(0)
