"""The operations on letters: how mails are worded, and when the account's owner wants them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Text
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.office.models import MailTemplate
from quarterdeck.office.queries.letters import rhythm_of, timings_of
from quarterdeck.office.queries.mail_kinds import kinds_wished_by
from quarterdeck.office.rules import may_change_settings
from quarterdeck.office.verbs.letters import (
    Rhythm,
    keep_mail_template,
    restore_mail_template,
    wish_mail,
)
from quarterdeck.office.vocabulary import MailTiming

router = Router(tags=["Mail"])


class RestoreGiven(Given):
    """Which kind of mail, in which version the caller has seen it."""

    kind: Text = Field(max_length=60, description="Its key.", examples=["desk.assignment"])
    seen: int = Field(ge=0, le=10**6, description="The version seen; 0: the built-in words.")


class WordingGiven(RestoreGiven):
    """How a kind of mail shall be worded."""

    subject: Text = Field(description="One line; {{name}} names what the kind offers.")
    text: Text = Field(description="Plain text; {{name}} names what the kind offers.")


class WordingMade(Schema):
    """The version that holds from now on."""

    kind: str = Field(description="Its key.")
    number: int = Field(description="The number of the version.")
    subject: str = Field(description="The subject; empty for the built-in words.")
    text: str = Field(description="The text; empty for the built-in words.")
    is_builtin: bool = Field(description="Whether the product's own words hold.")


class RhythmGiven(Given):
    """When the digest comes, in the owner's own time zone."""

    frequency: Text = Field("daily", max_length=8, description="daily or weekly.")
    hour: int = Field(8, ge=0, le=23, description="The full hour.")
    weekday: int = Field(0, ge=0, le=6, description="0 is Monday; counts once a week.")
    zone: Text = Field("UTC", max_length=64, description="Such as Europe/Berlin.")


class WishesGiven(Given):
    """When the owner wants which kind of mail; what is not named stays as it is."""

    timings: dict[str, Text] = Field(
        default_factory=dict,
        max_length=100,
        description="at_once, digest or never, by the key of the kind.",
    )
    digest: RhythmGiven | None = Field(None, description="When the digest comes.")


class Wishes(Schema):
    """What the owner is told by mail, and when."""

    timings: dict[str, str] = Field(description="By the key of each kind that leaves a choice.")
    digest: dict[str, Any] = Field(description="When the digest comes.")


def _keeper(request: HttpRequest) -> Account:
    user = account_of(request)
    if not may_change_settings(user):
        raise ProblemError(FORBIDDEN, "You may not change how mails are worded.")
    return user


@router.post(
    "/office/mail-wordings",
    response={201: WordingMade, **errors(400, 401, 403, 409, 415, 422)},
    operation_id="mail_wording_keep",
    url_name="mail.wording",
    summary="Word a kind of mail anew",
)
def keep(request: HttpRequest, given: WordingGiven) -> HttpResponse:
    """Word a kind of mail; refused where somebody has done so since the version seen."""
    made = keep_mail_template(**given.model_dump(), actor=_keeper(request), at=clock.now())
    return json_answer(_told(made), status=CREATED)


@router.post(
    "/office/mail-wordings/restore",
    response={201: WordingMade, **errors(400, 401, 403, 409, 415, 422)},
    operation_id="mail_wording_restore",
    url_name="mail.wording.restore",
    summary="Give a kind of mail the built-in words again",
)
def restore(request: HttpRequest, given: RestoreGiven) -> HttpResponse:
    """Let the product's own words hold again."""
    made = restore_mail_template(**given.model_dump(), actor=_keeper(request), at=clock.now())
    return json_answer(_told(made), status=CREATED)


@router.get(
    "/portal/mail-wishes",
    response={200: Wishes, **errors(400, 401)},
    operation_id="mail_wishes",
    url_name="mail.wishes",
    summary="When one wants which kind of mail",
)
def wishes(request: HttpRequest) -> HttpResponse:
    """Tell what the account's owner is told by mail, and when."""
    return json_answer(_wishes_of(account_of(request)))


@router.post(
    "/portal/mail-wishes",
    response={200: Wishes, **errors(400, 401, 403, 409, 415, 422)},
    operation_id="mail_wish",
    url_name="mail.wish",
    summary="Say when one wants which kind of mail",
)
def wish(request: HttpRequest, given: WishesGiven) -> HttpResponse:
    """Keep what the account's owner wants."""
    user = account_of(request)
    rhythm = None if given.digest is None else Rhythm(**given.digest.model_dump())
    wish_mail(timings=given.timings, rhythm=rhythm, actor=user, at=clock.now())
    return json_answer(_wishes_of(user))


def _told(made: MailTemplate) -> dict[str, Any]:
    names = ("kind", "number", "subject", "text", "is_builtin")
    return {name: getattr(made, name) for name in names}


def _wishes_of(user: Account) -> dict[str, Any]:
    chosen, rhythm = timings_of(user), rhythm_of(user)
    names = ("frequency", "hour", "weekday", "zone")
    return {
        "timings": {
            kind.key: chosen.get(kind.key, MailTiming.AT_ONCE) for kind in kinds_wished_by(user)
        },
        "digest": {name: getattr(rhythm, name) for name in names},
    }
