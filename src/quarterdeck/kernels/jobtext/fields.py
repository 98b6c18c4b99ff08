"""The names under which documents give short facts, and ours for them."""

import re

__all__ = ["field_named", "own_name"]

_FIELDS = {
    "title": """job title; position title; class title; title; position designation;
        post designation; postholder designation; pd_job_title; role_name; role title; role;
        working title; classification title; position; job name; post title;
        position classification title; classification; job class title; official title;
        functional title""",
    "class_code": """class code; job code; class number; classification code; code; job number;
        position number; position code; class spec; class no; occupation code; spec code;
        position classification code; job class code; title code; classification number;
        class spec number; specification number""",
    "job_id": "job id; job announcement number; job_announcement_number; requisition number; id",
    "issuer": "organization; organisation; agency; employer; company; ministry; org; jurisdiction",
    "department": "department; department name; directorate; area of government",
    "division": "division; postholder section; section; service/section; branch; unit; team",
    "location": "location; work location; locations; duty station",
    "pay_grade": """pay grade; grade; salary grade; gs_level; pay level; pay band; band;
        grade level; salary band; job grade; pay range number; salary group; compensation grade;
        salary schedule; pay scale group""",
    "family": "job family; occupational family; job group; occupational group",
    "series": "series; series & grade; series and grade; occupational series; job series",
    "salary": "salary; salary range; pay range; compensation; pay; hourly rate",
    "salary_min": "salary_min",
    "salary_max": "salary_max",
    "flsa": """flsa code; flsa status; flsa; exemption status; job profile flsa; flsa designation;
        fair labor standards act status""",
    "reports_to": "reports to; reporting to; supervisor; immediate supervisor; responsible to",
    "established_on": "established date; date established; established; adopted; date adopted",
    "established_by": "established by; prepared by",
    "revised_on": "revised date; date revised; revised; last revised; updated; revision date",
    "revised_by": "revised by",
    "published_on": "published; posted; date posted; publication date",
    "effective_on": "effective date; effective",
    "class_history": "class history; revision history",
    "supervisory_status": "supervisory status; supervisory_status",
    "promotion_potential": "promotion potential; promotion_potential",
    "bargaining_unit": "bargaining unit; bargaining_unit; union; compensation group",
    "hours": "hours of work; hours; work schedule; schedule; working hours",
    "term": "job term; appointment type; employment type; job type; term",
    "openings": "number of vacancies; num_vacancies; openings",
    "opens_on": "opens",
    "closes_on": "closes; closing date",
    "state": "state",
    "eeo": "eeo code; eeo category; eeo-4 category",
}
_BY_NAME = {
    " ".join(name.split()): key for key, names in _FIELDS.items() for name in names.split(";")
}


def field_named(folded: str) -> str:
    """Return our name for a folded key, and "" where the key is not known."""
    return _BY_NAME.get(folded.strip(" :*"), "")


def own_name(folded: str) -> str:
    """Return the document's own key in lower case with underscores."""
    return re.sub(r"[^a-z0-9]+", "_", folded).strip("_")[:60]
