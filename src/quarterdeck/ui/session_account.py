"""What every page knows of its reader beside the account itself: apps above add it to the same
question, so that no page asks one more."""

from collections.abc import Callable

from django.db.models import QuerySet

from quarterdeck.core.models import Account

Provider = Callable[[QuerySet[Account]], QuerySet[Account]]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let `provider` add to the question for the account of a session."""
    if provider not in _providers:
        _providers.append(provider)


def session_accounts() -> QuerySet[Account]:
    """Return accounts as sessions ask for them, with the person, whose name every page shows."""
    accounts: QuerySet[Account] = Account.objects.select_related("person")
    for provider in _providers:
        accounts = provider(accounts)
    return accounts
