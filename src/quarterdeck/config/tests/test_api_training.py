"""Programs plan sessions, take attendance and note results; people enrol and sit tests by a token
of their own."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine

from quarterdeck.config.tests.tokens import Program
from quarterdeck.people.models import Course, Enrolment
from quarterdeck.people.tests.house import House, open_house

API = "/api/v1/people"
BEFORE, AFTER = "2016-04-04T08:00:00+00:00", "2016-04-04T12:00:00+00:00"
PLAN: dict[str, Any] = {
    "starts_at": "2016-04-04T09:00:00Z",
    "ends_at": "2016-04-04T11:00:00Z",
    "zone": "Europe/Oslo",
    "seats": 1,
}
TEST = "Where is the file?\n* In its folder\n- Nowhere\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Iterator[House]:
    with time_machine.travel(datetime.fromisoformat(BEFORE), tick=False):
        yield open_house()


def seen(row: dict[str, Any]) -> str:
    return f'"{row["id"]}.{row["version"]}"'


def test_a_seat_is_taken_waited_for_and_given_back(house: House) -> None:
    iris, ben, ada = Program(house.iris), Program(house.ben), Program(house.hal)
    _, course = iris.post(f"{API}/courses", title="Filing")

    status, session = iris.post(f"{API}/course-sessions", course=course["id"], **PLAN)
    acts = f"{API}/course-sessions/{session['id']}/acts"
    first, again, second = (each.post(f"{acts}/enrol") for each in (ben, ben, ada))
    others = ben.post(f"{acts}/enrol", person=house.hal.person_id)
    withdrawn = ben.post(f"{API}/enrolments/{first[1]['id']}/acts/withdraw")
    _, moved_up = ada.get(f"{API}/enrolments/{second[1]['id']}")
    _, roomy = iris.patch(f"{API}/course-sessions/{session['id']}", seen(session), seats=5)

    assert (status, session["course"]["title"], roomy["seats"]) == (201, "Filing", 5)
    assert [row["state"] for _, row in (first, again, second)] == [
        "enrolled",
        "enrolled",
        "waiting",
    ]
    assert (again[1]["id"], others[0]) == (first[1]["id"], 409)
    assert (withdrawn[1]["state"], moved_up["state"]) == ("withdrawn", "enrolled")
    assert ben.post(f"{acts}/cancel", seen(roomy))[0] == 403
    assert iris.post(f"{acts}/cancel", seen(roomy), reason="Snow.")[0] == 200


def test_a_test_is_sat_once_and_attendance_completes_the_course(house: House) -> None:
    iris, ben = Program(house.iris), Program(house.ben)
    _, course = iris.post(f"{API}/courses", title="Filing")
    published = iris.post(f"{API}/courses/{course['id']}/acts/publish-test", text=TEST)
    _, session = iris.post(f"{API}/course-sessions", course=course["id"], **PLAN)
    acts = f"{API}/course-sessions/{session['id']}/acts"
    _, seat = ben.post(f"{acts}/enrol")
    test = f"{API}/enrolments/{seat['id']}/tests/pre"

    _, asked = ben.get(test)
    answers = [{"item": 1, "chosen": [1]}]
    sat, twice = (ben.post(test, answers=answers) for _ in range(2))
    early = iris.post(f"{acts}/take-attendance", present=[seat["id"]])
    with time_machine.travel(datetime.fromisoformat(AFTER), tick=False):
        taken = iris.post(f"{acts}/take-attendance", present=[seat["id"]])
        both = iris.post(f"{acts}/take-attendance", present=[seat["id"]], absent=[seat["id"]])

    assert (published[0], asked["is_open"], asked["points"]) == (200, True, None)
    assert [each["text"] for each in asked["items"][0]["choices"]] == ["In its folder", "Nowhere"]
    assert (sat[0], sat[1]["points"], twice[0]) == (201, 1, 409)
    assert (early[0], taken[0], both[0]) == (409, 200, 409)
    assert Enrolment.objects.get().state == "attended"
    assert Course.objects.get().title == "Filing"
    assert Program(house.hal).get(test)[0] in {403, 404}
