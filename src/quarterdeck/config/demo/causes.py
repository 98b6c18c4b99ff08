"""What the demo's desk knows of causes: candidates are sought, and one is made a known error."""

from datetime import datetime
from typing import Any

from quarterdeck.config.demo.scripts import PLANTED, SIGN_IN
from quarterdeck.core.changes import add_record
from quarterdeck.core.models import Account
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import CandidateProblem, CauseStep, ContributingFactor
from quarterdeck.desk.queries.candidates import harvest_of, next_service
from quarterdeck.desk.verbs.candidates import (
    accept_candidate,
    begin_candidate_search,
    finish_candidate_search,
    propose_candidates,
)
from quarterdeck.desk.verbs.problems import declare_known_error, investigate_problem
from quarterdeck.desk.vocabulary import FactorKind

# What is reported as a fault of email, and is an expired sign-in.
KNOWN = next(script.title for script in PLANTED if script.truly)


def tell_causes(*, manager: Account, at: datetime) -> None:
    """Search, accept what lies behind the mail that does not arrive, and leave the rest open."""
    search = begin_candidate_search(actor=manager, at=at)
    while (service := next_service(search)) is not None:
        harvest = harvest_of(search, service)
        search = propose_candidates(search=search, harvest=harvest, actor=manager, at=at)
    finish_candidate_search(search=search, actor=manager, at=at)
    candidate = CandidateProblem.objects.proposed().filter(title=KNOWN).first()
    if candidate is None:
        return
    _analyse(candidate, manager, at)


def _analyse(candidate: CandidateProblem, manager: Account, at: datetime) -> None:
    """Make a problem of a candidate, ask why, and say what the cause is."""
    problem = accept_candidate(
        candidate=candidate,
        version=candidate.version,
        owner=manager.person,
        actor=manager,
        at=at,
    )
    problem = investigate_problem(problem=problem, version=problem.version, actor=manager, at=at)
    words: Any = {"actor": manager, "at": at}
    above: object = None
    for answer, evidence in (
        ("The mail program is not signed in any more", "Seen on each of the laptops"),
        ("The password has expired, and the program does not say so", "The log of sign-ins"),
        ("The notice of an expiring password goes to the mailbox alone", ""),
    ):
        values = {"problem": problem, "above": above, "answer": answer, "evidence": evidence}
        above = add_record(record=record_of(CauseStep), values=values, **words)
    add_record(
        record=record_of(ContributingFactor),
        values={
            "problem": problem,
            "kind": FactorKind.PROCESS,
            "description": "Nobody tells users of an expiring password by other means",
        },
        **words,
    )
    declare_known_error(
        problem=problem,
        version=problem.version,
        cause="The mail program keeps an expired password and shows nothing.",
        true_category=SIGN_IN,
        workaround="Sign out of the mail program once, and in again with the new password.",
        **words,
    )
