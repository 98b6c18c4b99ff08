"""Reads of services that other apps need."""

from collections.abc import Iterable

from quarterdeck.core.permission import Sight
from quarterdeck.services.models import Service


def service_names(sight: Sight) -> Iterable[str]:
    """Return the services whose figures a sight reaches: all of them, or those that one owns.

    Several teams work for one service, so the reach over a team or unit gives no figure of it.
    """
    services = Service.objects.all()
    if not sight.everything:
        if sight.person_key is None:
            return ()
        services = services.filter(owner=sight.person_key)
    return services.values_list("name", flat=True)
