"""The acts on rules: keep them, try them, and do what they say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.models import RuleFiring, Ticket, TicketRule
from quarterdeck.desk.queries.rule_chains import DEEPEST, led_by
from quarterdeck.desk.queries.rule_conditions import Condition, condition_faults, match_of
from quarterdeck.desk.queries.rule_trials import Trial, difference, standing_of
from quarterdeck.desk.queries.steps import Step, step_faults, steps_in_words, steps_of, stored_steps
from quarterdeck.desk.verbs.ticket_steps import Hand
from quarterdeck.desk.vocabulary.ticket_life import RuleOutcome, RuleSince, RuleTrigger, StepKind

MOST_TRIED = 100
_MOST_SHOWN = 25


@dataclass(frozen=True, kw_only=True)
class RuleTerms:
    """What a rule says: when, if, then."""

    name: str
    trigger: str
    minutes: int | None = None
    since: str = ""
    needs_all: bool = True
    conditions: Sequence[Condition] = ()
    steps: Sequence[Step] = field(default_factory=tuple)
    place: int = 100
    stops: bool = False
    is_active: bool = False


@verb
def keep_rule(
    *,
    terms: RuleTerms,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is written at this time
) -> TicketRule:
    """Keep a rule by which tickets are worked on; it runs from when it is active."""
    _check(terms, actor)
    return _put(TicketRule(made_by=actor), terms)


@verb
def change_rule(
    *,
    rule: TicketRule,
    version: int,
    terms: RuleTerms,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is written at this time
) -> TicketRule:
    """Change what a rule says, or whether it runs."""
    _check(terms, actor)
    present = TicketRule.objects.select_for_update().get(pk=rule.pk)
    if present.version != version:
        raise Conflict(present)
    present.version += 1
    return _put(present, terms)


def _check(terms: RuleTerms, actor: Account) -> None:
    if not rules.may_keep_rules(actor):
        raise Refused("You may not say what happens to tickets by itself.")
    errors = step_faults(terms.steps, actor)
    if any(step.kind is StepKind.TAKE for step in terms.steps):
        errors["steps"] = ["A rule is nobody who could take a ticket: assign it to somebody."]
    if faults := condition_faults(terms.conditions, actor):
        errors["conditions"] = faults
    if not terms.name.strip():
        errors["name"] = ["Give it a name that says what it does."]
    if terms.trigger not in RuleTrigger.values:
        errors["trigger"] = ["Say when it looks at a ticket."]
    if terms.trigger == RuleTrigger.SINCE and (
        not terms.minutes or terms.since not in RuleSince.values
    ):
        errors["minutes"] = ["Say how much time has to pass, and since when."]
    if errors:
        raise Invalid(errors)


def _put(rule: TicketRule, terms: RuleTerms) -> TicketRule:
    on_time = terms.trigger == RuleTrigger.SINCE
    rule.name, rule.trigger = terms.name.strip(), terms.trigger
    rule.minutes, rule.since = (terms.minutes, terms.since) if on_time else (None, "")
    rule.needs_all, rule.stops, rule.is_active = terms.needs_all, terms.stops, terms.is_active
    rule.place = terms.place
    rule.conditions = [[c.field.value, c.comparison.value, c.value] for c in terms.conditions]
    rule.steps = stored_steps(terms.steps)
    if TicketRule.objects.filter(name=rule.name).exclude(pk=rule.pk).exists():
        raise Invalid({"name": [f"There is a rule “{rule.name}” already."]})
    rule.save()
    return rule


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What has happened to a ticket, by which rules, and how this happening is called."""

    trigger: str
    name: str
    chain: tuple[int, ...] = ()


@verb
def follow_rules(*, ticket: Ticket, occasion: Occasion, actor: Account, at: datetime) -> int:
    """Do what the rules on an occasion say, in their order; returns how many matched.

    A rule that has led here is passed over, and after five in a row none follows.
    """
    fired = 0
    for rule in TicketRule.objects.on(occasion.trigger):
        if rule.pk in occasion.chain:
            continue
        firing = _fired(rule, ticket, occasion, actor, at)
        fired += firing is not None
        if firing is not None and (rule.stops or firing.outcome == RuleOutcome.STOPPED):
            break
    return fired


@verb
def follow_rule_on_time(
    *, rule: TicketRule, ticket: Ticket, actor: Account, at: datetime
) -> RuleFiring | None:
    """Do what a rule says of a ticket on which enough time has passed."""
    since_at: datetime = getattr(ticket, rule.since)
    occasion = Occasion(trigger=rule.trigger, name=f"since {since_at:%Y-%m-%dT%H:%M:%S%z}")
    firing = _fired(rule, ticket, occasion, actor, at, since_at)
    if firing is None:
        raise NothingDone(None)
    return firing


def _fired(  # noqa: PLR0917 — the sides of one firing, called in two places
    rule: TicketRule,
    ticket: Ticket,
    occasion: Occasion,
    actor: Account,
    at: datetime,
    since_at: datetime | None = None,
) -> RuleFiring | None:
    """Do the steps of a rule that matches, and log it; nothing where it does not, or has fired."""
    present = _present(ticket)
    if RuleFiring.objects.filter(rule=rule, ticket=ticket, occasion=occasion.name).exists():
        return None
    match = match_of(rule, present, actor)
    if not match.holds:
        return None
    outcome, told = RuleOutcome.STOPPED, ""
    if len(occasion.chain) < DEEPEST:
        outcome, told = _done(rule, present, occasion, actor, at)
    return RuleFiring.objects.create(
        rule=rule,
        ticket=present,
        occasion=occasion.name,
        since_at=since_at,
        at=at,
        outcome=outcome,
        reason=match.reason,
        told=told,
        depth=len(occasion.chain),
    )


def _present(ticket: Ticket) -> Ticket:
    """Return a ticket as it stands, with its row locked."""
    rows = Ticket.objects.select_for_update(of=("self",))
    return rows.select_related("requester", "team", "service", "assignee").get(pk=ticket.pk)


def _done(
    rule: TicketRule, ticket: Ticket, occasion: Occasion, actor: Account, at: datetime
) -> tuple[RuleOutcome, str]:
    steps = steps_of(rule.steps)
    try:
        with transaction.atomic(), led_by((*occasion.chain, rule.pk)):
            Hand(actor, at, f"Rule “{rule}”").run(ticket, steps)
    except Refused as refusal:
        return RuleOutcome.REFUSED, str(refusal)
    return RuleOutcome.DONE, "; ".join(steps_in_words(steps, actor))


@verb
def try_rule(*, rule: TicketRule, by: Account, actor: Account, at: datetime) -> list[Trial]:
    """Do what a rule says to the newest tickets that match, look what changed, and undo it all.

    Looked at are the last hundred tickets by hand, as they stand now; `by` is the built-in account
    that would do it. Nothing is sent, and nothing stays but that it was tried.
    """
    if not rules.may_keep_rules(actor):
        raise Refused("You may not try rules.")
    found: list[Trial] = []
    newest = (
        Ticket.objects.visible_to(actor).filter(batch__isnull=True).order_by("-opened_at", "-pk")
    )
    for ticket in newest.select_related("requester", "team", "service", "assignee")[:MOST_TRIED]:
        match = match_of(rule, ticket, actor)
        if match.holds:
            changes = _tried(rule, ticket, by, at) if len(found) < _MOST_SHOWN else ()
            found.append(Trial(ticket, match.reason, changes))
    return found


def _tried(rule: TicketRule, ticket: Ticket, by: Account, at: datetime) -> tuple[str, ...]:
    before = standing_of(ticket)
    with transaction.atomic():
        outcome, told = _done(rule, _present(ticket), Occasion(trigger="", name=""), by, at)
        changes = difference(before, standing_of(_present(ticket)))
        transaction.set_rollback(True)
    if outcome == RuleOutcome.REFUSED:
        return (f"Refused. {told}",)
    return tuple(changes or ["Nothing would change"])
