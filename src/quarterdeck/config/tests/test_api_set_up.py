"""Programs set up what pages do: organisation, rotas, surveys, catalogue, mappings."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quarterdeck.config.tests.cast import AT, Cast
from quarterdeck.config.tests.survey_routes import answered_survey
from quarterdeck.config.tests.tokens import Program, bearer
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Person, Team, TeamMembership
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Article, AssignmentPolicy, DutyShift
from quarterdeck.desk.tests.web_cast import open_desk
from quarterdeck.desk.verbs.articles import Wording, draft_article
from quarterdeck.office.models import Calendar, Organisation, OutgoingMail
from quarterdeck.office.vocabulary import MailState
from quarterdeck.people.models import Education, Vocabulary
from quarterdeck.services.models import CatalogueItem

API = "/api/v1"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0dc1a1e70000000049454e44ae426082"
)

pytestmark = pytest.mark.django_db


def program(cast: Cast, role: Role) -> Program:
    return Program(cast.accounts[role])


def sent(cast: Cast, role: Role, address: str, **given: Any) -> tuple[int, Any]:
    """Send a form with files."""
    answer = Client().post(f"{API}/{address}", given, headers=bearer(cast.accounts[role]))
    return answer.status_code, json.loads(answer.content)


def pointers(told: Any) -> list[str]:
    return [each["pointer"] for each in told["errors"]]


def test_the_organisation_is_read_and_changed_in_the_version_that_was_seen(cast: Cast) -> None:
    manager, place = program(cast, Role.IT_MANAGER), f"{API}/office/organisation"
    own = Organisation.objects.get()
    team = Team.objects.order_by("pk")[0]
    calendar = Calendar.objects.get(key="around-the-clock")

    read, told = manager.get(place)
    seen = f'"1.{told["version"]}"'
    changed, present = manager.patch(place, seen, name="The harbour", default_team=team.pk)
    stale = manager.patch(place, seen, name="The town")[0]
    nobody, problem = manager.patch(place, "*", calendar=10**9)
    around = manager.patch(place, "*", calendar=calendar.pk, default_team=None)[1]

    assert (read, told["name"], told["calendar"]["id"]) == (200, own.name, own.calendar_id)
    assert (changed, present["name"]) == (200, "The harbour")
    assert (present["default_team"]["id"], present["calendar"]["id"]) == (team.pk, own.calendar_id)
    assert (stale, nobody, pointers(problem)) == (412, 422, ["/calendar"])
    assert (around["calendar"]["id"], around["default_team"]) == (calendar.pk, None)
    assert program(cast, Role.TEAM_LEAD).get(place)[0] == 404


def test_somebody_of_a_team_is_put_on_duty_every_week(cast: Cast) -> None:
    manager, place = program(cast, Role.IT_MANAGER), f"{API}/desk/duty-shifts/weekly"
    member = TeamMembership.objects.order_by("pk")[0]
    times = {"weekday": 0, "start_minute": 1320, "end_minute": 360, "first_on": "2016-03-28"}
    who = {"team": member.team_id, "person": member.person_id}
    outside = Person.objects.exclude(memberships__team=member.team_id).order_by("pk")[0]

    made, told = manager.post(place, **who, **times, every_weeks=2)
    backwards = manager.post(place, **who, **times, last_on="2016-03-27")
    stranger = manager.post(place, **who | {"person": outside.pk}, **times)[0]
    nobody = manager.post(place, **who | {"person": 10**9}, **times)

    shift = DutyShift.objects.get(pk=told["id"])
    assert (made, shift.weekday, shift.start_minute, shift.end_minute) == (201, 0, 1320, 360)
    assert (str(shift.first_on), shift.every_weeks) == ("2016-03-28", 2)
    assert (backwards[0], pointers(backwards[1])) == (422, ["/last_on"])
    assert (stranger, nobody[0], pointers(nobody[1])) == (409, 422, ["/person"])


def test_a_lead_chooses_how_the_tickets_of_the_team_are_assigned(cast: Cast) -> None:
    manager, place = program(cast, Role.IT_MANAGER), f"{API}/desk/assignment-policies"
    team = Team.objects.order_by("pk")[0]

    first = manager.post(place, team=team.pk, strategy="round_robin", least_level=2)
    again = manager.post(place, team=team.pk, strategy="by_hand")
    strange = manager.post(place, team=team.pk, strategy="by_dice")

    policy = AssignmentPolicy.objects.get(team=team)
    assert (first[0], first[1]["strategy"], again[0], strange[0]) == (201, "round_robin", 201, 422)
    assert (policy.strategy, policy.least_level) == ("by_hand", None)
    assert program(cast, Role.TECHNICIAN).post(place, team=team.pk, strategy="by_hand")[0] == 403


def test_a_survey_begins_and_is_asked_in_other_words(cast: Cast) -> None:
    manager, place = program(cast, Role.IT_MANAGER), f"{API}/office/surveys"
    scale = {"kind": "scale", "text": "How was it?", "low": "Bad", "high": "Good"}
    words = {"kind": "text", "text": "What else?"}
    new = {"name": "Afterwards", "occasion": "desk.ticket_resolved"}

    made, survey = manager.post(f"{place}/begin", **new, questions=[scale, words], share=10)
    address = f"{place}/{survey['id']}/wording"
    seen = f'"{survey["id"]}.{survey["version"]}"'
    reworded = manager.post(address, seen, questions=[scale], introduction="Please.")[0]
    stale = manager.post(address, seen, questions=[scale])[0]
    wrong = [
        manager.post(f"{place}/begin", **new, questions=[words]),
        manager.post(f"{place}/begin", **new | {"occasion": "lunch"}, questions=[scale]),
        manager.post(f"{place}/begin", **new, questions=[scale], share=0),
    ]

    assert (made, survey["share"], survey["is_anonymous"]) == (201, 10, False)
    assert (reworded, stale) == (200, 412)
    assert [(status, pointers(told)) for status, told in wrong] == [
        (422, ["/questions"]),
        (422, ["/occasion"]),
        (422, ["/share"]),
    ]
    hand = program(cast, Role.TECHNICIAN)
    assert hand.post(f"{place}/{answered_survey().pk}/wording", "*", questions=[scale])[0] == 403


def test_an_item_of_the_catalogue_asks_other_questions_from_the_version_that_was_read(
    cast: Cast,
) -> None:
    manager = program(cast, Role.IT_MANAGER)
    with acting(actor=cast.accounts[Role.IT_MANAGER], verb_name="tests.item", at=AT):
        item = CatalogueItem.objects.create(title="A screen")
    place = f"{API}/services/catalogue-items/{item.pk}/questions"
    size = {"key": "size", "label": "How large?", "type": "choice", "options": ["24", "27"]}
    why = {"key": "why", "label": "Why?", "type": "text", "asked_when": "size", "asked_for": "27"}

    nothing = manager.get(place)[1]
    made, first = manager.post(place, questions=[size, why], seen=0)
    stale = manager.post(place, questions=[size], seen=0)[0]
    unsound = manager.post(place, questions=[size | {"options": ["24"]}], seen=1)
    strange = manager.post(place, questions=[size | {"type": "oracle"}], seen=1)

    assert nothing == {"number": 0, "questions": []}
    assert (made, first["number"], [each["key"] for each in first["questions"]]) == (
        *(201, 1),
        ["size", "why"],
    )
    assert manager.get(place)[1] == first
    assert (stale, unsound[0], pointers(unsound[1])) == (409, 422, [""])
    assert (strange[0], pointers(strange[1])) == (422, ["/questions/0/type"])
    assert program(cast, Role.TEAM_LEAD).post(place, questions=[size], seen=1)[0] == 403


def test_a_vocabulary_comes_in_once_and_only_where_its_files_hold_one(cast: Cast) -> None:
    tasks = b"O*NET-SOC Code\tTask ID\tTask\tTask Type\n15-1232.00\t1\tHelp users.\tCore\n"

    def take(content: bytes, role: Role = Role.HR_PARTNER) -> tuple[int, Any]:
        file = SimpleUploadedFile("Task Statements.txt", content)
        return sent(cast, role, "people/vocabularies/import", uploads=file, edition="29.3")

    made, again, strange = take(tasks), take(tasks), take(b"Nothing.")
    empty = sent(cast, Role.HR_PARTNER, "people/vocabularies/import", edition="1")

    assert (made[0], made[1]["name"], made[1]["edition"]) == (201, "O*NET", "29.3")
    assert Vocabulary.objects.get(name="O*NET").entries.get().text == "Help users."
    assert (again[0], strange[0], take(tasks, Role.TEAM_LEAD)[0]) == (409, 409, 403)
    assert (empty[0], pointers(empty[1])) == (422, ["/uploads"])


def test_the_proof_of_an_education_is_seen_and_taken_back(cast: Cast) -> None:
    manager = program(cast, Role.IT_MANAGER)
    person = cast.accounts[Role.TECHNICIAN].person
    assert person is not None
    with acting(actor=cast.accounts[Role.IT_MANAGER], verb_name="tests.education", at=AT):
        row = Education.objects.create(person=person, level="bachelor", field="Mathematics")
    place = f"{API}/people/education/{row.pk}/acts"

    nothing = manager.post(f"{place}/verify", "*", evidence=" ")[0]
    seen, told = manager.post(f"{place}/verify", f'"{row.pk}.1"', evidence="The diploma.")
    stale = manager.post(f"{place}/withdraw", f'"{row.pk}.1"', reason="A slip.")[0]
    back = manager.post(f"{place}/withdraw", "*", reason="A slip.")
    own = program(cast, Role.TECHNICIAN).post(f"{place}/verify", "*", evidence="Mine.")[0]

    assert (nothing, seen, told["evidence"], stale) == (409, 200, "The diploma.", 412)
    assert (back[0], back[1]["verified_at"], own) == (200, None, 403)


def test_a_mail_that_failed_is_sent_again_by_whoever_runs_the_installation(cast: Cast) -> None:
    with acting(actor=cast.accounts[Role.ADMINISTRATOR], verb_name="tests.mail", at=AT):
        mail = OutgoingMail.objects.create(
            recipient="mona@example.org",
            subject="Yours",
            text="Come and get it.",
            kind="desk.reply",
            message_id="<1@example.org>",
            state=MailState.REFUSED,
            failure="No such mailbox.",
            queued_at=AT,
            next_attempt_at=AT,
        )
    place = f"{API}/office/outgoing-mail/{mail.pk}/acts/send-again"
    admin = program(cast, Role.ADMINISTRATOR)

    queued, told = admin.post(place)
    again = admin.post(place)[0]

    assert (queued, told["state"], told["failure"]) == (200, "queued", "")
    assert (again, program(cast, Role.IT_MANAGER).post(place)[0]) == (409, 404)


def test_an_article_gets_a_picture_that_goes_as_long_as_no_text_names_it(cast: Cast) -> None:
    manager = cast.accounts[Role.IT_MANAGER]
    article: Article = draft_article(
        wording=Wording(title="Lamps", text="Turn it."), actor=manager, at=AT
    )
    place = f"desk/articles/{article.pk}/files"

    def add(role: Role = Role.IT_MANAGER, name: str = "lamp.png", **given: Any) -> Any:
        file = SimpleUploadedFile(name, PNG)
        return sent(cast, role, place, **{"file": file, "alt": "A lamp.", **given})

    made, told = add()
    program_ = program(cast, Role.IT_MANAGER)
    kept = [each["id"] for each in program_.get(f"{API}/{place}")[1]["items"]]
    removed = program_.post(f"{API}/{place}/{told['id']}/remove")[0]
    gone = program_.post(f"{API}/{place}/{told['id']}/remove")[0]

    assert (made, told["alt"], told["is_picture"], kept) == (201, "A lamp.", True, [told["id"]])
    assert (removed, gone, add(Role.REQUESTER)[0]) == (200, 404, 404)
    assert [pointers(each[1]) for each in (add(alt=""), add(name="lamp.exe"))] == [
        ["/alt"],
        ["/file"],
    ]


def test_the_columns_of_a_waiting_table_are_told_and_a_worker_reads_it() -> None:
    ada = open_desk().ada
    table = SimpleUploadedFile("people.csv", b"Nr,Mitarbeiter\n1,Ada Lovelace\n")
    begun = Client().post(
        f"{API}/imports",
        {"file": table, "profile": "people-table", "source": "hr"},
        headers=bearer(ada),
    )
    place = f"{begun['Location']}/mapping"
    columns = {"external_id": "Nr", "name": "Mitarbeiter"}

    missing = Program(ada).post(place, mapping={"columns": columns | {"unit": "Amt"}})
    zone = Program(ada).post(place, mapping={"columns": columns}, zone="Mars/Olympus")
    unstorable = {"columns": columns, "sheet": "a\0", "words": {"state": {"\ud800": "new"}}}
    refused, faults = Program(ada).post(place, mapping=unstorable)
    mapped, told = Program(ada).post(place, mapping={"columns": columns}, zone="Europe/Oslo")
    late = Program(ada).post(place, mapping={"columns": columns})[0]

    assert begun.json()["state"] == "mapping"
    assert (missing[0], pointers(missing[1])) == (422, ["/mapping/columns/unit"])
    assert (refused, len(pointers(faults))) == (422, 2)
    assert (zone[0], pointers(zone[1])) == (422, ["/zone"])
    assert (mapped, told["state"], told["zone"], late) == (202, "staging", "Europe/Oslo", 409)
