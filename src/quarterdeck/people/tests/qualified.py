"""Somebody held against a class: Ben of the house, and the harbour master's description."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.kernels.period_rules import PeriodRules
from quarterdeck.kernels.qualification import Verdict
from quarterdeck.kernels.qualification.rules import Equivalency, Rule
from quarterdeck.kernels.qualification.trees import tree_of
from quarterdeck.people.models import (
    ClassVersion,
    Experience,
    QualificationJudgement,
    QualificationRule,
)
from quarterdeck.people.models.background import BackgroundItem
from quarterdeck.people.queries.demands import demands_of
from quarterdeck.people.queries.qualification import PersonalStanding, standings_of
from quarterdeck.people.tests.house import (
    AT,
    House,
    approved,
    confirm_doubtful,
    drafted,
    open_house,
)
from quarterdeck.people.verbs.judgements import Decision, judge_qualification
from quarterdeck.people.vocabulary import JudgedVerdict

DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Case:
    """The house, and the class against which Ben is held."""

    house: House
    version: ClassVersion

    def tell(self, model: type[BackgroundItem], **said: Any) -> Any:
        assert self.house.ben.person is not None
        with acting(actor=self.house.operator, verb_name="tests.tell", at=AT):
            return model._default_manager.create(person=self.house.ben.person, **said)

    def work(self, first: date | None, last: date | None, **more: Any) -> Experience:
        row: Experience = self.tell(Experience, title="Mate", begins_on=first, ends_on=last, **more)
        return row

    def ask(self, *rules: Rule | Equivalency) -> None:
        """Let the class ask for this, and nothing else."""
        with acting(actor=self.house.operator, verb_name="tests.ask", at=AT):
            self.version.qualificationrule_items.all().delete()
            for order, rule in enumerate(rules, start=1):
                QualificationRule.objects.create(
                    class_version=self.version,
                    order=order,
                    text=rule.label,
                    is_confirmed=True,
                    kind="experience",
                    tree=tree_of(rule),
                )

    def standing(self, day: date = DAY, version: ClassVersion | None = None) -> PersonalStanding:
        asked = version or self.version
        demands = demands_of(asked, asked.job_class.levels.get())
        assert self.house.ben.person is not None
        return standings_of([(self.house.ben.person, demands)], day, PeriodRules.constant())[0]

    def judge(
        self, key: str, verdict: JudgedVerdict, actor: Account | None = None, **how: Any
    ) -> QualificationJudgement:
        """Judge the question of that key, or that about one piece of work under it."""
        row = self.standing().demands.by_key[key].row
        assert self.house.ben.person is not None
        return judge_qualification(
            person=self.house.ben.person,
            row=row,
            key=key,
            decisions=[Decision(verdict, how.pop("seen", 0), **how)],
            reason="As I saw it",
            actor=actor or self.house.iris,
            at=AT,
        )[0]


def qualified_case() -> Case:
    """Open the house and approve the class."""
    house = open_house()
    draft = drafted(house.operator)
    confirm_doubtful(draft, house.operator)
    return Case(house, approved(draft, house.operator))


def verdicts(standing: PersonalStanding) -> list[Verdict]:
    """Return what was found of each qualification."""
    return [line.finding.verdict for line in standing.qualifications]
