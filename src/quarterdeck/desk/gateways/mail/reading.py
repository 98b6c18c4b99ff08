"""Reads a mail: who writes, in which thread, what, with which files.

The standard library parses it under `compat32`, the one policy of its `email` package under which
no header can make it raise. Whatever is broken is read as far as it goes; `Unreadable` is left for
what has no header at all. Limits keep a hostile mail from keeping a worker busy.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parsedate_to_datetime

from quarterdeck.desk.gateways.mail.bounces import Bounce, read_bounce
from quarterdeck.desk.gateways.mail.parts import Gathered, Part, gather
from quarterdeck.desk.gateways.mail.texts import header_text, one_line, raw_header
from quarterdeck.kernels.mail.addresses import MailAddress, addresses_in

LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_KEY = 300, 200_000, 250
_MOST_HEADERS, _MOST_REFERENCES = 300, 100
_LONGEST_HEADER = 20_000
_KEY = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,248}>")
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "resent-to")
_NEEDED = ("from", "to", "cc", "subject", "date", "message-id", "received", "content-type")


class Unreadable(Exception):
    """The bytes are no mail; the text says what was seen."""


@dataclass(frozen=True)
class ReadMail:
    """What a mail says. Texts can be stored as they are; addresses are in lower case.

    `headers` have lower-case names, each with its values from the top. `message_id` and
    `references` are keys between angle brackets that fit into a header of ours. `left_out` names
    what of the mail was too much, or cannot be read, and so stands in its original alone.
    """

    headers: Mapping[str, tuple[str, ...]]
    sender: MailAddress | None
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    references: tuple[str, ...]
    sent_at: datetime | None
    text: str
    files: tuple[Part, ...]
    left_out: tuple[str, ...]
    is_encrypted: bool
    report: str
    bounce: Bounce | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said, and nothing sent along."""
        return not (self.subject or self.text.strip() or self.files)


def read_mail(content: bytes) -> ReadMail:
    """Read a mail; Unreadable where the bytes are none."""
    try:
        message = message_from_bytes(content, policy=policy.compat32)
    except RecursionError as problem:
        raise Unreadable("Its parts are nested without end.") from problem
    headers = _headers(message)
    if not any(name in headers for name in _NEEDED):
        raise Unreadable("It has no header that a mail has.")
    report = _report(message)
    gathered = gather(message)
    senders = _addresses(message, "from") or _addresses(message, "sender")
    return ReadMail(
        headers=headers,
        sender=senders[0] if senders else None,
        recipients=_recipients(message),
        subject=one_line(_joined(headers, "subject"), LONGEST_SUBJECT),
        message_id=next(iter(_keys(headers, "message-id")), ""),
        references=_references(headers),
        sent_at=_sent_at(headers),
        text=_text(gathered),
        files=tuple(gathered.files),
        left_out=tuple(gathered.left_out),
        is_encrypted=gathered.is_encrypted,
        report=report,
        bounce=read_bounce(message) if report == "delivery-status" else None,
    )


def _headers(message: Message) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in message.items()[:_MOST_HEADERS]:
        text = header_text(str(value)[:_LONGEST_HEADER])
        found[name.lower()] = (*found.get(name.lower(), ()), text)
    return found


def _joined(headers: Mapping[str, tuple[str, ...]], name: str) -> str:
    return headers.get(name, ("",))[0]


def _addresses(message: Message, name: str) -> list[MailAddress]:
    """Read addresses before encoded words, so that no name can smuggle an address in."""
    values = message.get_all(name) or []
    found = addresses_in(raw_header(values[0])) if values else []
    return [MailAddress(one_line(header_text(each.name), 200), each.address) for each in found]


def _recipients(message: Message) -> tuple[str, ...]:
    found = (
        each.address
        for name in _RECIPIENTS
        for value in (message.get_all(name) or [])[:20]
        for each in addresses_in(raw_header(value))
    )
    return tuple(dict.fromkeys(found))


def _keys(headers: Mapping[str, tuple[str, ...]], name: str) -> list[str]:
    """Return the keys of mails in a header, those alone that may stand in a header of ours."""
    return _KEY.findall(" ".join(headers.get(name, ())))


def _references(headers: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the mails that this one answers, the nearest first."""
    answered, before = _keys(headers, "in-reply-to"), _keys(headers, "references")
    return tuple(dict.fromkeys([*answered, *reversed(before)]))[:_MOST_REFERENCES]


def _sent_at(headers: Mapping[str, tuple[str, ...]]) -> datetime | None:
    try:
        told = parsedate_to_datetime(_joined(headers, "date")[:100])
        return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _report(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return str(message.get_param("report-type", "") or "").lower()


def _text(gathered: Gathered) -> str:
    text = "\n\n".join(each.strip() for each in gathered.texts if each.strip())
    if len(text) <= LONGEST_TEXT:
        return text
    gathered.left_out.append(f"The text is longer than {LONGEST_TEXT:,} characters.")
    return text[:LONGEST_TEXT]
