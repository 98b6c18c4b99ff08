"""Placeholders are filled from a closed list, and never twice."""

from quarterdeck.kernels.placeholders import (
    filled,
    has_stray_braces,
    laid_out,
    names_in,
    unknown_names,
)


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


def test_a_line_of_which_every_placeholder_is_empty_is_left_out() -> None:
    text = "Dear {{name}},\n\nBoat: {{boat}}\n\n{{note}}\n\nFrom {{port}}: {{pilot}}"

    written = laid_out(text, {"name": "Mona", "port": "Hull", "boat": ""})

    assert written == "Dear Mona,\n\nFrom Hull:"


def test_a_value_keeps_its_own_blank_lines() -> None:
    assert laid_out("{{a}}\n\n{{b}}", {"a": "one\n\n\ntwo", "b": "3"}) == "one\n\n\ntwo\n\n3"


def test_braces_that_name_nothing_are_told() -> None:
    texts = ["{{a}}", "{a}", "{{a", "a}}", "{{a}} {{ {{b}}"]

    assert [has_stray_braces(text) for text in texts] == [False, False, True, True, True]


def test_names_are_told_in_the_order_of_the_text() -> None:
    assert names_in("{{b}} {{a}} {{ b }}") == ["b", "a"]
