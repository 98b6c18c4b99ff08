"""Placeholders are filled from a closed list, and never twice."""

from quarterdeck.kernels.placeholders import filled, unknown_names


def test_a_placeholder_is_filled_whatever_the_blanks_in_it() -> None:
    assert filled("Dear {{requester}}, {{ number }}", {"requester": "Mona", "number": "T-1"}) == (
        "Dear Mona, T-1"
    )


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert filled("{{a}}", {"a": "{{b}}", "b": "secret"}) == "{{b}}"


def test_a_missing_value_leaves_no_blank_before_a_sign() -> None:
    assert filled("Hello {{first name}}, your ticket", {}) == "Hello, your ticket"


def test_signs_stand_as_typed_where_nothing_is_missing() -> None:
    assert filled("{{a}} : as typed", {"a": "x"}) == "x : as typed"


def test_names_that_nobody_knows_are_told_once_each() -> None:
    assert unknown_names("{{x}} {{me}} {{ x }} {{y}}", {"me"}) == ["x", "y"]
