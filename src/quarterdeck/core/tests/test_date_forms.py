"""Forms of numbers alone are read as the library's `strptime` reads them."""

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quarterdeck.core.date_forms import FORMS, ISO, ISO_DAY, moment_of

WITH_NUMBERS = [form for form in FORMS if form not in {ISO, ISO_DAY} and "%b" not in form]
# Digits, what stands between them, and digits of another script, which the library reads too.
TEXTS = st.text("0123456789/.-: \t٣", max_size=20)


def by_the_library(form: str, text: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 — what is compared has no zone either
    except ValueError:
        return None


@given(form=st.sampled_from(WITH_NUMBERS), text=TEXTS)
@example(form="%d/%m/%Y %H:%M", text="29/2/2015 01:23")
@example(form="%d/%m/%Y %H:%M:%S", text="29/2/2016 1:2:60")
@example(form="%Y%m%d", text="2016131")
@example(form="%d.%m.%Y", text=" 5.1.2016")
@example(form="%d.%m.%Y", text="5-1-2016")
@example(form="%d/%m/%Y %H:%M", text="1/1/2016\t01:23")
def test_a_text_is_read_as_by_the_library(form: str, text: str) -> None:
    assert moment_of(form, text) == by_the_library(form, text)


@pytest.mark.parametrize("form", WITH_NUMBERS)
@given(moment=st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)))  # noqa: DTZ001 — a table tells no zone
def test_a_moment_that_was_written_is_read_as_by_the_library(form: str, moment: datetime) -> None:
    text = moment.strftime(form)

    assert moment_of(form, text) == by_the_library(form, text)
