"""What pages about any record need: the declaration that an address names, and who asks."""

from django.http import Http404, HttpRequest

from quarterdeck.core.models import Account
from quarterdeck.core.records import Record, all_records


def record_named(key: str) -> Record:
    """Return the declaration of that key; 404 where there is none."""
    record = next((each for each in all_records() if each.key == key), None)
    if record is None:
        raise Http404
    return record


def account_of(request: HttpRequest) -> Account:
    """Return who asks; 404 for whoever is not signed in."""
    if not isinstance(request.user, Account):
        raise Http404
    return request.user
