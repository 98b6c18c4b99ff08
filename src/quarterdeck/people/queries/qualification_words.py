"""What is found of a person, in words: months, and why months do not count."""

from fractions import Fraction

from quarterdeck.kernels.qualification import Finding
from quarterdeck.kernels.qualification.counting import Amount
from quarterdeck.kernels.qualification.spells import Cut

_CUTS = {
    Cut.PART_OF_STUDY: "part of a study, which has the credit",
    Cut.NOT_BEGUN: "begins later",
    Cut.FIRST_DAY_UNKNOWN: "nobody knows when it began",
    Cut.LAST_DAY_UNKNOWN: "nobody knows when it ended",
    Cut.DAYS_INEXACT: "its days are known to the month or year only",
    Cut.SHARE_UNKNOWN: "its share of full time is not known",
    Cut.PART_TIME: "part time",
    Cut.KIND_UNKNOWN: "nobody has judged how much of it is of the kind asked for",
    Cut.OTHER_KIND: "not of the kind asked for",
    Cut.PARTLY_OF_KIND: "only a share of it is of the kind asked for",
    Cut.OVERLAP: "other work or study at the same time: no time counts twice",
}


def cut_words(cut: Cut) -> str:
    """Say why months of an experience do not count, or not for certain."""
    return _CUTS[cut]


def figure(number: Fraction) -> str:
    """Return a number of months, with one decimal where it needs one."""
    return f"{float(number):.1f}".removesuffix(".0")


def amount_words(amount: Amount) -> str:
    """Return a figure, or the range in which it lies."""
    least, most = figure(amount.certain), figure(amount.possible)
    return least if least == most else f"{least}–{most}"


def months_words(finding: Finding) -> str:
    """Say how many months were asked for, found and are missing; nothing where none were."""
    required, certain, possible = finding.required, finding.certain, finding.possible
    if required is None or certain is None or possible is None:
        return ""
    told = f"{amount_words(Amount(certain, possible))} of {figure(required)} months"
    if certain >= required:
        return told
    if possible < required:
        return f"{told}; at least {figure(required - possible)} missing"
    return f"{told}; {figure(required - certain)} not certain"
