"""How canned replies, macros, tags and links are listed and shown."""

from quarterdeck.core.records import Action, Badge, Record, Tone, View
from quarterdeck.desk.models import CannedReply, Macro, TicketLink, TicketTag
from quarterdeck.desk.rules import may_open
from quarterdeck.desk.vocabulary import Audience

_AUDIENCES = {audience: Badge(Tone.PLAIN) for audience in Audience}
_RETIRED = {True: Badge(Tone.NEUTRAL, "Retired"), False: Badge(Tone.GOOD, "In use")}

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

kept_records = (canned_replies, macros, ticket_tags, ticket_links)
