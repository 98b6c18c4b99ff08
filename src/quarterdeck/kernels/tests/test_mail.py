"""Mails by their texts alone: addresses, subjects, replies, machines and packed files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.mail.addresses import (
    MailAddress,
    addresses_in,
    normal_address,
    reply_address,
    signed_tag,
    without_tag,
)
from quarterdeck.kernels.mail.automatic import Machine, is_read_by_nobody, machine_behind
from quarterdeck.kernels.mail.invitations import invitation_text
from quarterdeck.kernels.mail.replies import strip_reply
from quarterdeck.kernels.mail.subjects import plain_subject, tag_of, ticket_tags
from quarterdeck.kernels.mail.tnef import unpack

signatures = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16)
# Header texts are mostly made of what means something in them.
header_texts = st.text(st.sampled_from('ab@.<>(),;:"\\ \t\r\n\0é') | st.characters(), max_size=80)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        # RFC 5322, appendix A.1.2 and A.1.3.
        (
            '"Joe Q. Public" <john.q.public@example.com>',
            [("Joe Q. Public", "john.q.public@example.com")],
        ),
        (
            "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            [("Mary Smith", "mary@x.test"), ("", "jdoe@example.org"), ("Who?", "one@y.test")],
        ),
        (
            '<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>',
            [("", "boss@nil.test"), ('Giant; "Big" Box', "sysservices@example.net")],
        ),
        (
            "A Group:Ed Jones <joe@where.test>,John <jdoe@one.test>;",
            [("Ed Jones", "joe@where.test"), ("John", "jdoe@one.test")],
        ),
        ("Undisclosed recipients:;", []),
        ("(comment) <>, nobody, a@, @b", []),
        ("Mona@Example.ORG (Mona)", [("Mona", "mona@example.org")]),
    ],
)
def test_addresses_are_read_as_the_standard_writes_them(
    header: str, found: list[tuple[str, str]]
) -> None:
    assert addresses_in(header) == [MailAddress(*each) for each in found]


@given(header_texts)
def test_any_header_has_addresses_or_none(header: str) -> None:
    for found in addresses_in(header):
        assert normal_address(found.address) == found.address


@given(st.integers(1, 10**12 - 1), signatures)
def test_a_signed_address_gives_its_ticket_back_whatever_its_case(key: int, sign: str) -> None:
    address = reply_address("help@example.org", key, sign)

    assert signed_tag(address.upper()) == (key, sign)
    assert without_tag(address) == "help@example.org"


def test_an_address_too_long_for_a_tag_gets_none() -> None:
    assert reply_address(f"{'h' * 60}@example.org", 1, "a" * 16) == ""


@given(st.from_regex(r"[A-Z]{1,4}-?[0-9]{1,9}", fullmatch=True), signatures, header_texts)
def test_a_subject_gives_its_tag_back_and_is_plain_without(
    number: str, sign: str, words: str
) -> None:
    subject = f"Re: AW: {tag_of(number, sign)} {words}"

    assert (number, sign) in ticket_tags(subject)
    assert tag_of(number, sign) not in plain_subject(subject)


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Re: [T-000012] Re: The printer", "The printer"),
        ("AW: WG: Drucker", "Drucker"),
        ("Fwd[2]: [EXTERNAL] Hi", "[EXTERNAL] Hi"),
        ("Refund", "Refund"),
        ("Re:", ""),
    ],
)
def test_a_subject_loses_its_marks_of_answers(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("Yes.\n\nOn Mon, 4 Apr 2016, Desk wrote:\n> Is it?\n> Really?", "Yes."),
        ("Ja.\n\nAm 4.4.2016 um 09:00 schrieb Desk <d@example.org>:\n> Wirklich?", "Ja."),
        ("Oui.\nLe lun. 4 avr. 2016 à 09:00, Desk\n<d@example.org> a écrit :\n> ?", "Oui."),
        ("Yes.\n\n-----Original Message-----\nFrom: Desk\nIs it?", "Yes."),
        ("Yes.\n\nFrom: Desk <d@x>\nSent: Monday\nTo: Mona\nSubject: ?\n\nIs it?", "Yes."),
        ("Yes.\n-- \nMona\nRoom 4", "Yes."),
        ("Yes.\n> Is it?", "Yes."),
        # Who answers between the lines is heard whole.
        ("On Monday Desk wrote:\n> Is it?\nYes.\n> And?\nNo.", None),
        # Where nothing would be left, all is kept.
        ("> only what was quoted", None),
        ("On the roof he wrote:", None),
        ("From: here on it fails", None),
    ],
)
def test_an_answer_is_what_was_written_anew(text: str, reply: str | None) -> None:
    assert strip_reply(text) == (text if reply is None else reply)


lines = st.lists(
    st.sampled_from(
        ["> quoted", "own words", "", "-- ", "On Monday X wrote:", "From: x", "Sent: y"]
    )
)


@given(lines.map("\n".join) | st.text(max_size=200))
def test_an_answer_is_never_emptied_and_only_ever_shortened(text: str) -> None:
    reply = strip_reply(text)

    assert bool(reply) == bool(text.strip())
    assert set(reply.split()) <= set(text.split())


@pytest.mark.parametrize(
    ("header", "value", "machine"),
    [
        ("auto-submitted", "no", None),
        ("auto-submitted", "auto-replied (vacation)", Machine.ANSWER),
        ("auto-submitted", "auto-generated; x=y", Machine.NOTICE),
        ("auto-submitted", "auto-notified", Machine.NOTICE),
        ("precedence", "Bulk", Machine.LIST),
        ("precedence", "auto_reply", Machine.ANSWER),
        ("list-id", "<a.example.org>", Machine.LIST),
        ("x-autoreply", "yes", Machine.ANSWER),
        ("subject", "Out of office: until May", Machine.ANSWER),
        ("subject", "Abwesend: bis Mai", Machine.ANSWER),
        ("subject", "Abwesenheit eintragen", None),
        ("subject", "Outlook is out of the question", None),
        ("return-path", "<>", Machine.BOUNCE),
        ("x-anything", "auto-replied", None),
    ],
)
def test_a_machine_is_known_by_its_headers(
    header: str, value: str, machine: Machine | None
) -> None:
    found = machine_behind({header: [value]}, envelope_sender="", sender="mona@example.org")

    assert found == machine


@pytest.mark.parametrize(
    ("address", "is_unread"),
    [
        ("No-Reply@example.org", True),
        ("donotreply@example.org", True),
        ("do_not_reply+1@example.org", True),
        ("noreply.monitor@example.org", True),
        ("norepley@example.org", False),
        ("nora.reply@example.org", False),
    ],
)
def test_an_address_tells_that_nobody_reads_it(address: str, *, is_unread: bool) -> None:
    assert is_read_by_nobody(address) == is_unread


@pytest.mark.parametrize(
    ("envelope", "sender", "report", "machine"),
    [
        ("<>", "mona@example.org", "", Machine.BOUNCE),
        ("mona@example.org", "mona@example.org", "", None),
        ("", "mailer-daemon@example.org", "", Machine.BOUNCE),
        ("", "mona@example.org", "delivery-status", Machine.BOUNCE),
        ("<>", "mona@example.org", "disposition-notification", Machine.RECEIPT),
    ],
)
def test_a_machine_is_known_by_its_envelope_and_report(
    envelope: str, sender: str, report: str, machine: Machine | None
) -> None:
    assert machine_behind({}, envelope_sender=envelope, sender=sender, report=report) == machine


@given(st.binary(max_size=300))
def test_any_bytes_can_be_unpacked(data: bytes) -> None:
    packed = unpack((0x223E9F78).to_bytes(4, "little") + data)

    assert all(each.content for each in packed.files)


def test_a_long_name_in_utf_16_wins_over_the_short_one() -> None:
    long = "Größe.txt\0".encode("utf-16-le")
    padded = long + bytes(-len(long) % 4)
    properties = b"".join(
        (
            (2).to_bytes(4, "little"),
            (3 | 0x0E20 << 16).to_bytes(4, "little") + bytes(4),
            (31 | 0x3707 << 16).to_bytes(4, "little"),
            (1).to_bytes(4, "little") + len(long).to_bytes(4, "little") + padded,
        )
    )
    parts = ((0x69002, bytes(14)), (0x18010, b"GROSSE~1.TXT\0"), (0x6800F, b"abc"))
    attributes = b"".join(
        b"\x02" + key.to_bytes(4, "little") + len(value).to_bytes(4, "little") + value + b"\0\0"
        for key, value in (*parts, (0x69005, properties))
    )
    packed = unpack((0x223E9F78).to_bytes(4, "little") + b"\0\0" + attributes)

    assert [(each.name, each.content) for each in packed.files] == [("Größe.txt", b"abc")]


def test_an_invitation_is_told_in_a_few_lines() -> None:
    # RFC 5545, 3.1 (folding) and 3.3.11 (escaping).
    event = (
        "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VEVENT\r\nSUMMARY:Review\\, at\r\n  last\r\n"
        "DTSTART;TZID=Europe/Berlin:20160405T100000\r\nDTEND;VALUE=DATE:20160406\r\n"
        "END:VEVENT\r\nBEGIN:VEVENT\r\nLOCATION:Elsewhere\r\nEND:VEVENT\r\n"
    )

    assert invitation_text(event) == (
        "What: Review, at last\nFrom: 2016-04-05 10:00 Europe/Berlin\nUntil: 2016-04-06"
    )


@given(st.text(max_size=200))
def test_any_text_is_an_invitation_or_none(text: str) -> None:
    assert invitation_text(f"BEGIN:VEVENT\n{text}") is not None
