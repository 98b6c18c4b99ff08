"""How canned replies, macros, tags and links are listed and shown."""

from datetime import datetime
from typing import Any

from quarterdeck.core.models import Account, Team
from quarterdeck.core.records import Action, Badge, Record, Tone, View, Writing
from quarterdeck.desk.models import (
    CannedReply,
    Macro,
    RuleFiring,
    TicketLink,
    TicketRule,
    TicketTag,
)
from quarterdeck.desk.rules import may_keep_rules, may_open
from quarterdeck.desk.rules.kept import may_change_kept
from quarterdeck.desk.verbs.kept import Shelf, change_canned_reply, keep_canned_reply
from quarterdeck.desk.vocabulary.ticket_life import Audience, RuleOutcome

_AUDIENCES = {audience: Badge(Tone.PLAIN) for audience in Audience}
_RETIRED = {True: Badge(Tone.NEUTRAL, "Retired"), False: Badge(Tone.GOOD, "In use")}

_KEPT = ("name", "audience", "team", "retired", "text")


def _keep_reply(
    *,
    name: str,
    text: str,
    audience: str = Audience.OWN,
    team: Team | None = None,
    retired: bool = False,
    actor: Account,
    at: datetime,
) -> CannedReply:
    shelf = Shelf(name=name, audience=audience, team=team, retired=retired)
    return keep_canned_reply(shelf=shelf, text=text, actor=actor, at=at)


def _change_reply(
    *, cannedreply: CannedReply, text: str, actor: Account, at: datetime, **shelf: Any
) -> CannedReply:
    """Change a reply that is locked as it was seen."""
    return change_canned_reply(
        reply=cannedreply,
        version=cannedreply.version,
        shelf=Shelf(**shelf),
        text=text,
        actor=actor,
        at=at,
    )


canned_replies = Record(
    CannedReply,
    columns=("name", "text", "audience", "team", "retired"),
    filters=("audience", "team", "retired"),
    search=("name", "text"),
    order=("name", "id"),
    titles={"audience": "For", "retired": "State"},
    badges={"audience": _AUDIENCES, "retired": _RETIRED},
    views=(View("In use", "in_use"),),
    action=Action("New canned reply", "desk.canned_reply.add", "plus", may_open),
    may_add=may_open,
    may_change=may_change_kept,
    writing=Writing(added=_KEPT, add=_keep_reply, changed=_KEPT, change=_change_reply),
    icon="message",
    section="Desk",
    empty="Keep the answers that you write again and again; they are found while you reply.",
)

macros = Record(
    Macro,
    columns=("name", "audience", "team", "owner", "retired"),
    filters=("audience", "team", "retired"),
    search=("name",),
    details=("name", "audience", "team", "owner", "retired"),
    order=("name", "id"),
    titles={"audience": "For", "retired": "State"},
    badges={"audience": _AUDIENCES, "retired": _RETIRED},
    views=(View("In use", "in_use"),),
    action=Action("New macro", "desk.macro.add", "plus", may_open),
    icon="player-play",
    section="Desk",
    empty="Put the acts that you do again and again behind one click.",
)

ticket_tags = Record(
    TicketTag,
    columns=("name", "ticket", "added_by", "added_at"),
    search=("name",),
    order=("name", "id"),
    titles={"added_at": "Added", "added_by": "By"},
    icon="tag",
    section="Desk",
    empty="Tags that are put on tickets are found here.",
)

ticket_links = Record(
    TicketLink,
    columns=("ticket", "kind", "other", "made_by", "made_at"),
    filters=("kind",),
    order=("-id",),
    titles={"kind": "Is", "other": "Of", "made_by": "Linked by", "made_at": "Linked"},
    icon="link",
    section="Desk",
    empty="Tickets that are linked with one another are found here.",
)

ticket_rules = Record(
    TicketRule,
    columns=("name", "trigger", "place", "stops", "is_active"),
    filters=("trigger", "is_active"),
    search=("name",),
    details=("name", "trigger", "place", "stops", "is_active", "made_by"),
    order=("place", "id"),
    titles={"is_active": "State", "stops": "No later one follows", "made_by": "Made by"},
    badges={
        "is_active": {True: Badge(Tone.ACTIVE, "Runs"), False: Badge(Tone.NEUTRAL, "Does not run")}
    },
    views=(View("Running", "active"),),
    action=Action("New rule", "desk.rule.add", "plus", may_keep_rules),
    icon="adjustments",
    section="Desk",
    empty="Let happen by itself what always happens: when, if, then. Each rule is tried first.",
)

rule_firings = Record(
    RuleFiring,
    columns=("at", "rule", "ticket", "outcome", "reason", "told"),
    filters=("rule", "outcome", "at"),
    details=("rule", "ticket", "at", "outcome", "reason", "told", "depth", "occasion"),
    order=("-id",),
    titles={"at": "When", "told": "What was done", "reason": "Why", "depth": "Rules before it"},
    badges={
        "outcome": {
            RuleOutcome.DONE: Badge(Tone.GOOD),
            RuleOutcome.REFUSED: Badge(Tone.WARNING),
            RuleOutcome.STOPPED: Badge(Tone.BAD),
        }
    },
    icon="history",
    section="Desk",
    empty="No rule has matched a ticket yet.",
)

kept_records = (canned_replies, macros, ticket_tags, ticket_links, ticket_rules, rule_firings)
