"""The acts on delegated authority: hand it on for a time, and take it back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from quarterdeck.core.acts import verb
from quarterdeck.core.approvable import all_kinds
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.office.models import Delegation, Organisation
from quarterdeck.office.rules.approvals import may_delegate_for


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """What is delegated: by whom to whom, which kinds up to which amount, from when until when.

    No kinds are all kinds, no amount is any, and without an end it holds until it is revoked.
    """

    giver: Person
    receiver: Person
    begins_at: datetime
    ends_at: datetime | None = None
    kinds: tuple[str, ...] = ()
    amount_limit: Decimal | None = None
    reason: str


@verb
def delegate_authority(*, mandate: Mandate, actor: Account, at: datetime) -> Delegation:
    """Let somebody decide in another's place.

    Refused where it would close a circle: while one decides for another, that other decides neither
    for the first nor for anybody who stands in for them.
    """
    if not may_delegate_for(actor, mandate.giver):
        raise Refused("Authority is delegated by whoever has it.")
    _check(mandate, at)
    # One delegation after the other, so that no two of them close a circle unseen.
    Organisation.objects.select_for_update().get(pk=1)
    if mandate.giver.pk in _reached_from(mandate):
        raise Refused(
            f"{mandate.receiver} has delegated to {mandate.giver} in that time, "
            "directly or through others: nobody decides for whoever decides for them."
        )
    return Delegation.objects.create(
        giver=mandate.giver,
        receiver=mandate.receiver,
        kinds=sorted(mandate.kinds),
        amount_limit=mandate.amount_limit,
        begins_at=mandate.begins_at,
        ends_at=mandate.ends_at,
        reason=mandate.reason.strip(),
    )


def _check(mandate: Mandate, at: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if mandate.giver == mandate.receiver:
        errors["receiver"] = ["Choose somebody else."]
    if not mandate.reason.strip():
        errors["reason"] = ["Say why, such as a leave."]
    if mandate.ends_at is not None and mandate.ends_at <= max(mandate.begins_at, at):
        errors["ends_at"] = ["It has to end after it begins, and after now."]
    unknown = set(mandate.kinds) - {kind.key for kind in all_kinds()}
    if unknown:
        errors["kinds"] = [f"There is no kind of approval “{min(unknown)}”."]
    if mandate.amount_limit is not None and mandate.amount_limit <= 0:
        errors["amount_limit"] = ["The amount has to be more than nothing."]
    if errors:
        raise Invalid(errors)


def _reached_from(mandate: Mandate) -> set[int]:
    """Return the keys of all to whom the receiver's own authority leads in that time."""
    overlapping = Delegation.objects.unrevoked().filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=mandate.begins_at)
    )
    if mandate.ends_at is not None:
        overlapping = overlapping.filter(begins_at__lt=mandate.ends_at)
    following: dict[int, set[int]] = {}
    for giver, receiver in overlapping.values_list("giver", "receiver"):
        following.setdefault(giver, set()).add(receiver)
    reached, waiting = set[int](), [mandate.receiver.pk]
    while waiting:
        for each in following.get(waiting.pop(), set()) - reached:
            reached.add(each)
            waiting.append(each)
    return reached


@verb
def revoke_delegation(
    *,
    delegation: Delegation,
    reason: str = "",  # noqa: ARG001 — stored with the act
    actor: Account,
    at: datetime,
) -> Delegation:
    """Take delegated authority back from now on; what was decided under it stands."""
    present = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if not may_delegate_for(actor, present.giver):
        raise Refused("There is no such delegation of yours.")
    if present.until is not None and present.until <= at:
        raise Refused(f"“{present}” has ended already.")
    present.revoked_at = at
    present.version += 1
    present.save(update_fields=["revoked_at", "version"])
    return present
