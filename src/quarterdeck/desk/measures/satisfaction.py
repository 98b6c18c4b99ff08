"""Whether those whose tickets were resolved are satisfied."""

from quarterdeck.core.measures import Better, Reading, Scope, Terms, Unit, measure
from quarterdeck.desk.measures.declaration import DUTY
from quarterdeck.desk.queries.occasions import TICKET_RESOLVED
from quarterdeck.kernels.spans import Span
from quarterdeck.office.queries.survey_readings import satisfaction_after
from quarterdeck.office.queries.surveys import DOMAIN


@measure(
    "desk.satisfaction",
    title="Satisfied with the service desk",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=DUTY,
    domain=DOMAIN,
)
def satisfaction(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of those who answered in the period how their resolved ticket went, the share satisfied.

    Satisfied is who answers the first question with 4 or 5 of 5, or with yes. Whoever was asked and
    did not answer is told as the response rate: those who answer may be happier or angrier than
    those who do not. Coverage is the share of the period in which a survey asked about resolved
    tickets. Answers of too few people are hidden, and so is a part whose rest would be too few.
    """
    return satisfaction_after(TICKET_RESOLVED, period, scope, terms)
