"""The four results of document J3 and their 24 measures of success, in the document's order.

The scorecard shows every one of them, whether or not it can be computed yet. Duty ids are those of
`docs/duties.md`, requirement ids those of the requirements (A1 … F10). Titles are our own words.
Which registered measure answers a duty is declared on that measure and not repeated here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SuccessMeasure:
    """One measure of success of J3.

    `duty` is its id in `docs/duties.md`, `title` our own short wording, `requirement` the id of the
    capability that produces the number, and `needs` one sentence for the reader of the scorecard
    that says which evidence must be there before the measure can be computed.
    """

    duty: str
    title: str
    requirement: str
    needs: str


@dataclass(frozen=True, slots=True)
class Result:
    """One of the four results that J3 asks for, with its measures of success."""

    duty: str
    title: str
    measures: tuple[SuccessMeasure, ...]


NETWORK = Result(
    duty="J3.1",
    title="The network is secure and available",
    measures=(
        SuccessMeasure(
            duty="J3.1.m1",
            title="Network uptime against 99.9 %",
            requirement="A2",
            needs="Checks of the network with declared coverage; none are set up yet.",
        ),
        SuccessMeasure(
            duty="J3.1.m2",
            title="Management's satisfaction with the network",
            requirement="E5",
            needs=(
                "A survey of management about the network, with its response rate; none has "
                "run yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.1.m3",
            title="Outcome of security risk assessments",
            requirement="A7",
            needs=(
                "Completed risk assessments with their risks and safeguards; none are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.1.m4",
            title="Disaster recovery: protocols that work",
            requirement="A8",
            needs=(
                "Recovery exercises run against the clock and the supervisor's answers; none "
                "are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.1.m5",
            title="Disaster recovery: plans complete and current",
            requirement="A8",
            needs=(
                "Recovery plans with review dates and the supervisor's answers; none are "
                "recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.1.m6",
            title="Disaster recovery: people who must act are taught",
            requirement="A8",
            needs=(
                "A list of who must know each recovery plan, proof that they were taught and "
                "the supervisor's answers; none are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.1.m7",
            title="Disaster recovery: knowledge kept up to date",
            requirement="A8",
            needs=(
                "A dated watch list of recovery technology and the supervisor's answers; "
                "none are recorded yet."
            ),
        ),
    ),
)

DEPARTMENT = Result(
    duty="J3.2",
    title="The department works well",
    measures=(
        SuccessMeasure(
            duty="J3.2.m1",
            title="Employees with a results-focused job description",
            requirement="B1",
            needs=(
                "Employees in post and their job descriptions with measures of success; none "
                "are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.2.m2",
            title="Employees whose annual goals align upwards",
            requirement="B3",
            needs=(
                "Annual goals of each employee linked to department and strategy; none are "
                "recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.2.m3",
            title="Performance goals achieved (written as <90 %)",
            requirement="B3",
            needs=(
                "Performance goals with their outcome, and a person's confirmation of the "
                "target: the document says <90 %, the sign looks inverted, and it is read as "
                "≥ 90 % only once that is confirmed."
            ),
        ),
        SuccessMeasure(
            duty="J3.2.m4",
            title="High performers with a career plan",
            requirement="B6",
            needs=(
                "Closed reviews that name the high performers, and their career plans; none "
                "are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.2.m5",
            title="Deficient performers on an improvement plan, decided on time",
            requirement="B5",
            needs=(
                "Reviews below the standard, and improvement plans with decision dates; none "
                "are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.2.m6",
            title="Recognition as employees feel it",
            requirement="B4",
            needs=(
                "A survey of employees about recognition, with enough answers to hide each "
                "person; none has run yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.2.m7",
            title="Gap in merit awards between high and low performers",
            requirement="B8",
            needs=(
                "Merit awards of a closed pay round beside the ratings of closed reviews; "
                "none are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.2.m8",
            title="Annual reviews on time and judged fair",
            requirement="B4",
            needs=(
                "Review cycles with due and completion dates and a yes or no on the rating; "
                "none are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.2.m9",
            title="Merit increases that follow the rating",
            requirement="B8",
            needs=(
                "Merit increases of a closed pay round beside the ratings, read over all "
                "employees and not only the extremes; none are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.2.m10",
            title="Turnover through mismatch with the position, at most 1 %",
            requirement="B9",
            needs="Departures with a coded reason; none are recorded yet.",
        ),
        SuccessMeasure(
            duty="J3.2.m11",
            title="Staff training completed by the agreed date",
            requirement="B7",
            needs="Training assignments with agreed and completion dates; none are recorded yet.",
        ),
        SuccessMeasure(
            duty="J3.2.m12",
            title="Adherence to budget",
            requirement="B11",
            needs=(
                "An adopted budget and the actual amounts from the ledger; none are recorded yet."
            ),
        ),
    ),
)

SOLUTIONS = Result(
    duty="J3.3",
    title="Business needs are met with technology",
    measures=(
        SuccessMeasure(
            duty="J3.3.m1",
            title="Supervisor's satisfaction with business cases",
            requirement="C3",
            needs=(
                "Business cases for purchases and upgrades, each rated by the supervisor; "
                "none are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.3.m2",
            title="Supervisor's satisfaction with user disruption in installations",
            requirement="C5",
            needs=(
                "Installations with the user-minutes lost, planned and actual, and the "
                "supervisor's answers; none are recorded yet."
            ),
        ),
    ),
)

GUIDANCE = Result(
    duty="J3.4",
    title="Problems are solved and advice is given",
    measures=(
        SuccessMeasure(
            duty="J3.4.m1",
            title="Cycle time of routine tickets",
            requirement="D1",
            needs="Tickets with their state history, from an import or from the desk.",
        ),
        SuccessMeasure(
            duty="J3.4.m2",
            title="Effect of software training for users",
            requirement="D5",
            needs=(
                "Course sessions with tests before and after, and tickets of trained and "
                "untrained users; none are recorded yet."
            ),
        ),
        SuccessMeasure(
            duty="J3.4.m3",
            title="Availability of software training for users",
            requirement="D5",
            needs=(
                "Applications in service and the courses and places offered for each; none "
                "are recorded yet."
            ),
        ),
    ),
)

RESULTS: tuple[Result, ...] = (NETWORK, DEPARTMENT, SOLUTIONS, GUIDANCE)
