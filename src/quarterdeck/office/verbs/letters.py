"""The acts on letters: write one as its reader wishes, word a kind anew, send what waited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.office.models import (
    DigestRhythm,
    MailDigest,
    MailTemplate,
    MailWish,
    Notice,
    OutgoingMail,
    WaitingLetter,
)
from quarterdeck.office.models.calendars import WEEKDAYS
from quarterdeck.office.models.letters import LAST_HOUR
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.letters import (
    Letter,
    address_of,
    is_still_told,
    letter,
    preferences_address,
    rhythm_of,
    timing_for,
    timings_of,
    without_redacted,
    wording_faults,
)
from quarterdeck.office.queries.mail_kinds import MailKind, all_mail_kinds, mail_kind
from quarterdeck.office.rules import may_change_settings
from quarterdeck.office.verbs.mail import queue_mail
from quarterdeck.office.vocabulary import DigestFrequency, MailTiming

DIGEST = "office.digest"
# So much of each letter stands in a digest; the rest is read where the link leads.
_LINES, _SIGNS = 8, 600
MOST_IN_A_DIGEST = 200


@verb
def write_letter(
    *,
    letter: Letter | None,
    keeps_text: bool = True,
    actor: Account,
    at: datetime,
) -> OutgoingMail | None:
    """Send a letter as its reader wishes: queue it, or let it wait for their digest, or do nothing.

    Whoever has an account finds it among their notices in any case. Where there is no letter,
    nobody could receive it. Returns the mail that was queued.
    """
    if letter is None:
        return None
    kind = letter.kind
    _put_up(letter, at)
    if not letter.person.email:
        return None
    timing = timing_for(letter.person, kind)
    if timing == MailTiming.NEVER:
        return None
    # A digest takes no files, so what comes with some does not wait for it.
    if timing == MailTiming.DIGEST and letter.about and not letter.files:
        _let_wait(letter, at)
        return None
    return queue_mail(
        recipient=letter.person.email,
        subject=letter.subject,
        text=letter.text,
        headers={**letter.headers, **_unsubscribing(kind)},
        files=letter.files,
        kind=kind.key,
        keeps_text=keeps_text,
        actor=actor,
        at=at,
    )


def _put_up(letter: Letter, at: datetime) -> None:
    """Let the reader find it in the product too, however they wish to be mailed."""
    account = Account.objects.filter(person=letter.person, is_active=True).first()
    if account is not None and letter.about:
        Notice.objects.create(
            account=account,
            kind=letter.kind.key,
            about=letter.about,
            subject=letter.subject[:500],
            noted_at=at,
        )


def _let_wait(letter: Letter, at: datetime) -> None:
    WaitingLetter.objects.create(
        account=Account.objects.get(person=letter.person),
        kind=letter.kind.key,
        about=letter.about,
        subject=letter.subject[:500],
        text=letter.text.replace("\0", ""),
        noted_at=at,
    )


def _unsubscribing(kind: MailKind) -> dict[str, str]:
    """Return the header by which mail programs lead to one's wishes (RFC 2369)."""
    address = preferences_address() if kind.is_optional or kind.key == DIGEST else ""
    return {"List-Unsubscribe": f"<{address}>"} if address else {}


@verb
def keep_mail_template(
    *, kind: str, subject: str, text: str, seen: int, actor: Account, at: datetime
) -> MailTemplate:
    """Word a kind of mail for the organisation from now on; earlier versions stay readable.

    `seen` is the number of the version that the actor has seen, 0 where there was none. Refused
    where somebody has worded it anew meanwhile; Invalid where the words name what this kind of mail
    does not know, or lack what it needs.
    """
    chosen = mail_kind(kind)
    subject, text = subject.strip(), text.replace("\r\n", "\n").replace("\0", "").strip()
    if faults := wording_faults(chosen, subject, text):
        raise Invalid(faults)
    return _added(chosen, Words(subject, text), seen, actor, at)


@verb
def restore_mail_template(*, kind: str, seen: int, actor: Account, at: datetime) -> MailTemplate:
    """Let a kind of mail have the words of the product again, whatever they become."""
    chosen = mail_kind(kind)
    latest = MailTemplate.objects.filter(kind=kind).order_by("-number").first()
    if latest is None or latest.is_builtin:
        raise Refused(f"“{chosen.title}” has the built-in wording already.")
    return _added(chosen, Words(is_builtin=True), seen, actor, at)


@dataclass(frozen=True)
class Words:
    """What one version of a wording says."""

    subject: str = ""
    text: str = ""
    is_builtin: bool = False


def _added(kind: MailKind, words: Words, seen: int, actor: Account, at: datetime) -> MailTemplate:
    if not may_change_settings(actor):
        raise Refused("You may not change how mails are worded.")
    latest = MailTemplate.objects.filter(kind=kind.key).order_by("-number").first()
    stale = f"“{kind.title}” was worded anew meanwhile: look at it again."
    if (0 if latest is None else latest.number) != seen:
        raise Refused(stale)
    try:
        with transaction.atomic():
            return MailTemplate.objects.create(
                kind=kind.key,
                number=seen + 1,
                subject=words.subject,
                text=words.text,
                is_builtin=words.is_builtin,
                by=actor,
                at=at,
            )
    except IntegrityError as problem:
        raise Refused(stale) from problem


@dataclass(frozen=True)
class Rhythm:
    """When a digest is sent: the hour and, once a week, the weekday (0 is Monday) in a zone."""

    frequency: str = DigestFrequency.DAILY
    hour: int = 8
    weekday: int = 0
    zone: str = "UTC"


@verb
def wish_mail(
    *,
    timings: Mapping[str, str],
    rhythm: Rhythm | None = None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Say when one wants which kind of mail, and when the digest comes; the rest stays as it is.

    Refused for a kind that there is not, and for a timing that its reader may not choose.
    """
    known = {kind.key: kind for kind in all_mail_kinds() if kind.is_optional}
    for key, timing in timings.items():
        if key not in known:
            raise Refused(f"Nobody can choose when “{mail_kind(key).title}” comes.")
        if timing not in known[key].timings:
            offered = ", ".join(each.label.lower() for each in known[key].timings)
            raise Invalid({key: [f"“{known[key].title}” comes {offered}: choose one of these."]})
    # Whoever saves twice at once waits here, so that no row is added twice.
    Account.objects.select_for_update().get(pk=actor.pk)
    for key, timing in timings.items():
        _wish(actor, key, timing)
    if rhythm is not None:
        _keep_rhythm(actor, rhythm)


def _wish(account: Account, kind: str, timing: str) -> None:
    wish = MailWish.objects.filter(account=account, kind=kind).first()
    if wish is None:
        if timing != MailTiming.AT_ONCE:
            MailWish.objects.create(account=account, kind=kind, timing=timing)
    elif wish.timing != timing:
        wish.timing = timing
        wish.version += 1
        wish.save(update_fields=["timing", "version"])


def _keep_rhythm(account: Account, rhythm: Rhythm) -> None:
    faults = {
        "frequency": rhythm.frequency not in DigestFrequency.values,
        "hour": not 0 <= rhythm.hour <= LAST_HOUR,
        "weekday": not 0 <= rhythm.weekday < len(WEEKDAYS),
        "zone": rhythm.zone not in available_timezones(),
    }
    expected = {
        "frequency": "Expected daily or weekly.",
        "hour": f"Expected a full hour from 0 to {LAST_HOUR}.",
        "weekday": "Expected a weekday from 0 (Monday) to 6 (Sunday).",
        "zone": f"There is no time zone “{rhythm.zone}”; expected such as Europe/Berlin.",
    }
    if errors := {name: [expected[name]] for name, is_wrong in faults.items() if is_wrong}:
        raise Invalid(errors)
    row = DigestRhythm.objects.filter(account=account).first()
    is_new = row is None
    row = row or DigestRhythm(account=account)
    row.frequency, row.hour, row.weekday = rhythm.frequency, rhythm.hour, rhythm.weekday
    row.zone = rhythm.zone
    row.version += not is_new
    row.save()


@verb
def send_digest(*, account: Account, actor: Account, at: datetime) -> OutgoingMail | None:
    """Send somebody in one mail what has waited for their digest, if one is due.

    Once a day or week, whatever happens: what waited, the mail and the note of the day are changed
    in one transaction. What they may no longer see is left out, and so are words from before a
    redaction; where nothing is left no mail is sent.
    """
    rhythm = rhythm_of(account)
    due = rhythm.last_due(at)
    day = rhythm.day_of(due)
    if MailDigest.objects.filter(account=account, day=day).exists():
        raise NothingDone(None)
    rows = WaitingLetter.objects.filter(account=account, noted_at__lt=due)
    waiting = list(rows.select_for_update(of=("self",)).select_related("account").order_by("pk"))
    timings = timings_of(account)
    told = without_redacted([each for each in waiting if is_still_told(each, timings)])
    has_address = account.person is not None and bool(account.person.email)
    if not waiting or (told and not has_address):
        raise NothingDone(None)
    mail = write_letter(letter=_digest(account, told), actor=actor, at=at) if told else None
    WaitingLetter.objects.filter(pk__in=[each.pk for each in waiting]).delete()
    if mail is not None:
        MailDigest.objects.create(
            account=account,
            day=day,
            mail=mail,
            letters=len(told),
            left_out=len(waiting) - len(told),
        )
    return mail


def _digest(account: Account, told: list[WaitingLetter]) -> Letter | None:
    facts = {
        "name": str(account),
        "count": str(len(told)),
        "organisation": organisation().name,
        "news": "\n\n".join(_item(each) for each in told[:MOST_IN_A_DIGEST]),
        "more": f"{len(told) - MOST_IN_A_DIGEST} more" if len(told) > MOST_IN_A_DIGEST else "",
        "address": preferences_address(),
    }
    return letter(DIGEST, account.person, facts)


def _item(waiting: WaitingLetter) -> str:
    """Return the subject of a letter, the beginning of its text indented below, and its place."""
    text = waiting.text[:_SIGNS]
    lines = text.splitlines()[:_LINES]
    is_cut = len("\n".join(lines)) < len(waiting.text)
    body = [f"    {line}".rstrip() for line in lines]
    place = address_of(waiting)
    ends = [*(["    …"] if is_cut else []), *([f"    {place}"] if place else [])]
    return "\n".join([f"* {waiting.subject}", *body, *ends])
