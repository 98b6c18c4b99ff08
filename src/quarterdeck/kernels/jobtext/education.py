"""Reads degrees, fields of study, and what may stand in for what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from quarterdeck.kernels.jobtext.quantities import NUMBER, durations_of, number_of
from quarterdeck.kernels.jobtext.records import Degree, QualificationKind

__all__ = ["Asked", "Substitution", "degree_asked", "substitution_of"]

# Each is looked for in folded text. The letters of a degree count only where they stand alone, so
# that "jobs" and "teams" hold none.
_DEGREES: tuple[tuple[Degree, str], ...] = (
    (
        Degree.HIGH_SCHOOL,
        r"\bhigh[- ]school (?:diploma|graduat|education)|\bged\b|\bsecondary school",
    ),
    (
        Degree.ASSOCIATE,
        r"\bassociate'?s?'? (?:degree|of)|\ba\.a\.(?:s\.)?|\btwo[- ]year (?:college|degree)",
    ),
    (
        Degree.BACHELOR,
        (
            r"\bbachelor'?s?\b|\bbaccalaureate\b|(?<![\w.])b\.\s?(?:s|a|sc|eng)\b\.?|\bbs/ba\b|"
            r"\bba/bs\b|"
            r"\bb[as] (?:degree|in)\b|\bb\.?(?:sc|eng)\b|\bhonou?rs degree\b|"
            r"\bundergraduate degree\b|"
            r"\b(?:four|4)[- ]year (?:accredited )?(?:college|university|degree)\b|"
            r"\b(?:college|university) degree\b|\bgraduation from an? (?:accredited )?(?:college|"
            r"university)\b"
        ),
    ),
    (
        Degree.MASTER,
        (
            r"\bmaster'?s?'?(?: level)? degree|\bmaster's\b|\bmaster of [a-z]+|"
            r"\bm(?:ba|pa|ls|lis|eng)\b|\bm\.?sc\b|\badvanced degree|"
            r"(?<![\w.])m\.\s?(?:s|a|sc)\.|\bgraduate degree\b(?<!undergraduate degree)|"
            r"\bpostgraduate (?:degree|qualification)"
        ),
    ),
    (Degree.DOCTORATE, r"\bph\.?\s?d\b|\b(?:doctorate|doctoral degree)\b"),
)
_COMPILED = tuple((degree, re.compile(shape)) for degree, shape in _DEGREES)
_ANY_DEGREE = re.compile(
    r"\b(?:educated to|a|any|relevant|university|college)\s(?:relevant )?degree\b(?! of\b)|"
    r"\bdegree (?:level|in|or equivalent)\b(?<!advanced degree in)"
)
_NOT_A_DEGREE = re.compile(
    r"\b(?:high|exceptional|considerable|some|greater|large|significant) degree\b|\bdegree of\b|"
    r"\b360[- ]degree\b"
)
_FIELDS = re.compile(
    r"(?:\bdegrees?\b|\bmajor\b|\bmajor course ?work\b|\bbachelor's\b|\bmaster's\b|"
    r"\bcourse work\b|"
    r"\bb\.\s?[sa]\.?)[^.;:]{0,60}?\b(?:in|with an?|with)\s+(?:an? )?(?P<fields>[^.;:()]+)"
)
_FIELDS_END = re.compile(
    rf",? or (?:an? )?equivalent\b.*|\band (?:{NUMBER})\b.*|\b(?:is |"
    rf"are )?(?:highly )?(?:preferred|desired|"
    r"desirable|required)\b.*|\bwhich\b.*|\bwith (?:at least|a minimum)\b.*|\bfrom an?\b.*|"
    r"\bplus\b.*|"
    r"\band experience\b.*"
)
_BETWEEN_FIELDS = re.compile(r"\s*(?:,\s*(?:or|and)\s+|,\s*|\bor\b|/)\s*")
_LEADING = re.compile(
    r"^(?:an?|the|in|areas? like|areas? such as|fields? such as|or|and|field of)\s+"
)
_RELATED = re.compile(
    r"\b(?:related|similar|relevant|comparable|equivalent|allied)\b.{0,20}\b(?:fields?|"
    r"disciplines?|areas?|subjects?)\b|\bfields? (?:closely )?related\b|"
    r"\b(?:it|technology|business)-related\b|\brelated$"
)
_EQUIVALENT = re.compile(
    r"\bor (?:an? |its |the |any )?(?:equivalent|equivalency)\b|\bor (?:relevant|related|"
    r"comparable) "
    r"(?:work )?experience\b"
)
_LONGEST_FIELD = 80

_SUBSTITUTES = re.compile(
    r"\bsubstitut\w*|\bin lieu of\b|\bin place of\b|\byear[- ]for[- ]year\b|\binstead of\b|"
    r"\b(?:may|can|will) (?:also )?(?:replace|count (?:as|for|towards?))\b|"
    r"\bbe (?:considered|accepted|counted) (?:instead|as equivalent|towards?)\b|"
    r"\bequivalent combinations?\b|\bany combination of\b|\bcombinations? of (?:education|"
    r"experience|training)"
)
_REFUSED = re.compile(r"\b(?:may|can|could|shall|will) ?not be substituted\b|\bno substitution")
_FOR_EACH = re.compile(
    rf"\b(?P<gives>{NUMBER})(?:\s*\((?P<digits>\d{{1,2}})\))?\s+(?:additional )?years?\b.*?\bfor "
    rf"(?:each|every|one|1)(?:\s*\(1\))?(?: required)? (?:year|additional year)\b"
)
_EXPERIENCE = re.compile(r"\bexperience\b")
_EDUCATION = re.compile(
    r"\b(?:education\w*|degree|college|university|schooling|stud(?:y|ies)|course ?work|training)\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A degree asked for; where several would do, the lowest. None where its rank is not said."""

    degree: Degree | None
    fields: tuple[str, ...]
    related_field: bool
    or_equivalent: bool


@dataclass(frozen=True, slots=True)
class Substitution:
    """What stands in for what: `ratio` in years for a year, `years` for the whole."""

    gives: QualificationKind
    replaces: QualificationKind
    ratio: Fraction | None
    years: Fraction | None


def degree_asked(folded: str, text: str) -> Asked | None:
    """Return the degree that a sentence asks for, and None where it asks for none."""
    ranks = [degree for degree, shape in _COMPILED if shape.search(folded)]
    bare = _ANY_DEGREE.search(folded) and not _NOT_A_DEGREE.search(folded)
    if not ranks and not bare:
        return None
    fields, related = _fields(folded, text)
    return Asked(
        ranks[0] if ranks else None,
        fields,
        related or _RELATED.search(folded) is not None,
        _EQUIVALENT.search(folded) is not None,
    )


def _fields(folded: str, text: str) -> tuple[tuple[str, ...], bool]:
    found = _FIELDS.search(folded)
    if not found:
        return (), False
    start, end = found.span("fields")
    if cut := _FIELDS_END.search(folded, start, end):
        end = cut.start()
    fields: list[str] = []
    related = False
    last = start
    gaps = [*_BETWEEN_FIELDS.finditer(folded, start, end), None]
    for gap in gaps:
        stop = gap.start() if gap else end
        name, own = text[last:stop].strip(), folded[last:stop].strip()
        last = gap.end() if gap else end
        if _RELATED.search(own) or own in {"related", "or related"}:
            related = True
        else:
            fields += _field(name)
    return tuple(fields), related


def _field(name: str) -> Iterator[str]:
    while lead := _LEADING.match(name.lower()):
        name = name[lead.end() :]
    name = name.strip(" ,-–")
    if 1 < len(name) <= _LONGEST_FIELD:
        yield name


def substitution_of(folded: str) -> Substitution | None:
    """Return what a sentence lets stand in for what, and None where it does not."""
    mark = _SUBSTITUTES.search(folded)
    if not mark or _REFUSED.search(folded):
        return None
    gives, replaces = _sides(folded, mark)
    each = _FOR_EACH.search(folded)
    if each:
        return Substitution(gives, replaces, number_of(each["digits"] or each["gives"]), None)
    if re.search(r"\byear[- ]for[- ]year\b", folded):
        return Substitution(gives, replaces, Fraction(1), None)
    whole = [duration.years for duration in durations_of(folded) if duration.unit == "year"]
    bare = whole[0] if len(whole) == 1 and "substitut" in mark.group() else None
    return Substitution(gives, replaces, None, bare)


def _sides(folded: str, mark: re.Match[str]) -> tuple[QualificationKind, QualificationKind]:
    """Tell which side gives; "for" stands between what gives and what it replaces."""
    experience, education = QualificationKind.EXPERIENCE, QualificationKind.EDUCATION
    before, after = folded[: mark.start()], folded[mark.end() :]
    gives_experience = _EXPERIENCE.search(before)
    gives_education = _EDUCATION.search(before)
    if gives_experience and gives_education and _EDUCATION.search(after) is None:
        earlier = gives_experience.start() < gives_education.start()
        return (experience, education) if earlier else (education, experience)
    if gives_education and not gives_experience:
        return education, experience
    return experience, education
