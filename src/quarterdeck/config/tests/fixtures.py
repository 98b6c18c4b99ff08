"""Whom and what tests of the whole share: the cast once for a file, the demo once for a run.

The root conftest loads this module as a plugin where Django is.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from quarterdeck.config.demo import DemoSignIn
from quarterdeck.config.tests.cast import Cast, arrange_cast
from quarterdeck.config.tests.demo import Town, demo_town
from quarterdeck.core.tests.databases import speaking_with
from quarterdeck.core.tests.fixtures import Pristine


@pytest.fixture(scope="module")
def arranged(
    django_db_setup: Pristine,  # noqa: ARG001 — the database must be there first
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Cast]:
    """The cast, arranged once for all tests of a file, and gone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield arrange_cast(tmp_path_factory.mktemp("cast"))
        transaction.set_rollback(True)


@pytest.fixture
def cast(arranged: Cast, db: None) -> Cast:  # noqa: ARG001 — what a test writes is taken back
    """The cast, for a test that may write to what it finds."""
    return arranged


@pytest.fixture(scope="session")
def town(
    django_db_setup: Pristine,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Town:
    """A database of its own with the demo in it, loaded once for all tests of this process."""
    with django_db_blocker.unblock():
        return demo_town(django_db_setup.copy(tmp_path_factory.mktemp("town")))


@pytest.fixture(scope="module")
def in_town(town: Town, django_db_blocker: DjangoDbBlocker) -> Iterator[DemoSignIn]:
    """Let all tests of a file speak with the database that has the demo."""
    with django_db_blocker.unblock(), speaking_with(town.database):
        yield town.sign_in


@pytest.fixture
def demo(in_town: DemoSignIn, db: None) -> DemoSignIn:  # noqa: ARG001 — what a test writes is taken back
    """The loaded demo, for a test that may write to it."""
    return in_town
