"""Mails are worded by the organisation, wanted by their readers, and gathered in digests."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from quarterdeck.core.accounts import lock_account
from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Act, Person, RoleAssignment
from quarterdeck.core.redaction import redact
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.gateways.smtp import compose
from quarterdeck.office.jobs import send_digests
from quarterdeck.office.models import (
    DigestRhythm,
    MailDigest,
    MailTemplate,
    MailWish,
    OutgoingMail,
    WaitingLetter,
)
from quarterdeck.office.queries import mail_kinds as registry
from quarterdeck.office.queries.letters import letter
from quarterdeck.office.queries.mail_kinds import (
    NEVER_OMITTED,
    MailKind,
    MailSubject,
    Placeholder,
    all_mail_kinds,
    register_mail_kinds,
)
from quarterdeck.office.verbs.letters import (
    Rhythm,
    keep_mail_template,
    restore_mail_template,
    send_digest,
    wish_mail,
    write_letter,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 27, 12, tzinfo=UTC)
MORNING = datetime(2026, 3, 28, 7, 30, tzinfo=UTC)
TIDE = MailKind(
    "test.tide",
    "The tide turns",
    "Pilots",
    "{{boat}} at {{port}}",
    "Dear {{name}},\n\nBoat: {{boat}}\nPilot: {{pilot}}\n\n{{port}}",
    (
        Placeholder("name", "the reader", "Mona"),
        Placeholder("boat", "the boat", "Gull"),
        Placeholder("pilot", "the pilot", "Ole"),
        Placeholder("port", "the port", "Hull", is_needed=True),
    ),
    about="tide",
)
STORM = MailKind("test.storm", "A storm", "Pilots", "Storm", "{{wind}}", (), NEVER_OMITTED, "tide")
KNOWN = "{{name}}, {{boat}}, {{pilot}}, {{port}}"
HIDDEN: set[str] = set()


@pytest.fixture(autouse=True)
def tides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of mail about tides, some of which are hidden."""
    HIDDEN.clear()
    tide = MailSubject("tide", "A tide", lambda _, keys: set(keys) - HIDDEN, "/tides/{}".format)
    monkeypatch.setitem(registry._kinds, TIDE.key, TIDE)  # noqa: SLF001 — kinds for one test
    monkeypatch.setitem(registry._kinds, STORM.key, STORM)  # noqa: SLF001 — what a test registers must go again
    monkeypatch.setitem(registry._subjects, "tide", tide)  # noqa: SLF001 — what a test registers must go again


@pytest.fixture
def mona(operator: Account) -> Account:
    with acting(actor=operator, verb_name="tests.mona", at=AT):
        person = Person.objects.create(name="Mona", email="mona@example.org")
        return Account.objects.create(username="mona", person=person)


def wrote(account: Account, facts: Mapping[str, str], number: int = 1, at: datetime = AT) -> Any:
    written = letter("test.tide", account.person, {"name": "Mona", **facts}, about=f"tide:{number}")
    return write_letter(letter=written, actor=account, at=at)


def worded(text: str, actor: Account, subject: str = "Tide", seen: int = 0) -> MailTemplate:
    return keep_mail_template(
        kind="test.tide", subject=subject, text=text, seen=seen, actor=actor, at=AT
    )


def test_a_letter_has_the_built_in_words_without_the_lines_that_say_nothing(mona: Account) -> None:
    mail = wrote(mona, {"boat": "Gull", "port": "Hull"})

    told = mail.kind, mail.recipient, mail.subject, mail.text
    text = "Dear Mona,\n\nBoat: Gull\n\nHull"
    assert told == ("test.tide", "mona@example.org", "Gull at Hull", text)


def test_an_organisation_words_a_kind_anew_and_goes_back(mona: Account, operator: Account) -> None:
    first = worded("To {{port}}!", operator)
    own = wrote(mona, {"port": "Hull"}).text
    restore_mail_template(kind="test.tide", seen=1, actor=operator, at=AT)

    kept = list(MailTemplate.objects.order_by("number").values_list("number", "is_builtin", "text"))
    assert (own, kept) == ("To Hull!", [(1, False, first.text), (2, True, "")])
    assert wrote(mona, {"port": "Hull"}).text == "Dear Mona,\n\nHull"


def test_a_value_is_no_template_and_adds_no_header(mona: Account) -> None:
    evil = "{{name}}\r\nBcc: all@example.org\n{{port}}"

    mail = wrote(mona, {"boat": evil, "port": "{% now %} {{boat}}"})

    sent = compose(
        sender="desk@example.org",
        recipient=mail.recipient,
        subject=mail.subject,
        text=mail.text,
        message_id=mail.message_id,
        headers=mail.headers,
        at=AT,
    )
    assert sent["Subject"] == "{{name}} Bcc: all@example.org {{port}} at {% now %} {{boat}}"
    assert (sent["Bcc"], sent.get_content_type()) == (None, "text/plain")


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        (
            "Tide",
            "{{crew}} {{port}}",
            {"text": [f"{{{{crew}}}} means nothing in this mail: expected one of {KNOWN}."]},
        ),
        ("Tide", "Hello", {"text": ["{{port}} is missing: the mail is of no use without it."]}),
        ("a\nb", "{{port}}", {"subject": ["A subject stays on one line."]}),
        (
            "{{boat",
            "{{port}}",
            {"subject": ["Two braces stand alone: expected such as {{name}}."]},
        ),
        (" ", "{{port}}", {"subject": ["A mail without it helps nobody: write something."]}),
    ],
)
def test_a_wording_that_could_not_be_filled_is_refused(
    subject: str, text: str, expected: dict[str, list[str]], operator: Account
) -> None:
    with pytest.raises(Invalid) as refusal:
        worded(text, operator, subject)

    assert (refusal.value.errors, MailTemplate.objects.count()) == (expected, 0)


def test_of_two_who_word_a_kind_at_once_the_second_looks_again(operator: Account) -> None:
    worded("{{port}}", operator)

    with pytest.raises(Refused, match="worded anew meanwhile"):
        worded("To {{port}}", operator, seen=0)


def test_only_whoever_changes_settings_words_mails(mona: Account) -> None:
    with pytest.raises(Refused, match="may not change how mails are worded"):
        worded("{{port}}", mona)


def test_the_built_in_words_of_every_kind_would_be_accepted(operator: Account) -> None:
    for kind in all_mail_kinds():
        if kind != STORM:
            keep_mail_template(
                kind=kind.key, subject=kind.subject, text=kind.text, seen=0, actor=operator, at=AT
            )

    assert MailTemplate.objects.count() == len(all_mail_kinds()) - 1


def test_a_key_belongs_to_one_kind() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register_mail_kinds(MailKind("test.tide", "Another", "x", "x", "x", ()))


def test_whoever_wants_no_such_mail_gets_none(mona: Account) -> None:
    wish_mail(timings={"test.tide": "never"}, actor=mona, at=AT)

    assert (wrote(mona, {"port": "Hull"}), WaitingLetter.objects.count()) == (None, 0)


@pytest.mark.parametrize(
    ("kind", "timing", "problem"),
    [
        ("office.password", "never", "Nobody can choose"),
        ("test.storm", "never", "choose one of these"),
        ("test.calm", "never", "There is no kind of mail"),
    ],
)
def test_what_cannot_be_declined_is_not(
    kind: str, timing: str, problem: str, mona: Account
) -> None:
    with pytest.raises((Refused, Invalid)) as refusal:
        wish_mail(timings={kind: timing}, actor=mona, at=AT)

    told = f"{refusal.value} {getattr(refusal.value, 'errors', '')}"
    assert (problem in told, MailWish.objects.count()) == (True, 0)


def test_a_digest_gathers_what_waited_once_a_day(mona: Account, operator: Account) -> None:
    wish_mail(timings={"test.tide": "digest"}, actor=mona, at=AT)
    wrote(mona, {"boat": "Gull", "port": "Hull"})
    wrote(mona, {"boat": "Tern", "port": "Hull"}, at=MORNING + timedelta(hours=1))

    with override_settings(PUBLIC_URL="https://desk.example.org/"):
        early = send_digest(account=mona, actor=operator, at=AT + timedelta(hours=1))
        sent = send_digest(account=mona, actor=operator, at=MORNING + timedelta(minutes=30))
        again = send_digest(account=mona, actor=operator, at=MORNING + timedelta(hours=9))

    assert sent is not None
    assert (early, again, sent.recipient) == (None, None, "mona@example.org")
    assert sent.text.splitlines()[4:10] == [
        "* Gull at Hull",
        "    Dear Mona,",
        "",
        "    Boat: Gull",
        "",
        "    Hull",
    ]
    assert sent.headers == {"List-Unsubscribe": "<https://desk.example.org/account/mail>"}
    assert ("https://desk.example.org/tides/1" in sent.text, "Tern" in sent.text) == (True, False)
    assert list(MailDigest.objects.values_list("letters", "left_out")) == [(1, 0)]
    assert list(WaitingLetter.objects.values_list("subject", flat=True)) == ["Tern at Hull"]


def test_what_somebody_may_no_longer_see_is_in_no_digest(mona: Account, operator: Account) -> None:
    wish_mail(timings={"test.tide": "digest"}, actor=mona, at=AT)
    wrote(mona, {"boat": "Gull", "port": "Hull"}, number=1)
    wrote(mona, {"boat": "Tern", "port": "Hull"}, number=2)
    HIDDEN.add("2")

    sent = send_digest(account=mona, actor=operator, at=MORNING + timedelta(hours=1))

    assert sent is not None
    assert ("Gull" in sent.text, "Tern" in sent.text) == (True, False)
    assert list(MailDigest.objects.values_list("letters", "left_out")) == [(1, 1)]


def test_what_was_redacted_meanwhile_is_in_no_digest(mona: Account, operator: Account) -> None:
    wish_mail(timings={"test.tide": "digest"}, actor=mona, at=AT)
    wrote(mona, {"boat": "Gull", "port": "Hull"})
    act = Act.objects.latest("pk")
    redact(row=act, columns=["reason"], reason="GDPR", actor=operator, at=AT + timedelta(hours=1))
    wrote(mona, {"boat": "Tern", "port": "Hull"}, number=2, at=AT + timedelta(hours=2))

    with override_settings(PUBLIC_URL="https://desk.example.org/"):
        sent = send_digest(account=mona, actor=operator, at=MORNING + timedelta(hours=1))

    assert sent is not None
    told = ["* The tide turns", "    https://desk.example.org/tides/1", "", "* Tern at Hull"]
    assert (sent.text.splitlines()[4:8], "Gull" in sent.text) == (told, False)


def test_a_digest_that_is_refused_keeps_no_other_back(mona: Account, operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.ada", at=AT):
        person = Person.objects.create(name="Ada", email="ada@example.org")
        ada = Account.objects.create(username="ada", person=person)
    for each in (mona, ada):
        wish_mail(timings={"test.tide": "digest"}, actor=each, at=AT)
        wrote(each, {"port": "Hull"})
    with acting(actor=operator, verb_name="tests.mona", at=AT):
        Person.objects.filter(email="mona@example.org").update(email="mona")

    with pytest.raises(Refused, match=f"{mona.label}: “mona” is no mail address"):
        send_digests.call()

    assert [mail.recipient for mail in OutgoingMail.objects.all()] == ["ada@example.org"]
    assert [each.account for each in WaitingLetter.objects.all()] == [mona]


@pytest.mark.parametrize("timing", ["never", "digest"])
def test_what_a_locked_account_wished_counts_no_more(
    timing: str, mona: Account, operator: Account
) -> None:
    wish_mail(timings={"test.tide": timing}, actor=mona, at=AT)
    lock_account(account=mona, reason="Left", actor=operator, at=AT)

    written = letter("test.tide", mona.person, {"port": "Hull"}, about="tide:1")
    mail = write_letter(letter=written, actor=operator, at=AT)

    assert mail is not None
    assert (mail.recipient, WaitingLetter.objects.count()) == ("mona@example.org", 0)


def test_an_empty_digest_is_not_sent(mona: Account, operator: Account) -> None:
    wish_mail(timings={"test.tide": "digest"}, actor=mona, at=AT)
    wrote(mona, {"port": "Hull"})
    HIDDEN.add("1")

    sent = send_digest(account=mona, actor=operator, at=MORNING + timedelta(hours=1))

    assert (sent, OutgoingMail.objects.count(), WaitingLetter.objects.count()) == (None, 0, 0)


def test_whoever_declines_meanwhile_reads_nothing_of_it(mona: Account, operator: Account) -> None:
    wish_mail(timings={"test.tide": "digest"}, actor=mona, at=AT)
    wrote(mona, {"port": "Hull"})
    wish_mail(timings={"test.tide": "never"}, actor=mona, at=AT)

    assert send_digest(account=mona, actor=operator, at=MORNING + timedelta(hours=1)) is None


def test_a_worker_sends_the_digests_that_are_due(mona: Account) -> None:
    wish_mail(timings={"test.tide": "digest"}, actor=mona, at=AT)
    wrote(mona, {"port": "Hull"})

    send_digests.call()
    send_digests.call()

    assert OutgoingMail.objects.filter(kind="office.digest").count() == 1


BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("rhythm", "at", "due"),
    [
        # On 2026-03-29 the clock in Berlin goes from 02:00 to 03:00.
        (Rhythm(hour=2, zone=BERLIN), "2026-03-29T12:00Z", "2026-03-29T01:00Z"),
        # On 2026-10-25 it goes from 03:00 back to 02:00: 02:00 comes at 00:00 and 01:00 UTC.
        (Rhythm(hour=2, zone=BERLIN), "2026-10-25T12:00Z", "2026-10-25T00:00Z"),
        (Rhythm(hour=8, zone=BERLIN), "2026-03-28T07:00Z", "2026-03-28T07:00Z"),
        (Rhythm(hour=8, zone=BERLIN), "2026-03-29T06:00Z", "2026-03-29T06:00Z"),
        (Rhythm(hour=8, zone=BERLIN), "2026-03-29T05:59Z", "2026-03-28T07:00Z"),
        # 2026-03-27 is a Friday.
        (Rhythm("weekly", 8, 4, "UTC"), "2026-03-27T07:59Z", "2026-03-20T08:00Z"),
        (Rhythm("weekly", 8, 4, "UTC"), "2026-03-27T08:00Z", "2026-03-27T08:00Z"),
        (Rhythm(hour=23, zone="Pacific/Kiritimati"), "2026-03-27T09:00Z", "2026-03-27T09:00Z"),
    ],
)
def test_a_digest_is_due_at_the_hour_of_ones_own_zone(rhythm: Rhythm, at: str, due: str) -> None:
    row = DigestRhythm(
        frequency=rhythm.frequency, hour=rhythm.hour, weekday=rhythm.weekday, zone=rhythm.zone
    )

    assert row.last_due(datetime.fromisoformat(at)) == datetime.fromisoformat(due)


def test_a_rhythm_that_there_is_not_is_refused(mona: Account) -> None:
    rhythm = Rhythm("hourly", 24, 7, "Mars/Olympus")

    with pytest.raises(Invalid) as refusal:
        wish_mail(timings={}, rhythm=rhythm, actor=mona, at=AT)

    assert sorted(refusal.value.errors) == ["frequency", "hour", "weekday", "zone"]


def keeper(operator: Account) -> Client:
    with acting(actor=operator, verb_name="tests.keeper", at=AT):
        account = Account.objects.create(username="kim")
        RoleAssignment.objects.create(account=account, role=Role.IT_MANAGER)
    client = Client()
    client.force_login(account)
    return client


def test_a_wording_is_tried_on_its_page_before_it_is_kept(operator: Account) -> None:
    client, page = keeper(operator), reverse("office.mail.template", args=["test.tide"])
    given = {"subject": "To {{port}}", "text": "{{port}}, {{name}}", "seen": "0"}

    tried = client.post(page, {**given, "act": "try"})
    before = MailTemplate.objects.count()
    kept = client.post(page, {**given, "act": "keep"})

    assert (tried.context["trial"], before) == (("To Hull", "Hull, Mona"), 0)
    assert (kept.status_code, MailTemplate.objects.get().subject) == (302, "To {{port}}")


def test_wishes_are_said_on_ones_own_page(mona: Account) -> None:
    client, page = Client(), reverse("account.mail")
    client.force_login(mona)
    form = client.get(page).context["form"]
    given = {name: form[name].value() or field.choices[0][0] for name, field in form.fields.items()}
    given |= {"test.tide": "digest", "hour": "6", "zone": BERLIN}

    answer = client.post(page, given)

    wished = list(MailWish.objects.values_list("kind", "timing"))
    rhythm = DigestRhythm.objects.get()
    assert (answer.status_code, wished) == (302, [("test.tide", "digest")])
    assert (rhythm.hour, rhythm.zone, rhythm.account) == (6, BERLIN, mona)
