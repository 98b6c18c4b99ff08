"""For whom the command line acts."""

from quarterdeck.core.models import Account


def operator() -> Account:
    """Return the built-in actor of the command line."""
    return Account.objects.get(username="operator", is_builtin=True)
