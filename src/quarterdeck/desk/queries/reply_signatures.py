"""Signatures of reply addresses: whoever has one was given it by a mail of ours on that ticket."""

from base64 import b32encode

from django.utils.crypto import constant_time_compare, salted_hmac

from quarterdeck.desk.models import Ticket

_SALT = "quarterdeck.desk.reply"
# 80 bits, which are 16 characters that no mail server changes.
_BYTES = 10


def signature_of(key: int) -> str:
    """Return the signature of the ticket of this key, in lower-case base 32."""
    digest = salted_hmac(_SALT, str(key), algorithm="sha256").digest()
    return b32encode(digest[:_BYTES]).decode().lower()


def signed_ticket(key: int, signature: str) -> Ticket | None:
    """Return the ticket of this key, where the signature is ours and the ticket counts."""
    if not constant_time_compare(signature, signature_of(key)):
        return None
    return Ticket.objects.standing().filter(pk=key).first()
