"""What a page makes a browser fetch stays small: 65 kB of style and 30 kB of script, compressed.

The vendored style takes most of the first and does not grow; ours has the rest.
"""

import gzip
from pathlib import Path

import pytest

import quarterdeck

STATIC = Path(quarterdeck.__file__).parent / "ui" / "static"


@pytest.mark.parametrize(
    ("pattern", "budget"), [("ui/*.css", 9_000), ("**/*.js", 30_000)], ids=["style", "script"]
)
def test_all_files_of_a_kind_stay_within_the_budget(pattern: str, budget: int) -> None:
    sizes = [len(gzip.compress(path.read_bytes(), 9)) for path in STATIC.glob(pattern)]

    assert sum(sizes) <= budget
