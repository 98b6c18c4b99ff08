"""Reports of delivery (RFC 3464): which mail they are about, and what became of it."""

import re
from dataclasses import dataclass
from email import message_from_string
from email.message import Message

from quarterdeck.desk.gateways.mail.texts import decoded, header_text, one_line
from quarterdeck.kernels.mail.addresses import normal_address

_KEY = re.compile(r"^message-id:\s*(<[^<>\s]{1,248}>)", re.IGNORECASE | re.MULTILINE)
_LONGEST = 500
_MOST_RETURNED = 200_000


@dataclass(frozen=True)
class Bounce:
    """What a mail server reports of a mail: its key, the recipient, and how it ended.

    `action` is failed, delayed, delivered, relayed or expanded (RFC 3464, 2.3.3).
    """

    message_id: str
    recipient: str
    action: str
    told: str

    @property
    def is_final(self) -> bool:
        """Whether the mail will never arrive."""
        return self.action == "failed"


def read_bounce(message: Message) -> Bounce:
    """Read a report; what it does not say is empty."""
    parts = list(message.walk())[:50]
    fields: dict[str, str] = {}
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            fields = _fields(part)
            break
    status, diagnostic = fields.get("status", ""), fields.get("diagnostic-code", "")
    told = one_line(" ".join(filter(None, (status, diagnostic.partition(";")[2]))), _LONGEST)
    recipient = fields.get("final-recipient", "") or fields.get("original-recipient", "")
    return Bounce(
        message_id=_returned_key(parts),
        recipient=normal_address(recipient.rpartition(";")[2]),
        action=fields.get("action", "").lower().split(" ")[0],
        told=told or "The report gives no reason.",
    )


def _fields(part: Message) -> dict[str, str]:
    """Return the fields of the first recipient; the group before it is about the mail."""
    payload = part.get_payload()
    groups = payload if isinstance(payload, list) else [message_from_string(str(payload))]
    for group in groups:
        if isinstance(group, Message) and group.get("Action"):
            return {name.lower(): header_text(value).strip() for name, value in group.items()}
    return {}


def _returned_key(parts: list[Message]) -> str:
    """Find the key of the mail that came back, whole or as its header alone."""
    for part in parts:
        kind = part.get_content_type()
        if kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            content = part.get_payload(decode=True)
            text = decoded(content[:_MOST_RETURNED], "") if isinstance(content, bytes) else ""
            if found := _KEY.search(text):
                return found[1]
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                key = header_text(inner[0].get("Message-ID", "")).strip()
                if found := _KEY.match(f"message-id: {key}"):
                    return found[1]
    return ""
