"""The acts on what a person brings: that somebody has seen the proof of it, or takes that back."""

from datetime import datetime
from typing import TypeVar

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account
from quarterdeck.people import rules
from quarterdeck.people.models.background import BackgroundItem

Item = TypeVar("Item", bound=BackgroundItem)


@verb
def verify_background(
    *, item: BackgroundItem, version: int, evidence: str, actor: Account, at: datetime
) -> BackgroundItem:
    """Say that one has seen what proves it, and what that was; from then on the row stays."""
    row = _locked(item, version, actor)
    proof = evidence.strip() or row.evidence
    if row.verified_at is not None:
        raise Refused(f"“{row}” is verified already.")
    if not proof:
        raise Refused("Say what you have seen, such as the diploma or a reference.")
    row.evidence, row.verified_by, row.verified_at = proof[:300], actor, at
    return _saved(row, "evidence")


@verb
def withdraw_verification(
    *,
    item: BackgroundItem,
    version: int,
    reason: str,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> BackgroundItem:
    """Take back that the proof was seen, and say why, so that the row can be set right."""
    row = _locked(item, version, actor)
    if row.verified_at is None:
        raise Refused(f"“{row}” is not verified.")
    if not reason.strip():
        raise Refused("Say why, such as a mistake in the name.")
    row.verified_by = row.verified_at = None
    return _saved(row)


def _locked(item: Item, version: int, actor: Account) -> Item:
    row: Item = type(item)._default_manager.select_for_update().get(pk=item.pk)
    if not rules.may_judge(actor, row.person_id):
        raise Refused("Only a manager of the person, or HR, may say that the proof was seen.")
    if row.version != version:
        raise Conflict(row)
    return row


def _saved(row: Item, *more: str) -> Item:
    row.version += 1
    row.save(update_fields=[*more, "verified_by", "verified_at", "version"])
    return row
