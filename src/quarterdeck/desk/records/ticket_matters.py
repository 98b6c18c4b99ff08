"""Acts on tickets by which something else begins: complaints, major incidents, use of articles."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.desk import rules
from quarterdeck.desk.models import Article, Escalation, MajorIncident, Ticket
from quarterdeck.desk.queries.escalations import ANSWER_HOURS, RESOLUTION_HOURS
from quarterdeck.desk.rules.major_incidents import may_declare
from quarterdeck.desk.verbs.article_use import cite_article, use_article
from quarterdeck.desk.verbs.escalation_work import Complaint
from quarterdeck.desk.verbs.escalations import complain
from quarterdeck.desk.verbs.major_incidents import Declaration, declare_major_incident
from quarterdeck.desk.vocabulary import Channel
from quarterdeck.services.models import Service


def _complain(
    *,
    ticket: Ticket,
    reason: str,
    complainant: Person | None = None,
    complainant_name: str = "",
    channel: str = "",
    promised: str = "",
    owner: Person | None = None,
    answer_hours: int = ANSWER_HOURS,
    resolution_hours: int = RESOLUTION_HOURS,
    actor: Account,
    at: datetime,
) -> Escalation:
    """Complain about how a ticket is dealt with; the desk also writes down what others complain of.

    Whoever reported the ticket and does not work on it says what is wrong, and nothing else.
    """
    told = Complaint(
        reason=reason,
        complainant=complainant,
        complainant_name=complainant_name,
        channel=channel,
        promised=promised,
    )
    words: dict[str, Any] = {"ticket": ticket, "actor": actor, "at": at}
    if not rules.may_work(actor, ticket):
        if (told, owner) != (Complaint(reason=reason), None):
            raise Refused("You complain for yourself alone: say what is wrong, and nothing else.")
        own = Complaint(reason=reason, complainant=actor.person, channel=Channel.OWN_PAGE)
        return complain(complaint=own, **words)
    if channel not in {"", *Channel.values}:
        raise Invalid({"channel": [f"No such way; known are {', '.join(Channel.values)}."]})
    words |= {"answer_hours": answer_hours, "resolution_hours": resolution_hours}
    return complain(complaint=told, owner=owner, **words)


def _declare(
    *,
    ticket: Ticket,
    title: str,
    reason: str,
    commander: Person,
    first_update_due_at: datetime,
    communication_lead: Person | None = None,
    services: Sequence[Service] = (),
    people_affected: int | None = None,
    team: Team | None = None,
    assignee: Person | None = None,
    keeps_priority: bool = False,
    actor: Account,
    at: datetime,
) -> MajorIncident:
    """Work on an open incident as a major one: with a commander, and a promised first update."""
    declaration = Declaration(
        title=title,
        reason=reason,
        commander=commander,
        first_update_due_at=first_update_due_at,
        communication_lead=communication_lead,
        services=tuple(services),
        people_affected=people_affected,
        team=team,
        assignee=assignee,
        keeps_priority=keeps_priority,
    )
    if people_affected is not None and people_affected < 0:
        raise Invalid({"people_affected": ["Nobody, or more."]})
    return declare_major_incident(ticket=ticket, declaration=declaration, actor=actor, at=at)


def _cite(
    *,
    ticket: Ticket,
    article: Article,
    text: str,
    entry_key: str = "",
    actor: Account,
    at: datetime,
) -> None:
    """Reply to the requester with an article that they may read, and note its use."""
    cite_article(article=article, ticket=ticket, text=text, entry_key=entry_key, actor=actor, at=at)


def _use(*, ticket: Ticket, article: Article, actor: Account, at: datetime) -> None:
    """Note that an article was used on a ticket, such as what solved it."""
    use_article(article=article, ticket=ticket, actor=actor, at=at)


_COMPLAINT: Mapping[str, Any] = {
    "says": {
        "reason": "What somebody is dissatisfied with.",
        "complainant": "The key of who complains, where the desk writes it down.",
        "complainant_name": "Who complains, where they are in no directory.",
        "channel": "How it was told, such as phone.",
        "promised": "What was promised to them.",
        "owner": "The key of who shall answer; otherwise whoever is next up the line.",
        "answer_hours": "Hours on the usual calendar until the answer that is promised.",
        "resolution_hours": "Hours on the usual calendar until the resolution that is promised.",
    },
    "longest": {"complainant_name": 200, "channel": 64},
    "makes": Escalation,
}

_DECLARATION: Mapping[str, Any] = {
    "says": {
        "title": "What everybody reads that is wrong.",
        "reason": "Why it is a major incident.",
        "commander": "The key of who commands.",
        "first_update_due_at": "By when everybody is promised to hear more.",
        "communication_lead": "The key of who speaks of it; otherwise whoever commands.",
        "services": "The keys of the services that suffer.",
        "people_affected": "How many people suffer, where that is known.",
        "keeps_priority": "Whether impact and urgency stay; otherwise both become high.",
    },
    "longest": {"title": 200},
    "makes": MajorIncident,
}
_CITATION: Mapping[str, Any] = {
    "says": {
        "article": "The key of the article.",
        "text": "What the requester reads with it.",
        "entry_key": "One sending has one key: the same twice writes one reply.",
    },
    "longest": {"entry_key": 64},
}
MATTERS = (
    RecordAct("complain", "Complain", _complain, rules.may_complain, **_COMPLAINT),
    RecordAct("declare", "Declare a major incident", _declare, may_declare, **_DECLARATION),
    RecordAct("cite-article", "Reply with an article", _cite, rules.may_work, **_CITATION),
    RecordAct(
        "use-article",
        "Note that an article helped",
        _use,
        rules.may_work,
        says={"article": _CITATION["says"]["article"]},
    ),
)
