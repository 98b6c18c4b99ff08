"""The files of O*NET and NICE become entries, and broken ones are refused with their place."""

import gzip
import json
from pathlib import Path

import pytest

from quarterdeck.core.errors import Refused
from quarterdeck.people.profiles.vocabularies import LARGEST, read_vocabulary
from quarterdeck.people.verbs.vocabularies import NewEntry
from quarterdeck.people.vocabulary import EntryKind

# Lines in the form of the publishers, with texts of our own.
TASKS = (
    "O*NET-SOC Code\tTask ID\tTask\tTask Type\n"
    "11-0001.00\t7\tKeep the backups.\tCore\n"
    "11-0002.00\t7\tKeep the books.\tCore\n"
)
LINKS = "O*NET-SOC Code\tTask ID\tDWA ID\n11-0001.00\t7\t4.A.1\n11-0001.00\t7\t4.A.2\n"
OCCUPATIONS = "O*NET-SOC Code\tTitle\tDescription\n11-0001.00\tKeepers\tThey keep.\n"
STYLES = (
    "O*NET-SOC Code\tElement ID\tElement Name\tData Value\n"
    "11-0001.00\t1.C.1\tPatience\t3.4\n"
    "11-0002.00\t1.C.1\tPatience\t4.1\n"
)
STATEMENTS = [
    {"ID": "K0001", "Description": "Knowledge of keys", "WRL-ID": "OG-WRL-001"},
    {"ID": "K0001", "Description": "Knowledge of keys", "WRL-ID": "OG-WRL-002"},
    {"ID": "T0002", "Description": "Turn the keys", "WRL-ID": "OG-WRL-001"},
]


def entries(**files: str) -> list[NewEntry]:
    return list(read_vocabulary({name: text.encode() for name, text in files.items()}).entries)


def test_tasks_know_their_occupation_and_what_they_are_linked_to() -> None:
    assert entries(tasks=TASKS, links=LINKS, occupations=OCCUPATIONS) == [
        NewEntry(
            "11-0001.00/7",
            EntryKind.TASK,
            "Keep the backups.",
            ("11-0001.00 Keepers",),
            ("4.A.1", "4.A.2"),
        ),
        NewEntry("11-0002.00/7", EntryKind.TASK, "Keep the books.", ("11-0002.00",)),
    ]


def test_a_work_style_is_one_entry_for_all_occupations() -> None:
    assert entries(styles=STYLES) == [
        NewEntry("1.C.1", EntryKind.WORK_STYLE, "Patience", ("11-0001.00", "11-0002.00"))
    ]


def test_a_statement_is_one_entry_for_all_work_roles() -> None:
    assert entries(nice=json.dumps(STATEMENTS)) == [
        NewEntry("K0001", EntryKind.KNOWLEDGE, "Knowledge of keys", ("OG-WRL-001", "OG-WRL-002")),
        NewEntry("T0002", EntryKind.TASK, "Turn the keys", ("OG-WRL-001",)),
    ]


def test_a_file_may_be_packed() -> None:
    read = read_vocabulary({"tasks.gz": gzip.compress(TASKS.encode())})

    assert [entry.text for entry in read.entries] == ["Keep the backups.", "Keep the books."]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,b\n1,2\n", "file, line 1: expected the column “O*NET-SOC Code”, parted by tabs."),
        (b"O*NET-SOC Code\tTask ID\tTask\n11-0001.00\n", "file, line 2: expected as many cells"),
        (b"O*NET-SOC Code\tTask\n1\tKeep.\n", "file, line 1: expected the column “Task ID”"),
        (b"O*NET-SOC Code\t" + b"x" * 200_000 + b"\n", "file, line 0: field larger than"),
        (f"{TASKS}{'1' * 70}\t7\tKeep.\tCore\n".encode(), "Entry “1111"),
        (f"{TASKS}1\t7\t \tCore\n".encode(), "Entry “1/7”: expected a text"),
        (OCCUPATIONS.encode(), "None of the files holds entries"),
        (b"[1]", "file, statement 1: expected an object"),
        (b'[{"ID": "X1", "Description": "?"}]', "file, statement 1: expected an ID that begins"),
        (b"[" * 100_000, "file: expected JSON"),
        (b"{}", "file: expected a list of statements"),
        (b"\x1f\x8b\x08 broken", "file: expected text in UTF-8, plain or gzip"),
        (b"\xff\xfe\x00", "file: expected text in UTF-8"),
        (gzip.compress(b" " * (LARGEST + 1)), "file is larger than 32 MB"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(content: bytes, told: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_vocabulary({"file": content})

    assert str(refusal.value).startswith(told)


@pytest.mark.shared
def test_the_published_files_are_read_whole(shared: Path) -> None:
    folder = shared / "workforce"
    names = ("task_statements", "tasks_to_dwas", "occupation_data", "work_styles")
    onet = {name: (folder / f"onet_{name}_it.tsv.gz").read_bytes() for name in names}
    nice = {"nice": (folder / "nice_framework_2.1.0.json.gz").read_bytes()}

    kinds = [entry.kind for entry in read_vocabulary(onet).entries]
    statements = read_vocabulary(nice).entries

    # 951 lines of tasks, 16 work styles, and as many statements as there are distinct IDs.
    assert (kinds.count(EntryKind.TASK), kinds.count(EntryKind.WORK_STYLE)) == (951, 16)
    assert len(statements) == 1821
