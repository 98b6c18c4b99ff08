"""What is proposed for the columns of any table, and what no one may guess."""

import pytest

from quarterdeck.core.date_forms import ISO, ISO_DAY, has_time, in_words, possible_forms
from quarterdeck.core.errors import Invalid
from quarterdeck.core.mapping import (
    ColumnMapping,
    FieldKind,
    MappedField,
    MappedProfile,
    Sample,
    propose,
    unknown_words,
)
from quarterdeck.core.mapping_checks import check_mapping
from quarterdeck.core.profiles import Profile


class Loans(MappedProfile):
    """Books that were lent."""

    key = "loans"
    title = "Loans"
    fields = (
        MappedField("number", "Number", synonyms=("loan number", "id"), required=True),
        MappedField("lent_at", "Lent", FieldKind.DATE, ("lent on", "borrowed")),
        MappedField("back_at", "Returned", FieldKind.DATE, ("returned",)),
        MappedField(
            "state",
            "State",
            FieldKind.WORD,
            ("status",),
            meanings={"out": "Out", "in": "In"},
            known={"out": "out", "away": "out"},
        ),
        MappedField("times", "Times", FieldKind.NUMBER, ("renewals",)),
    )

    def bound(self, mapping: ColumnMapping, batch_key: int) -> Profile:
        """Nothing is imported here."""
        raise NotImplementedError


LOANS = Loans()


def sample(*lines: str) -> Sample:
    header, *rest = (tuple(line.split(",")) for line in lines)
    return Sample(header, tuple(rest))


@pytest.mark.parametrize(
    ("texts", "forms"),
    [
        (["2016-02-01 10:00"], [ISO]),
        (["2016-02-01T10:00:00Z", "2016-02-01T10:00:00+01:00"], [ISO]),
        (["2016-02-01", "2016-02-02 00:00:00"], [ISO_DAY]),
        (["13/02/2016"], ["%d/%m/%Y"]),
        (["02/13/2016"], ["%m/%d/%Y"]),
        (["01/02/2016", "03/04/2016"], ["%d/%m/%Y", "%m/%d/%Y"]),
        (["01/02/2016 01:15 PM"], ["%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p"]),
        (["1.2.2016 08:30"], ["%d.%m.%Y %H:%M"]),
        (["30/Sep/21 17:20"], ["%d/%b/%y %H:%M"]),
        (["", " "], []),
        (["soon"], []),
    ],
)
def test_dates_can_be_read_in_these_forms(texts: list[str], forms: list[str]) -> None:
    assert possible_forms(texts) == forms


def test_one_slip_does_not_hide_the_form_of_a_column() -> None:
    assert possible_forms(["13/02/2016", "14/02/2016", "unknown"]) == ["%d/%m/%Y"]


def test_a_form_says_in_words_what_it_reads() -> None:
    assert (in_words("%d/%m/%Y %H:%M"), has_time("%d/%m/%Y %H:%M"), has_time("%d/%m/%Y")) == (
        "day/month/year hour:minute",
        True,
        False,
    )


def test_columns_are_proposed_by_their_names_synonyms_and_spellings() -> None:
    proposed = propose(LOANS, sample("ID,Lent_On,Return_ed,Status,Shelf", "1,2016-02-01,,out,A"))

    assert proposed.columns == {
        "number": "ID",
        "lent_at": "Lent_On",
        "back_at": "Return_ed",
        "state": "Status",
    }


def test_a_column_of_other_things_is_not_proposed() -> None:
    proposed = propose(LOANS, sample("id,borrowed,renewals", "1,by Ada,often"))

    assert proposed.columns == {"number": "id"}


def test_a_form_is_proposed_only_where_one_alone_is_left() -> None:
    proposed = propose(LOANS, sample("id,lent at,back at", "1,01/02/2016,2016-03-01"))

    assert proposed.forms == {"back_at": ISO_DAY}


def test_a_column_that_leaves_no_doubt_tells_of_the_other_ones() -> None:
    proposed = propose(LOANS, sample("id,lent at,back at", "1,01/02/2016,13/02/2016"))

    assert proposed.forms == {"lent_at": "%d/%m/%Y", "back_at": "%d/%m/%Y"}


def test_an_order_of_day_and_month_is_never_guessed() -> None:
    told = sample("id,lent at", "1,01/02/2016")

    with pytest.raises(Invalid) as invalid:
        check_mapping(LOANS, propose(LOANS, told), told)

    assert invalid.value.errors == {
        "lent_at": [
            (
                "Say how “lent at” writes its dates: “01/02/2016” can be day/month/year "
                "or month/day/year."
            )
        ]
    }


def test_a_word_without_a_meaning_is_asked_for() -> None:
    told = sample("id,state", "1,away", "2,Lost")

    with pytest.raises(Invalid) as invalid:
        check_mapping(LOANS, propose(LOANS, told), told)

    assert invalid.value.errors == {"state": ["Say what these mean: Lost."]}


def test_a_word_that_a_person_explained_is_known_in_any_case() -> None:
    mapping = ColumnMapping({"state": "state"}, words={"state": {"Lost": "out"}})

    assert unknown_words(LOANS.fields[3], mapping, ["LOST", "Away"]) == []


@pytest.mark.parametrize(
    ("mapping", "errors"),
    [
        (
            ColumnMapping({}),
            {"number": ["Which column holds it? Without it nothing can be taken in."]},
        ),
        (
            ColumnMapping({"number": "id", "lent_at": "when"}),
            {"lent_at": ["Say how “when” writes its dates."]},
        ),
        (
            ColumnMapping({"number": "id", "state": "id"}),
            {"state": ["“id” is taken already."]},
        ),
        (
            ColumnMapping({"number": "id", "state": "s"}, words={"state": {"x": "gone"}}),
            {"state": ["There is no meaning “gone”; expected one of out, in, or ? for not known."]},
        ),
        (
            ColumnMapping({"number": "id", "colour": "c"}),
            {
                "colour": [
                    (
                        "There is no field “colour”; "
                        "expected one of number, lent_at, back_at, state, times."
                    )
                ]
            },
        ),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(
    mapping: ColumnMapping, errors: dict[str, list[str]]
) -> None:
    with pytest.raises(Invalid) as invalid:
        check_mapping(LOANS, mapping)

    assert invalid.value.errors == errors
