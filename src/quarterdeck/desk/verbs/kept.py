"""The acts on canned replies and macros: keep, change, retire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account, Team
from quarterdeck.desk.models import CannedReply, Macro, Ticket
from quarterdeck.desk.models.kept import Kept
from quarterdeck.desk.queries.canned import PLACEHOLDERS
from quarterdeck.desk.queries.steps import Step, step_faults, steps_of, stored_steps
from quarterdeck.desk.rules.kept import may_change_kept, may_share
from quarterdeck.desk.verbs.ticket_steps import Hand
from quarterdeck.desk.verbs.ticket_work import TicketWork
from quarterdeck.desk.vocabulary.ticket_life import Audience
from quarterdeck.kernels.placeholders import unknown_names

K = TypeVar("K", bound=Kept)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Under which name something is kept, and for whom."""

    name: str
    audience: str = Audience.OWN
    team: Team | None = None
    retired: bool = False


@verb
def keep_canned_reply(
    *,
    shelf: Shelf,
    text: str,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act's time
) -> CannedReply:
    """Keep a text for replies, notes and resolutions."""
    _check(shelf, actor, _text_faults(text))
    reply = CannedReply(owner=actor, text=text.strip())
    return _put(reply, shelf)


@verb
def change_canned_reply(
    *,
    reply: CannedReply,
    version: int,
    shelf: Shelf,
    text: str,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is written at this time
) -> CannedReply:
    """Change a text that is kept, or for whom it is."""
    present = _locked(reply, version, actor)
    _check(shelf, actor, _text_faults(text))
    present.text = text.strip()
    return _put(present, shelf)


@verb
def keep_macro(
    *,
    shelf: Shelf,
    steps: Sequence[Step],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is written at this time
) -> Macro:
    """Keep steps that are done by one click."""
    _check(shelf, actor, step_faults(steps, actor))
    macro = Macro(owner=actor, steps=stored_steps(steps))
    return _put(macro, shelf)


@verb
def change_macro(
    *,
    macro: Macro,
    version: int,
    shelf: Shelf,
    steps: Sequence[Step],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is written at this time
) -> Macro:
    """Change the steps of a macro, or for whom it is."""
    present = _locked(macro, version, actor)
    _check(shelf, actor, step_faults(steps, actor))
    present.steps = stored_steps(steps)
    return _put(present, shelf)


@verb
def run_macro(
    *, ticket: Ticket, version: int, macro: Macro, actor: Account, at: datetime
) -> Ticket:
    """Do the steps of a macro on a ticket, as the actor alone could: all of them or none."""
    if not Macro.objects.visible_to(actor).in_use().filter(pk=macro.pk).exists():
        raise Refused("There is no such macro.")
    work = TicketWork.begin(ticket, version, actor, at, _always, "worked on by a macro")
    return Hand(actor, at).run(work.ticket, steps_of(macro.steps))


def _always(_ticket: Ticket) -> bool:
    """Each step asks for itself whether the ticket's state allows it."""
    return True


def _text_faults(text: str) -> dict[str, list[str]]:
    if not text.strip():
        return {"text": ["There is nothing in it."]}
    unknown = unknown_names(text, PLACEHOLDERS)
    if unknown:
        named = ", ".join(f"{{{{{name}}}}}" for name in unknown)
        return {"text": [f"Nobody knows {named}; the placeholders are listed below."]}
    return {}


def _check(shelf: Shelf, actor: Account, faults: dict[str, list[str]]) -> None:
    errors = dict(faults)
    if not shelf.name.strip():
        errors["name"] = ["Give it a name by which it is found."]
    if shelf.audience not in Audience.values:
        errors["audience"] = ["Say for whom it is."]
    elif shelf.audience == Audience.TEAM and shelf.team is None:
        errors["team"] = ["Say which team."]
    elif not may_share(actor, shelf.audience, shelf.team):
        errors["audience"] = ["You may keep it for yourself and your own teams; leads, for all."]
    if errors:
        raise Invalid(errors)


def _locked(kept: K, version: int, actor: Account) -> K:
    rows = type(kept)._default_manager
    present: K | None = rows.select_for_update(of=("self",)).filter(pk=kept.pk).first()
    if present is None or not rows.visible_to(actor).filter(pk=kept.pk).exists():  # type: ignore[attr-defined]  # every kept noun has it
        raise Refused("It is not to be found.")
    if not may_change_kept(actor, present):
        raise Refused(f"You may not change “{present}”.")
    if present.version != version:
        raise Conflict(present)
    return present


def _put(kept: K, shelf: Shelf) -> K:
    kept.name, kept.audience = shelf.name.strip(), shelf.audience
    kept.team = shelf.team if shelf.audience == Audience.TEAM else None
    kept.retired = shelf.retired
    if kept.pk is not None:
        kept.version += 1
    kept.save()
    return kept
