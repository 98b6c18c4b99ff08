"""Commands that read measures."""

import argparse
from math import inf
from pathlib import Path

from django.utils import timezone

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.commands.output import say, say_json, say_table
from quarterdeck.config.readings import definition_of, reading_of, scorecard_of, worded
from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Measure, Scope, Terms, all_measures, measure_of
from quarterdeck.core.models import Account
from quarterdeck.office.gateways.printing import pdf_of
from quarterdeck.office.queries import organisation, period_named
from quarterdeck.office.queries.periods import take_over
from quarterdeck.scorecard.gateways.paper import sheet_of
from quarterdeck.scorecard.queries.board import readable_measures
from quarterdeck.scorecard.web.asked import Asked
from quarterdeck.scorecard.web.scorecard import read


def list_measures(chosen: argparse.Namespace) -> int:
    """List every measure with its definition."""
    known = all_measures()
    if chosen.json:
        say_json([definition_of(measure) for measure in known])
        return 0
    for measure in known:
        say(
            f"{measure.key} — {measure.title} "
            f"[{measure.unit}, {measure.better} is better, {measure.duty}]"
        )
        say(f"    {measure.definition}\n".replace("\n", "\n    ").rstrip() + "\n")
    return 0


def read_measure(chosen: argparse.Namespace) -> int:
    """Read one measure over one period and scope."""
    measure, period = measure_of(chosen.key), period_named(chosen.period)
    scope, terms = Scope.parse(chosen.scope), Terms(clock.now(), chosen.calendar)
    if measure not in _readable(chosen.reader, scope):
        raise Refused(f"{chosen.reader} may not read “{measure.key}” at {scope}.")
    reading = take_over(measure, period, scope, terms)
    if chosen.json:
        say_json(reading_of(measure, period, reading))
        return 0
    say(f"{measure.title}, {period.key}: {worded(measure, reading)}")
    say(
        f"    n {reading.n}, coverage {float(reading.coverage):.1%}, "
        f"as of {reading.as_of:%Y-%m-%d %H:%M %Z}"
    )
    for exclusion in reading.excluded:
        say(f"    left out {exclusion.n}: {exclusion.reason}")
    for name, value in reading.parameters.items():
        say(f"    {name}: {value}")
    return 0


def read_scorecard(chosen: argparse.Namespace) -> int:
    """Read every measure over one period, by the four results."""
    period, scope = period_named(chosen.period), Scope.parse(chosen.scope)
    terms = Terms(clock.now())
    measures = _readable(chosen.reader, scope)
    if not measures:
        raise Refused(f"{chosen.reader} may read no measure at {scope}.")
    if chosen.pdf:
        return _write_pdf(Path(chosen.pdf), measures, Asked(period, scope, terms))
    card = scorecard_of(measures, period, scope, terms)
    if chosen.json:
        say_json(card)
        return 0
    say_table(
        ("duty", "measure of success", "reading"),
        [
            (
                row["duty"],
                row["title"],
                "; ".join(row["words"]) or f"not computed yet: {row['needs']}",
            )
            for row in card["measures"]
        ],
    )
    return 0


def _write_pdf(file: Path, measures: tuple[Measure, ...], question: Asked) -> int:
    """Write the scorecard as PDF; it takes as long as its readings do."""
    found = read(measures, question, operator(), patience=inf)
    period, scope, terms = question.period, question.scope, question.terms
    with timezone.override(organisation().tzinfo):
        sheet = sheet_of(measures=measures, period=period, scope=scope, terms=terms, found=found)
    try:
        file.write_bytes(pdf_of(sheet.html))
    except OSError as problem:
        raise Refused(f"Cannot write {file}: {problem.strerror}.") from problem
    say(f"{file}: {file.stat().st_size:,} bytes")
    return 0


def _readable(reader: str, scope: Scope) -> tuple[Measure, ...]:
    """Return what an account may read at a scope; the operator, who names none, reads all."""
    if not reader:
        return all_measures()
    account = Account.objects.filter(username=reader).first()
    if account is None:
        raise Refused(f"There is no account “{reader}”.")
    return readable_measures(account, scope)
