"""The operations on what holds for the whole organisation."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from quarterdeck.config.api.answers import errors, json_answer
from quarterdeck.config.api.fields import Key, Reference, Text
from quarterdeck.config.api.problems import etag_of
from quarterdeck.config.api.records import IF_MATCH, match
from quarterdeck.config.api.schemas import Given, without_default
from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Team
from quarterdeck.core.records import record_of
from quarterdeck.office.models import Calendar, Organisation
from quarterdeck.office.queries import organisation
from quarterdeck.office.web.settings import keeper, save_settings

router = Router(tags=["Office"])


def _optional(told: str, **more: Any) -> Any:
    return Field(None, description=told, json_schema_extra=without_default, **more)


class SettingsGiven(Given):
    """What changes in the settings; what is not named stays."""

    name: Text = _optional("What the organisation is called.", min_length=1, max_length=200)
    calendar: Key = _optional("The key of its usual calendar.", examples=[1])
    default_team: Key | None = _optional(
        "The key of the team for what belongs to no other; null: it waits for a team."
    )


class SettingsTold(Schema):
    """What holds for the whole organisation."""

    version: int = Field(description="The version, which is part of the ETag.")
    name: str = Field(description="What the organisation is called.")
    zone: str = Field(description="In which zone its days begin today; see the period rules.")
    calendar: Reference = Field(description="On which business time is usually counted.")
    default_team: Reference | None = Field(
        description="Which team gets what belongs to no other; null: it waits for a team."
    )
    is_demo: bool = Field(description="Whether everything here is invented.")


def _told(row: Organisation) -> HttpResponse:
    team = row.default_team
    names = ("version", "name", "zone", "is_demo")
    told = {
        **{name: getattr(row, name) for name in names},
        "calendar": {"id": row.calendar_id, "title": str(row.calendar)},
        "default_team": None if team is None else {"id": team.pk, "title": str(team)},
    }
    return json_answer(told, headers={"ETag": etag_of(row)})


@router.get(
    "",
    response={200: SettingsTold, **errors(401, 404)},
    operation_id="organisation_read",
    url_name="organisation",
    summary="Read the settings of the organisation",
)
def read(request: HttpRequest) -> HttpResponse:
    """Return name, usual calendar and default team, to whoever may change them."""
    keeper(request)
    return _told(organisation())


@router.patch(
    "",
    response={200: SettingsTold, **errors(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)},
    operation_id="organisation_change",
    url_name="organisation",
    summary="Change the settings of the organisation",
    openapi_extra={"parameters": [IF_MATCH]},
)
def change(request: HttpRequest, given: SettingsGiven) -> HttpResponse:
    """Change name, usual calendar and default team."""
    user, own = keeper(request), organisation()
    match(request, own)
    sent = given.model_dump(exclude_unset=True)
    kept = {name: getattr(own, name) for name in ("version", "name", "calendar", "default_team")}
    rows = {"calendar": Calendar, "default_team": Team}
    for name in sent.keys() & rows.keys():
        key, model = sent[name], rows[name]
        if key is None:
            continue
        sent[name] = record_of(model).visible_to(user).filter(pk=key).first()
        if sent[name] is None:
            raise Invalid({name: ["There is nothing under this key."]})
    save_settings({**kept, **sent}, user, clock.now())
    # What this request has read before no longer holds.
    return _told(Organisation.objects.select_related("calendar", "default_team").get(pk=own.pk))
