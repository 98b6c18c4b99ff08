"""The rows of the table of routes for what people bring, and what is judged of it.

The rows tell of a technician of the network: the team lead of the network, the managers above and
the HR partner reach them, and nobody else does.
"""

from datetime import UTC, date, datetime

from quarterdeck.config.tests import people_routes
from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person
from quarterdeck.people.models import Certificate, Education, Experience, QualificationRule

AT = datetime(2016, 4, 4, 9, tzinfo=UTC)
HOLDER = "Mateus Figueira"

LINES = """
people.education.list          GET    -              in  200  200  200  200  200  200  200  200  200
people.education.detail        GET    education      in  404  404  200  200  200  404  200  404  404
people.education.add           GET    -              in  200  200  200  200  200  200  200  200  200
people.education.add           POST   -              in  422  422  422  422  422  422  422  422  422
people.education.change        GET    education      in  404  404  200  200  200  404  200  404  404
people.education.change        POST   education      in  404  404  400  400  400  404  400  404  404
people.experience.list         GET    -              in  200  200  200  200  200  200  200  200  200
people.experience.detail       GET    experience     in  404  404  200  200  200  404  200  404  404
people.experience.detail       GET    own-experience in  200  404  404  200  404  404  404  404  404
people.experience.add          GET    -              in  200  200  200  200  200  200  200  200  200
people.experience.add          POST   -              in  422  422  422  422  422  422  422  422  422
people.experience.change       GET    experience     in  404  404  200  200  200  404  200  404  404
people.experience.change       POST   experience     in  404  404  400  400  400  404  400  404  404
people.certificate.list        GET    -              in  200  200  200  200  200  200  200  200  200
people.certificate.detail      GET    certificate    in  404  404  200  200  200  404  200  404  404
people.certificate.add         GET    -              in  200  200  200  200  200  200  200  200  200
people.certificate.add         POST   -              in  422  422  422  422  422  422  422  422  422
people.certificate.change      GET    certificate    in  404  404  200  200  200  404  200  404  404
people.certificate.change      POST   certificate    in  404  404  400  400  400  404  400  404  404
people.background.verify       POST   proof          in  404  404  400  400  400  404  400  404  404
people.background.verify       POST   own-proof      in  404  404  404  400  404  404  404  404  404
people.background.withdraw     POST   proof          in  404  404  400  400  400  404  400  404  404
people.qualification           GET    -              in  200  200  200  200  200  200  200  200  200
people.qualification.person    GET    holder         in  404  404  200  200  200  404  200  404  404
people.qualification.person    GET    requester      in  200  404  404  200  404  404  404  404  404
people.qualification.print     POST   no-standing    in  404  404  404  404  404  404  404  404  404
people.qualification.judge     GET    no-question    in  404  404  404  404  404  404  404  404  404
people.qualification.judge     POST   no-question    in  404  404  404  404  404  404  404  404  404
"""


def arguments(_cast: Cast) -> Arguments:
    """Return what the addresses of these records are made with."""
    if not Education.objects.exists():
        _tell()
    holder = Person.objects.get(name=HOLDER)
    requester = Person.objects.get(account__roles__role="requester")
    experience = Experience.objects.get(person=holder).pk
    own = Experience.objects.get(person=requester).pk
    return {
        "education": [Education.objects.get(person=holder).pk],
        "experience": [experience],
        "certificate": [Certificate.objects.get(person=holder).pk],
        "own-experience": [own],
        "proof": ["experience", experience],
        "own-proof": ["experience", own],
        "holder": [holder.pk],
        "requester": [requester.pk],
        "no-standing": [holder.pk, 2**31 - 1],
        "no-question": [holder.pk, 2**31 - 1, "none"],
    }


def _tell() -> None:
    """Say what a technician of the network brings, and where the requester has worked."""
    operator = Account.objects.get(username="operator")
    holder = Person.objects.get(name=HOLDER)
    requester = Person.objects.get(account__roles__role="requester")
    with acting(actor=operator, verb_name="tests.tell", at=AT):
        Education.objects.create(person=holder, level="bachelor", awarded_on=date(2010, 6, 30))
        Experience.objects.create(person=holder, title="Technician", begins_on=date(2010, 9, 1))
        Experience.objects.create(person=requester, title="Clerk", is_ongoing=True)
        Certificate.objects.create(person=holder, name="Routing", issued_on=date(2011, 5, 2))


TABLE = RouteTable(LINES, arguments)

# These rows need a class whose position the technician holds.
STANDING_LINES = """
people.qualification.person    GET    standing       in  404  404  200  200  200  404  200  404  404
people.qualification.print     POST   against        in  404  404  302  302  302  404  302  404  404
people.qualification.judge     GET    question       in  404  404  200  200  200  404  200  404  404
people.qualification.judge     POST   question       in  404  404  422  422  422  404  422  404  404
"""


def standing_arguments(cast: Cast) -> Arguments:
    """Return what the addresses are made with where a class is described, and held."""
    holder = arguments(cast)["holder"]
    people_routes.arguments(cast)
    rule = QualificationRule.objects.get(class_version__job_class__title=people_routes.TITLE)
    level = rule.class_version.job_class.levels.get()
    return {
        "standing": holder,
        "against": [*holder, level.pk],
        "question": [*holder, level.pk, rule.tree["key"]],
    }


STANDING_TABLE = RouteTable(STANDING_LINES, standing_arguments)
