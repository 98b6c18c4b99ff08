"""The rows of the table of routes for what people do with tickets all day."""

from datetime import time, timedelta

from quarterdeck.config.tests.cast import AT, OF_NETWORK, OF_SERVICE_DESK, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import (
    RecurringOccurrence,
    RuleFiring,
    Ticket,
    TicketMessage,
    TimeEntry,
)
from quarterdeck.desk.queries.rule_conditions import Condition
from quarterdeck.desk.queries.steps import Step
from quarterdeck.desk.verbs.kept import Shelf, keep_canned_reply, keep_macro
from quarterdeck.desk.verbs.recurring import (
    Terms,
    keep_recurring_ticket,
    open_recurring_ticket,
)
from quarterdeck.desk.verbs.ticket_links import link_tickets
from quarterdeck.desk.verbs.ticket_rules import RuleTerms, keep_rule
from quarterdeck.desk.verbs.ticket_tags import tag_ticket
from quarterdeck.desk.verbs.time_spent import Work, record_time
from quarterdeck.desk.verbs.watching import mention_readers
from quarterdeck.desk.vocabulary.ticket_life import (
    Audience,
    LinkKind,
    RuleComparison,
    RuleField,
    StepKind,
    WorkActivity,
)

# The manager takes the link away before the administrator asks for it.
LINES = """
desk.cannedreply.list      GET    -              in  200  200  200  200  200  200  200  200  200
desk.cannedreply.detail    GET    canned         in  404  200  200  200  404  404  404  200  200
desk.canned_reply.add      GET    -              in  404  200  200  200  404  404  404  404  200
desk.canned_reply.add      POST   -              in  404  422  422  422  404  404  404  404  422
desk.canned_reply.change   GET    canned         in  404  404  200  200  404  404  404  404  200
desk.canned_reply.change   POST   canned         in  404  404  422  422  404  404  404  404  422
desk.macro.list            GET    -              in  200  200  200  200  200  200  200  200  200
desk.macro.detail          GET    macro          in  404  200  200  200  404  404  404  200  200
desk.macro.add             GET    -              in  404  200  200  200  404  404  404  404  200
desk.macro.add             POST   -              in  404  422  422  422  404  404  404  404  422
desk.macro.change          GET    macro          in  404  404  200  200  404  404  404  404  200
desk.macro.change          POST   macro          in  404  404  422  422  404  404  404  404  422
desk.step.value            GET    first-step     in  404  200  200  200  404  404  404  404  200
desk.tickettag.list        GET    -              in  200  200  200  200  200  200  200  200  200
desk.tickettag.detail      GET    tag            in  404  200  404  200  200  404  404  200  200
desk.ticket.life           GET    desk-ticket    in  404  200  404  200  200  404  404  200  200
desk.ticket.life           GET    net-ticket     in  404  404  200  200  200  404  404  200  200
desk.ticket.macros         GET    desk-ticket    in  404  200  404  200  404  404  404  404  200
desk.ticket.macro          POST   desk-macro     in  404  302  404  302  404  404  404  404  302
desk.ticket.replies        GET    desk-ticket    in  404  404  404  404  404  404  404  404  404
desk.ticket.reply          POST   desk-canned    in  404  404  404  404  404  404  404  404  404
desk.ticket.workaround     POST   desk-workaround in  404  404  404  404  404  404  404  404  404
desk.ticket.tag            POST   desk-ticket    in  404  302  404  302  404  404  404  404  302
desk.ticketrule.list       GET    -              in  200  200  200  200  200  200  200  200  200
desk.ticketrule.detail     GET    ticket-rule    in  404  200  200  200  404  404  404  200  200
desk.rule.add              GET    -              in  404  404  404  200  404  404  404  404  200
desk.rule.add              POST   -              in  404  404  404  422  404  404  404  404  422
desk.rule.change           GET    ticket-rule    in  404  404  404  200  404  404  404  404  200
desk.rule.change           POST   ticket-rule    in  404  404  404  422  404  404  404  404  422
desk.rule.try              POST   ticket-rule    in  404  404  404  200  404  404  404  404  200
desk.rule.condition        GET    first-step     in  404  404  404  200  404  404  404  404  200
desk.rulefiring.list       GET    -              in  200  200  200  200  200  200  200  200  200
desk.rulefiring.detail     GET    firing         in  404  200  404  200  404  404  404  200  200
desk.ticketlink.list       GET    -              in  200  200  200  200  200  200  200  200  200
desk.ticketlink.detail     GET    link           in  404  404  404  200  200  404  404  200  200
desk.ticket.link           POST   desk-ticket    in  404  302  404  302  404  404  404  404  302
desk.link.remove           POST   link           in  404  404  404  302  404  404  404  404  404
desk.ticket.merge          GET    desk-ticket    in  404  200  404  200  404  404  404  404  200
desk.ticket.merge          POST   desk-ticket    in  404  422  404  422  404  404  404  404  422
desk.ticket.unmerge        POST   desk-ticket    in  404  302  404  302  404  404  404  404  302
desk.ticket.split          GET    desk-ticket    in  404  200  404  200  404  404  404  404  200
desk.ticket.split          POST   desk-ticket    in  404  422  404  422  404  404  404  404  422
desk.watched               GET    -              in  200  200  200  200  200  200  200  200  200
desk.ticket.watch          POST   desk-ticket    in  404  302  404  302  302  404  404  302  302
desk.ticket.watch          POST   net-ticket     in  302  404  302  302  302  404  404  302  302
desk.ticket.seen           POST   desk-ticket    in  404  302  404  302  302  404  404  302  302
desk.ticket.readers        GET    desk-ticket    in  404  200  404  200  404  404  404  404  200
desk.ticket.name           POST   desk-nobody    in  404  404  404  404  404  404  404  404  404
desk.ticketwatcher.list    GET    -              in  200  200  200  200  200  200  200  200  200
desk.ticketwatcher.detail  GET    watcher        in  404  200  404  200  200  404  404  200  200
desk.time                  GET    -              in  404  200  200  200  404  404  404  200  200
desk.ticket.time           GET    desk-ticket    in  404  200  404  200  200  404  404  200  200
desk.ticket.time           GET    net-ticket     in  404  404  200  200  200  404  404  200  200
desk.ticket.record_time    POST   desk-ticket    in  404  422  404  422  404  404  404  404  422
desk.time.correct          GET    time-entry     in  404  200  404  200  404  404  404  404  200
desk.time.correct          POST   time-entry     in  404  422  404  422  404  404  404  404  422
desk.timeentry.list        GET    -              in  200  200  200  200  200  200  200  200  200
desk.timeentry.detail      GET    time-entry     in  404  200  404  200  404  404  404  200  200
desk.recurringticket.list  GET    -              in  200  200  200  200  200  200  200  200  200
desk.recurringticket.detail GET   recurring      in  404  200  404  200  404  404  404  200  200
desk.recurring.add         GET    -              in  404  404  200  200  404  404  404  404  200
desk.recurring.add         POST   -              in  404  404  422  422  404  404  404  404  422
desk.recurring.change      GET    recurring      in  404  404  404  200  404  404  404  404  200
desk.recurring.change      POST   recurring      in  404  404  404  422  404  404  404  404  422
desk.recurringoccurrence.list GET -              in  200  200  200  200  200  200  200  200  200
desk.recurringoccurrence.detail GET occurrence   in  404  200  404  200  404  404  404  200  200
desk.mention.list          GET    -              in  200  200  200  200  200  200  200  200  200
desk.mention.detail        GET    mention        in  404  200  404  404  404  404  404  404  404
"""


def _arguments(cast: Cast) -> Arguments:
    """Keep a text and a macro for everybody, and tag the service desk's ticket."""
    operator = Account.objects.get(username="operator")
    ticket = Ticket.objects.get(pk=cast.tickets[OF_SERVICE_DESK])
    shelf = Shelf(name="Restart", audience=Audience.EVERYBODY)
    canned = keep_canned_reply(shelf=shelf, text="Restart it, please.", actor=operator, at=AT)
    steps = [Step(StepKind.TAG, "restart"), Step(StepKind.NOTE, str(canned.pk))]
    macro = keep_macro(shelf=shelf, steps=steps, actor=operator, at=AT)
    other = Ticket.objects.get(pk=cast.tickets[OF_NETWORK])
    link = link_tickets(ticket=ticket, kind=LinkKind.BLOCKS, other=other, actor=operator, at=AT)
    firing = fired(ticket, operator)
    hand = cast.accounts[Role.TECHNICIAN]
    message = TicketMessage.objects.get(pk=cast.message)
    mention = mention_readers(message=message, accounts=(hand,), actor=operator, at=AT)[0]
    occurrence = fallen_due(cast)
    return {
        "recurring": [occurrence.recurring_id],
        "occurrence": [occurrence.pk],
        "time-entry": [worked(cast, OF_SERVICE_DESK).pk],
        "watcher": [ticket.watchers.get(account=hand).pk],
        "mention": [mention.pk],
        "desk-nobody": [ticket.pk, 2**31 - 1],
        "ticket-rule": [firing.rule_id],
        "firing": [firing.pk],
        "link": [link.pk],
        "canned": [canned.pk],
        "macro": [macro.pk],
        "first-step": [1],
        "tag": [tag_ticket(ticket=ticket, name="printer", actor=operator, at=AT).pk],
        "desk-macro": [ticket.pk, macro.pk],
        "desk-canned": [ticket.pk, canned.pk],
        "desk-workaround": [ticket.pk, 1],
    }


def fired(ticket: Ticket, operator: Account) -> RuleFiring:
    """Keep a rule, and write down that it has fired once."""
    terms = RuleTerms(
        name="Greet",
        trigger="opened",
        conditions=[Condition(RuleField.TITLE, RuleComparison.CONTAINS, "lift")],
        steps=[Step(StepKind.TAG, "greeted")],
    )
    rule = keep_rule(terms=terms, actor=operator, at=AT)
    with acting(actor=operator, verb_name="tests.firing", at=AT):
        return RuleFiring.objects.create(
            rule=rule, ticket=ticket, occasion="x", at=AT, outcome="done", reason="It has to be"
        )


def fallen_due(cast: Cast) -> RecurringOccurrence:
    """Keep a ticket of the service desk that recurs, and let it open once."""
    manager = cast.accounts[Role.IT_MANAGER]
    terms = Terms(
        title="Look after the backups",
        team=Ticket.objects.get(pk=cast.tickets[OF_SERVICE_DESK]).team,
        at_time=time(9),
        zone="UTC",
        starts_on=AT.date(),
    )
    recurring = keep_recurring_ticket(terms=terms, actor=manager, at=AT)
    opened = open_recurring_ticket(recurring=recurring, actor=manager, at=AT + timedelta(days=8))
    assert opened is not None
    return opened


def worked(cast: Cast, number: str) -> TimeEntry:
    """Have the service desk's technician record time on a ticket."""
    work = Work(day=AT.date(), minutes=25, activity=WorkActivity.REPAIR)
    ticket = Ticket.objects.get(pk=cast.tickets[number])
    return record_time(ticket=ticket, work=work, actor=cast.accounts[Role.TECHNICIAN], at=AT)


def worked_on_all(cast: Cast) -> None:
    """Have the administrator record time on every ticket that was resolved."""
    work = Work(day=AT.date(), minutes=5, activity=WorkActivity.REPAIR)
    for ticket in Ticket.objects.filter(last_fix_at__isnull=False):
        record_time(ticket=ticket, work=work, actor=cast.accounts[Role.ADMINISTRATOR], at=AT)


TABLE = RouteTable(LINES, _arguments)
