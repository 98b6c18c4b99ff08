"""Letters: mails of a registered kind, worded as the organisation wants it, to one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from quarterdeck.core.models import Account, Person, Redaction
from quarterdeck.kernels.placeholders import (
    filled,
    has_stray_braces,
    laid_out,
    names_in,
    unknown_names,
)
from quarterdeck.office.models import DigestRhythm, MailTemplate, MailWish, WaitingLetter
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.mail_kinds import (
    Facts,
    MailKind,
    all_mail_kinds,
    mail_kind,
    mail_subject,
)
from quarterdeck.office.vocabulary import MailTiming

LONGEST_SUBJECT = 200
LONGEST_TEXT = 10_000


class Wording(NamedTuple):
    """How a kind of mail is worded: the organisation's version `number`, or 0 for the built-in."""

    subject: str
    text: str
    number: int = 0


@dataclass(frozen=True)
class Letter:
    """A mail of one kind to one person that is ready to be queued.

    `about` names what it is about, as the registered subjects know it (`ticket:17`), `files` the
    keys of the attachments that go with it.
    """

    kind: MailKind
    person: Person
    subject: str
    text: str
    about: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[int, ...] = ()


def letter(
    kind: str,
    person: Person | None,
    facts: Facts,
    *,
    about: str = "",
    tag: str = "",
    headers: Mapping[str, str] | None = None,
) -> Letter | None:
    """Return the letter of a kind to a person, or None where nobody could receive it.

    `tag` stands before the subject whatever the wording says, so that answers find their thread.
    """
    if person is None or not is_reachable(person):
        return None
    chosen = mail_kind(kind)
    subject, text = worded(wording_of(chosen), facts)
    return Letter(chosen, person, f"{tag} {subject}".strip(), text, about, headers or {})


def is_reachable(person: Person) -> bool:
    """Whether a person can be told anything: by mail, or in the product once they sign in."""
    accounts = Account.objects.filter(person=person, is_active=True)
    return bool(person.email) or accounts.exists()


def wording_of(kind: MailKind) -> Wording:
    """Return how a kind of mail is worded at present."""
    latest = MailTemplate.objects.filter(kind=kind.key).order_by("-number").first()
    if latest is None or latest.is_builtin:
        return Wording(kind.subject, kind.text)
    return Wording(latest.subject, latest.text, latest.number)


def worded(wording: Wording, facts: Facts) -> tuple[str, str]:
    """Return subject and text with the facts in them; only what the wording names is found out."""
    named = dict.fromkeys([*names_in(wording.subject), *names_in(wording.text)])
    values = {name: _value(facts.get(name, "")) for name in named}
    return " ".join(filled(wording.subject, values).split()), laid_out(wording.text, values)


def _value(fact: object) -> str:
    return str(fact() if callable(fact) else fact)


def wording_faults(kind: MailKind, subject: str, text: str) -> dict[str, list[str]]:
    """Say what is wrong with a wording, by field; nothing where it may be used."""
    faults: dict[str, list[str]] = {"subject": [], "text": []}
    for name, words, longest in (
        ("subject", subject, LONGEST_SUBJECT),
        ("text", text, LONGEST_TEXT),
    ):
        if not words.strip():
            faults[name].append("A mail without it helps nobody: write something.")
        if len(words) > longest:
            faults[name].append(f"It has {len(words)} signs: expected at most {longest}.")
        if has_stray_braces(words):
            faults[name].append("Two braces stand alone: expected such as {{name}}.")
        if unknown := unknown_names(words, kind.names):
            told, known = _listed(unknown), _listed(kind.names)
            faults[name].append(f"{told} means nothing in this mail: expected one of {known}.")
    if len(subject.splitlines()) > 1:
        faults["subject"].append("A subject stays on one line.")
    named = names_in(text)
    if missing := [p.name for p in kind.placeholders if p.is_needed and p.name not in named]:
        faults["text"].append(f"{_listed(missing)} is missing: the mail is of no use without it.")
    return {name: told for name, told in faults.items() if told}


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join("{{" + name + "}}" for name in names)


def preferences_address() -> str:
    """Return the address where one says what one is told by mail; nothing where none is known."""
    place = settings.PUBLIC_URL
    return urljoin(place, reverse("account.mail")) if place else ""


def address_of(waiting: WaitingLetter) -> str:
    """Return the address of what a letter is about; nothing where none is known."""
    subject, place = mail_subject(waiting.about), settings.PUBLIC_URL
    if subject is None or not place:
        return ""
    return urljoin(place, subject.path(waiting.about.partition(":")[2]))


def timing_for(person: Person, kind: MailKind) -> MailTiming:
    """Return when a person is written to about a kind of thing; without an account, at once.

    What an account wished that is locked counts no more: nobody can sign in and take it back.
    """
    if not kind.is_optional:
        return MailTiming.AT_ONCE
    wishes = MailWish.objects.filter(account__person=person, account__is_active=True)
    wish = wishes.filter(kind=kind.key).first()
    timing = MailTiming.AT_ONCE if wish is None else MailTiming(wish.timing)
    return timing if timing in kind.timings else MailTiming.AT_ONCE


def timings_of(account: Account) -> dict[str, str]:
    """Return what somebody has chosen, by kind."""
    return dict(MailWish.objects.filter(account=account).values_list("kind", "timing"))


def rhythm_of(account: Account) -> DigestRhythm:
    """Return when somebody gets the digest: every day at eight where they never said."""
    known = DigestRhythm.objects.filter(account=account).first()
    return known or DigestRhythm(account=account, zone=organisation().zone)


def is_still_told(waiting: WaitingLetter, timings: Mapping[str, str]) -> bool:
    """Whether somebody may still see what a letter is about, and has not declined its kind.

    What nobody can say who may see it is left out.
    """
    subject = mail_subject(waiting.about)
    if subject is None or not waiting.account.is_active:
        return False
    if timings.get(waiting.kind) == MailTiming.NEVER:
        return False
    key = waiting.about.partition(":")[2]
    return key in subject.seen(waiting.account, [key])


def newest_redaction() -> datetime | None:
    """Return when anything was redacted last: words that were quoted up to then are not shown."""
    return Redaction.objects.order_by("-pk").values_list("at", flat=True).first()


def without_redacted(waiting: Sequence[WaitingLetter]) -> list[WaitingLetter]:
    """Return letters without the words of those that were written before anything was redacted.

    A letter quotes records, and nothing says which: what was redacted later may stand in any of
    them. Such a one tells its kind alone, and where to read what there is now.
    """
    newest = newest_redaction()
    titles = {kind.key: kind.title for kind in all_mail_kinds()}
    for each in waiting:
        if newest is not None and each.noted_at <= newest:
            each.subject, each.text = titles.get(each.kind, "News"), ""
    return list(waiting)
