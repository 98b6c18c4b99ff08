"""A vocabulary comes in, what a class says gets suggestions, and a person links it."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.people.models import JobClass, Vocabulary, VocabularyEntry, VocabularyLink
from quarterdeck.people.queries.suggestions import lines_of
from quarterdeck.people.tests.test_vocabulary_files import TASKS
from quarterdeck.people.verbs.approval import Placing, approve_draft
from quarterdeck.people.verbs.drafts import begin_empty_draft
from quarterdeck.people.verbs.review import add_drafted_record
from quarterdeck.people.verbs.vocabularies import (
    NewEntry,
    import_vocabulary,
    link_vocabulary_entry,
    unlink_vocabulary_entry,
)
from quarterdeck.people.vocabulary import EntryKind, RecordKind

pytestmark = pytest.mark.django_db

AT = datetime(2026, 4, 4, 9, tzinfo=UTC)
DUTY = "Keeps the backups of all servers."
ENTRIES = (
    NewEntry("1", EntryKind.TASK, "Test and keep backups of servers."),
    NewEntry("2", EntryKind.TASK, "Recruit and train staff."),
)


@pytest.fixture
def keeper() -> Account:
    return Account.objects.get(username="operator")


@pytest.fixture
def vocabulary(keeper: Account) -> Vocabulary:
    return import_vocabulary(
        name="Trade", edition="1", licence="", entries=ENTRIES, actor=keeper, at=AT
    )


@pytest.fixture
def job_class(keeper: Account) -> JobClass:
    return approved(keeper)


def approved(keeper: Account, job_class: JobClass | None = None) -> JobClass:
    """A class of one duty, or its next version that says the same."""
    draft = begin_empty_draft(title="Keeper", job_class=job_class, actor=keeper, at=AT)
    if job_class is None:
        add_drafted_record(
            draft=draft, kind=RecordKind.DUTY, text=DUTY, payload={}, actor=keeper, at=AT
        )
    draft.refresh_from_db()
    return approve_draft(
        draft=draft,
        version=draft.version,
        placing=Placing(family="Keepers", title="Keeper"),
        effective_on=AT.date(),
        actor=keeper,
        at=AT,
    ).job_class


def test_an_edition_comes_in_once(keeper: Account, vocabulary: Vocabulary) -> None:
    with pytest.raises(Refused, match="Trade 1 is here already"):
        import_vocabulary(
            name="Trade", edition="1", licence="", entries=ENTRIES, actor=keeper, at=AT
        )

    assert vocabulary.entries.count() == 2


def test_whoever_does_not_keep_classes_may_not_import(given: Given) -> None:
    with given():
        stranger = Account.objects.create(username="stranger")

    with pytest.raises(Refused, match="You may not"):
        import_vocabulary(
            name="Trade", edition="1", licence="", entries=ENTRIES, actor=stranger, at=AT
        )


def test_a_duty_gets_the_entry_that_it_resembles_with_the_words_in_common(
    vocabulary: Vocabulary, job_class: JobClass
) -> None:
    (line,) = lines_of(job_class.versions.get(), vocabulary)

    assert [(each.entry.code, set(each.words)) for each in line.offered] == [
        ("1", {"keeps", "backups", "servers"})
    ]


def test_a_link_stands_once_and_is_not_offered_again(
    keeper: Account, vocabulary: Vocabulary, job_class: JobClass
) -> None:
    entry = vocabulary.entries.get(code="1")
    for _ in range(2):
        link_vocabulary_entry(job_class=job_class, text=DUTY, entry=entry, actor=keeper, at=AT)

    (line,) = lines_of(job_class.versions.get(), vocabulary)

    assert ([link.entry for link in line.links], line.offered) == ([entry], ())


def test_a_new_version_that_says_the_same_keeps_the_link(
    keeper: Account, vocabulary: Vocabulary, job_class: JobClass
) -> None:
    entry = vocabulary.entries.get(code="1")
    link_vocabulary_entry(job_class=job_class, text=DUTY, entry=entry, actor=keeper, at=AT)

    approved(keeper, job_class)

    (line,) = lines_of(job_class.versions.get(number=2), vocabulary)
    assert [link.entry for link in line.links] == [entry]


def test_only_what_the_class_says_can_be_linked(
    keeper: Account, vocabulary: Vocabulary, job_class: JobClass
) -> None:
    with pytest.raises(Refused, match="says nothing like that"):
        link_vocabulary_entry(
            job_class=job_class,
            text="Something else.",
            entry=vocabulary.entries.get(code="1"),
            actor=keeper,
            at=AT,
        )


def test_a_link_can_be_taken_back(
    keeper: Account, vocabulary: Vocabulary, job_class: JobClass
) -> None:
    entry = vocabulary.entries.get(code="1")
    link = link_vocabulary_entry(job_class=job_class, text=DUTY, entry=entry, actor=keeper, at=AT)

    unlink_vocabulary_entry(link=link, version=link.version, actor=keeper, at=AT)

    assert not VocabularyLink.objects.exists()


def test_from_the_files_to_a_link_in_the_browser(
    client: Client, keeper: Account, job_class: JobClass
) -> None:
    client.force_login(keeper)
    file = SimpleUploadedFile("tasks.txt", TASKS.encode())

    client.post(reverse("people.vocabulary.import"), {"uploads": [file], "edition": "29.3"})
    entry = VocabularyEntry.objects.get(text="Keep the backups.")
    address = reverse("people.class.vocabulary", args=[job_class.pk])
    offered = client.get(address).content.decode()
    client.post(f"{address}/link", {"text": DUTY, "entry": entry.pk})

    assert [link.entry for link in VocabularyLink.objects.all()] == [entry]
    assert "In common: backups, keeps" in offered


def test_a_file_that_is_none_says_so_on_the_page(client: Client, keeper: Account) -> None:
    client.force_login(keeper)
    file = SimpleUploadedFile("notes.txt", b"hello")

    answer = client.post(reverse("people.vocabulary.import"), {"uploads": [file], "edition": "1"})

    assert (answer.status_code, "notes.txt, line 1: expected" in answer.content.decode()) == (
        422,
        True,
    )


def test_a_long_duty_can_be_linked(
    keeper: Account, vocabulary: Vocabulary, job_class: JobClass
) -> None:
    text = " ".join(f"Keeps backup {number}." for number in range(2_000))
    draft = begin_empty_draft(title="Keeper", job_class=job_class, actor=keeper, at=AT)
    add_drafted_record(
        draft=draft, kind=RecordKind.DUTY, text=text, payload={}, actor=keeper, at=AT
    )
    draft.refresh_from_db()
    approve_draft(
        draft=draft,
        version=draft.version,
        placing=Placing(family="Keepers", title="Keeper"),
        effective_on=AT.date(),
        actor=keeper,
        at=AT,
    )

    link = link_vocabulary_entry(
        job_class=job_class, text=text, entry=vocabulary.entries.all()[0], actor=keeper, at=AT
    )

    assert link.text == text
