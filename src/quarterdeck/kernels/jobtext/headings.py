"""Knows which part of a job description a heading opens: by dictionary, by shape, by likeness."""

import re
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

__all__ = ["Section", "section_named"]


class Section(StrEnum):
    """The parts that job descriptions have."""

    SUMMARY = "summary"
    DISTINCTIONS = "distinguishing characteristics"
    DUTIES = "duties"
    COMPETENCIES = "competencies"
    SKILLS = "skills"
    SUPERVISION_RECEIVED = "supervision received"
    SUPERVISION_EXERCISED = "supervision exercised"
    EDUCATION = "education"
    EXPERIENCE = "experience"
    QUALIFICATIONS = "qualifications"
    PREFERRED = "preferred qualifications"
    PROMOTION = "promotion criteria"
    EQUIVALENCY = "equivalency"
    LICENCE = "licensure and certification"
    ENVIRONMENT = "working environment"
    PHYSICAL_LEVEL = "level of physical demand"
    PHYSICAL_DEMANDS = "physical demands"
    BACKGROUND = "background check"
    ASSESSMENT = "assessment"
    PROBATION = "probation"
    DETAIL = "class detail"
    HISTORY = "class history"
    RESULTS = "results"
    FUNCTIONS = "essential functions"
    MEASURES = "measures of success"
    AUTHORITY = "scope of authority"
    PAY = "pay"
    ASIDE = "aside"


_NAMES: dict[Section, str] = {
    Section.SUMMARY: """general statement of duties; description of work; position overview;
        position overview statement; position summary; job summary; job overview; job purpose;
        purpose; purpose of job; purpose of this job; purpose of position; purpose of the role;
        purpose of the job; overview; role summary; summary; summary of position; general summary;
        job description; position description; the opportunity; the role; about the role;
        about the job; about the position; opportunity overview; nature of work; general purpose;
        basic function; definition; class definition; class concept; general description;
        position purpose; role purpose; main purpose; main purpose of job; introduction;
        purpose of class; purpose of classification; purpose of the class; nature of position;
        primary purpose; job objective; position objective; description""",
    Section.DISTINCTIONS: """distinguishing characteristics; distinguishing features;
        class characteristics; distinguishing features of the class; class series""",
    Section.DUTIES: """essential duties; duties; main duties; principal duties; key duties;
        duties and responsibilities; principal duties and responsibilities; responsibilities;
        main duties and responsibilities; essential duties and responsibilities; major duties;
        key responsibilities; job responsibilities; job duties; typical duties;
        key accountabilities;
        examples of duties; examples of work; examples of work performed; illustrative duties;
        representative duties; typical tasks; key objectives; objectives; key tasks; tasks;
        essential job functions; primary responsibilities; primary duties; accountabilities;
        principal accountabilities; main responsibilities; core responsibilities; your impact;
        the main duties of this job are to; main duties of the job; essential job duties;
        duties include; responsibilities include; general responsibilities; what you will do;
        roles and responsibilities; specific duties; specific responsibilities;
        typical functions; typical work activities; work activities; typical activities;
        standard duties; characteristic duties; work performed; duties performed; job tasks;
        key activities; main activities; the job; day to day; example of duties""",
    Section.COMPETENCIES: """competencies; competencies required; core competencies;
        functional competencies; critical success factors; key competencies; behaviours;
        behavioural competencies; job impact; required competencies; leadership competencies;
        executive core qualifications; success factors; key behaviours""",
    Section.SKILLS: """knowledge and skills; knowledge, skills and abilities; skills; knowledge;
        knowledge, skills, and abilities; skills and abilities; other skills; abilities; ksas;
        other skills/knowledge/experience; technical skills; technical knowledge; skills required;
        required skills; technical knowledge and skills; knowledge required; required knowledge;
        skills and knowledge; personal attributes; attributes; personal qualities; ksa""",
    Section.SUPERVISION_RECEIVED: """supervision received; reports to; reporting relationships;
        level of supervision received; reporting relationship; supervisory controls""",
    Section.SUPERVISION_EXERCISED: """supervision exercised; level of supervision exercised;
        supervision given; supervisory responsibilities; supervisory responsibility;
        supervises; direct reports; management responsibility""",
    Section.EDUCATION: """education; education requirement; education requirements;
        minimum education; required education; educational requirements; and education;
        education required; academic qualifications; education and training""",
    Section.EXPERIENCE: """experience; experience requirement; experience requirements;
        required experience; minimum experience; work experience; experience required;
        professional experience; specialized experience""",
    Section.QUALIFICATIONS: """qualifications; minimum qualifications; position qualifications;
        required qualifications; requirements; job requirements; minimum requirements;
        minimum training and experience; minimum education and experience; person specification;
        education and experience; criteria; qualifications required; basic qualifications;
        requirements and qualifications; essential criteria; essential requirements; eligibility;
        what you bring to the team; what you bring; what you'll bring; what you'll need;
        what we're looking for; what we are looking for; who you are; how do i qualify;
        about you; selection criteria; candidate profile; the ideal candidate; ideal candidate;
        requirements of the job; qualifications/technical skills; entry requirements;
        training and experience; qualifications and experience; experience and education;
        qualifications and requirements; experience and qualifications; mandatory requirements;
        education and/or experience;
        minimum education, training and experience; education, training and experience""",
    Section.PREFERRED: """preferred qualifications; desired qualifications; desirable;
        desirable qualifications; preferred; nice to have; preferred skills; bonus points;
        preferred experience; desirable criteria; assets; additional qualifications;
        preferred education and experience; desired skills""",
    Section.PROMOTION: """promotion criteria; promotional criteria; advancement criteria;
        criteria for promotion; career progression""",
    Section.EQUIVALENCY: """education and experience equivalency; equivalency; equivalencies;
        equivalent experience; substitution; substitutions; equivalency statement""",
    Section.LICENCE: """licensure and certification; licensure and certifications; certification;
        licenses and certifications; licences and certificates; certifications; license;
        licenses; licensure; special requirements; certificates and licenses;
        licenses or certifications; certification and licensure; licences;
        special qualifications""",
    Section.ENVIRONMENT: """working environment; work environment; working conditions;
        environmental conditions; work conditions; environment""",
    Section.PHYSICAL_LEVEL: "level of physical demand; physical demand level; strength level",
    Section.PHYSICAL_DEMANDS: """physical demands; physical requirements; physical effort;
        physical and mental demands; physical demands and work environment""",
    Section.BACKGROUND: """background check requirement; background check; background checks;
        background check requirements; pre-employment checks; background investigation""",
    Section.ASSESSMENT: """assessment requirement; assessment; assessments; examination""",
    Section.PROBATION: "probation period; probation; probationary period; trial period",
    Section.DETAIL: """class detail; class details; job details; basic information;
        position details; position information; job information; key details; details""",
    Section.HISTORY: "class history; revision history; history of class; history of revisions",
    Section.RESULTS: """job results, essential functions and measures of success; job results;
        key result areas; key results areas; results areas; key results; result areas""",
    Section.FUNCTIONS: "essential functions; functions; key functions; main functions",
    Section.MEASURES: """measures of success; success measures; measures; performance measures;
        key performance indicators; performance indicators; performance standards;
        measures of performance""",
    Section.AUTHORITY: """scope of authority and accountability; scope of authority; authority;
        decision-making authority; authority and accountability; delegated authority; scope""",
    Section.PAY: """salary; salary range; pay; compensation; pay range; remuneration; pay grade;
        compensation and benefits; pay scale""",
    Section.ASIDE: """how to apply; benefits; employee benefits; about us; current status; join us;
        additional information; application evaluation; evaluation; here's how it will work;
        who may apply; employment requirements; key requirements; equal opportunities;
        equal opportunity; why join the team; why join us; we offer; open house; what we offer;
        application process; required documents; conditions of employment; about the team;
        security clearance; travel requirement; work schedule; appointment type; disclaimer;
        inclusion and accessibility; location; locations; number of vacancies;
        how you will be evaluated; preparing to apply; attend an information session; next steps;
        job announcement number; supervisory status; promotion potential; series and grade;
        opening and closing period for this job application; about the company;
        about the organization;
        how to qualify for interview; accommodation; contact; contacts; questions""",
}
_BY_NAME = {
    " ".join(name.split()): section
    for section, names in _NAMES.items()
    for name in names.split(";")
}

# Shapes, tried in this order where the dictionary has no entry. Each is looked for in the folded
# heading.
_SHAPES: tuple[tuple[Section, str], ...] = (
    (
        Section.ASIDE,
        r"\b(commitment to|diversity|(how|ready|when|where) to apply)\b|^apply(ing)?\b",
    ),
    (
        Section.ASIDE,
        r"\bapplication (process|procedure|deadline|form|review)\b|\bbenefits\b|\bare hiring for\b",
    ),
    (
        Section.DUTIES,
        (
            r"^what (do|does|will|would|can|are|is) .*\b(do|doing|duties|"
            r"responsibilit)"
        ),
    ),
    (Section.DUTIES, r"^what (you|you'll|you will|i'll|we'll|they)( |'ll |$).*\b(do|be doing)\b"),
    (Section.DUTIES, r"^(as an? .{3,60},? )?you will:?$"),
    (Section.QUALIFICATIONS, r"^(what|which) .*\b(requirements?|qualifications?|need)\b.*\?"),
    (Section.QUALIFICATIONS, r"^what .*\b(looking for|bring|you need)\b"),
    (Section.QUALIFICATIONS, r"^(how|do) .*\bqualify\b"),
    (Section.SUMMARY, r"^(what|who) (is|are) an? .{2,60}\?$"),
    (Section.EQUIVALENCY, r"\bequivalenc(y|ies)\b|\bsubstitution"),
    (Section.MEASURES, r"\bmeasures? of (success|performance)$|\bperformance indicators?$"),
    (
        Section.PREFERRED,
        r"\b(preferred|desired|desirable)\b.*\b(qualifi|skill|experience|criteria)",
    ),
    (Section.QUALIFICATIONS, r"\b(minimum|required|essential) .*\b(qualif|training|education)"),
    (Section.SUPERVISION_RECEIVED, r"\bsupervision\b.*\breceived\b"),
    (Section.SUPERVISION_EXERCISED, r"\bsupervision\b.*\b(exercised|given)\b"),
    (Section.PHYSICAL_DEMANDS, r"\bphysical (demands|requirements)\b"),
    (Section.ENVIRONMENT, r"\bwork(ing)? (environment|conditions)\b"),
    (Section.LICENCE, r"\b(licen[cs]|certifi)\w*\b.*\b(requirement|required)\b"),
    (Section.DUTIES, r"^(key )?objective ?#?\d{1,2}\b"),
    (
        Section.DUTIES,
        r"^(essential|main|key|major|principal|typical|primary|core) .*(duties|responsib)",
    ),
    (Section.DUTIES, r"^(duties|responsibilities)\b|\b(duties|responsibilities)$"),
    (Section.SKILLS, r"^(knowledge|skills)\b.*\b(skills|abilities|knowledge)\b"),
)
_COMPILED = tuple((section, re.compile(shape)) for section, shape in _SHAPES)
_LONGEST = 110
_ALIKE = 0.9
_SHORTEST_ALIKE = 8
_NUMBERED = re.compile(r"^\(?(?:(?:section|part)\s+)?(?:\d{1,2}|[ivx]{1,4}|[a-h])[.):]\s+")


@lru_cache(maxsize=2048)
def section_named(folded: str) -> tuple[Section, str] | None:
    """Return the part that a folded heading opens, and in words why; None if it opens none."""
    if not folded or len(folded) > _LONGEST:
        return None
    name = _NUMBERED.sub("", folded).strip(" :.-*#").replace(" & ", " and ").replace("?:", "?")
    if section := _BY_NAME.get(name.rstrip("?")):
        return section, "Its heading is a usual one."
    for section, shape in _COMPILED:
        if shape.search(name):
            return section, "Its heading has the shape of such a one."
    if len(name) >= _SHORTEST_ALIKE:
        for alike in get_close_matches(name, _BY_NAME, n=1, cutoff=_ALIKE):
            return _BY_NAME[alike], f"Its heading is much like “{alike}”."
    return None
