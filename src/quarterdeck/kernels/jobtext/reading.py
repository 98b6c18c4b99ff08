"""From lines to a draft."""

from collections.abc import Sequence

from quarterdeck.kernels.jobtext.records import (
    Confidence,
    DocumentKind,
    Draft,
    Fact,
    Passage,
)
from quarterdeck.kernels.jobtext.source import Line


def read_draft(lines: Sequence[Line]) -> Draft:
    """Return what is found in the lines of one document; any lines give a draft."""
    written = [line for line in lines if line.text.strip()]
    if not written:
        return Draft(kind=DocumentKind.TEMPLATE, kind_reason="The document holds no text.")
    first, *rest = written
    return Draft(
        kind=DocumentKind.TEMPLATE,
        kind_reason="Nothing says which class of job this is.",
        title=Fact(
            key="title",
            text=" ".join(first.text.split()),
            spans=(first.span,),
            confidence=Confidence.LOW,
            reason="It is the first line.",
        ),
        passages=tuple(
            Passage(
                section="",
                text=" ".join(line.text.split()),
                spans=(line.span,),
                confidence=Confidence.LOW,
                reason="No heading stands above it.",
            )
            for line in rest
        ),
    )
