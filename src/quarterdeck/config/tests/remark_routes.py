"""The rows of the tables of routes for comments and files on what not everybody sees.

One of each stands on the ticket of the service desk, and one on a personnel record, which tells who
holds a position in the network. `FILE` is a form with a file in it.
"""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.tests import people_routes
from quarterdeck.config.tests.cast import AT, OF_SERVICE_DESK, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Noun
from quarterdeck.desk.models import Ticket
from quarterdeck.office.models import Attachment, Comment
from quarterdeck.office.verbs.remarks import keep_file
from quarterdeck.people.models import Incumbency

LINES = """
route                  method record            anon requ tech lead mana dire exec hrpa audi adm.
office.comment.write   POST   desk-row           in  404  404  404  404  404  404  404  404  404
office.comment.write   POST   personnel-row      in  404  404  409  409  409  404  409  404  404
office.comment.remove  POST   desk-comment       in  404  409  404  409  409  404  404  409  302
office.comment.remove  POST   personnel-comment  in  404  404  409  409  409  404  409  404  404
office.file.attach     POST   desk-row           in  404  409  404  409  409  404  404  404  409
office.file.attach     FILE   desk-row           in  404  302  404  302  302  404  404  404  302
office.file.attach     FILE   personnel-row      in  404  404  302  302  302  404  302  404  404
office.file            GET    desk-file          in  404  200  404  200  200  404  404  200  200
office.file            GET    personnel-file     in  404  404  200  200  200  404  200  404  404
office.file.remove     POST   desk-file          in  404  409  404  409  409  404  404  409  302
office.file.remove     POST   personnel-file     in  404  404  409  409  409  404  409  404  404
"""
API_LINES = """
comments        GET  about-desk         401  404  200  404  200  200  404  404  200  200
comments        GET  about-personnel    401  404  404  200  200  200  404  200  404  404
comments        POST about-desk         401  404  409  404  409  409  404  404  403  409
comments        POST about-personnel    401  404  404  201  201  201  404  201  404  404
comment.remove  POST desk-comment       401  404  403  404  403  403  404  404  403  200
comment.remove  POST personnel-comment  401  404  404  403  403  403  404  403  404  404
files           GET  about-desk         401  404  200  404  200  200  404  404  200  200
files           GET  about-personnel    401  404  404  200  200  200  404  200  404  404
files           FILE -                  401  403  201  201  201  201  403  201  403  201
files           FILE about-desk         401  404  201  404  201  201  404  404  403  201
files           FILE about-personnel    401  404  404  201  201  201  404  201  404  404
file.content    GET  desk-file          401  404  200  404  200  200  404  404  200  200
file.content    GET  personnel-file     401  404  404  200  200  200  404  200  404  404
file.remove     POST desk-file          401  404  403  404  403  403  404  404  403  200
file.remove     POST personnel-file     401  404  404  403  403  403  404  403  404  404
"""


def _of_the_desk() -> Noun:
    return Ticket.objects.get(number=OF_SERVICE_DESK)


def _personnel() -> Noun:
    return Incumbency.objects.get()


_ABOUT: dict[str, Callable[[], Noun]] = {
    "about-desk": _of_the_desk,
    "about-personnel": _personnel,
}


def about(record: str) -> dict[str, Any]:
    """Return how a program names what it remarks on; nothing where it is no row of these."""
    if record not in _ABOUT:
        return {}
    row = _ABOUT[record]()
    return {"record": row._meta.label_lower, "row": row.pk}


def a_file() -> SimpleUploadedFile:
    """Return a small file, as a form sends it."""
    return SimpleUploadedFile("plan.txt", b"Two racks.")


def arguments(cast: Cast) -> Arguments:
    """Return what the addresses of these remarks are made with; they are added once."""
    people_routes.arguments(cast)
    made: dict[str, list[object]] = {name: [] for name in _ABOUT}
    for name, row in (("desk", _of_the_desk()), ("personnel", _personnel())):
        comments, files = Comment.objects.about(row), Attachment.objects.about(row)
        if not files.exists():
            _remark_on(row)
        made |= {
            f"{name}-row": [row._meta.label_lower, row.pk],
            f"{name}-comment": [comments.get().pk],
            f"{name}-file": [files.get().pk],
        }
    return made


def _remark_on(row: Noun) -> None:
    """Let the operator have said something about a row, and added a file to it."""
    actor, place = operator(), {"record": row._meta.label_lower, "row": row.pk}
    with acting(actor=actor, verb_name="tests.remark", at=AT):
        Comment.objects.create(**place, text="Not for everybody.", by=actor, at=AT)
    content = ContentFile(b"Not for everybody.")
    keep_file(row=row, name="seen.txt", content=content, actor=actor, at=AT)


TABLE = RouteTable(LINES, arguments)
