"""The acts on views of lists: keeping them, choosing columns, and removing them."""

from collections.abc import Sequence
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.office import rules
from quarterdeck.office.models import SavedView

_LONGEST_NAME, _LONGEST_PARAMETERS = 80, 4_000


@verb
def keep_view(
    *,
    record: str,
    name: str,
    parameters: str,
    is_shared: bool = False,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> SavedView:
    """Keep what is asked of a list under a name; one's own view of that name is replaced."""
    if is_shared and not rules.may_share_views(actor):
        raise Refused("You may not share views with everybody.")
    if not name.strip() or len(name.strip()) > _LONGEST_NAME:
        raise Refused(f"A view needs a name of at most {_LONGEST_NAME} characters.")
    return _keep(record, name.strip(), parameters, is_shared, actor)


@verb
def choose_columns(
    *,
    record: str,
    columns: Sequence[str],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> SavedView:
    """Keep which columns somebody wants in a list; none means those that the list has itself."""
    parameters = f"columns={','.join(columns)}" if columns else ""
    return _keep(record, "", parameters, False, actor)


def _keep(record: str, name: str, parameters: str, is_shared: bool, owner: Account) -> SavedView:
    if len(parameters) > _LONGEST_PARAMETERS:
        raise Refused("The view asks for more than can be kept: choose fewer filters.")
    view = SavedView.objects.filter(owner=owner, record=record, name=name).first()
    if view is None:
        return SavedView.objects.create(
            record=record, name=name, parameters=parameters, is_shared=is_shared, owner=owner
        )
    view.parameters, view.is_shared = parameters, is_shared
    view.version += 1
    view.save(update_fields=["parameters", "is_shared", "version"])
    return view


@verb
def remove_view(*, view: SavedView, actor: Account, at: datetime) -> None:  # noqa: ARG001 — the act is dated so
    """Remove a view; a shared one goes for everybody."""
    if not rules.may_remove_view(actor, view):
        raise Refused("This view is not yours to remove.")
    view.delete()
