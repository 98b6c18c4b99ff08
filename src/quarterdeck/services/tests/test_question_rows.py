"""The rows in which questions are put together give them back as they were typed."""

from django.http import QueryDict

from quarterdeck.kernels.questions import Question, QuestionType
from quarterdeck.services.web.question_rows import rows_of, typed_rows

START = Question("start", "From when on?", QuestionType.DATE, is_ahead=True)


def test_a_day_ahead_is_ticked_and_read_back() -> None:
    typed = QueryDict("rows=1&0-label=From when on?&0-key=start&0-type=date&0-is_ahead=on")
    rows = typed_rows(typed)

    assert (rows.is_valid(), rows.questions()) == (True, (START,))
    assert rows_of([START]).questions() == (START,)


def test_more_rows_than_a_page_sends_are_none() -> None:
    assert typed_rows(QueryDict("rows=" + "1" * 5_000)).forms == ()
