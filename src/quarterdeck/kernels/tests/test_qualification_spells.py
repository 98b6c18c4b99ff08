"""How each experience came to its months: worked by hand, a month a step."""

from datetime import date
from fractions import Fraction

from quarterdeck.kernels.qualification import Background, Verdict, evaluate
from quarterdeck.kernels.qualification.background import Day, Experience, HeldCredential, Judgement
from quarterdeck.kernels.qualification.counting import Amount
from quarterdeck.kernels.qualification.rules import Credential, Months
from quarterdeck.kernels.qualification.spells import Cut, Spell, spells

AT = date(2025, 12, 31)
YEAR = Day.on(date(2024, 1, 1)), Day.on(date(2024, 12, 31))
NETWORKS = Months(key="networks", months=Fraction(12), kind="networks")


def worked(key: str, **more: object) -> Experience:
    """Return a year of work, which says of every kind what share it was."""
    said: dict[str, object] = {"first": YEAR[0], "last": YEAR[1], **more}
    return Experience(key=key, **said)  # type: ignore[arg-type]  # fields of one record by name


def found(*work: Experience) -> tuple[Spell, ...]:
    finding = evaluate(NETWORKS, Background(experience=work), AT)
    return spells(work, finding, AT)


def exactly(months: int) -> Amount:
    return Amount(Fraction(months), Fraction(months))


def test_each_step_takes_its_share() -> None:
    """Half time is 6 of 12 months, and a third of those were networks."""
    half = worked("a", share=Fraction(1, 2), kinds={"networks": Fraction(1, 3)})

    assert found(half) == (
        Spell(
            "a",
            exactly(12),
            exactly(6),
            exactly(2),
            exactly(2),
            (Cut.PART_TIME, Cut.PARTLY_OF_KIND),
        ),
    )


def test_what_nobody_knows_widens_the_range_and_is_named() -> None:
    unknown = worked("a", share=None, other_kinds_unknown=True)

    (spell,) = found(unknown)

    assert (spell.counted, spell.cuts) == (
        Amount(Fraction(0), Fraction(12)),
        (Cut.SHARE_UNKNOWN, Cut.KIND_UNKNOWN),
    )


def test_work_at_the_same_time_is_told_also_where_it_gave_nothing() -> None:
    networks = worked("a", kinds={"networks": Fraction(1)})
    other = worked("b")

    assert [(spell.counted, spell.cuts) for spell in found(networks, other)] == [
        (exactly(12), ()),
        (exactly(0), (Cut.OTHER_KIND,)),
    ]
    assert [spell.cuts for spell in found(networks, worked("c", kinds=networks.kinds))] == [
        (Cut.OVERLAP,),
        (Cut.OVERLAP,),
    ]


def test_a_credential_that_is_only_described_waits_for_a_person() -> None:
    rule = Credential(key="wiring", names=("Allowed to wire houses",), is_described=True)
    held = HeldCredential(key="a", name="Electrician", issued=date(2020, 1, 1))
    judgement = Judgement(
        about="wiring", accepted=True, by="Ada", on=date(2025, 1, 1), reason="It says so."
    )

    alone = evaluate(rule, Background(credentials=(held,)), AT)
    judged = evaluate(rule, Background(credentials=(held,), judgements=(judgement,)), AT)

    assert (alone.verdict, alone.awaits, judged.verdict) == (Verdict.UNKNOWN, rule, Verdict.MET)
