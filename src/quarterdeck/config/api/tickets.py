"""The operations on tickets beyond those of every record: what is written on them, their parts and
links, and what is reported for oneself."""

from datetime import datetime
from secrets import token_hex
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.portal import RequestMade
from quarterdeck.config.api.problems import FORBIDDEN, INVALID, ProblemError, faults_of
from quarterdeck.config.api.records import IF_MATCH, Door, door_to, match, only
from quarterdeck.config.api.schemas import Given
from quarterdeck.config.api.uploads import ask_form
from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import record_of
from quarterdeck.desk import rules
from quarterdeck.desk.models import (
    ImportedMessage,
    PersonAlias,
    Ticket,
    TicketLink,
    TicketMessage,
)
from quarterdeck.desk.verbs.message_files import MOST_FILES
from quarterdeck.desk.verbs.names import unlink_name
from quarterdeck.desk.verbs.own_tickets import Trouble, report_trouble
from quarterdeck.desk.verbs.ticket_links import Part, split_ticket, unlink_tickets
from quarterdeck.desk.vocabulary import MessageKind
from quarterdeck.desk.web.portal_forms import TroubleForm, files_of
from quarterdeck.office.rules import may_import
from quarterdeck.services.models import Service

TICKETS: Door = door_to(record_of(Ticket))
LINKS: Door = door_to(record_of(TicketLink))
ALIASES: Door = door_to(record_of(PersonAlias))
router = Router(tags=["Desk"])
MOST_MESSAGES = 200

_KEY = Path(..., description="The key of the record.")
_SEEN = {"parameters": [IF_MATCH]}
_ACT = errors(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)


class FileOfMessage(Schema):
    """A file that goes with a message."""

    id: int = Field(description="Its key.")
    name: str = Field(description="How it is called.", examples=["screen.png"])


class MessageTold(Schema):
    """What somebody wrote on a ticket."""

    id: int = Field(description="Its key, among imported messages or among those written here.")
    is_imported: bool = Field(description="Whether it was written in the tool it came from.")
    kind: str = Field(description="A public word, an internal note, a resolution.")
    author: str = Field(description="Who wrote it.")
    at: datetime = Field(description="When it was written.")
    text: str = Field(description="What it says.")
    is_spoken: bool = Field(description="Whether it was told by phone or in person.")
    mentions: list[str] = Field(description="Whom it names by `@`, by their user names.")
    files: list[FileOfMessage] = Field(description="What goes with it.")


class Messages(Schema):
    """What was written on a ticket, as far as you may read it, in its order."""

    items: list[MessageTold] = Field(description="Requesters read what is public alone.")
    after: str | None = Field(description="Where the next ones begin; null: these are all.")


class MessagesAsked(Schema):
    """Which messages."""

    after: Text = Field(
        "", max_length=20, pattern="^([im][0-9]{1,18})?$", description="The cursor given before."
    )


class PartGiven(Given):
    """What becomes a ticket of its own."""

    title: Text = Field(max_length=200, description="What it is about.")
    description: Text = Field("", max_length=100_000, description="What is to be said of it.")
    entry_key: Text = Field("", max_length=64, description="The same twice is one ticket.")


class TroubleGiven(Given):
    """What does not work."""

    title: Text = Field(max_length=200, description="In a few words.")
    description: Text = Field("", max_length=100_000, description="What happens.")
    service: Key | None = Field(None, description="The key of the service, if known.")
    stops_work: bool = Field(False, description="Whether one cannot work.")
    hits_others: bool = Field(False, description="Whether others have it too.")
    entry_key: Text = Field("", max_length=64, description="The same twice is one ticket.")


@router.get(
    "/desk/tickets/{key}/messages",
    response={200: Messages, **errors(400, 401, 404, 422)},
    operation_id="ticket_messages",
    url_name="desk.ticket.messages",
    summary="Read what was written on a ticket",
)
def list_messages(
    request: HttpRequest,
    *,
    key: Key = _KEY,
    asked: MessagesAsked = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return the messages that you may read, the oldest first; internal notes to the desk alone.

    What an import brought stands among them at its time; what was written on tickets merged into
    this one is left out.
    """
    only(request, MessagesAsked)
    user, ticket = account_of(request), TICKETS.find(request, key)
    rows = TicketMessage.objects.visible_to(user).filter(ticket=ticket)
    rows = rows.select_related("author__person", "incoming").prefetch_related(
        "files__attachment", "mentions__account"
    )
    brought = ImportedMessage.objects.visible_to(user).standing().filter(ticket=ticket)
    brought = brought.select_related("author_person")
    last = _message_of(ticket, asked.after)
    found = sorted((*_first_after(rows, last), *_first_after(brought, last)), key=_place)
    shown = found[:MOST_MESSAGES]
    after = _cursor(shown[-1]) if len(found) > len(shown) else None
    return json_answer({"items": [_message(each) for each in shown], "after": after})


Message = TicketMessage | ImportedMessage


def _place(row: Message) -> tuple[datetime, bool, int]:
    """Of what has the same time, what was brought comes first."""
    return row.at, isinstance(row, TicketMessage), row.pk


def _cursor(row: Message) -> str:
    return f"{'i' if isinstance(row, ImportedMessage) else 'm'}{row.pk}"


def _message_of(ticket: Ticket, cursor: str) -> Message | None:
    """Return the message that a cursor names; nothing where there is none."""
    if not cursor:
        return None
    rows: QuerySet[Any] = ImportedMessage.objects.all()
    if cursor.startswith("m"):
        rows = TicketMessage.objects.all()
    found: Message | None = rows.filter(ticket=ticket, pk=int(cursor[1:])).first()
    if found is None:
        raise SuspiciousOperation("The cursor of these messages leads nowhere.")
    return found


def _first_after(rows: QuerySet[Any], last: Message | None) -> list[Any]:
    """Return the first rows after a message."""
    if last is not None:
        # Of the same time, what was written here comes after all that was brought.
        same = Q(at=last.at, pk__gt=last.pk if isinstance(last, rows.model) else 0)
        is_over = rows.model is ImportedMessage and isinstance(last, TicketMessage)
        rows = rows.filter(Q(at__gt=last.at) if is_over else Q(at__gt=last.at) | same)
    return list(rows.order_by("at", "pk")[: MOST_MESSAGES + 1])


def _message(row: Message) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("kind", "at", "text")}
    if isinstance(row, ImportedMessage):
        author = str(row.author_person or row.author)
        more: dict[str, Any] = {"is_spoken": False, "mentions": [], "files": []}
        return {**told, **more, "id": row.pk, "is_imported": True, "author": author}
    return {
        **told,
        "id": row.pk,
        "is_imported": False,
        "is_spoken": row.is_spoken,
        "author": _author(row),
        "mentions": sorted(each.account.username for each in row.mentions.all()),
        "files": [{"id": each.attachment_id, "name": str(each)} for each in row.files.all()],
    }


def _author(row: TicketMessage) -> str:
    """Return who wrote a message as the page of a ticket says it: of a mail, who sent it."""
    if row.incoming and row.kind == MessageKind.PUBLIC:
        return row.incoming.sender_name or row.incoming.sender
    return str(row.author)


@router.post(
    "/desk/tickets/{key}/parts",
    response={201: TICKETS.schemas.row, **errors(400, 401, 403, 404, 409, 413, 415, 422)},
    operation_id="ticket_split",
    url_name="desk.ticket.parts",
    summary="Split a ticket",
)
def split(request: HttpRequest, given: PartGiven, key: Key = _KEY) -> HttpResponse:
    """Open another ticket for what is a matter of its own, linked with this one; the answer is the
    new ticket."""
    user, ticket = account_of(request), TICKETS.find(request, key)
    if not rules.may_work(user, ticket):
        raise ProblemError(FORBIDDEN, f"You may not split {ticket.number}.")
    part = Part(**given.model_dump())
    opened = split_ticket(ticket=ticket, part=part, actor=user, at=clock.now())
    return TICKETS.tell(opened, CREATED, reader=user)


@router.post(
    "/desk/links/{key}/remove",
    response={200: LINKS.schemas.row, **_ACT},
    operation_id="ticket_link_remove",
    url_name="desk.link.remove",
    summary="Take a link between tickets back",
    openapi_extra=_SEEN,
)
def remove_link(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Take back what a ticket was said to be to another one; the answer tells it as it stood."""
    user, link = account_of(request), LINKS.find(request, key)
    if not (rules.may_work(user, link.ticket) and rules.may_work(user, link.other)):
        raise ProblemError(FORBIDDEN, "You may not work on both tickets.")
    match(request, link)
    told = LINKS.tell(link, reader=user)
    unlink_tickets(link=link, actor=user, at=clock.now())
    return told


@router.post(
    "/desk/person-aliases/{key}/remove",
    response={200: ALIASES.schemas.row, **_ACT},
    operation_id="person_alias_remove",
    url_name="desk.alias.remove",
    summary="Take back whom a name means",
    openapi_extra=_SEEN,
)
def remove_alias(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Let a name of a source lead to nobody again; a worker puts its tickets back."""
    user, alias = account_of(request), ALIASES.find(request, key)
    if not may_import(user):
        raise ProblemError(FORBIDDEN, "You may not say whom the names of sources mean.")
    match(request, alias)
    told = ALIASES.tell(alias, reader=user)
    unlink_name(alias=alias, actor=user, at=clock.now())
    return told


@router.post(
    "/portal/reports",
    response={201: RequestMade, **errors(400, 401, 403, 409, 413, 415, 422)},
    operation_id="trouble_report",
    url_name="portal.report",
    summary="Report that something does not work",
)
def report(request: HttpRequest, given: TroubleGiven) -> HttpResponse:
    """Report trouble for the account's own person; it becomes a ticket of theirs."""
    user = account_of(request)
    service = None
    if given.service is not None:
        service = record_of(Service).visible_to(user).filter(pk=given.service).first()
        if service is None:
            raise Invalid({"service": ["There is no such service."]})
    trouble = Trouble(**given.model_dump(exclude={"service"}), service=service)
    return _made(report_trouble(trouble=trouble, actor=user, at=clock.now()))


def _made(ticket: Ticket) -> HttpResponse:
    names = ("number", "state", "pause_reason")
    made = {"id": ticket.pk, **{name: getattr(ticket, name) for name in names}}
    return json_answer(made, status=CREATED)


_TROUBLE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["title"],
                    "properties": {
                        "title": {"type": "string", "maxLength": 200},
                        "description": {"type": "string", "maxLength": 20_000},
                        "service": {"type": "integer", "description": "The key of the service."},
                        "stops_work": {"type": "boolean"},
                        "hits_others": {"type": "boolean"},
                        "entry_key": {
                            "type": "string",
                            "maxLength": 64,
                            "description": "The same twice is one ticket.",
                        },
                        "files": {
                            "type": "array",
                            "maxItems": MOST_FILES,
                            "items": {"type": "string", "format": "binary"},
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "/portal/reports/with-files",
    response={201: RequestMade, **errors(400, 401, 403, 409, 413, 415, 422)},
    operation_id="trouble_report_with_files",
    url_name="portal.report.files",
    summary="Report that something does not work, with files",
    openapi_extra=_TROUBLE_BODY,
)
def report_with_files(request: HttpRequest) -> HttpResponse:
    """Report trouble for the account's own person with pictures or files, as the portal takes
    them; it becomes a ticket of theirs."""
    user = account_of(request)
    ask_form(request, _TROUBLE_BODY, "Files come")
    sent = request.POST.copy()
    # The page makes its own key; a program that sends none never sends the same twice.
    sent.setdefault("entry_key", token_hex(16))
    for name in ("stops_work", "hits_others"):
        if sent.get(name) == "false":
            del sent[name]
    form = TroubleForm(sent)
    if not form.is_valid():
        named = {name: [*map(str, texts)] for name, texts in form.errors.items()}
        raise ProblemError(INVALID, faults=faults_of(named))
    trouble = Trouble(**form.cleaned_data)
    files = files_of(request)
    ticket = report_trouble(trouble=trouble, files=files, actor=user, at=clock.now())
    return _made(ticket)
