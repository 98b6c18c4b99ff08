"""What the demo's desk keeps for its days: texts, macros, a rule, tags, links and schedules."""

from datetime import datetime, time

from quarterdeck.config.demo import cast
from quarterdeck.core.models import Account, Team
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.rule_conditions import Condition
from quarterdeck.desk.queries.steps import Step
from quarterdeck.desk.verbs.kept import Shelf, keep_canned_reply, keep_macro
from quarterdeck.desk.verbs.recurring import Terms, keep_recurring_ticket
from quarterdeck.desk.verbs.ticket_links import link_tickets
from quarterdeck.desk.verbs.ticket_rules import RuleTerms, keep_rule
from quarterdeck.desk.verbs.ticket_tags import tag_ticket
from quarterdeck.desk.verbs.time_spent import Work, record_time
from quarterdeck.desk.verbs.watching import watch_ticket
from quarterdeck.desk.vocabulary.ticket_life import (
    Audience,
    LinkKind,
    RecurrenceFrequency,
    RuleComparison,
    RuleField,
    RuleTrigger,
    StepKind,
    WorkActivity,
)
from quarterdeck.office.queries import organisation

_ASK = """Dear {{first name}},

about {{number}}: since when does it happen, and what stands on the screen then?

{{me}}"""
_RESTART = """Dear {{first name}},

please restart the device once and tell us whether {{number}} is gone.

{{me}}"""


def furnish_ticket_life(*, actor: Account, at: datetime) -> None:
    """Keep texts, macros, a schedule and a rule that does not run; mark two tickets."""
    texts = {}
    for name, text in (("Since when?", _ASK), ("Restart first", _RESTART)):
        shelf = Shelf(name=name, audience=Audience.EVERYBODY)
        texts[name] = keep_canned_reply(shelf=shelf, text=text, actor=actor, at=at)
    ask = Step(StepKind.REPLY, str(texts["Since when?"].pk))
    hold = Step(StepKind.HOLD, "requester")
    for name, steps in (
        ("Ask and wait", (Step(StepKind.TAKE), ask, hold)),
        ("Mine, and begun", (Step(StepKind.TAKE), Step(StepKind.START))),
    ):
        shelf = Shelf(name=name, audience=Audience.EVERYBODY)
        keep_macro(shelf=shelf, steps=steps, actor=actor, at=at)
    printing = Condition(RuleField.TITLE, RuleComparison.CONTAINS, "print")
    terms = RuleTerms(
        name="Tag what is about printing",
        trigger=RuleTrigger.OPENED,
        conditions=[printing],
        steps=[Step(StepKind.TAG, "printing")],
    )
    keep_rule(terms=terms, actor=actor, at=at)
    _mark_tickets(actor, at)
    check = Terms(
        title="Try whether the backups can be read",
        description="One file of each server; note which, and how long it took.",
        team=Team.objects.get(name=cast.SERVICE_DESK),
        frequency=RecurrenceFrequency.MONTHLY,
        at_time=time(8),
        zone=organisation().zone,
        starts_on=at.date(),
    )
    keep_recurring_ticket(terms=check, actor=actor, at=at)


def _mark_tickets(actor: Account, at: datetime) -> None:
    """Tag the two newest open tickets that were opened by hand, and link them."""
    rows = Ticket.objects.visible_to(actor).open().filter(batch=None)
    newest = list(rows.order_by("-opened_at", "-pk")[:2])
    for ticket in newest:
        tag_ticket(ticket=ticket, name="call back", actor=actor, at=at)
    for ticket in newest:
        watch_ticket(ticket=ticket, actor=actor, at=at)
        for activity, minutes in ((WorkActivity.DIAGNOSIS, 25), (WorkActivity.COMMUNICATION, 10)):
            work = Work(day=at.date(), minutes=minutes, activity=activity)
            record_time(ticket=ticket, work=work, actor=actor, at=at)
    for other in newest[1:]:
        link_tickets(ticket=newest[0], kind=LinkKind.RELATED, other=other, actor=actor, at=at)
