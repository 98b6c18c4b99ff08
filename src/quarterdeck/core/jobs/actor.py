"""Whom the history names when a job acts."""

from quarterdeck.core.models import Account


def worker_account() -> Account:
    """Return the built-in account that jobs and reactions act as."""
    return Account.objects.get(username="worker", is_builtin=True)
