"""Qualifications: rules that a job sets, held against what a person brings.

`rules` has what a job asks for, `background` what a person has, and `evaluate(rule, background,
day)` answers met, unmet or unknown, with the months counted, the rows they come from, what is
missing, and the sentence that the rule was read from. `gap` does so for all rules of a level,
`joining` makes one of rules that were read one by one, and `trees` writes them as JSON and back.
"""

from quarterdeck.kernels.qualification.background import Background
from quarterdeck.kernels.qualification.evaluation import evaluate, gap
from quarterdeck.kernels.qualification.findings import Credit, Finding, Purpose, Verdict

__all__ = ["Background", "Credit", "Finding", "Purpose", "Verdict", "evaluate", "gap"]
