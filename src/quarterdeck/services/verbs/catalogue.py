"""The acts on the service catalogue: give an item its questions, version by version."""

from collections.abc import Sequence
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.kernels.questions import Question, faults_of
from quarterdeck.services import rules
from quarterdeck.services.models import CatalogueForm, CatalogueItem


@verb
def set_catalogue_form(
    *,
    catalogue_item: CatalogueItem,
    questions: Sequence[Question],
    seen: int,
    actor: Account,
    at: datetime,
) -> CatalogueForm:
    """Let an item ask these questions from now on; earlier requests keep what they were asked.

    `seen` is the number of the version that the actor knew, 0 for none. Nothing is written where
    the questions are the same. Refused where somebody else has changed them meanwhile.
    """
    if not rules.may_keep_services(actor):
        raise Refused("You may not change what the catalogue asks.")
    CatalogueItem.objects.select_for_update().get(pk=catalogue_item.pk)
    present = catalogue_item.form
    number = 0 if present is None else present.number
    if seen != number:
        raise Refused(
            f"Somebody else has changed the questions of “{catalogue_item}” meanwhile: "
            f"version {number} is asked now. Open it anew."
        )
    if faults := faults_of(questions):
        raise Invalid({"__all__": faults})
    if present is not None and present.asked == tuple(questions):
        return present
    return CatalogueForm.objects.create(
        item=catalogue_item,
        number=number + 1,
        questions=[question.told() for question in questions],
        made_by=actor,
        made_at=at,
    )
