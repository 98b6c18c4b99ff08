"""Anonymous invitations that were answered before links were spent keep the month alone."""

from typing import Any, ClassVar

from django.db import migrations

_ROWS = 2_000


def spend(apps: Any, _editor: Any) -> None:
    """Mark the link as spent in the month of the answer, and take the day off the invitation."""
    links, invitations = (
        apps.get_model("office", name).objects for name in ("SpentLink", "SurveyInvitation")
    )
    dated = invitations.filter(survey__is_anonymous=True, answered_on__isnull=False)
    links.bulk_create(
        (
            links.model(invitation_id=key, answered_on=day.replace(day=1))
            # By the key of the invitation: the order of the answers is in no order of rows.
            for key, day in dated.order_by("pk").values_list("pk", "answered_on")
        ),
        batch_size=_ROWS,
        ignore_conflicts=True,
    )
    dated.update(answered_on=None)


class Migration(migrations.Migration):
    """Data alone; going back, the months stay where they are."""

    dependencies = (("office", "0019_dated_hours"),)

    operations: ClassVar = [migrations.RunPython(spend, migrations.RunPython.noop)]
