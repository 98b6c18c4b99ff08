"""Invented titles and descriptions of tickets.

Four words have a known share of all tickets, among others whose frequency falls with their rank, as
in any language (Zipf's law).
"""

from collections.abc import Iterator
from random import Random

from bench.scale import SEED

SHARES = {"please": 0.55, "printer": 0.05, "toner": 0.005, "zebra": 0.0005}
TITLE_WORDS, DESCRIPTION_WORDS, VOCABULARY = 7, 45, 20_000


def words(rng: Random) -> Iterator[str]:
    """Give invented words, the frequent ones often."""
    letters, vowels = "bdfgklmnprstvwz", "aeiou"
    known = [
        "".join(rng.choice(letters) + rng.choice(vowels) for _ in range(rng.randint(2, 4)))
        for _ in range(VOCABULARY)
    ]
    ranks = [1 / rank for rank in range(1, VOCABULARY + 1)]
    while True:
        yield from rng.choices(known, ranks, k=10_000)


def write_texts() -> None:
    """Give every ticket that is there a title and a description."""
    from quarterdeck.core.acts import labelled  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.database import update_rows  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.desk.models import Ticket  # noqa: PLC0415 — models can be imported only once the settings are chosen

    rng = Random(SEED)  # noqa: S311 — figures are to repeat, not to be secret
    source = words(rng)
    rows = []
    for key in Ticket.objects.order_by("pk").values_list("pk", flat=True):
        title = [next(source) for _ in range(TITLE_WORDS)]
        description = [next(source) for _ in range(DESCRIPTION_WORDS)]
        for word, share in SHARES.items():
            if rng.random() < share:
                description[rng.randrange(DESCRIPTION_WORDS)] = word
        rows.append((" ".join(title), " ".join(description), key))
    with labelled("bench"):
        update_rows(Ticket, ("title", "description"), rows)
