"""Mail that comes in: onto which ticket, as whose words, and what is stopped on the way."""

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.jobs import waiting_jobs
from quarterdeck.core.models import Person
from quarterdeck.desk.gateways.mail import parts
from quarterdeck.desk.jobs import recover_mail, understand_mail
from quarterdeck.desk.models import IncomingMail, Mailbox, MailOriginal, Ticket, TicketMessage
from quarterdeck.desk.queries.reply_signatures import signature_of
from quarterdeck.desk.tests.mail_cast import (
    DESK,
    delivered,
    last_sent,
    mailed_desk,
    reply_to,
    resolved,
    said,
    taken,
    ticket_of,
    written,
)
from quarterdeck.desk.tests.mail_corpus import file, of_parts, part, report, tnef, winmail
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person
from quarterdeck.desk.verbs.incoming_mail import attach_mail, discard_mail, make_ticket_of_mail
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.verbs.tickets import (
    assign_ticket,
    hold_ticket,
    mark_spam,
)
from quarterdeck.office.models import Attachment, OutgoingMail

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return mailed_desk()


def test_a_mail_becomes_a_ticket_of_its_sender_reported_when_it_came_in(desk: Desk) -> None:
    mail = delivered(written(subject="Re: The printer"), MONDAY - HOUR)
    understand_mail.call(mail_key=mail.pk)

    mail.refresh_from_db()
    ticket = ticket_of(mail)
    told = (ticket.title, ticket.description, ticket.requester, ticket.team, ticket.opened_at)
    assert told == (
        "The printer",
        "It eats paper.",
        person("Mona"),
        desk.network,
        MONDAY - HOUR,
    )


@pytest.mark.usefixtures("desk")
def test_an_envelope_of_any_bytes_is_kept_as_far_as_it_can_be_written() -> None:
    mail = taken(written(), sender="a\udcff\0@x", recipients=(DESK, "\udcff\n" * 300))

    told = mail.original.envelope_sender, len(mail.original.envelope_recipients[1])
    assert (mail.state, told) == ("on_ticket", ("a\N{REPLACEMENT CHARACTER}@x", 254))


@pytest.mark.usefixtures("desk")
def test_nothing_at_all_is_no_mail() -> None:
    with pytest.raises(Refused, match="nothing in this mail"):
        delivered(b" \r\n")


@pytest.mark.usefixtures("desk")
def test_the_same_mail_twice_is_one_mail_by_the_same_way_and_by_another() -> None:
    first, again = taken(written()), taken(written())
    other = taken(b"Received: from elsewhere\r\n" + written())

    assert (first.pk, other.state, other.repeats) == (again.pk, "repeated", first)
    assert (Ticket.objects.count(), MailOriginal.objects.count()) == (1, 2)


@pytest.mark.usefixtures("desk")
def test_another_text_under_the_same_key_is_another_mail() -> None:
    taken(written())
    taken(written("It burns now."))

    assert Ticket.objects.count() == 2


@pytest.mark.usefixtures("desk")
def test_a_sender_whom_nobody_knows_is_kept_as_a_person_once() -> None:
    for number in range(2):
        taken(written(str(number), sender="Eve Doe <Eve@Example.net>", key=f"{number}@example.net"))

    eve = Person.objects.get(email="eve@example.net")
    assert (eve.name, eve.tickets.count(), hasattr(eve, "account")) == ("Eve Doe", 2, False)


def test_where_strangers_are_held_somebody_decides() -> None:
    mailed_desk(strangers="hold")
    mail = taken(written(sender="eve@example.net"))
    known = taken(written())

    assert (mail.reason, known.state) == ("Its sender is not in the directory.", "on_ticket")


def test_the_requesters_answer_joins_the_ticket_and_tells_its_assignee(desk: Desk) -> None:
    ticket = opened(desk)
    assign_ticket(
        ticket=ticket,
        version=ticket.version,
        assignee=person("Vera"),
        actor=account("nils"),
        at=MONDAY,
    )
    taken(written("Thanks.\n\nOn Monday the desk wrote:\n> Hello", to=reply_to(ticket)))

    told = last_sent()
    assert said(ticket) == [("public", "Thanks.")]
    assert (told.recipient, "Thanks." in told.text) == ("vera@example.org", True)


def test_an_answer_to_a_mail_of_ours_finds_its_ticket_without_any_address(desk: Desk) -> None:
    ticket = opened(desk)
    reply_publicly(ticket=ticket, text="Which one?", actor=account("nils"), at=MONDAY)
    sent = last_sent()
    mail = taken(written("The left one", subject="Aw:", In_Reply_To=sent.message_id))

    assert (mail.ticket, mail.proof) == (ticket, "answered")


@pytest.mark.usefixtures("desk")
def test_a_mail_of_ours_goes_on_with_the_thread_and_names_a_signed_address() -> None:
    ticket = ticket_of(taken(written()))
    reply_publicly(ticket=ticket, text="Which one?", actor=account("nils"), at=MONDAY)

    headers = last_sent().headers
    assert (headers["Reply-To"], headers["In-Reply-To"]) == (
        reply_to(ticket),
        "<one@example.org>",
    )


def test_where_addresses_bear_no_tags_the_subject_is_signed() -> None:
    desk = mailed_desk(reply_by="subject")
    ticket = opened(desk)
    reply_publicly(ticket=ticket, text="Which one?", actor=account("nils"), at=MONDAY)
    subject = last_sent().subject
    mail = taken(written("Left", subject=f"Re: {subject}"))

    assert subject.startswith(f"[{ticket.number} {signature_of(ticket.pk)}] ")
    assert (mail.ticket, mail.proof) == (ticket, "signed")


@pytest.mark.parametrize("where", ["address", "subject"])
def test_a_forged_signature_waits_for_somebody(desk: Desk, where: str) -> None:
    ticket, forged = opened(desk), "a" * 16
    by = {"to": reply_to(ticket, forged)} if where == "address" else {}
    by |= {"subject": f"[{ticket.number} {forged}] Hi"} if where == "subject" else {}
    mail = taken(written(**by))

    assert (mail.state, said(ticket)) == ("not_understood", [])


def test_a_strangers_answer_is_for_the_desk_alone_and_reopens_nothing(desk: Desk) -> None:
    ticket = resolved(opened(desk))
    taken(written("Let me in", sender="eve@example.net", to=reply_to(ticket)))

    kinds = [kind for kind, _ in said(ticket)]
    ticket.refresh_from_db()
    assert (kinds, ticket.state) == (["resolution", "internal"], "resolved")


def test_whoever_works_on_it_answers_by_mail_as_on_the_page(desk: Desk) -> None:
    ticket = opened(desk)
    taken(written("Done soon", sender="nils@example.org", to=reply_to(ticket)))

    message, sent = TicketMessage.objects.order_by("-pk")[0], last_sent()
    assert (message.kind, message.author, sent.recipient) == (
        "public",
        account("nils"),
        "mona@example.org",
    )


def test_the_desks_words_need_more_than_a_number_in_the_subject(desk: Desk) -> None:
    ticket = opened(desk)
    taken(written("Pay me", sender="nils@example.org", subject=f"[{ticket.number}]"))

    assert [kind for kind, _ in said(ticket)] == ["internal"]
    # The number of the ticket was told when it was opened; nothing else was written to anybody.
    assert OutgoingMail.objects.count() == 1


@pytest.mark.usefixtures("desk")
def test_who_reads_no_mail_is_told_no_number() -> None:
    taken(written("The disk is full", sender="no-reply@example.org"))

    assert (Ticket.objects.count(), OutgoingMail.objects.count()) == (1, 0)


def test_an_answer_ends_the_wait_for_it(desk: Desk) -> None:
    ticket = opened(desk)
    hold_ticket(
        ticket=ticket,
        version=ticket.version,
        pause_reason="requester",
        question="Which one?",
        actor=account("nils"),
        at=MONDAY,
    )
    taken(written("The left one", to=reply_to(ticket)))

    ticket.refresh_from_db()
    assert ticket.state == "new"


def test_what_answers_spam_waits_for_somebody(desk: Desk) -> None:
    ticket = opened(desk)
    mark_spam(ticket=ticket, version=ticket.version, actor=account("nils"), at=MONDAY)
    mail = taken(written("Buy", to=reply_to(ticket)))

    assert mail.reason == "It answers a ticket that was marked as spam."


def test_a_report_of_delivery_is_kept_with_the_mail_that_did_not_arrive(desk: Desk) -> None:
    ticket = opened(desk)
    reply_publicly(ticket=ticket, text="Which one?", actor=account("nils"), at=MONDAY)
    mail = taken(report(last_sent().message_id))

    sent = last_sent()
    assert (sent.state, sent.failure) == ("bounced", "5.1.1 550 No such user")
    assert (mail.state, mail.reports_on, mail.ticket) == ("stopped", sent, ticket)


def test_a_report_of_delay_changes_nothing(desk: Desk) -> None:
    reply_publicly(ticket=opened(desk), text="Which one?", actor=account("nils"), at=MONDAY)
    mail = taken(report(last_sent().message_id, "delayed"))

    assert (mail.state, last_sent().state) == ("stopped", "queued")


def test_a_sender_who_writes_without_end_waits_for_somebody() -> None:
    mailed_desk(hourly_limit=3)
    mails = [
        taken(written(str(number), key=f"{number}@example.org"), MONDAY + number * HOUR / 10)
        for number in range(5)
    ]

    assert [mail.state for mail in mails] == ["on_ticket"] * 3 + ["not_understood"] * 2


def test_alarms_of_machines_open_tickets_where_they_are_wanted() -> None:
    mailed_desk(takes_machines=True)
    alarm = taken(written(Auto_Submitted="auto-generated"))
    notice = taken(written(Auto_Submitted="auto-replied", key="two@example.org"))

    assert (alarm.state, notice.state) == ("on_ticket", "stopped")


@pytest.mark.usefixtures("desk")
def test_files_come_along_each_once_and_out_of_their_wrapping() -> None:
    packed = winmail(tnef(("plan.txt", b"abc")))
    mail = taken(of_parts("mixed", part("text/plain", "See"), file("a.png"), file("b.png"), packed))

    ticket = ticket_of(mail)
    assert list(Attachment.objects.about(ticket).values_list("name", flat=True)) == [
        "a.png",
        "plan.txt",
    ]


def test_what_an_answer_leaves_out_is_told_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_FILES", 1)
    ticket = opened(desk)

    sent = of_parts("mixed", part("text/plain", "See"), file("a.png"), file("b.png", body="AAAA"))
    taken(sent.replace(DESK.encode(), reply_to(ticket).encode()))

    told = (
        "Not taken over from the mail; its original has it:\n“b.png” is one of more than 1 files."
    )
    assert said(ticket) == [("public", "See"), ("internal", told)]


def test_a_person_makes_a_ticket_of_what_was_held(desk: Desk) -> None:
    mail = taken(written(to=reply_to(opened(desk), "a" * 16)))
    decided = make_ticket_of_mail(mail=mail, version=2, actor=account("nils"), at=MONDAY)

    assert (decided.state, ticket_of(decided).requester) == ("on_ticket", person("Mona"))
    assert decided.handled_by == account("nils")


def test_a_person_adds_a_held_mail_to_a_ticket(desk: Desk) -> None:
    ticket = opened(desk)
    mail = taken(written(to=reply_to(ticket, "a" * 16)))
    attach_mail(mail=mail, version=2, ticket=ticket, actor=account("nils"), at=MONDAY)

    assert said(ticket) == [("public", "It eats paper.")]


def test_a_discarded_mail_says_why_and_stays(desk: Desk) -> None:
    mail = taken(written(to=reply_to(opened(desk), "a" * 16)))
    words = {"mail": mail, "actor": account("nils"), "at": MONDAY}

    with pytest.raises(Invalid):
        discard_mail(version=2, reason=" ", **words)  # type: ignore[arg-type]  # the words fit
    with pytest.raises(Conflict):
        discard_mail(version=1, reason="Spam", **words)  # type: ignore[arg-type]  # the words fit
    discarded = discard_mail(version=2, reason="Spam", **words)  # type: ignore[arg-type]  # the words fit
    with pytest.raises(Refused, match="needs no decision"):
        discard_mail(version=3, reason="Spam", **words)  # type: ignore[arg-type]  # the words fit
    assert (discarded.state, MailOriginal.objects.count()) == ("discarded", 1)


def test_a_mail_for_another_team_is_not_there(desk: Desk) -> None:
    mail = taken(written(to=reply_to(opened(desk), "a" * 16)))

    seen = {
        name: IncomingMail.objects.visible_to(account(name)).filter(pk=mail.pk).exists()
        for name in ("nils", "omar", "mona", "ada")
    }
    assert seen == {"nils": True, "omar": False, "mona": False, "ada": True}


@pytest.mark.usefixtures("desk")
def test_what_no_worker_survives_is_shown_to_somebody() -> None:
    mail = delivered(written())
    waits = [job.name for job in waiting_jobs()]
    recover_mail.call()
    expected = IncomingMail.objects.get(pk=mail.pk).state

    DBTaskResult.objects.update(status="FAILED")
    recover_mail.call()

    mail.refresh_from_db()
    assert (waits, expected, mail.state) == (
        ["desk.understand_mail"],
        "waiting",
        "not_understood",
    )


@pytest.mark.usefixtures("operator")
def test_mail_for_no_mailbox_is_kept_for_somebody() -> None:
    mail = taken(written())

    assert (mail.reason, Mailbox.objects.count()) == (
        f"No mailbox here has its address: {DESK}, {DESK}.",
        0,
    )
