"""A class as a JobPosting of schema.org, for whoever publishes a vacancy.

Source: https://schema.org/JobPosting; `experienceInPlaceOfEducation` is of schema.org's pending
section.
"""

from html import escape
from typing import Any

from quarterdeck.people.models import QualificationRule
from quarterdeck.people.queries.sheet import Sheet
from quarterdeck.people.vocabulary import RuleKind

# https://schema.org/EducationalOccupationalCredential wants words of its own for degrees.
_CREDENTIALS = {
    "high_school": "high school",
    "associate": "associate degree",
    "bachelor": "bachelor degree",
    "master": "postgraduate degree",
    "doctorate": "postgraduate degree",
}


def posting_of(sheet: Sheet, organisation: str) -> dict[str, Any]:
    """Return the class as JSON-LD; what it does not say is left out."""
    rules = [rule for _, found in sheet.qualifications for rule in found]
    said = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": sheet.job_class.title,
        "identifier": _identifier(sheet, organisation),
        "datePosted": sheet.version.effective_on.isoformat(),
        "hiringOrganization": {"@type": "Organization", "name": organisation},
        "occupationalCategory": sheet.job_class.family.name,
        "description": _description(sheet),
        "responsibilities": [duty.text for _, duties in sheet.duties for duty in duties]
        + [duty.text for result in sheet.results for duty in result.functions],
        "qualifications": [rule.text for rule in rules],
        "skills": [rule.text for rule in rules if rule.kind == RuleKind.SKILL]
        + [str(competency) for competency, _ in sheet.matrix.rows],
        "educationRequirements": [found for rule in rules for found in _credential(rule)],
        "experienceRequirements": _experience(rules),
        "experienceInPlaceOfEducation": _stands_in(rules),
        "physicalRequirement": [
            each.text for title, found in sheet.conditions for each in found if "hysical" in title
        ],
        "employmentUnit": (
            {"@type": "Organization", "name": sheet.job_class.issuer}
            if sheet.job_class.issuer
            else None
        ),
    }
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}


def _identifier(sheet: Sheet, organisation: str) -> dict[str, str] | None:
    if not sheet.job_class.code:
        return None
    return {"@type": "PropertyValue", "name": organisation, "value": sheet.job_class.code}


def _description(sheet: Sheet) -> str:
    """Return the description that a posting must have, as HTML: general statement, then duties.

    Publishers of vacancies, Google's among them, ask for title, description, day, organisation and
    place of work; the place is the vacancy's, which a class does not know.
    """
    duties = [duty.text for _, found in sheet.duties for duty in found]
    duties += [duty.text for result in sheet.results for duty in result.functions]
    paragraphs = "".join(f"<p>{escape(each.text)}</p>" for each in sheet.summary)
    items = "".join(f"<li>{escape(text)}</li>" for text in duties)
    told = paragraphs + (f"<ul>{items}</ul>" if items else "")
    return told or f"<p>{escape(sheet.job_class.title)}</p>"


def _credential(rule: QualificationRule) -> list[dict[str, str]]:
    level = _CREDENTIALS.get(str(rule.tree.get("level", "")))
    if rule.kind != RuleKind.EDUCATION or level is None:
        return []
    return [{"@type": "EducationalOccupationalCredential", "credentialCategory": level}]


def _experience(rules: list[QualificationRule]) -> dict[str, Any] | None:
    """Return the most months that a required rule asks for; a number, as schema.org wants it."""
    months = [
        float(str(rule.tree["months"]))
        for rule in rules
        if rule.kind == RuleKind.EXPERIENCE and str(rule.tree.get("months", "")).isdigit()
    ]
    if not months:
        return None
    return {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": max(months)}


def _stands_in(rules: list[QualificationRule]) -> bool | None:
    stated = [rule.tree.get("direction") for rule in rules if rule.kind == RuleKind.EQUIVALENCY]
    return True if "experience_for_education" in stated else None
