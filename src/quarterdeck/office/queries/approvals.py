"""Reads of approvals: who has to approve, what waits for whom, and what stands approved."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import reverse

from quarterdeck.core.approvable import kind_of
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.core.records import is_declared, record_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import (
    ApprovalInquiry,
    ApprovalPolicy,
    ApprovalPolicyApprover,
    ApprovalPolicyStep,
    ApprovalRequest,
    ApprovalSeat,
    Delegation,
)
from quarterdeck.office.queries.letters import Letter, letter
from quarterdeck.office.rules.approvals import Authority, authorities_on, can_decide
from quarterdeck.office.rules.superiors import holders_for, line_manager_of, superior_beyond
from quarterdeck.office.vocabulary import ApprovalQuorum, ApprovalState, ApproverSource

MOST_WAITING = 100


@dataclass(frozen=True)
class PlannedSeat:
    """Who shall decide: a person or a role, and in words why."""

    source: str
    person: Person | None = None
    role: str = ""


@dataclass(frozen=True)
class PlannedStep:
    """One step as it will be asked: how many of its seats have to approve."""

    title: str
    needed: int
    seats: tuple[PlannedSeat, ...]


def planned_steps(
    policy: ApprovalPolicy,
    requester: Person,
    owner: Person | None,
    asker: Account,
    amount: Decimal | None,
) -> list[PlannedStep]:
    """Return the steps that a policy asks for; Refused where somebody it names is not there.

    Where the policy leads to whoever asks, it goes on to their line manager, since nobody approves
    their own request.
    """
    barred = set() if policy.may_approve_own else {requester.pk, asker.person_id}
    steps = [
        PlannedStep(step.title, *_places(step, requester, owner, barred))
        for step in policy.steps.order_by("position").prefetch_related("approvers__person")
        if step.from_amount is None or amount is None or amount >= step.from_amount
    ]
    if not steps:
        raise Refused(f"The approval policy “{policy}” has no step for this: nobody could approve.")
    return steps


def _places(
    step: ApprovalPolicyStep, requester: Person, owner: Person | None, barred: set[int | None]
) -> tuple[int, tuple[PlannedSeat, ...]]:
    """Return how many have to approve, and the seats, nobody's twice."""
    found: dict[tuple[int | None, str], PlannedSeat] = {}
    for approver in sorted(step.approvers.all(), key=lambda each: each.pk):
        seat = _seat(approver, requester, owner, barred)
        found.setdefault((seat.person.pk if seat.person else None, seat.role), seat)
    if not found:
        raise Refused(f"Nobody approves in “{step}”: the policy has to name somebody.")
    numbers = {ApprovalQuorum.ALL: len(found), ApprovalQuorum.ANY: 1}
    needed = numbers.get(ApprovalQuorum(step.quorum), step.number or 1)
    if needed > len(found):
        raise Refused(f"“{step}” asks for {needed} approvals, and has {len(found)} approvers.")
    return needed, tuple(found.values())


def _seat(
    approver: ApprovalPolicyApprover,
    requester: Person,
    owner: Person | None,
    barred: set[int | None],
) -> PlannedSeat:
    if approver.source == ApproverSource.ROLE:
        return _seat_of_role(approver.role, requester, barred)
    people = {
        ApproverSource.PERSON: approver.person,
        ApproverSource.LINE_MANAGER: line_manager_of(requester),
        ApproverSource.OWNER: owner,
    }
    person, source = people[ApproverSource(approver.source)], approver.get_source_display()
    if approver.source == ApproverSource.PERSON:
        source = "Named by the policy"
    if person is None:
        raise Refused(f"Nobody can approve this: {source.lower()} is not known to the directory.")
    if person.pk in barred:
        person = superior_beyond(person, {key for key in barred if key})
        source = f"{approver.get_source_display()}, in their place the line manager"
    if person is None:
        raise Refused(
            "Nobody can approve this: it leads to whoever asks, who has no line manager, "
            "and nobody approves their own request."
        )
    return PlannedSeat(source, person)


def _seat_of_role(role: str, requester: Person, barred: set[int | None]) -> PlannedSeat:
    """Return the seat of whoever holds a role where the requester is.

    Where those who may not decide on this are the only ones, their line manager has the seat.
    """
    holders = holders_for(role, requester)
    if any(key not in barred for key in holders):
        return PlannedSeat("Role", role=role)
    label = Role(role).label
    if not holders:
        raise Refused(f"Nobody else can approve this: the role {label} is held by none.")
    above = superior_beyond(Person.objects.get(pk=holders[0]), {key for key in barred if key})
    if above is None:
        raise Refused(
            f"Nobody can approve this: the role {label} is held by whoever asks alone, "
            "who has no line manager, and nobody approves their own request."
        )
    return PlannedSeat(f"{label}, in their place the line manager", above)


def subject_of_request(request: ApprovalRequest) -> Any:
    """Return the record that a request is about, or None where it is gone."""
    model: type[models.Model] = apps.get_model(request.record)
    return model._default_manager.filter(pk=request.row).first()


def subject_address(request: ApprovalRequest, user: Account) -> str:
    """Return where the record of a request is read, or nothing where this reader may not."""
    model = apps.get_model(request.record)
    if not is_declared(model):
        return ""
    record = record_of(model)
    if not record.visible_to(user).filter(pk=request.row).exists():
        return ""
    return reverse(record.detail_address, args=[request.row])


def open_inquiry(request: ApprovalRequest) -> ApprovalInquiry | None:
    """Return what the requester has been asked and has not answered."""
    if not can_decide(request):
        return None
    return request.inquiries.filter(answer__isnull=True).select_related("by__person").first()


def standing_approval(row: models.Model, kind: str) -> ApprovalRequest | None:
    """Return the approval of a record as it is now; one of an earlier state of it holds no more."""
    found = ApprovalRequest.objects.about(row).filter(kind=kind, state=ApprovalState.APPROVED)
    return found.filter(digest=kind_of(kind).digest_of(row)).order_by("-pk").first()


@dataclass(frozen=True)
class Waiting:
    """A request on which a reader may decide, and in which seats."""

    request: ApprovalRequest
    authorities: tuple[Authority, ...]


def waiting_for_decision(user: Account, at: datetime) -> Iterator[Waiting]:
    """Give the requests on which this account may decide now, what is due first before others."""
    return among_them(user, asked_to_decide(user, at), at)


def asked_to_decide(user: Account, at: datetime) -> models.QuerySet[ApprovalRequest]:
    """Return the requests in whose open step this account might have a seat, as far as the rows
    alone tell."""
    if user.person_id is None:
        return ApprovalRequest.objects.none()
    seats = ApprovalSeat.objects.undecided().filter(
        step__position=models.F("step__request__step"),
        step__request__state=ApprovalState.WAITING,
    )
    rows = (
        ApprovalRequest.objects.visible_to(user)
        .waiting()
        .filter(expires_at__gt=at, pk__in=seats.values("step__request"))
        .exclude(requester=user.person_id, may_approve_own=False)
        .select_related("requester", "asked_by__person")
    )
    return rows.order_by("due_at", "pk")[:MOST_WAITING]


def among_them(
    user: Account, requests: Collection[ApprovalRequest], at: datetime
) -> Iterator[Waiting]:
    """Give those of the requests on which this account may decide."""
    found = authorities_on(user, requests, at)
    return (Waiting(each, found[each.pk]) for each in requests if each.pk in found)


def letters_to_approvers(request: ApprovalRequest, at: datetime) -> list[Letter]:
    """Return the mails to those who may decide in the open step and have not, once to each."""
    seats = ApprovalSeat.objects.undecided().filter(
        step__request=request, step__position=request.step
    )
    owners = _owners(seats.select_related("person"), request.requester)
    held = Delegation.objects.in_force(at).filter(giver__in=[each.pk for each in owners])
    stand_ins = [
        each.receiver
        for each in held.select_related("receiver").order_by("pk")
        if each.covers(request.kind, request.amount)
    ]
    barred = (
        set() if request.may_approve_own else {request.requester_id, request.asked_by.person_id}
    )
    people = {person.pk: person for person in (*owners, *stand_ins)}
    facts = {
        "requester": str(request.requester),
        "title": request.title,
        "summary": request.summary,
        "until": f"{request.due_at:%Y-%m-%d}",
        "address": _place_of(request),
    }
    about = f"approval:{request.pk}"
    asked = [person for person in people.values() if person.pk not in barred]
    written = [letter("office.approval", person, facts, about=about) for person in asked]
    return [each for each in written if each is not None]


def _owners(seats: Iterable[ApprovalSeat], requester: Person) -> list[Person]:
    """Return whose the seats are; of a role, all who hold it where the requester is."""
    people, keys = [], set[int]()
    for seat in seats:
        if seat.person is not None:
            people.append(seat.person)
        else:
            keys |= set(holders_for(seat.role, requester))
    return people + list(Person.objects.filter(pk__in=keys).order_by("pk"))


def _place_of(request: ApprovalRequest) -> str:
    """Return where the request is read, or in words where nobody has set the address."""
    if not settings.PUBLIC_URL:
        return "You find it in Quarterdeck under Today."
    return f"{settings.PUBLIC_URL}{reverse('office.approvalrequest.detail', args=[request.pk])}"
