"""Service-level policies in words, and what follows from them for a ticket that is thought up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from quarterdeck.desk.models import ServiceLevelPolicy, ServiceLevelTarget, ServiceLevelTerms
from quarterdeck.desk.queries.agreements import terms_of
from quarterdeck.desk.vocabulary import Agreement, PauseReason, ReopeningRule, ServiceLevelMetric
from quarterdeck.kernels.service_levels import Clock, History, Line, Standing, clocks_of
from quarterdeck.kernels.spans import Span
from quarterdeck.office.models import Calendar
from quarterdeck.office.queries import organisation, working_calendar

_HOUR, _MINUTE = 3_600, 60
_MOST_OPENINGS = 12
# An operational level of every team holds for the one that has the ticket, whichever it is.
_ANY_TEAM = "any team"
_VERBS = {
    ServiceLevelMetric.RESPONSE: "answered within",
    ServiceLevelMetric.UPDATE: "told news every",
    ServiceLevelMetric.RESOLUTION: "resolved within",
}
_REOPENINGS = {
    ReopeningRule.RESUMES: "the time for a resolution goes on where it stopped",
    ReopeningRule.COUNTS: "the time for a resolution goes on, and the time since the fix counts",
    ReopeningRule.RESTARTS: "the time for a resolution begins anew",
}
PAUSES = {
    PauseReason.REQUESTER: "the requester",
    PauseReason.VENDOR: "a vendor",
    PauseReason.PROBLEM: "a problem's fix",
    PauseReason.CHANGE: "a change",
    PauseReason.EVIDENCE: "evidence",
    PauseReason.UNSTATED: "a reason that is not stated",
}


def hours_text(seconds: int) -> str:
    """Return a time as it is agreed: `4 h`, `30 min`, `1 h 30 min`, `90 s`."""
    hours, rest = divmod(seconds, _HOUR)
    minutes, odd = divmod(rest, _MINUTE)
    parts = [(hours, "h"), (minutes, "min"), (odd, "s")]
    return " ".join(f"{amount:,}\u00a0{unit}" for amount, unit in parts if amount)


def terms_at(policy: ServiceLevelPolicy, at: datetime) -> ServiceLevelTerms | None:
    """Return the version that governs what is reported at an instant; None before the first."""
    begun = policy.terms.filter(holds_from__lte=at).order_by("-holds_from", "-pk")
    return begun.prefetch_related("targets__calendar").first()


def for_whom(policy: ServiceLevelPolicy) -> str:
    """Return whose tickets a policy is for, and of an operational level who promises it."""
    if policy.agreement == Agreement.OPERATIONAL_LEVEL:
        told = _about(policy)
        who = str(policy.team) if policy.team is not None else "every team"
        return f"Promised by {who} while the ticket is there. {told}"
    return _about(policy)


def _about(policy: ServiceLevelPolicy) -> str:
    if policy.service is None and policy.customer is None:
        return "All tickets for which no closer policy is made"
    about = f" about {policy.service}" if policy.service else ""
    by = f" of people in {policy.customer}" if policy.customer else ""
    return f"Tickets{about}{by}"


def in_words(terms: ServiceLevelTerms) -> list[str]:
    """Return what terms say, a sentence each."""
    targets = list(terms.targets.all())
    if not targets:
        return ["Nothing is promised any more: a policy that is further away governs, or none."]
    return [
        *(_priority_in_words(priority, targets) for priority in _priorities(targets)),
        _pauses_in_words(terms.pauses),
        f"When a ticket is reopened, {_REOPENINGS[ReopeningRule(terms.after_reopening)]}.",
        "When the priority, service or customer changes, the new time counts from "
        + ("the change." if terms.restarts else "where the old one did."),
        f"A warning comes after {terms.warning_percent}\u00a0% of the time.",
        "It covers tickets that were running when it began."
        if terms.covers_running
        else "Tickets that were reported before keep the terms of their report.",
    ]


def _priorities(targets: Iterable[ServiceLevelTarget]) -> list[int | None]:
    found = {target.priority for target in targets}
    return sorted(found, key=lambda priority: (priority is None, priority or 0))


def _priority_in_words(priority: int | None, targets: Sequence[ServiceLevelTarget]) -> str:
    mine = [each for each in targets if each.priority == priority]
    named = {ServiceLevelMetric(each.metric): each for each in mine}
    said = [
        f"{_VERBS[metric]} {hours_text(named[metric].seconds)}"
        for metric in ServiceLevelMetric
        if metric in named
    ]
    calendars = sorted({each.calendar.name for each in mine})
    whose = "Without a priority" if priority is None else f"Priority {priority}"
    return f"{whose}: {_joined(said)}, on the calendar {_joined(calendars)}."


def _pauses_in_words(pauses: Sequence[str]) -> str:
    if not pauses:
        return "Nothing pauses the clocks."
    waits = [PAUSES[PauseReason(each)] for each in pauses]
    told = _joined(waits, "or")
    return f"Waiting for {told} pauses the clocks, but never that of the first response."


def _joined(texts: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    return f" {word} ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


@dataclass(frozen=True)
class Forecast:
    """What terms would promise: each clock, and the openings of its calendar until it is due."""

    clock: Clock
    metric: ServiceLevelMetric
    calendar: Calendar
    openings: tuple[Span, ...]
    is_cut: bool


def forecast(terms: ServiceLevelTerms, opened_at: datetime, priority: int | None) -> list[Forecast]:
    """Return when a ticket of a priority, reported at an instant, would be due for what."""
    calendars = {each.pk: each.calendar for each in terms.targets.all()}
    agreed = terms_of(terms)
    line = Line(
        *(opened_at, Standing.OPEN, "", priority, agreed.service, _one(agreed.unit)),
        team=agreed.team or _ANY_TEAM,
    )
    clocks = clocks_of(History(opened_at, [line]), [agreed])
    return [_forecast(clock, calendars[clock.target.key]) for clock in clocks]


def _one(unit: int | None) -> frozenset[int]:
    return frozenset() if unit is None else frozenset({unit})


def _forecast(clock: Clock, calendar: Calendar) -> Forecast:
    due = clock.due_at or clock.started_at
    hours = working_calendar(calendar)
    spans = hours.open_spans(Span(clock.started_at, due + timedelta(seconds=1)))
    cut = [part for each in spans if (part := each.clip(Span(clock.started_at, due)))]
    openings = tuple(cut[:_MOST_OPENINGS])
    metric = ServiceLevelMetric(clock.metric.value)
    return Forecast(clock, metric, calendar, openings, len(cut) > len(openings))


def own_zone() -> str:
    """Return the zone in which days begin and times are typed."""
    return organisation().zone
