"""The acts on views of lists: keeping them, choosing columns, changing and removing them."""

from collections.abc import Sequence
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Refused
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
    return _keep(record, _name(name), parameters, is_shared, actor)


@verb
def change_view(
    *,
    view: SavedView,
    version: int,
    name: str,
    is_shared: bool,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> SavedView:
    """Give a view another name, and let everybody find it or its owner alone."""
    present = SavedView.objects.select_for_update().get(pk=view.pk)
    if not rules.may_keep_view(actor, present):
        raise Refused("This view is not yours to change.")
    if present.version != version:
        raise Conflict(present)
    if is_shared and not present.is_shared and not rules.may_share_views(actor):
        raise Refused("You may not share views with everybody.")
    present.name, present.is_shared = _name(name), is_shared
    others = SavedView.objects.filter(owner=present.owner, record=present.record)
    if others.filter(name=present.name).exclude(pk=present.pk).exists():
        raise Refused(f"There is a view “{present.name}” of this list already.")
    present.version += 1
    present.save(update_fields=["name", "is_shared", "version"])
    return present


def _name(given: str) -> str:
    name = given.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise Refused(f"A view needs a name of at most {_LONGEST_NAME} characters.")
    return name


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
    if not rules.may_keep_view(actor, view):
        raise Refused("This view is not yours to remove.")
    view.delete()
