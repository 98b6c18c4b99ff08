"""Awkward mails, made here: each with what shall become of it.

`t` is a ticket, `n` not understood, `s` stopped. Whatever becomes of one, it is kept byte for byte.
"""

from base64 import b64encode
from collections.abc import Iterator

from quarterdeck.desk.tests.mail_cast import DESK, written

HEAD = (
    f"From: Mona <mona@example.org>\r\nTo: {DESK}\r\nSubject: Awkward\r\n"
    "Date: Mon, 04 Apr 2016 10:55:00 +0200\r\nMIME-Version: 1.0\r\n"
)
PIXEL = b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)><p>Hello</p>"
MEETING = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Review\\, at last\r\n"
    "DTSTART:20160405T080000Z\r\nLOCATION:Room\r\n  4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
REPORT = (
    "From: MAILER-DAEMON@mx.example.org\r\nTo: help@example.org\r\nSubject: Undelivered\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b"
    "\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; mona@example.org\r\n"
    "Action: {action}\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 No such user\r\n\r\n"
    "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {key}\r\n\r\n--b--\r\n"
)


def report(key: str, action: str = "failed") -> bytes:
    """A report of delivery (RFC 3464) about the mail of this key."""
    return REPORT.format(key=key, action=action).encode()


def with_body(kind: str, body: bytes | str, *more: str) -> bytes:
    """A mail of one part of any type, whose bytes are as they are given."""
    lines = "".join(f"{line}\r\n" for line in (f"Content-Type: {kind}", *more))
    content = body.encode() if isinstance(body, str) else body
    return f"{HEAD}{lines}\r\n".encode() + content


def of_parts(kind: str, *parts: str, boundary: str = "b") -> bytes:
    """A mail of several parts, each with its own header lines before an empty one."""
    whole = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return with_body(f"multipart/{kind}; boundary={boundary}", f"{whole}--{boundary}--\r\n")


def part(kind: str, body: str, *lines: str) -> str:
    """A part of a mail."""
    return "\r\n".join((f"Content-Type: {kind}", *lines, "", body))


def file(name: str, kind: str = "image/png", body: str = PIXEL) -> str:
    """A file in base 64, under any name."""
    disposition = f"Content-Disposition: attachment; filename={name}"
    return part(kind, body, "Content-Transfer-Encoding: base64", disposition)


def nested(depth: int) -> bytes:
    """Parts inside parts."""
    body = part("text/plain", "At the bottom")
    for level in range(depth):
        body = part(f"multipart/mixed; boundary=b{level}", f"--b{level}\r\n{body}\r\n--b{level}--")
    return f"{HEAD}{body}".encode()


def tnef(*files: tuple[str, bytes], text: str = "") -> bytes:
    """A winmail.dat (MS-OXTNEF) with a text and files."""

    def attribute(level: int, key: int, value: bytes) -> bytes:
        check = (sum(value) % 65536).to_bytes(2, "little")
        return (
            bytes((level,))
            + key.to_bytes(4, "little")
            + len(value).to_bytes(4, "little")
            + (value + check)
        )

    found = [(0x223E9F78).to_bytes(4, "little") + b"\x01\x00"]
    if text:
        found.append(attribute(1, 0x2800C, text.encode("cp1252") + b"\0"))
    for name, content in files:
        found.append(attribute(2, 0x69002, bytes(14)))
        found.append(attribute(2, 0x18010, name.encode("cp1252") + b"\0"))
        found.append(attribute(2, 0x6800F, content))
    return b"".join(found)


def winmail(packed: bytes) -> str:
    """A part as Outlook sends it."""
    return file("winmail.dat", "application/ms-tnef", b64encode(packed).decode())


def texts() -> Iterator[tuple[str, str, bytes]]:
    """Give mails whose text is hard to read."""
    yield "plain", "t", written()
    yield "empty body", "t", written("")
    yield "no subject", "t", written(subject="")
    yield "neither subject nor text", "n", written("", subject="")
    yield "utf-8 said to be ascii", "t", with_body("text/plain; charset=us-ascii", "Grüße")
    yield "latin-1 said to be utf-8", "t", with_body("text/plain; charset=utf-8", b"Gr\xfc\xdfe")
    yield "unknown charset", "t", with_body("text/plain; charset=x-klingon", "Qapla'")
    yield "charset that is no charset", "t", with_body("text/plain; charset=base64", "Hello")
    yield "empty charset", "t", with_body('text/plain; charset=""', "Hello")
    yield "utf-16", "t", with_body("text/plain; charset=utf-16", "Hello".encode("utf-16"))
    yield "utf-7", "t", with_body("text/plain; charset=utf-7", "+ADw-script+AD4-alert(1)")
    yield "nul bytes", "t", with_body("text/plain", b"a\0b\0c")
    yield "controls", "t", with_body("text/plain", b"\x1b[31mred\x07\x08")
    yield "text that turns around", "t", written("\u202egpj.exe\u202c")
    yield "broken base64", "t", with_body("text/plain", "!!!!", "Content-Transfer-Encoding: base64")
    yield (
        "odd quoting",
        "t",
        with_body("text/plain", "=ZZ=3", "Content-Transfer-Encoding: quoted-printable"),
    )
    yield (
        "unknown encoding",
        "t",
        with_body("text/plain", "x", "Content-Transfer-Encoding: x-magic"),
    )
    yield (
        "uuencode",
        "t",
        with_body(
            "text/plain", "begin 644 a\n#86)C\n`\nend\n", "Content-Transfer-Encoding: x-uuencode"
        ),
    )
    yield "bare line feeds", "t", written().replace(b"\r\n", b"\n")
    yield "bare carriage returns", "t", written().replace(b"\r\n", b"\r")
    yield "a hundred thousand spaces", "t", written(" " * 100_000 + "end")
    yield "one endless line", "t", written("x" * 250_000)
    yield "fifty thousand lines", "t", written("line\r\n" * 50_000)


def markup() -> Iterator[tuple[str, str, bytes]]:
    """Give mails in HTML that would like to be run."""
    yield "html alone", "t", with_body("text/html; charset=utf-8", EVIL)
    yield "html and nothing to read", "t", with_body("text/html", "<img src=x>")
    yield "deep html", "t", with_body("text/html", "<div>" * 20_000 + "deep")
    yield "unclosed html", "t", with_body("text/html", "<p><a href='javascript:alert(1)'>here<b>")
    yield "svg in html", "t", with_body("text/html", "<svg onload=alert(1)><text>Hi</text></svg>")
    yield "subject with markup", "t", written(subject="<script>alert(3)</script>")
    yield "name with markup", "t", written(sender='"<script>alert(4)</script>" <mona@example.org>')
    yield (
        "html file",
        "t",
        of_parts(
            "mixed",
            part("text/plain", "See"),
            file("page.html", "text/html", b64encode(EVIL.encode()).decode()),
        ),
    )
    yield (
        "svg file",
        "t",
        of_parts(
            "mixed", file("x.svg", "image/svg+xml", b64encode(b"<svg onload='alert(1)'/>").decode())
        ),
    )


def parts() -> Iterator[tuple[str, str, bytes]]:
    """Give mails of many parts, or of broken ones."""
    yield (
        "alternatives",
        "t",
        of_parts("alternative", part("text/plain", "Plain"), part("text/html", "<p>Rich</p>")),
    )
    yield (
        "empty plain alternative",
        "t",
        of_parts("alternative", part("text/plain", " "), part("text/html", "<p>Rich</p>")),
    )
    yield (
        "inline image",
        "t",
        of_parts(
            "related",
            part("text/html", "<img src='cid:a'>"),
            part("image/png", PIXEL, "Content-Transfer-Encoding: base64", "Content-ID: <a>"),
        ),
    )


def broken_parts() -> Iterator[tuple[str, str, bytes]]:
    """Give mails whose parts are broken, or too many."""
    yield "no boundary", "t", with_body("multipart/mixed", "--b\r\n\r\nHello")
    yield "boundary that never comes", "t", with_body("multipart/mixed; boundary=b", "Hello")
    yield "unclosed parts", "t", with_body("multipart/mixed; boundary=b", "--b\r\n\r\nHello")
    yield "nested a bit", "t", nested(10)
    yield "nested a lot", "t", nested(90)
    yield (
        "six hundred parts",
        "t",
        of_parts("mixed", *(part("text/plain", "x") for _ in range(600))),
    )
    yield (
        "seventy files",
        "t",
        of_parts(
            "mixed", *(file(f"{n}.png", body=b64encode(bytes((n, 1))).decode()) for n in range(70))
        ),
    )
    yield (
        "mail in a mail",
        "t",
        of_parts(
            "mixed",
            part("text/plain", "See"),
            part("message/rfc822", "Subject: Inner\r\n\r\nHello"),
        ),
    )
    yield "broken mail in a mail", "t", of_parts("mixed", part("message/rfc822", "\r\n\r\n\xff"))


def wrapped() -> Iterator[tuple[str, str, bytes]]:
    """Give mails whose words are packed, signed or locked away."""
    yield (
        "winmail",
        "t",
        of_parts(
            "mixed", part("text/plain", "See"), winmail(tnef(("plan.txt", b"abc"), text="Packed"))
        ),
    )
    yield "broken winmail", "t", of_parts("mixed", winmail(tnef(("plan.txt", b"abc"))[:40]))
    yield "invitation", "t", with_body("text/calendar; method=REQUEST", MEETING)
    yield "broken invitation", "t", with_body("text/calendar", "BEGIN:VEVENT\r\nDTSTART;TZID=:x")
    yield (
        "signed",
        "t",
        of_parts("signed", part("text/plain", "Signed"), part("application/pgp-signature", "xx")),
    )
    yield (
        "encrypted by s/mime",
        "n",
        with_body(
            "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
            "MIAG",
            "Content-Transfer-Encoding: base64",
        ),
    )
    yield (
        "encrypted by pgp",
        "n",
        of_parts(
            "encrypted",
            part("application/pgp-encrypted", "Version: 1"),
            part("application/octet-stream", "xx"),
        ),
    )


def named() -> Iterator[tuple[str, str, bytes]]:
    """Give mails with files under hostile names."""
    yield "path as a name", "t", of_parts("mixed", file('"../../etc/passwd"'))
    yield "windows path as a name", "t", of_parts("mixed", file('"C:\\\\Windows\\\\x.exe"'))
    yield "name that turns around", "t", of_parts("mixed", file('"a\u202egpj.exe"'))
    yield "name of a thousand letters", "t", of_parts("mixed", file(f'"{"n" * 1000}.png"'))
    yield (
        "name in pieces",
        "t",
        of_parts(
            "mixed",
            part(
                "image/png",
                PIXEL,
                "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment; filename*0*=utf-8''%FF%; filename*2*=x",
            ),
        ),
    )
    yield "name of a nul", "t", of_parts("mixed", file('"a\0b.png"'))
    yield (
        "empty file",
        "t",
        of_parts("mixed", part("text/plain", "See"), file("empty.bin", body="")),
    )
    yield "type that is none", "t", with_body("/;;;=", "Hello")


def headers() -> Iterator[tuple[str, str, bytes]]:
    """Give mails whose header lies, repeats itself, or is none."""
    yield "bytes that are no mail", "n", bytes(range(256)) * 4
    yield "words that are no mail", "n", b"hello there\nhow are you\n"
    yield "no sender", "n", written(sender="")
    yield "sender that is no address", "n", written(sender="the boss")
    yield "address of letters beyond ascii", "n", written(sender="möna@example.org")
    yield (
        "ten thousand recipients",
        "t",
        written(to=", ".join(f"p{n}@example.org" for n in range(10_000))),
    )
    yield "group of recipients", "t", written(to=f"undisclosed: {DESK};")
    yield "endless comment", "n", written(sender="(" * 50_000)
    yield (
        "address hidden in a name",
        "t",
        written(sender="=?utf-8?q?mona=40example=2Eorg=2C?= <eve@example.net>"),
    )
    yield "broken word in a subject", "t", written(subject="=?utf-8?b?!!!?= =?x?q?=ZZ?=")
    yield "raw bytes in a subject", "t", written().replace(b"The printer", b"Gr\xfc\xdfe")
    yield "header in a subject", "t", written(subject="Hi\r\n Bcc: eve@example.net")
    yield "date of no calendar", "t", written(Date="Mon, 99 Xyz 20160 25:61:61 +9999")
    yield "key that is no key", "t", written(key="a b\tc> <")
    yield "references without end", "t", written(References="<a@b> " * 20_000)
    yield "four hundred headers", "t", written(**{f"X_{n}": "y" for n in range(400)})
    yield "two senders", "t", written(sender="mona@example.org, eve@example.net")
    yield "stranger", "t", written(sender="Eve <eve@example.net>")
    yield "mail to somebody else", "t", written(to="someone@example.net")


def machines() -> Iterator[tuple[str, str, bytes]]:
    """Give mails that no person has written."""
    yield "holiday notice", "s", written(Auto_Submitted="auto-replied (vacation)")
    yield "holiday notice by its subject", "s", written(subject="Automatic reply: The printer")
    yield "alarm of a machine", "s", written(Auto_Submitted="auto-generated")
    yield "bulk", "s", written(Precedence="bulk")
    yield "list", "s", written(List_Id="<people.example.org>")
    yield "our own address", "s", written(sender=DESK)
    yield "our own address with a tag", "s", written(sender="help+t-1-aaaaaaaaaaaaaaaa@example.org")
    yield "without a sender", "s", written(Return_Path="<>")
    yield "mail daemon", "s", written(sender="MAILER-DAEMON@example.org")
    yield "report on nothing of ours", "s", report("<none@example.org>")
    yield "report that is broken", "s", report("").replace(b"Action: failed", b"Action")
    yield (
        "receipt",
        "s",
        of_parts("report; report-type=disposition-notification", part("text/plain", "Read")),
    )
    yield "forged signature", "n", written(to="help+t-1-aaaaaaaaaaaaaaaa@example.org")
    yield "forged signature in a subject", "n", written(subject="[T-000001 aaaaaaaaaaaaaaaa] Hi")


def corpus() -> dict[str, tuple[str, bytes]]:
    """Return every mail by its name, with what shall become of it."""
    groups = (
        *(texts(), markup(), parts(), broken_parts(), wrapped(), named()),
        *(headers(), machines()),
    )
    return {
        name: (end, content.replace(b"<one@", f"<{number}@".encode()))
        for number, (name, end, content) in enumerate(each for group in groups for each in group)
    }
