"""How much a stranger's file may cost."""

from quarterdeck.core.bounded import Limits

LARGEST_FILE = 10 << 20
LONGEST_TEXT = 2_000_000
# A page shows every line beside its records.
MOST_LINES = 20_000
LIMITS = Limits(memory=768 << 20, cpu_seconds=20, wall_seconds=40, answer=16 << 20)
