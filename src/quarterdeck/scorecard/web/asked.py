"""What a reader asks of a scorecard page: period, scope and calendar, taken from the address."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import ORGANISATION, Measure, Scope, Terms
from quarterdeck.core.permission import User
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import calendar_named, period_named
from quarterdeck.office.queries.periods import own_day
from quarterdeck.scorecard.queries.board import readable_measure, readable_measures

KINDS = {"unit": "Units", "team": "Teams", "service": "Services", "source": "Sources"}


@dataclass(frozen=True)
class Asked:
    """A readable question; `refusal` says which part of it could not be read."""

    period: Period
    scope: Scope
    terms: Terms
    refusal: str = ""

    @property
    def scope_title(self) -> str:
        """What the scope is called."""
        return self.scope.title

    def query(self, **changes: str) -> str:
        """Return the question as the end of an address, with changes."""
        parameters = {
            "period": self.period.key,
            "scope": "" if self.scope == ORGANISATION else str(self.scope),
            "calendar": self.terms.calendar,
            **changes,
        }
        return urlencode({name: value for name, value in parameters.items() if value})


def asked(request: HttpRequest) -> Asked:
    """Read the question; what cannot be read falls back to the last whole month of the
    organisation."""
    at = clock.now()
    month = period_named(f"{own_day(at):%Y-%m}").previous()
    question = Asked(month, ORGANISATION, Terms(at))
    try:
        if text := request.GET.get("period", ""):
            question = replace(question, period=period_named(text))
        if text := request.GET.get("scope", ""):
            question = replace(question, scope=Scope.parse(text))
        if text := request.GET.get("calendar", ""):
            question = replace(question, terms=Terms(at, calendar_named(text).key))
    except Refused as refusal:
        question = replace(question, refusal=str(refusal))
    return question


def asked_measures(user: User, question: Asked) -> tuple[Measure, ...]:
    """Return what this reader may read at the scope asked for; 404 where that is nothing.

    The scorecard of the organisation is a page for everybody, even where it shows no figure.
    """
    measures = readable_measures(user, question.scope)
    if not measures and question.scope != ORGANISATION:
        raise Http404
    return measures


def asked_measure(user: User, key: str, question: Asked) -> Measure:
    """Return the measure of that key; 404 where this reader may not read it at the scope."""
    found = readable_measure(user, key, question.scope)
    if found is None:
        raise Http404
    return found
