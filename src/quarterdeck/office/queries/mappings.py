"""How the tables of sources were mapped."""

from quarterdeck.core.mapping import MappedProfile
from quarterdeck.core.profiles import profile_of
from quarterdeck.office.models import ImportBatch, ImportMapping


def remembered_mapping(profile: str, source: str) -> ImportMapping | None:
    """Return how the last table of a source was mapped, if any was."""
    return ImportMapping.objects.filter(profile=profile, source=source).first()


def is_to_remember(batch: ImportBatch) -> bool:
    """Whether how a batch is read holds for its source's next file.

    A file that was read as its source writes by itself, since it lacked the columns of the last
    one, takes nothing from what somebody said of that.
    """
    profile = profile_of(batch.profile)
    if not isinstance(profile, MappedProfile) or profile.usual is None:
        return True
    stored = profile.usual.stored()
    # The form of its dates is the file's own, and not what somebody said; so are columns beside.
    columns = {
        name: column
        for name, column in batch.mapping["columns"].items()
        if profile.beside.get(name) != column
    }
    own = {"sheet": "", "forms": stored["forms"], "columns": columns}
    if {**batch.mapping, **own} != stored:
        return True
    known = remembered_mapping(batch.profile, batch.source)
    return known is None or known.mapping.get("columns") == batch.mapping["columns"]
