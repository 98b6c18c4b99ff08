"""Walks through the parts of a mail: texts to read, files to keep, and what is left out."""

from dataclasses import dataclass, field
from email.message import Message

from quarterdeck.desk.gateways.mail.texts import (
    LARGEST_HTML,
    decoded,
    header_text,
    one_line,
    part_text,
    storable,
)
from quarterdeck.kernels.mail.invitations import invitation_text
from quarterdeck.kernels.mail.tnef import is_tnef, unpack

MOST_PARTS, MOST_FILES, DEEPEST = 500, 50, 30
LARGEST_FILE = 25 * 1024 * 1024
_LONGEST_NAME = 180
_SUFFIXES = {
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
}
_ENCRYPTED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
_SIGNATURES = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
}


@dataclass(frozen=True)
class Part:
    """A file that came with a mail, under a name that can be shown."""

    name: str
    content: bytes


@dataclass
class Gathered:
    """What a walk has found."""

    texts: list[str] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    is_encrypted: bool = False
    parts: int = 0
    html_left: int = LARGEST_HTML

    def add_file(self, name: str, content: bytes) -> None:
        """Keep a file, as far as the limits go; what is empty is none."""
        if not content:
            return
        if len(content) > LARGEST_FILE:
            size = f"{len(content) / 1024**2:,.0f} MB"
            self.left_out.append(
                f"“{name}” has {size}, more than the {LARGEST_FILE // 1024**2} MB."
            )
        elif len(self.files) >= MOST_FILES:
            self.left_out.append(f"“{name}” is one of more than {MOST_FILES} files.")
        else:
            self.files.append(Part(name, content))


def gather(message: Message) -> Gathered:
    """Return the texts and files of a mail."""
    found = Gathered()
    _walk(message, found, 0)
    return found


def _walk(part: Message, found: Gathered, depth: int) -> None:
    found.parts += 1
    if found.parts > MOST_PARTS or depth > DEEPEST:
        told = "It has more parts than are read."
        found.left_out.extend([told] if told not in found.left_out else [])
        return
    kind = part.get_content_type()
    if kind in _ENCRYPTED or kind == "multipart/encrypted":
        found.is_encrypted = True
    inner = _inner(part)
    if kind == "message/rfc822" and inner:
        _take_mail(inner[0], part, found)
    elif kind == "multipart/alternative" and inner:
        _take_alternatives(inner, found, depth)
    elif inner:
        for each in inner:
            _walk(each, found, depth + 1)
    else:
        _take_leaf(part, kind, found)


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    if not isinstance(payload, list):
        return []
    return [each for each in payload if isinstance(each, Message)]


def _take_alternatives(inner: list[Message], found: Gathered, depth: int) -> None:
    """Take one of several texts that say the same: the plain one, if anything stands in it."""
    tried = []
    for each in inner:
        alone = Gathered(parts=found.parts, html_left=found.html_left)
        _walk(each, alone, depth + 1)
        found.parts, found.html_left = alone.parts, alone.html_left
        found.files += alone.files[: max(0, MOST_FILES - len(found.files))]
        found.left_out += alone.left_out
        found.is_encrypted |= alone.is_encrypted
        tried.append(alone.texts)
    found.texts += next((texts for texts in tried if any(text.strip() for text in texts)), [])


def _take_mail(inner: Message, part: Message, found: Gathered) -> None:
    """Keep a mail that was passed on as a file."""
    subject = one_line(header_text(inner.get("Subject", "")), 80)
    name = _name(part) or (f"{subject}.eml" if subject else "message.eml")
    try:
        found.add_file(name, inner.as_bytes())
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        found.left_out.append(f"“{name}” is a mail that cannot be written down again.")


def _take_leaf(part: Message, kind: str, found: Gathered) -> None:
    content = _content(part)
    name = _name(part)
    is_file = part.get_content_disposition() == "attachment" or bool(name)
    if kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or is_tnef(content):
        _take_packed(content, name or "winmail.dat", found)
    elif kind == "text/calendar":
        found.texts.append(storable(invitation_text(decoded(content, _charset(part)))))
        found.add_file(name or "invitation.ics", content)
    elif kind in _SIGNATURES:
        return
    elif part.get_content_maintype() in {"text", "multipart"} and not is_file:
        found.texts.append(part_text(part, _bounded(part, content, found)))
    else:
        found.add_file(name or f"{part.get_content_maintype()}{_SUFFIXES.get(kind, '')}", content)


def _bounded(part: Message, content: bytes, found: Gathered) -> bytes:
    """Return as much of HTML as is read of one mail."""
    if part.get_content_subtype() != "html":
        return content
    kept = content[: found.html_left]
    found.html_left -= len(kept)
    if len(kept) < len(content):
        found.left_out.append("Its HTML is longer than what is read.")
    return kept


def _take_packed(content: bytes, name: str, found: Gathered) -> None:
    """Unpack what Outlook has packed; keep it as it is where nothing comes out."""
    packed = unpack(content)
    if not (packed.files or packed.text):
        found.add_file(name, content)
    if packed.text and not any(found.texts):
        found.texts.append(storable(packed.text))
    for number, each in enumerate(packed.files, 1):
        found.add_file(one_line(each.name, _LONGEST_NAME) or f"file-{number}", each.content)


def _content(part: Message) -> bytes:
    """Return the bytes of a part; what its encoding does not explain stays as it came."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _charset(part: Message) -> str:
    return part.get_content_charset("") or ""


def _name(part: Message) -> str:
    try:
        told = part.get_filename("") or ""
    except (ValueError, LookupError, TypeError, IndexError):
        return "file"
    return one_line(header_text(told), _LONGEST_NAME)
