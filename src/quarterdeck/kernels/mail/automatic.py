"""Mail that no person has written: told by its headers, so that no machine answers a machine.

Sources: RFC 3834 (automatic responses), RFC 2919 and 2369 (lists), RFC 3464 (reports of delivery),
and what mail servers in use write besides.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

Headers = Mapping[str, Sequence[str]]


class Machine(StrEnum):
    """What kind of machine has written, and so what is said of the mail."""

    BOUNCE = "It reports what became of a mail"
    RECEIPT = "It confirms that a mail was received or read"
    ANSWER = "It is an automatic answer, such as a holiday notice"
    LIST = "It came through a mailing list or in bulk"
    NOTICE = "A machine has sent it"


# What is stopped wherever it goes: an answer to it could be answered by a machine again.
ALWAYS_STOPPED = frozenset({Machine.BOUNCE, Machine.RECEIPT, Machine.ANSWER})
_ANSWERING = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-ms-exchange-inbox-rules-loop")
_LISTING = ("list-id", "list-post", "list-unsubscribe", "list-help", "mailing-list")
_PRECEDENCES = {
    "auto_reply": Machine.ANSWER,
    "auto-reply": Machine.ANSWER,
    "list": Machine.LIST,
    "bulk": Machine.LIST,
    "junk": Machine.LIST,
}
_ABSENCE = re.compile(
    r"\s*(?:(?:automatic reply|auto(?:matic)?[ -]?response|autoreply|out of (?:the )?office"
    r"|automatische antwort|abwesenheitsnotiz|réponse automatique|respuesta automática)\b"
    r"|abwesen(?:d|heit)\s*:)",
    re.IGNORECASE,
)
_UNREAD = re.compile(r"(?:do[-._]?not|no|please[-._]?do[-._]?not)[-._]?(?:reply|respond)\b")


def machine_behind(
    headers: Headers, *, envelope_sender: str, sender: str, report: str = ""
) -> Machine | None:
    """Return what kind of machine has written a mail; None where a person may have.

    `headers` has lower-case names. `envelope_sender` is `<>` where the mail came without one,
    and empty where nobody told. `report` is the report type of a multipart/report, in lower case.
    """
    if report == "delivery-status" or sender.partition("@")[0] in {"mailer-daemon", "mail-daemon"}:
        return Machine.BOUNCE
    if report == "disposition-notification":
        return Machine.RECEIPT
    found = _submitted(headers) or _answering(headers) or _listed(headers)
    if found is None and _is_without_sender(headers, envelope_sender):
        return Machine.BOUNCE
    return found


def is_read_by_nobody(address: str) -> bool:
    """Say whether an address tells by its own name that nobody reads what is written to it."""
    return _UNREAD.match(address.lower()) is not None


def _first(headers: Headers, name: str) -> str:
    values = headers.get(name, ())
    return values[0].partition(";")[0].partition("(")[0].strip().lower() if values else ""


def _submitted(headers: Headers) -> Machine | None:
    word = _first(headers, "auto-submitted")
    if word in {"", "no"}:
        return None
    return Machine.ANSWER if word.startswith("auto-replied") else Machine.NOTICE


def _answering(headers: Headers) -> Machine | None:
    if any(name in headers for name in _ANSWERING):
        return Machine.ANSWER
    subject = headers.get("subject", ())
    return Machine.ANSWER if subject and _ABSENCE.match(subject[0]) else None


def _listed(headers: Headers) -> Machine | None:
    precedence = _PRECEDENCES.get(_first(headers, "precedence"))
    if precedence is not None:
        return precedence
    return Machine.LIST if any(name in headers for name in _LISTING) else None


def _is_without_sender(headers: Headers, envelope_sender: str) -> bool:
    told = envelope_sender or next(iter(headers.get("return-path", ())), "")
    return told.strip() == "<>"
