"""Mail addresses: read from a header as people and programs write it, signed, and compared.

A header may be broken in any way. Whatever is no address is left out, nothing is ever raised, and
each character is looked at once, so that no header can keep a reader busy.
"""

import re
from dataclasses import dataclass

LONGEST_HEADER = 20_000
_LONGEST_LOCAL, _LONGEST = 64, 254
# A dot-atom of RFC 5322, 3.2.3, and a domain or an address literal after it.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9.-]{1,255}|\[[A-Fa-f0-9.:IPv]{1,60}\])"
)
_SIGNED = re.compile(r"t-([0-9]{1,12})-([a-z2-7]{16})")


@dataclass(frozen=True)
class MailAddress:
    """Whom a header names: the name as it is shown, perhaps none, and the address in lower case."""

    name: str
    address: str


def addresses_in(header: str) -> list[MailAddress]:
    """Return the addresses of a list (RFC 5322, 3.4) in their order; groups are dissolved."""
    found = (_one(piece) for piece in _pieces(header[:LONGEST_HEADER]))
    return [each for each in found if each is not None]


def normal_address(text: str) -> str:
    """Return an address in lower case without its angle brackets; nothing where it is none."""
    bare = text.strip().removeprefix("<").removesuffix(">").strip()
    is_short = len(bare) <= _LONGEST and len(bare.partition("@")[0]) <= _LONGEST_LOCAL
    return bare.lower() if is_short and _ADDRESS.fullmatch(bare) else ""


def without_tag(address: str) -> str:
    """Return an address without what stands after a plus: the mailbox that it leads to."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def reply_address(mailbox: str, key: int, signature: str) -> str:
    """Return the address under which a ticket is answered: the mailbox's, with a signed tag.

    Nothing where the result would be longer than a local part may be (RFC 5321, 4.5.3.1.1).
    """
    local, at, domain = mailbox.rpartition("@")
    tagged = f"{local}+t-{key}-{signature}"
    return f"{tagged}{at}{domain}" if len(tagged) <= _LONGEST_LOCAL else ""


def signed_tag(address: str) -> tuple[int, str] | None:
    """Return a reply address's key of the ticket and signature; None where it has none."""
    tag = address.rpartition("@")[0].lower().partition("+")[2]
    found = _SIGNED.fullmatch(tag)
    return (int(found[1]), found[2]) if found else None


def _pieces(header: str) -> list[str]:
    """Split a list at its commas, semicolons and group names, where they are not quoted."""
    pieces, piece = list[str](), list[str]()
    is_quoted, is_escaped, comment, is_angled = False, False, 0, False
    for each in " ".join(header.splitlines()):
        is_plain = not (is_quoted or comment or is_angled)
        if is_plain and each in ",;:":
            pieces.append("" if each == ":" else "".join(piece))
            piece = []
            continue
        piece.append(each)
        if is_escaped:
            is_escaped = False
        elif each == "\\":
            is_escaped = is_quoted or comment > 0
        elif each == '"' and not comment:
            is_quoted = not is_quoted
        elif not is_quoted:
            comment = max(0, comment + (each == "(") - (each == ")"))
            is_angled = not comment and (each == "<" or (is_angled and each != ">"))
    return [*pieces, "".join(piece)]


def _one(piece: str) -> MailAddress | None:
    """Read one mailbox: `Name <address>`, `address (Name)` or a bare address."""
    before, angle, rest = piece.rpartition("<")
    if angle:
        address = normal_address(rest.partition(">")[0])
        return MailAddress(_name(before), address) if address else None
    bare, _, comment = piece.partition("(")
    address = normal_address(bare)
    return MailAddress(_name(comment.rpartition(")")[0]), address) if address else None


def _name(text: str) -> str:
    plain = re.sub(r"\\(.)", r"\1", text.strip().removeprefix('"').removesuffix('"'))
    return " ".join(plain.split())[:200]
