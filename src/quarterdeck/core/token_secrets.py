"""The secrets of API tokens: what they look like, what is kept of them, and whose they are.

A secret reads `qd_<eight digits>_<43 letters>`. The first two parts are kept and find the token; of
the whole only the SHA-256 digest is kept, so that it can be shown once and never again. A slow hash
is for what people think up; 256 random bits need none.
"""

import hashlib
import hmac
import re
from datetime import datetime

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import ApiToken

_SHAPE = re.compile(r"(?P<prefix>qd_[0-9a-f]{8})_[A-Za-z0-9_-]{43}")


def token_of(secret: str, at: datetime) -> ApiToken:
    """Return the token of this secret with its account; Refused where it opens nothing then."""
    shape = _SHAPE.fullmatch(secret)
    known = ApiToken.objects.select_related("account__person")
    token = known.filter(prefix=shape["prefix"]).first() if shape else None
    if token is None or not hmac.compare_digest(token.digest, digest_of(secret)):
        raise Refused("There is no such token.")
    if token.revoked_at is not None:
        raise Refused("This token has been revoked.")
    if not token.opens_at(at):
        raise Refused(f"This token expired on {token.expires_at:%Y-%m-%d}.")
    if not token.account.is_active:
        raise Refused("The account of this token is not active.")
    return token


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
