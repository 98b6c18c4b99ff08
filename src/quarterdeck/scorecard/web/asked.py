"""What a reader asks of a scorecard page: period, scope and calendar, taken from the address."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Scope, Terms
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import calendar_named, organisation, period_named


@dataclass(frozen=True)
class Asked:
    """A readable question; `refusal` says which part of it could not be read."""

    period: Period
    scope: Scope
    terms: Terms
    refusal: str = ""

    def query(self, **changes: str) -> str:
        """Return the question as the end of an address, with changes."""
        parameters = {
            "period": self.period.key,
            "scope": "" if self.scope == Scope() else str(self.scope),
            "calendar": self.terms.calendar,
            **changes,
        }
        return urlencode({name: value for name, value in parameters.items() if value})


def asked(request: HttpRequest) -> Asked:
    """Read the question; what cannot be read falls back to the last whole month of the
    organisation."""
    at = clock.now()
    own = organisation()
    month = period_named(f"{at.astimezone(own.tzinfo):%Y-%m}").previous()
    question = Asked(month, Scope(), Terms(at))
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
