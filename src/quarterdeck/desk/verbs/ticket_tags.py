"""The acts on the tags of a ticket."""

import re
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Ticket, TicketTag
from quarterdeck.desk.queries.worked import worked_on

LONGEST_TAG = 40
MOST_TAGS = 20
_TAG = re.compile(r"[^\W_][\w .:/+-]*")


@verb
def tag_ticket(*, ticket: Ticket, name: str, actor: Account, at: datetime) -> TicketTag:
    """Put a tag on a ticket; one that it has already stays as it is."""
    present = worked_on(ticket, actor)
    wanted = _tag_named(name)
    if present.tags.exclude(name=wanted).count() >= MOST_TAGS:
        raise Refused(f"{present.number} has {MOST_TAGS} tags already: take one away first.")
    tag, _ = TicketTag.objects.get_or_create(
        ticket=present, name=wanted, defaults={"added_by": actor, "added_at": at}
    )
    return tag


@verb
def untag_ticket(
    *,
    ticket: Ticket,
    name: str,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is written at this time
) -> None:
    """Take a tag away from a ticket, if it has it."""
    worked_on(ticket, actor).tags.filter(name=_tag_named(name)).delete()


def _tag_named(typed: str) -> str:
    """Return the tag that somebody means: small letters, single blanks; Invalid for no tag."""
    wanted = " ".join(typed.casefold().split())
    if not _TAG.fullmatch(wanted) or len(wanted) > LONGEST_TAG:
        told = f"A tag begins with a letter or digit and has at most {LONGEST_TAG} characters."
        raise Invalid({"name": [told]})
    return wanted
