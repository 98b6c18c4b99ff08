"""How education, experience and certificates are listed, shown and typed in."""

from datetime import datetime

from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import NounClass, User
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Record, View
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people import models
from quarterdeck.people.models.background import BackgroundItem
from quarterdeck.people.queries.reach import due_among, positions_below
from quarterdeck.people.rules import (
    may_change_background,
    may_judge,
    may_store_background,
    may_tell_background,
)
from quarterdeck.people.verbs.background import verify_background, withdraw_verification
from quarterdeck.ui import navigation


def _may_verify(user: User, row: BackgroundItem) -> bool:
    return may_judge(user, row.person_id)


_ACTS = (
    RecordAct("verify", "Say that the proof was seen", verify_background, _may_verify),
    RecordAct(
        "withdraw",
        "Take back that the proof was seen",
        withdraw_verification,
        _may_verify,
        says={"reason": "Why, such as a mistake in the name."},
        longest={"reason": 300},
    ),
)

education = Record(
    models.Education,
    columns=("level", "field", "person", "institution", "awarded_on", "years", "verified_at"),
    filters=("person", "level", "awarded_on"),
    search=("field", "institution"),
    form=(
        *("person", "level", "field", "institution", "awarded_on", "years"),
        *("begins_on", "ends_on", "evidence"),
    ),
    details=(
        *("person", "level", "field", "institution", "awarded_on", "years"),
        *("begins_on", "ends_on", "evidence", "verified_by", "verified_at", "source"),
    ),
    titles={
        "awarded_on": "Awarded",
        "verified_at": "Proof seen",
        "verified_by": "By whom",
        "years": "Years",
    },
    views=(View("Not verified", "unverified"),),
    noun_class=NounClass.PERSONNEL,
    may_add=may_tell_background,
    may_change=may_change_background,
    may_store=may_store_background,
    acts=_ACTS,
    icon="book",
    section="People",
    empty="Add what you have studied; managers and HR partners add it for their people, or "
    "import a table.",
)
experience = Record(
    models.Experience,
    columns=(
        *("title", "employer", "person", "begins_on", "ends_on", "is_ongoing"),
        *("percent_of_full_time", "kind_of_work", "verified_at"),
    ),
    filters=("person", "study", "begins_on", "is_ongoing"),
    search=("title", "employer", "kind_of_work"),
    form=(
        *("person", "title", "employer", "kind_of_work", "begins_on", "begins_precision"),
        *("ends_on", "ends_precision", "is_ongoing", "percent_of_full_time"),
        *("percent_managing", "study", "evidence"),
    ),
    form_groups={
        "The work": ("person", "title", "employer", "kind_of_work"),
        "When": ("begins_on", "begins_precision", "ends_on", "ends_precision", "is_ongoing"),
        "How much of it counts": ("percent_of_full_time", "percent_managing", "study"),
        "Proof": ("evidence",),
    },
    details=(
        *("person", "title", "employer", "kind_of_work", "begins_on", "begins_precision"),
        *("ends_on", "ends_precision", "is_ongoing", "percent_of_full_time"),
        *("percent_managing", "study", "evidence", "verified_by", "verified_at", "source"),
    ),
    titles={
        "title": "What as",
        "percent_of_full_time": "Full time, %",
        "verified_at": "Proof seen",
        "verified_by": "By whom",
    },
    views=(View("Not verified", "unverified"),),
    noun_class=NounClass.PERSONNEL,
    may_add=may_tell_background,
    may_change=may_change_background,
    may_store=may_store_background,
    acts=_ACTS,
    icon="briefcase",
    section="People",
    empty="Add where you have worked; managers and HR partners add it for their people, or "
    "import a table.",
)
certificates = Record(
    models.Certificate,
    columns=("name", "issuer", "person", "number", "issued_on", "expires_on", "verified_at"),
    filters=("person", "issued_on", "expires_on"),
    search=("name", "issuer"),
    form=("person", "name", "issuer", "number", "issued_on", "expires_on", "evidence"),
    details=(
        *("person", "name", "issuer", "number", "issued_on", "expires_on"),
        *("evidence", "verified_by", "verified_at", "source"),
    ),
    titles={
        "issued_on": "Issued",
        "expires_on": "Valid to",
        "verified_at": "Proof seen",
        "verified_by": "By whom",
    },
    views=(View("Not verified", "unverified"),),
    noun_class=NounClass.PERSONNEL,
    may_add=may_tell_background,
    may_change=may_change_background,
    may_store=may_store_background,
    acts=_ACTS,
    icon="certificate",
    section="People",
    empty="Add your licences and certificates; managers and HR partners add them for their "
    "people, or import a table.",
)

RECORDS = (education, experience, certificates)
PLACES = tuple(
    navigation.Entry("People", each.title, each.list_address, each.icon) for each in RECORDS
)


def waiting_judgements(account: Account, at: datetime) -> waiting.Told:
    """Give those who report to the account's person, and of whom something is to be judged."""
    held = positions_below(account, own_day(at))
    yield [held]
    for standing in due_among(held, own_day(at)):
        page = reverse("people.qualification.person", args=[standing.person.pk])
        again = sum(question.stale is not None for question in standing.due)
        number = len(standing.due)
        told = f"{number} question{'s' if number > 1 else ''} that only a person can answer"
        yield waiting.WaitingItem(
            title=f"Judge the qualification of {standing.person}",
            address=f"{page}?level={standing.demands.level.pk}",
            due_at=None,
            consequence=waiting.Consequence.ORDINARY if again else waiting.Consequence.SLIGHT,
            kind="Qualification",
            detail=f"{told}{f', {again} of them again' if again else ''}.",
        )
