"""Reads a job description into typed records, each with its place in the source.

A container's reader hands over a `Source`; `read_draft(source.lines)` returns a `Draft`, and
`draft_as_json(draft)` its plain form. The rules are those of the documents' grammar: dictionaries
of headings, shapes of sentences; none knows a single document. A draft is an offer to a person:
each record says where it was read, how sure the reading is, and why.
"""

from quarterdeck.kernels.jobtext.plain import draft_as_json
from quarterdeck.kernels.jobtext.reading import read_draft
from quarterdeck.kernels.jobtext.records import Draft
from quarterdeck.kernels.jobtext.several import jobs_of
from quarterdeck.kernels.jobtext.source import Cell, Line, Source, SourceSpan, plain_source

__all__ = [
    "Cell",
    "Draft",
    "Line",
    "Source",
    "SourceSpan",
    "draft_as_json",
    "jobs_of",
    "plain_source",
    "read_draft",
]
