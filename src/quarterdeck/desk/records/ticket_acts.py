"""What can be done with tickets: the acts that pages, the list and programs offer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.permission import User
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Writing
from quarterdeck.desk import rules
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.categories import paths_on_offer
from quarterdeck.desk.queries.mentions import unheard_in
from quarterdeck.desk.records.ticket_matters import MATTERS
from quarterdeck.desk.verbs import ticket_details, ticket_links, ticket_messages, ticket_tags
from quarterdeck.desk.verbs import tickets as verbs
from quarterdeck.desk.verbs.annulments import annul_reopening
from quarterdeck.desk.verbs.kept import run_macro
from quarterdeck.desk.verbs.own_tickets import (
    answer_desk,
    confirm_solved,
    reopen_own_ticket,
    withdraw_own_ticket,
)
from quarterdeck.desk.vocabulary import (
    CANCELLED_BY_OTHER_ACTS,
    CancelledAs,
    Channel,
    Level,
    PauseReason,
    TicketKind,
)
from quarterdeck.desk.vocabulary.ticket_life import LinkKind
from quarterdeck.services.models import Service

# Spam has an act of its own, and so has whatever waits for an approval.
_NOT_BY_HAND = {CancelledAs.SPAM, *CANCELLED_BY_OTHER_ACTS}
CANCELLATIONS = [choice for choice in CancelledAs.choices if choice[0] not in _NOT_BY_HAND]
PAUSES = [c for c in PauseReason.choices if c[0] and c[0] != PauseReason.APPROVAL]
LONGEST_REASON = 500


def open_by_program(
    *,
    title: str,
    kind: str = TicketKind.INCIDENT,
    description: str = "",
    requester: Person | None = None,
    requester_name: str = "",
    service: Service | None = None,
    category: str = "",
    contact_channel: str = Channel.PHONE,
    impact: int | None = None,
    urgency: int | None = None,
    team: Team | None = None,
    assignee: Person | None = None,
    entry_key: str | None = None,
    actor: Account,
    at: datetime,
) -> Ticket:
    """Open a ticket as quick entry does."""
    if contact_channel not in Channel.values:
        known = ", ".join(Channel.values)
        raise Invalid({"contact_channel": [f"There is no such way; known are {known}."]})
    report = verbs.Report(
        title=title,
        kind=kind,
        description=description,
        requester=requester,
        requester_name=requester_name,
        service=service,
        category=category,
        channel=contact_channel,
        impact=Level.LOW if impact is None else impact,
        urgency=Level.MEDIUM if urgency is None else urgency,
        team=team,
        entry_key=entry_key or "",
    )
    return verbs.open_ticket(report=report, assignee=assignee, actor=actor, at=at)


WRITING = Writing(
    added=(
        *("title", "kind", "description", "requester", "requester_name", "service", "category"),
        *("contact_channel", "impact", "urgency", "team", "assignee", "entry_key"),
    ),
    add=open_by_program,
)


def _reply(
    *,
    ticket: Ticket,
    text: str,
    is_spoken: bool = False,
    entry_key: str = "",
    actor: Account,
    at: datetime,
) -> None:
    """Write to the requester; for whoever reported the ticket, to the desk."""
    ticket_messages.reply_publicly(
        ticket=ticket, text=text, is_spoken=is_spoken, entry_key=entry_key, actor=actor, at=at
    )


def _answer(
    *, ticket: Ticket, text: str, entry_key: str = "", actor: Account, at: datetime
) -> None:
    """Write to the desk on one's own ticket; one that waited for it goes on."""
    answer_desk(ticket=ticket, text=text, entry_key=entry_key, actor=actor, at=at)


def _note(*, ticket: Ticket, text: str, entry_key: str = "", actor: Account, at: datetime) -> None:
    """Write what only the desk reads; whom it names by `@` is told."""
    ticket_messages.note_internally(
        ticket=ticket, text=text, entry_key=entry_key, actor=actor, at=at
    )


def _unheard(ticket: Ticket, given: Mapping[str, Any]) -> str:
    """Say which names of a note have told nobody."""
    return unheard_in(given["text"], ticket)


def _permits(word: str, user: User, ticket: Ticket) -> bool:
    return word in rules.permitted_acts(user, ticket)


def _act(name: str, title: str, run: Any, word: str = "", **told: Any) -> RecordAct:
    """Declare an act that the ticket's page offers too, under the same permission."""
    return RecordAct(name, title, run, partial(_permits, word or name), **told)


def _levels() -> Sequence[tuple[int, str]]:
    return Level.choices


_WRITTEN: Mapping[str, Any] = {
    "says": {
        "text": "What is written.",
        "entry_key": "One sending has one key: the same twice writes one message.",
    },
    "longest": {"entry_key": 64},
}
_WHY: Mapping[str, Any] = {"says": {"reason": "Why."}, "longest": {"reason": LONGEST_REASON}}
_TAG: Mapping[str, Any] = {"says": {"name": "The tag."}, "longest": {"name": 200}}
_QUESTION = {"question": "What the requester is asked, where the ticket waits for them."}
_SPOKEN = {"is_spoken": "Whether it was told by phone or in person, so that no mail is sent."}
_INTO = {"into": "The key of the ticket that counts for both."}

ACTS = (
    _act("take", "Take", verbs.take_ticket),
    _act("assign", "Assign", verbs.assign_ticket),
    _act("start", "Start", verbs.start_ticket),
    _act(
        "hold",
        "Put on hold",
        verbs.hold_ticket,
        options={"pause_reason": lambda: PAUSES},
        says={"reason": "Why; the desk reads it.", **_QUESTION},
        longest=_WHY["longest"],
    ),
    _act("resume", "Resume", verbs.resume_ticket),
    _act(
        "prioritise",
        "Change priority",
        ticket_details.change_priority,
        options={"impact": _levels, "urgency": _levels},
    ),
    _act(
        "recategorise",
        "Change category",
        ticket_details.change_category,
        "describe",
        options={"category": lambda: [(path, path) for path in paths_on_offer()]},
    ),
    _act(
        "reword",
        "Change title and description",
        ticket_details.reword_ticket,
        longest={"title": verbs.LONGEST_TITLE},
    ),
    _act("change-service", "Change service", ticket_details.set_service, "describe"),
    _act("change-requester", "Change requester", ticket_details.set_requester, "describe"),
    _act(
        "resolve",
        "Resolve",
        verbs.resolve_ticket,
        options={"true_category": lambda: [(path, path) for path in paths_on_offer()]},
    ),
    _act("close", "Close", verbs.close_ticket),
    _act("reopen", "Reopen", verbs.reopen_ticket, **_WHY),
    _act(
        "not-reopened",
        "Take for not reopened",
        annul_reopening,
        says={"reason": "Why; the requester is told."},
        longest=_WHY["longest"],
    ),
    _act(
        "cancel",
        "Cancel",
        verbs.cancel_ticket,
        options={"cancelled_as": lambda: CANCELLATIONS},
        says={"reason": "Why; the requester is told."},
        longest=_WHY["longest"],
    ),
    _act("spam", "Mark as spam", verbs.mark_spam),
    _act("reply", "Reply", _reply, says=_WRITTEN["says"] | _SPOKEN, longest=_WRITTEN["longest"]),
    _act("note", "Write an internal note", _note, warns=_unheard, **_WRITTEN),
    RecordAct("answer", "Answer the desk", _answer, rules.is_requester, **_WRITTEN),
    RecordAct("confirm", "Confirm that it is solved", confirm_solved, rules.is_requester),
    RecordAct("not-solved", "Say it is not solved", reopen_own_ticket, rules.is_requester, **_WHY),
    RecordAct("withdraw", "Withdraw", withdraw_own_ticket, rules.is_requester, **_WHY),
    RecordAct("tag", "Add a tag", ticket_tags.tag_ticket, rules.may_work, **_TAG),
    RecordAct("untag", "Take a tag away", ticket_tags.untag_ticket, rules.may_work, **_TAG),
    RecordAct(
        "merge",
        "Merge into another",
        ticket_links.merge_ticket,
        rules.may_work,
        says=_INTO | _WHY["says"],
        longest=_WHY["longest"],
    ),
    RecordAct(
        "link",
        "Link with another",
        ticket_links.link_tickets,
        rules.may_work,
        says={"kind": "What it is to the other one.", "other": "The key of the other ticket."},
        options={"kind": lambda: LinkKind.choices},
    ),
    RecordAct("unmerge", "Undo the merge", ticket_links.unmerge_ticket, rules.may_work, **_WHY),
    *MATTERS,
    RecordAct(
        "run-macro",
        "Run a macro",
        run_macro,
        rules.may_work,
        says={"macro": "The key of the macro."},
    ),
)
ON_MANY = ("assign", "prioritise", "recategorise", "hold", "resolve", "cancel", "spam", "tag")
JUDGED_BY = ("team", "opened_by", "assignee", "requester", "version")
