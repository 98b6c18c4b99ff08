"""`docs/duties.md` names as serving a duty exactly what does."""

from django.urls import resolve

from quarterdeck.config.tests.documents import duties
from quarterdeck.core.measures import all_measures


def test_a_duty_is_served_by_the_measures_that_say_so_and_no_other() -> None:
    listed = {(duty.id, key) for duty in duties() for key in duty.measures}

    assert listed == {(measure.duty, measure.key) for measure in all_measures()}


def test_the_measure_that_a_duty_asks_for_is_named_first() -> None:
    first = {duty.id: duty.measures[0] for duty in duties() if duty.measures}

    assert first == {measure.duty: measure.key for measure in all_measures() if measure.leads}


def test_every_page_that_serves_a_duty_exists() -> None:
    """`resolve` raises an error that names the page where it does not."""
    served = [resolve(page).url_name for duty in duties() for page in duty.pages]

    assert None not in served
