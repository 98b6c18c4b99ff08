"""Judging what no arithmetic can tell of a person's qualification."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.kernels.qualification.rules import Months
from quarterdeck.people import rules
from quarterdeck.people.models import (
    Anchor,
    Experience,
    QualificationJudgement,
    QualificationRule,
)
from quarterdeck.people.queries.background import digest_of, evidence_for, held_by
from quarterdeck.people.queries.demands import Demand, demand_of
from quarterdeck.people.vocabulary import JudgedVerdict

_WHOLE = Decimal(100)


@dataclass(frozen=True)
class Decision:
    """What somebody decides: of the rule as a whole, or of one piece of work under it.

    `seen` is the number of the last judgement of the same that they know, 0 where there is none;
    `percent` is which share of the work's time is of the kind asked for, None being all of it.
    """

    verdict: JudgedVerdict
    seen: int
    experience: Experience | None = None
    percent: Decimal | None = None


@verb
def judge_qualification(
    *,
    person: Person,
    row: QualificationRule | Anchor,
    key: str,
    decisions: Sequence[Decision],
    reason: str,
    actor: Account,
    at: datetime,
) -> list[QualificationJudgement]:
    """Record what one finds of a person about the rule of that key, which the row states.

    Nothing is overwritten: what was judged before stays, and this revises it. Conflict where
    somebody else has judged the same since the actor looked.
    """
    # The person is held, so that of two who judge at once the second sees the first.
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if not rules.may_judge(actor, locked.pk):
        raise Refused("Only a manager of the person, or HR, judges it, and nobody of oneself.")
    demand = demand_of(row, key)
    if demand is None:
        raise Refused(f"“{row}” does not ask for that: expected a rule that it states.")
    told = reason.strip()
    if not told:
        raise Refused("Say why: a judgement without a reason tells nobody anything.")
    if not decisions:
        raise Refused("Decide at least one thing.")
    return [
        _stored(locked, demand, decision, reason=told, judged_by=actor, judged_at=at)
        for decision in decisions
    ]


def _stored(
    person: Person, demand: Demand, decision: Decision, **said: Any
) -> QualificationJudgement:
    _ask(person, demand, decision)
    is_rule = isinstance(demand.row, QualificationRule)
    about = {
        "person": person,
        "rule": demand.row if is_rule else None,
        "anchor": None if is_rule else demand.row,
        "rule_key": demand.rule.key,
        "experience": decision.experience,
    }
    latest = QualificationJudgement.objects.filter(**about).order_by("-number").first()
    if (latest.number if latest else 0) != decision.seen:
        raise Conflict(latest)
    evidence = evidence_for(demand.rule, held_by([person.pk])[person.pk], decision.experience)
    basis = [
        {"noun": each._meta.label_lower, "key": each.pk, "title": str(each)} for each in evidence
    ]
    return QualificationJudgement.objects.create(
        **about,
        number=decision.seen + 1,
        verdict=decision.verdict,
        percent=decision.percent,
        basis=basis,
        evidence_digest=digest_of(evidence),
        **said,
    )


def _ask(person: Person, demand: Demand, decision: Decision) -> None:
    work, percent = decision.experience, decision.percent
    if work is None and isinstance(demand.rule, Months):
        raise Refused("Months are counted, not judged: say of each piece of work how it counts.")
    if work is not None and work.person_id != person.pk:
        raise Refused(f"“{work}” is not the work of {person}.")
    if percent is not None and (work is None or decision.verdict != JudgedVerdict.MET):
        raise Refused("A share is said of work that counts.")
    if percent is not None and not 0 < percent <= _WHOLE:
        raise Refused(f"A share of {percent} %: expected more than 0 and at most 100.")
