"""Where tickets come from: the tools whose logs were imported, and our own desk."""

from collections.abc import Iterable

from quarterdeck.core.permission import Sight
from quarterdeck.core.profiles import all_profiles
from quarterdeck.desk.models import NumberSeries
from quarterdeck.desk.queries.facts import NOUN
from quarterdeck.office.models import ImportBatch

# Under which name problem records, which are no tickets, have their numbers.
PROBLEMS = "problems"


def source_names(sight: Sight) -> Iterable[str]:
    """Return the sources of tickets; a source holds the work of all, so only who sees all has
    them."""
    if not sight.everything:
        return ()
    profiles = [profile.key for profile in all_profiles() if profile.noun == NOUN]
    imported = ImportBatch.objects.standing().filter(profile__in=profiles).order_by()
    by_hand = NumberSeries.objects.exclude(source=PROBLEMS).values_list("source", flat=True)
    return [*imported.values_list("source", flat=True).distinct(), *by_hand]
