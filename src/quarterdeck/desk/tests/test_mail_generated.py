"""Whole mails, put together at random: none is lost, none breaks the door, none begins a loop."""

from email.utils import make_msgid

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quarterdeck.desk.gateways.mail import originals
from quarterdeck.desk.models import IncomingMail, TicketMessage
from quarterdeck.desk.tests.mail_cast import DESK, mailed_desk, taken, ticket_of, written
from quarterdeck.desk.tests.work_cast import opened
from quarterdeck.desk.vocabulary import IncomingState, MessageKind, SenderProof
from quarterdeck.office.models import OutgoingMail

pytestmark = pytest.mark.django_db

LETTERS = st.text(st.characters(codec="utf-8"), max_size=60)
# What stands in a header: plain words, encoded ones, broken encodings, raw bytes, folds.
VALUES = st.one_of(
    LETTERS.map(lambda text: text.replace("\r", " ").replace("\n", " ").encode()),
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\r", b" ").replace(b"\n", b" ")),
    st.sampled_from(
        [
            b"=?utf-8?q?Z=C3=BCrich?=",
            b"=?x-none?b?////?=",
            b"=?utf-8?b?4pyTIQ",
            b"folded\r\n over two lines",
            b"<" * 50,
            b"",
        ]
    ),
)
SENDERS = st.sampled_from(
    [
        b"Mona <mona@example.org>",
        b"mona@example.org, vera@example.org",
        b'"a, b" <stranger@example.net>',
        b"=?utf-8?q?M=C3=B6na?= <mona@example.org>",
        b"MAILER-DAEMON@example.net",
        b"help@example.org",
        b"nobody",
        b"<>",
    ]
)
# By these a machine says that it is one, and none of them may be answered.
MACHINES = st.sampled_from(
    [
        (b"Auto-Submitted", b"auto-replied"),
        (b"Auto-Submitted", b"Auto-Generated; owner=x"),
        (b"Precedence", b"bulk"),
        (b"Precedence", b"auto_reply"),
        (b"List-Id", b"<all.example.net>"),
        (b"X-Autoreply", b"yes"),
        (b"Return-Path", b"<>"),
    ]
)
NAMES = st.sampled_from(
    [
        *(b"Subject", b"To", b"Cc", b"Date", b"References", b"In-Reply-To", b"Reply-To"),
        *(b"Message-ID", b"Content-Language", b"X-Priority", b"Received", b"Sender"),
        *(b"Authentication-Results", b"Content-Transfer-Encoding", b"Content-Disposition"),
    ]
)
TYPES = st.sampled_from(
    [
        b"text/plain; charset=utf-8",
        b"text/plain; charset=utf-16",
        b"text/plain; charset=no-such-charset",
        b"text/html",
        b"text/calendar; method=REQUEST",
        b'application/octet-stream; name="../../etc/passwd"',
        b"application/ms-tnef; name=winmail.dat",
        b"message/rfc822",
        b"image/svg+xml; name=a.svg",
        b"",
        b"multipart/",
    ]
)
CONTENTS = st.one_of(
    st.binary(max_size=200),
    LETTERS.map(str.encode),
    st.sampled_from([b"<script>alert(1)</script>", b"From: x\r\n\r\ninner", b"=ZZ=\r\n=", b"////"]),
)


@st.composite
def parts(draw: st.DrawFn) -> bytes:
    """One body or attachment, with headers of its own."""
    encoding = draw(st.sampled_from([b"7bit", b"base64", b"quoted-printable", b"x-uuencode", b""]))
    disposition = draw(st.sampled_from([b'attachment; filename="a\r\n b"', b"inline", b""]))
    head = [
        b"Content-Type: " + draw(TYPES),
        b"Content-Transfer-Encoding: " + encoding,
        b"Content-Disposition: " + disposition,
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + draw(CONTENTS)


@st.composite
def mails(draw: st.DrawFn) -> tuple[bytes, bool]:
    """A whole mail, and whether a machine says in it that it has written it."""
    machine = draw(st.none() | MACHINES)
    fields = [(b"From", draw(SENDERS)), (b"To", DESK.encode())]
    fields += draw(st.lists(st.tuples(NAMES, VALUES), max_size=6))
    fields += [machine] if machine else []
    inner = draw(st.lists(parts(), min_size=1, max_size=3))
    if len(inner) == 1 and draw(st.booleans()):
        body = inner[0]
    else:
        closing = draw(st.sampled_from([b"--cut--\r\n", b"", b"--cut"]))
        body = b"Content-Type: multipart/mixed; boundary=cut\r\n\r\n"
        body += b"".join(b"--cut\r\n" + each + b"\r\n" for each in inner) + closing
    fields = draw(st.permutations(fields))
    return b"".join(name + b": " + value + b"\r\n" for name, value in fields) + body, bool(machine)


def answered_by_a_fool(sent: OutgoingMail) -> bytes:
    """What a responder answers that says of no mail of its own that a machine has written it."""
    key = make_msgid(domain="example.net").strip("<>")
    return written(
        "I am away.",
        sender=sent.recipient,
        subject=f"Re: {sent.subject}",
        key=key,
        In_Reply_To=sent.message_id,
    )


def test_no_mail_is_lost_breaks_the_door_or_begins_a_loop() -> None:
    mailed_desk(hourly_limit=30_000, authserv_id="mx.example.org")

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(mails())
    @example((b"\xff" * 300, False))
    @example((b"From:\r\n\r\n", False))
    def comes_in(given_mail: tuple[bytes, bool]) -> None:
        content, is_machine = given_mail
        before = set(OutgoingMail.objects.values_list("pk", flat=True))

        mail = taken(content)

        sent = list(OutgoingMail.objects.exclude(pk__in=before))
        assert originals.original(mail.original.stored_name) == content
        assert mail.state != IncomingState.WAITING
        assert mail.state == IncomingState.ON_TICKET or mail.reason
        assert len(sent) <= (0 if is_machine else 1)
        # Whoever answers our answer, and our own mail come back, hear nothing more.
        known = before | {each.pk for each in sent}
        for each in sent:
            taken(answered_by_a_fool(each))
            taken(written(each.text, sender="x@example.net", key=each.message_id.strip("<>")))
        assert OutgoingMail.objects.exclude(pk__in=known).count() == 0

    comes_in()

    assert IncomingMail.objects.waiting().count() == 0


PROVEN = "mx.example.org; dmarc=pass header.from=example.org"
FORGED = "mx.example.org; dmarc=fail header.from=example.org"


@pytest.mark.parametrize(
    ("told", "proof", "kind"),
    [
        (PROVEN, SenderProof.PASSED, MessageKind.PUBLIC),
        (FORGED, SenderProof.FAILED, MessageKind.INTERNAL),
        ("evil.example; dmarc=pass", SenderProof.MISSING, MessageKind.INTERNAL),
    ],
)
def test_a_senders_address_leads_into_a_ticket_only_where_our_server_vouches_for_it(
    told: str, proof: SenderProof, kind: MessageKind
) -> None:
    desk = mailed_desk(authserv_id="mx.example.org")
    ticket = opened(desk)

    mail = taken(written(subject=f"Re: [{ticket.number}]", Authentication_Results=told))

    message = TicketMessage.objects.get(incoming=mail)
    assert (ticket_of(mail), mail.sender_proof, message.kind) == (ticket, proof, kind)


def test_a_secret_of_ours_proves_more_than_an_address() -> None:
    mailed_desk(authserv_id="mx.example.org")
    taken(written(Authentication_Results=PROVEN))
    ours = OutgoingMail.objects.get()

    answer = taken(written("Still.", key="two@example.org", In_Reply_To=ours.message_id))

    message = TicketMessage.objects.get(incoming=answer)
    assert (answer.is_unproven, message.kind) == (True, MessageKind.PUBLIC)
