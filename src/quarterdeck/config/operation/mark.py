"""By what a web server proves that it is the one of this installation."""

from django.utils.crypto import salted_hmac

HEADER = "X-Quarterdeck-Mark"
PATH, ASKED = "/health", "mark="
_SALT, _LONGEST = "quarterdeck.config.operation.mark", 64


def mark_of(asked: str) -> str:
    """Return the answer to a word that nobody has asked before: who has the secret key knows it."""
    return salted_hmac(_SALT, asked[:_LONGEST], algorithm="sha256").hexdigest()


def mark_asked(path: str, query: str) -> str:
    """Return the answer that a request asks for; nothing where it asks for none."""
    if path != PATH or not query.startswith(ASKED):
        return ""
    return mark_of(query.removeprefix(ASKED))
